//! What a reader tolerates beyond the plainest writing of an object.
//!
//! Owns the choices; [`super::object`] keeps to them. Next: [`super::object`].

/// What may stand where a tag is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Tags only.
    Refused,
    /// Bytes `00` before, between and after objects mean nothing (EMV Book 3, annex B1).
    Zeros,
}

/// How a length may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lengths {
    /// In the fewest bytes.
    Shortest,
    /// In more bytes than it needs as well: BER permits it and some terminals do it.
    Any,
}

/// A set of choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// What may stand where a tag is expected.
    pub padding: Padding,
    /// How a length may be written.
    pub lengths: Lengths,
}

impl Form {
    /// Every value has exactly one writing.
    pub const STRICT: Self = Self { padding: Padding::Refused, lengths: Lengths::Shortest };
    /// What EMV permits a card or terminal to send.
    pub const EMV: Self = Self { padding: Padding::Zeros, lengths: Lengths::Any };
}
