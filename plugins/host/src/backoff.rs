//! When a plugin that failed is started again.
//!
//! Owns the plan only; time comes in as an argument. The first start after a success comes at
//! once, so that a plugin that one request killed is back for the next. Next: [`crate::lane`].

#[cfg(test)]
mod tests;

use std::time::Duration;
use tokio::time::Instant;

/// The first rest, in milliseconds: longer than a start takes.
const REST_FIRST_MS: u64 = 100;
/// The longest rest, in milliseconds: a mended plugin is back before anybody calls support.
const REST_LAST_MS: u64 = 10_000;
/// Doublings after which the rest is the longest: 100 ms × 2^7 is over 10 s.
const DOUBLINGS_MAX: u32 = 7;

/// Failures in a row, and until when to rest.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
    until: Option<Instant>,
}

impl Backoff {
    /// A process ended or was ended; `served` if it had answered anything.
    pub(crate) fn failed(&mut self, served: Served, now: Instant) {
        self.failures = match served {
            Served::Something => 1,
            Served::Nothing => self.failures.saturating_add(1),
        };
        self.until = match self.failures {
            0 | 1 => None,
            more => {
                let doublings = more.saturating_sub(2).min(DOUBLINGS_MAX);
                let rest_ms = REST_FIRST_MS.saturating_mul(1 << doublings).min(REST_LAST_MS);
                now.checked_add(Duration::from_millis(rest_ms))
            }
        };
    }

    /// Returns until when to rest.
    pub(crate) fn rests_until(&self, now: Instant) -> Option<Instant> {
        self.until.filter(|until| *until > now)
    }
}

/// Whether a process answered anything while it lived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    Something,
    Nothing,
}
