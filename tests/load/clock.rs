//! The only place of the load tool that reads a clock, pauses, or draws lots.
//!
//! Owns time for measuring and for keys. A generator of load keeps to a schedule, so it must pause
//! where a test must not. Next: `main.rs`.
#![expect(clippy::disallowed_methods, reason = "this is the file that reads clock and dice")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Reads the clock that only goes forward.
pub fn now() -> Instant {
    Instant::now()
}

/// Returns milliseconds since 1970.
pub fn wall_ms() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)
}

/// Returns the microseconds between two readings; none if they are the other way round.
pub fn us_between(from: Instant, until: Instant) -> u64 {
    let passed = until.saturating_duration_since(from).as_micros();
    u64::try_from(passed).unwrap_or(u64::MAX)
}

/// Makes an id that sorts by its time, as a phone makes its keys.
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// Holds this thread until a moment; the system's timer is some 50 microseconds late.
pub fn hold_until(moment: Instant) {
    std::thread::sleep(moment.saturating_duration_since(Instant::now()));
}

/// Pauses one task.
pub async fn pause_ms(pause_ms: u64) {
    tokio::time::sleep(Duration::from_millis(pause_ms)).await;
}

/// Pauses one task until a moment.
pub async fn pause_until(moment: Instant) {
    tokio::time::sleep_until(moment.into()).await;
}
