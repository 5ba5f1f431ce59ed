//! When to dial again: quickly at first, then patiently, never all devices at one moment.
//!
//! Owns the plan. May not sleep or draw lots: the jitter comes in. Next: [`crate::client`].

/// First pause, in milliseconds: a gateway that only restarted is back within a few of these.
pub const PAUSE_MS_MIN: u64 = 100;
/// Longest pause, in milliseconds: a shop must not wait longer once the network is back.
pub const PAUSE_MS_MAX: u64 = 5_000;

/// Returns how long to wait before the next try.
///
/// `failures` counts tries that failed in a row; `jitter` is a random byte that spreads the pause
/// over the upper half of its range.
#[must_use]
pub fn pause_ms(failures: u32, jitter: u8) -> u64 {
    let whole = PAUSE_MS_MIN.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let half = whole.min(PAUSE_MS_MAX) / 2;
    half + half * u64::from(jitter) / u64::from(u8::MAX)
}

#[cfg(test)]
mod tests;
