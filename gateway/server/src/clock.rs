//! The gateway's clock and its maker of ids: the one file here that reads either.
//!
//! Owns a clock that never goes back: it is set from the wall once, at start, and then counts.
//! A step of the machine's clock moves no timer of a transaction. Next: [`crate::world`].
#![expect(clippy::disallowed_methods, reason = "this is the file that reads clock and dice")]

use baton_core::time::Timestamp;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Milliseconds since 1970 that only ever grow.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
    wall_ms: i64,
}

impl Clock {
    /// Reads the wall once.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now(), wall_ms: wall_ms() }
    }

    /// Returns the time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let passed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Timestamp::from_ms(self.wall_ms).after_ms(passed)
    }
}

/// Returns milliseconds since 1970 as the machine's clock has them now, for tokens of others.
#[must_use]
pub fn wall_ms() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)
}

/// Returns microseconds since 1970, for timelines that people look at.
#[must_use]
pub fn wall_us() -> u64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(passed.as_micros()).unwrap_or(u64::MAX)
}

/// Throws a number from 0 to 1000, to spread pauses.
#[must_use]
pub fn random_permille() -> u16 {
    u16::try_from(Uuid::new_v4().as_u128() % 1_001).unwrap_or(0)
}

/// Makes an id that sorts by its time.
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}
