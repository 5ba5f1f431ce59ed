//! How many requests one caller may make: a bucket of tokens for each, filled at a steady pace.
//!
//! Owns the arithmetic. Only callers whose token was verified have a bucket, so nobody can empty
//! another's, and there are never more buckets than callers in the tables.

use crate::clock::Clock;
use baton_core::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// One request, in the thousandths in which buckets are counted.
const REQUEST_MILLI: u64 = 1_000;

/// A caller has no request left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted {
    /// When it has one again, in whole seconds, at least one.
    pub again_in_s: u32,
}

/// The buckets of all callers of a kind.
pub struct Quotas<K> {
    per_s: u64,
    burst_milli: u64,
    clock: Clock,
    buckets: Mutex<BTreeMap<K, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    level_milli: u64,
    seen: Timestamp,
}

impl<K: Ord + Clone> Quotas<K> {
    /// Makes full buckets for everybody.
    #[must_use]
    pub fn new(per_s: u32, burst: u32, clock: Clock) -> Self {
        let burst_milli = u64::from(burst.max(1)).saturating_mul(REQUEST_MILLI);
        Self { per_s: u64::from(per_s.max(1)), burst_milli, clock, buckets: Mutex::default() }
    }

    /// Takes one request out of a caller's bucket.
    ///
    /// # Errors
    /// [`Exhausted`] when it is empty.
    pub fn take(&self, caller: &K) -> Result<(), Exhausted> {
        self.take_at(caller, self.clock.now())
    }

    fn take_at(&self, caller: &K, now: Timestamp) -> Result<(), Exhausted> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full = Bucket { level_milli: self.burst_milli, seen: now };
        let bucket = match buckets.get_mut(caller) {
            Some(bucket) => bucket,
            None => buckets.entry(caller.clone()).or_insert(full),
        };
        // So many requests a second are so many thousandths of one a millisecond.
        let filled = now.since_ms(bucket.seen).saturating_mul(self.per_s);
        bucket.level_milli = bucket.level_milli.saturating_add(filled).min(self.burst_milli);
        bucket.seen = bucket.seen.max(now);
        match bucket.level_milli.checked_sub(REQUEST_MILLI) {
            Some(left) => {
                bucket.level_milli = left;
                Ok(())
            }
            None => {
                let lacking = REQUEST_MILLI.saturating_sub(bucket.level_milli);
                let wait_s = lacking.div_ceil(self.per_s).div_ceil(1_000).max(1);
                Err(Exhausted { again_in_s: u32::try_from(wait_s).unwrap_or(u32::MAX) })
            }
        }
    }
}

#[cfg(test)]
mod tests;
