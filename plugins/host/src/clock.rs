//! The only place of this crate that reads the wall clock.
//!
//! Owns what plugins are told as the time. Deadlines are measured with tokio's monotonic clock.
//! Next: [`crate::door`].

use std::time::{SystemTime, UNIX_EPOCH};

/// Reads the wall clock in milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "this is the clock file of this crate")]
pub(crate) fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
