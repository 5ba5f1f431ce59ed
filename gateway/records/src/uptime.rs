//! How long the machine has been up: a clock that no restart of a program and no step of the wall
//! moves.
//!
//! Owns reading it. Only Linux tells; elsewhere nothing is known, and who asks must wait anew.

use std::fs;
use std::sync::LazyLock;

/// Names one start of the machine.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";
/// Read once: while this program runs, the machine is not started again.
static OWN_BOOT: LazyLock<Option<String>> =
    LazyLock::new(|| Some(fs::read_to_string(BOOT).ok()?.trim().to_owned()));
/// Seconds since that start, with two decimals, sleep included.
const SECONDS: &str = "/proc/uptime";

/// A moment of one start of one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uptime {
    /// Which start.
    pub boot: String,
    /// Milliseconds since it.
    pub ms: i64,
}

impl Uptime {
    /// Reads it; nothing where the system does not tell.
    #[must_use]
    pub fn read() -> Option<Self> {
        let boot = OWN_BOOT.clone()?;
        Some(Self { boot, ms: milliseconds(&fs::read_to_string(SECONDS).ok()?)? })
    }

    /// Returns the milliseconds from here to `later`; nothing if the machine was started between
    /// them, or is another one, or went back to an earlier picture of itself.
    #[must_use]
    pub fn until(&self, later: &Self) -> Option<u64> {
        let same = !self.boot.is_empty() && self.boot == later.boot;
        if same { u64::try_from(later.ms - self.ms).ok() } else { None }
    }
}

/// Reads the first of the two numbers of `/proc/uptime`.
fn milliseconds(text: &str) -> Option<i64> {
    let (seconds, parts) = text.split_whitespace().next()?.split_once('.')?;
    let hundredths: i64 = parts.get(..2)?.parse().ok()?;
    seconds.parse::<i64>().ok()?.checked_mul(1_000)?.checked_add(hundredths * 10)
}

#[cfg(test)]
mod tests;
