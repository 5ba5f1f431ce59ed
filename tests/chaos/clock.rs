//! The run's clock and its pauses: the one file here that reads the one or waits for the other.
//!
//! Owns nothing else. A chaos run happens in real time; the checker behind it has no clock.
#![expect(clippy::disallowed_methods, reason = "this is the file that reads the clock")]

use std::time::{Duration, Instant};

/// A moment from which time is counted.
#[derive(Debug, Clone, Copy)]
pub struct Moment(Instant);

impl Moment {
    /// Starts counting.
    pub fn now() -> Self {
        Self(Instant::now())
    }

    /// Returns the milliseconds since.
    pub fn passed_ms(self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Waits so many milliseconds.
pub async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
