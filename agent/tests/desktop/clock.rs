//! Real time for a run over real programs: reading it, and letting some of it pass.
//!
//! Owns the only sleep of these tests: windows and desktop programs start when they start.

use std::time::{Duration, Instant};

/// Reads the clock.
#[expect(clippy::disallowed_methods, reason = "real programs are measured in real time")]
pub fn now() -> Instant {
    Instant::now()
}

/// Lets a while pass.
pub fn pause(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}

/// Asks again and again, for a bounded time.
pub fn until<T>(s_max: u64, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = now();
    loop {
        if let Some(there) = ask() {
            return Some(there);
        }
        if start.elapsed() > Duration::from_secs(s_max) {
            return None;
        }
        pause(20);
    }
}
