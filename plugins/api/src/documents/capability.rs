//! What a provider promises, C1 to C7, and whether that is enough to leave doubt to machines.
//!
//! Owns the words of manifest and description. Declare only what is true: money depends on it.
//! Next: [`super::describe`].

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// One promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Capability {
    /// C1: a code is charged at most once.
    #[serde(rename = "C1")]
    OneTimeCode,
    /// C2: a repeated request of one transaction gets the first answer.
    #[serde(rename = "C2")]
    Idempotent,
    /// C3: it answers inquiries.
    #[serde(rename = "C3")]
    Inquiry,
    /// C4: it reverses.
    #[serde(rename = "C4")]
    Reversal,
    /// C5: a reversal before its original makes the original refused.
    #[serde(rename = "C5")]
    Tombstone,
    /// C6: codes have a stated end, and inquiries then say "expired unused".
    #[serde(rename = "C6")]
    ExpiryTold,
    /// C7: a declined code can never be charged later.
    #[serde(rename = "C7")]
    DeclineBurns,
}

impl Capability {
    /// Returns the word, `C1` to `C7`.
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

/// The promises of one provider, written as a list: `["C2", "C3"]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Capabilities(BTreeSet<Capability>);

impl Capabilities {
    /// Makes a set.
    #[must_use]
    pub fn of(list: &[Capability]) -> Self {
        Self(list.iter().copied().collect())
    }

    /// Tells whether this is promised.
    #[must_use]
    pub fn has(&self, one: Capability) -> bool {
        self.0.contains(&one)
    }

    /// Tells whether machines can end every doubt:
    /// (C1 or C2) and (C2 or C7) and C3 and ((C4 and C5) or C6).
    #[must_use]
    pub fn automatic(&self) -> bool {
        use Capability as C;
        let once = self.has(C::OneTimeCode) || self.has(C::Idempotent);
        let settled = self.has(C::Idempotent) || self.has(C::DeclineBurns);
        let undone = self.has(C::Reversal) && self.has(C::Tombstone);
        once && settled && self.has(C::Inquiry) && (undone || self.has(C::ExpiryTold))
    }
}

impl fmt::Display for Capabilities {
    /// Writes `C1,C2`, the form of Table 2.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|one| one.word()).collect();
        f.write_str(&words.join(","))
    }
}
