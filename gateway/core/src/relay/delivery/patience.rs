//! How long a webhook's receiver is tried, how fast, and how much may be under way.
//!
//! Owns the arithmetic of pauses: they double from the first to the longest, spread by a fifth
//! either way, so that many failures do not come back together. Read by [`super`].

use super::Trial;
use crate::time::Timestamp;

/// The narrowest spread of a pause, in thousandths of it: a fifth less.
const SPREAD_PERMILLE_MIN: u64 = 800;
/// The width of the spread, in thousandths: from a fifth less to a fifth more.
const SPREAD_PERMILLE_WIDTH: u64 = 400;

/// How many events may be where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// On their way at once.
    pub flying_max: usize,
    /// Read and not over.
    pub waiting_max: usize,
}

/// The pauses of one webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After the first failure, in milliseconds.
    pub first_pause_ms: u64,
    /// The longest, in milliseconds.
    pub pause_ms_max: u64,
    /// From the first attempt to the last, in milliseconds.
    pub give_up_ms: u64,
}

impl Patience {
    /// Says when an event goes again that failed so often, or nothing when it is given up.
    ///
    /// The last attempt is made exactly when the patience ends, not up to a pause later.
    #[must_use]
    pub fn again_at(
        &self,
        attempts: u32,
        since: Timestamp,
        jitter_permille: u16,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if now.since_ms(since) >= self.give_up_ms {
            return None;
        }
        let end = since.after_ms(self.give_up_ms);
        Some(now.after_ms(self.pause_ms(attempts, jitter_permille)).min(end))
    }

    /// The pause after so many failures.
    #[must_use]
    pub fn pause_ms(&self, attempts: u32, jitter_permille: u16) -> u64 {
        let doublings = attempts.saturating_sub(1);
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        let pause = self.first_pause_ms.saturating_mul(factor).min(self.pause_ms_max);
        let jitter = u64::from(jitter_permille.min(1_000)).saturating_mul(SPREAD_PERMILLE_WIDTH);
        let spread = SPREAD_PERMILLE_MIN.saturating_add(jitter / 1_000);
        pause.saturating_mul(spread) / 1_000
    }

    /// A trial from the store, whose clock may have been another: no pause beyond the longest.
    pub(super) fn believable(&self, trial: Trial, now: Timestamp) -> Trial {
        match trial {
            Trial::Untried => Trial::Untried,
            Trial::Failed { attempts, since, again_at } => Trial::Failed {
                attempts,
                since: since.min(now),
                again_at: again_at.min(now.after_ms(self.pause_ms_max)),
            },
        }
    }
}
