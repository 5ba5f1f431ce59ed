//! The only place of this program that reads a clock.
//!
//! Owns both readings: one that never steps, and the time of day. Next: [`crate::pos`].

use baton_link::clock::Clock;
use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Returns this program's clocks.
#[must_use]
pub const fn clock() -> Clock {
    Clock { monotonic_ms, unix_us }
}

#[expect(clippy::disallowed_methods, reason = "this file is where the program reads its clocks")]
fn monotonic_ms() -> u64 {
    let passed = STARTED.get_or_init(Instant::now).elapsed();
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "this file is where the program reads its clocks")]
fn unix_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
