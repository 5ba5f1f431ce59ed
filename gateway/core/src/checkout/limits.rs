//! How often somebody may try: per account, and per device or address.
//!
//! Owns the lockouts. A run that showed a question and was not accepted has failed, whatever ended
//! it; open runs count as if they had failed, so that many at once gain nothing. Next:
//! [`super::unit`].

use crate::time::Timestamp;
use std::collections::BTreeMap;

/// Tries in one checkout session. Source: checkout specification, limits, as all of these.
pub const ATTEMPTS_MAX: u32 = 2;
/// Failed runs of an account in a day.
pub const FAILED_A_DAY_MAX: usize = 3;
/// Failed runs of an account in thirty days.
pub const FAILED_A_MONTH_MAX: usize = 5;
/// A day.
const DAY_MS: u64 = 86_400_000;
/// Thirty days.
const MONTH_MS: u64 = 30 * DAY_MS;
/// The wait after the first failed run; it doubles with each one in a row.
const DELAY_MS: u64 = 30_000;
/// The longest such wait: then the limits of a day say more.
const DELAY_MS_MAX: u64 = DAY_MS;

/// Why no run may begin now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Lockout {
    /// Too many failed in a day.
    #[error("{FAILED_A_DAY_MAX} runs of a day have failed or are open")]
    Day,
    /// Too many failed in a month.
    #[error("{FAILED_A_MONTH_MAX} runs of thirty days have failed or are open")]
    Month,
    /// The wait after the last failed run is not over.
    #[error("wait until {}", .until.ms())]
    Delay {
        /// When it is.
        until: Timestamp,
    },
    /// Too many failed from this device or address.
    #[error("too many runs from this device or address have failed")]
    Bucket,
    /// More devices failed lately than can be remembered.
    #[error("too many devices and addresses have failed lately")]
    BucketsFull,
}

/// The failed runs of one account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// When they failed, the latest last; those of the last thirty days.
    failed: Vec<Timestamp>,
    in_a_row: u32,
}

impl Limits {
    /// Says whether a run may begin while so many are open.
    ///
    /// # Errors
    /// Each variant of [`Lockout`] but those of buckets, as it says.
    pub fn admit(&self, open: usize, now: Timestamp) -> Result<(), Lockout> {
        let within = |ms: u64| self.failed.iter().filter(|at| now.since_ms(**at) < ms).count();
        if within(MONTH_MS).saturating_add(open) >= FAILED_A_MONTH_MAX {
            return Err(Lockout::Month);
        }
        if within(DAY_MS).saturating_add(open) >= FAILED_A_DAY_MAX {
            return Err(Lockout::Day);
        }
        let until = self.failed.last().map(|last| last.after_ms(self.delay_ms()));
        until.filter(|until| now < *until).map_or(Ok(()), |until| Err(Lockout::Delay { until }))
    }

    /// Puts them together again; the wall may have stepped, so none failed later than now.
    #[must_use]
    pub fn restore(mut failed: Vec<Timestamp>, in_a_row: u32, now: Timestamp) -> Self {
        for at in &mut failed {
            *at = (*at).min(now);
        }
        failed.sort_unstable();
        Self { failed, in_a_row }
    }

    /// Returns when runs failed, the latest last, and how many in a row.
    #[must_use]
    pub fn stored(&self) -> (Vec<Timestamp>, u32) {
        (self.failed.clone(), self.in_a_row)
    }

    fn delay_ms(&self) -> u64 {
        let times = self.in_a_row.saturating_sub(1);
        let doubled = 1_u64.checked_shl(times).and_then(|factor| DELAY_MS.checked_mul(factor));
        doubled.unwrap_or(DELAY_MS_MAX).min(DELAY_MS_MAX)
    }

    /// Counts a failed run.
    pub fn failed(&mut self, now: Timestamp) {
        self.failed.retain(|at| now.since_ms(*at) < MONTH_MS);
        self.failed.push(now);
        self.in_a_row = self.in_a_row.saturating_add(1);
    }

    /// Takes the wait away; what failed before still counts.
    pub const fn passed(&mut self) {
        self.in_a_row = 0;
    }
}

/// Failed runs from one device or address in a day: a household shares them.
const FAILED_A_BUCKET_MAX: usize = 10;
/// Devices and addresses that are remembered; some megabytes.
const BUCKETS_MAX: usize = 100_000;

/// A device or address as a keyed digest; the shell makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin(pub [u8; 16]);

/// Failed runs by device and by address, over all accounts.
#[derive(Debug, Clone, Default)]
pub struct Buckets {
    failed: BTreeMap<Origin, Vec<Timestamp>>,
}

impl Buckets {
    /// Says whether a run from all of these may begin.
    ///
    /// # Errors
    /// [`Lockout::Bucket`] when too many from one of them failed in a day,
    /// [`Lockout::BucketsFull`] when no more can be remembered.
    pub fn admit(&self, origins: &[Origin], now: Timestamp) -> Result<(), Lockout> {
        let recent = |origin: &Origin| {
            let times = self.failed.get(origin).into_iter().flatten();
            times.filter(|at| now.since_ms(**at) < DAY_MS).count()
        };
        if origins.iter().any(|origin| recent(origin) >= FAILED_A_BUCKET_MAX) {
            return Err(Lockout::Bucket);
        }
        let known = origins.iter().all(|origin| self.failed.contains_key(origin));
        let full = self.failed.len() >= BUCKETS_MAX && !known;
        if full { Err(Lockout::BucketsFull) } else { Ok(()) }
    }

    /// Counts a failed run from all of these.
    pub fn failed(&mut self, origins: &[Origin], now: Timestamp) {
        for origin in origins {
            if self.failed.len() >= BUCKETS_MAX {
                self.forget(now);
            }
            let times = self.failed.entry(*origin).or_default();
            times.retain(|at| now.since_ms(*at) < DAY_MS);
            times.push(now);
        }
    }

    /// Forgets what failed more than a day ago.
    pub fn forget(&mut self, now: Timestamp) {
        let recent = |at: &Timestamp| now.since_ms(*at) < DAY_MS;
        self.failed.retain(|_, times| times.last().is_some_and(recent));
    }
}

#[cfg(test)]
mod tests;
