//! What the gateway expects of a device's journal: it only ever grows.
//!
//! Owns the judgement of where a journal says that it ends. A shorter one was put back from a copy
//! and has forgotten what the device did; nothing that it says "never happened" is a proof. May
//! not know how a journal is kept. Next: [`super::desk`], which acts on a suspicion.

/// Where a journal ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalHead {
    /// How many records it has.
    pub seq: u64,
    /// The hash of the last one.
    pub hash: String,
}

/// Why a journal is not the one that the gateway knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspicion {
    /// It has fewer records.
    Shorter,
    /// It has as many, and another last one.
    Changed,
}

impl Suspicion {
    /// Returns the stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shorter => "shorter",
            Self::Changed => "changed",
        }
    }

    /// Finds it by its word.
    #[must_use]
    pub fn lookup(word: &str) -> Option<Self> {
        [Self::Shorter, Self::Changed].into_iter().find(|one| one.word() == word)
    }
}

/// Compares what a device says with what the gateway holds of it, if anything.
///
/// # Errors
/// [`Suspicion`] when it cannot be the same journal gone on. A longer one is believed: the gateway
/// does not hold the hashes of records that it was never told of.
pub fn check(held: Option<&JournalHead>, said: &JournalHead) -> Result<(), Suspicion> {
    let Some(held) = held else { return Ok(()) };
    if said.seq < held.seq {
        return Err(Suspicion::Shorter);
    }
    if said.seq == held.seq && said.hash != held.hash {
        return Err(Suspicion::Changed);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
