//! What a destination can do, and whether that is enough to leave doubt to machines.
//!
//! Owns C1 to C7 and the rule of the automatic class. A destination that misses it is routed in
//! the manual class: its unknown outcomes go to people. Next: [`super::lookup`].

use std::fmt;

/// One ability, declared in Table 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// C1: a code is charged at most once.
    OneTimeCode,
    /// C2: a repeated request of one transaction gets the first answer.
    Idempotent,
    /// C3: it answers inquiries.
    Inquiry,
    /// C4: it reverses.
    Reversal,
    /// C5: a reversal before its original makes the original refused.
    Tombstone,
    /// C6: codes have a stated end, and it says "expired unused".
    ExpiryTold,
    /// C7: a declined code can never be charged later.
    DeclineBurns,
}

impl Capability {
    /// All seven, in the order of their numbers.
    pub const ALL: [Self; 7] = [
        Self::OneTimeCode,
        Self::Idempotent,
        Self::Inquiry,
        Self::Reversal,
        Self::Tombstone,
        Self::ExpiryTold,
        Self::DeclineBurns,
    ];

    const fn bit(self) -> u8 {
        match self {
            Self::OneTimeCode => 1,
            Self::Idempotent => 1 << 1,
            Self::Inquiry => 1 << 2,
            Self::Reversal => 1 << 3,
            Self::Tombstone => 1 << 4,
            Self::ExpiryTold => 1 << 5,
            Self::DeclineBurns => 1 << 6,
        }
    }

    /// Returns its name, C1 to C7.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OneTimeCode => "C1",
            Self::Idempotent => "C2",
            Self::Inquiry => "C3",
            Self::Reversal => "C4",
            Self::Tombstone => "C5",
            Self::ExpiryTold => "C6",
            Self::DeclineBurns => "C7",
        }
    }
}

/// The declared abilities of one destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities(u8);

/// A text that is not a list of capabilities.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown capability {word:?}: use C1 to C7 separated by commas")]
pub struct CapabilityUnknown {
    /// The part that is not known.
    pub word: String,
}

/// Who resolves the unknown outcomes of a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Machines: inquiry and reversal end every doubt.
    Automatic,
    /// People.
    Manual,
}

impl Capabilities {
    /// Makes a set.
    #[must_use]
    pub fn of(list: &[Capability]) -> Self {
        Self(list.iter().fold(0, |bits, one| bits | one.bit()))
    }

    /// Reads `C1,C2,C5`; an empty text is the empty set.
    ///
    /// # Errors
    /// [`CapabilityUnknown`] naming the first part that is none of C1 to C7.
    pub fn parse(text: &str) -> Result<Self, CapabilityUnknown> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.into_iter().try_fold(Self::default(), |set, word| {
            let found = Capability::ALL.into_iter().find(|one| one.word() == word);
            let one = found.ok_or_else(|| CapabilityUnknown { word: word.to_owned() })?;
            Ok(Self(set.0 | one.bit()))
        })
    }

    /// Tells whether the destination can do this.
    #[must_use]
    pub const fn has(self, one: Capability) -> bool {
        self.0 & one.bit() != 0
    }

    /// Returns the first of another set that is missing here, if any is.
    #[must_use]
    pub fn lacks(self, wanted: Self) -> Option<Capability> {
        Capability::ALL.into_iter().find(|one| wanted.has(*one) && !self.has(*one))
    }

    /// Applies (C1∨C2) ∧ (C2∨C7) ∧ C3 ∧ ((C4∧C5) ∨ C6).
    #[must_use]
    pub fn class(self) -> Class {
        use Capability as C;
        let once = self.has(C::OneTimeCode) || self.has(C::Idempotent);
        let settled = self.has(C::Idempotent) || self.has(C::DeclineBurns);
        let undone = self.has(C::Reversal) && self.has(C::Tombstone);
        let ends = undone || self.has(C::ExpiryTold);
        if once && settled && self.has(C::Inquiry) && ends {
            Class::Automatic
        } else {
            Class::Manual
        }
    }
}

impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let had = Capability::ALL.into_iter().filter(|one| self.has(*one));
        let words: Vec<&str> = had.map(Capability::word).collect();
        f.write_str(&words.join(","))
    }
}
