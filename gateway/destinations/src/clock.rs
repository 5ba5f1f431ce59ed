//! The only place of this crate that reads clocks.
//!
//! Owns the monotonic clock for idle lines and the wall clock for messages that belong to no
//! transaction (sign-on, echo). Questions bring their own time. Next: `iso8583/line.rs`.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Reads the monotonic clock.
#[expect(clippy::disallowed_methods, reason = "this is the clock file of this crate")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Reads the wall clock in milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "this is the clock file of this crate")]
pub(crate) fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
