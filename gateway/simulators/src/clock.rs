//! The only place of the simulators that reads a clock.
//!
//! Owns the wall clock, by which wallets let codes expire. Next: [`crate::magic`].

use std::time::{SystemTime, UNIX_EPOCH};

/// Reads the wall clock in milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "this is the clock file of the simulators")]
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
