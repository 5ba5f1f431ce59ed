//! What can be wrong with GS1 data, and at which identifier.
//!
//! Owns the fault list of element strings; links and scans have lists of their own that hold this
//! one. A fault never carries the value, only its identifier. Next: [`super::elements`].

use super::ai::Ai;
use super::check::CheckFault;

/// Why a text is not GS1 data, or elements may not stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Gs1Fault {
    /// More bytes than any symbol can hold.
    #[error("data of {bytes} bytes is over the limit")]
    TooLarge {
        /// How many there were.
        bytes: usize,
    },
    /// More elements than one item may carry.
    #[error("more elements than one message may have")]
    TooManyElements,
    /// The data does not begin with a function character.
    #[error("separator is missing in first position")]
    FirstSeparatorMissing,
    /// There is no element at all.
    #[error("there are no elements")]
    Empty,
    /// An identifier is not two to four digits.
    #[error("application identifier is not two to four digits")]
    AiMalformed,
    /// No identifier of the table begins at this byte.
    #[error("no application identifier begins at byte {position}")]
    AiUnknown {
        /// Where, counted from zero.
        position: usize,
    },
    /// A bracket is missing or in the wrong place.
    #[error("brackets are wrong at byte {position}")]
    BracketInvalid {
        /// Where, counted from zero.
        position: usize,
    },
    /// An identifier without a value.
    #[error("ai {ai} has no value")]
    ValueEmpty {
        /// Which one.
        ai: Ai,
    },
    /// A value or a part of it is shorter than the table demands.
    #[error("ai {ai} is too short")]
    TooShort {
        /// Which one.
        ai: Ai,
    },
    /// A value goes on after its longest form.
    #[error("ai {ai} is too long")]
    TooLong {
        /// Which one.
        ai: Ai,
    },
    /// A value has the right length but not the right content.
    #[error("ai {ai}: {fault}")]
    Content {
        /// Which one.
        ai: Ai,
        /// What is wrong with it.
        fault: CheckFault,
    },
    /// Two identifiers that may never describe the same item.
    #[error("ai {ai} may not stand with ai {other}")]
    Exclusive {
        /// The one whose row says so.
        ai: Ai,
        /// The one it excludes.
        other: Ai,
    },
    /// The same identifier with two values.
    #[error("ai {ai} is there twice with different values")]
    Differs {
        /// Which one.
        ai: Ai,
    },
    /// A signed key without the serial that makes it one object.
    #[error("ai {ai} needs its serial beside a digital signature")]
    SerialMissing {
        /// Which one.
        ai: Ai,
    },
    /// An identifier without those that it must stand with.
    #[error("ai {ai} stands without an ai it needs")]
    CompanionMissing {
        /// Which one.
        ai: Ai,
    },
    /// A key of the wrong length for its kind.
    #[error("a key has {digits} digits, which its kind does not allow")]
    KeyLength {
        /// How many there were.
        digits: usize,
    },
    /// A key with something that is no digit.
    #[error("a key has a character that is no digit")]
    KeyCharacter,
    /// A key whose last digit does not agree with the others.
    #[error("the check digit of a key is wrong")]
    KeyCheckDigit,
}
