//! The only place of the outage tool that pauses: an outage lasts as long as it lasts.
//!
//! Owns the pauses; times are read with the gateway's own clock file. Next: `main.rs`.

use std::time::Duration;

/// Lets time pass.
pub async fn pass(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
