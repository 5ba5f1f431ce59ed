//! The public beacon: which of its rounds a sale waits for, fixed before the sale opens.
//!
//! Owns the arithmetic of rounds. May not fetch one; whoever hands a round in has checked its
//! signature. Source: drand's documentation of the network quicknet. Next: [`super::seed`].

use super::Digest;
use crate::time::Timestamp;

/// Seconds from the close of a sale to its round: time to publish the list before the number.
pub const LEAD_S: u64 = 60;

/// A chain of a beacon: numbers that nobody knows before their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// The hash by which the chain is known.
    pub hash: Digest,
    /// Seconds between two rounds.
    pub period_s: u32,
    /// Seconds since 1970 at which round 1 was published.
    pub genesis_s: i64,
}

/// The drand network quicknet.
pub const QUICKNET: Chain = Chain {
    hash: Digest([
        0x52, 0xdb, 0x9b, 0xa7, 0x0e, 0x0c, 0xc0, 0xf6, 0xea, 0xf7, 0x80, 0x3d, 0xd0, 0x74, 0x47,
        0xa1, 0xf5, 0x47, 0x77, 0x35, 0xfd, 0x3f, 0x66, 0x17, 0x92, 0xba, 0x94, 0x60, 0x0c, 0x84,
        0xe9, 0x71,
    ]),
    period_s: 3,
    genesis_s: 1_692_803_367,
};

impl Chain {
    /// Returns the round of a sale: the first at or after its close and [`LEAD_S`].
    #[must_use]
    pub fn round_of(&self, closes_at: Timestamp) -> u64 {
        let at = closes_at.after_ms(LEAD_S.saturating_mul(1_000));
        let genesis = Timestamp::from_ms(self.genesis_s.saturating_mul(1_000));
        let period_ms = u64::from(self.period_s.max(1)).saturating_mul(1_000);
        at.since_ms(genesis).div_ceil(period_ms).saturating_add(1)
    }

    /// Returns when a round is published.
    ///
    /// **Units** seconds since 1970.
    #[must_use]
    pub fn time_s(&self, round: u64) -> i64 {
        let later = i64::try_from(round.saturating_sub(1)).unwrap_or(i64::MAX);
        later.saturating_mul(i64::from(self.period_s)).saturating_add(self.genesis_s)
    }

    /// Returns when a round is published.
    #[must_use]
    pub fn time_of(&self, round: u64) -> Timestamp {
        Timestamp::from_ms(self.time_s(round).saturating_mul(1_000))
    }

    /// Returns the round that is published at this very second, if there is one.
    #[must_use]
    pub fn round_at_s(&self, time_s: i64) -> Option<u64> {
        let later = u64::try_from(time_s.checked_sub(self.genesis_s)?).ok()?;
        let period = u64::from(self.period_s.max(1));
        let whole = later.checked_rem(period) == Some(0);
        whole.then(|| later.checked_div(period).unwrap_or(0).saturating_add(1))
    }
}
