//! When payments are meant to start: evenly, or at random moments that a seed decides.
//!
//! Owns the arithmetic only. Random moments have independent gaps (a Poisson process), as shoppers
//! have. Next: `phones.rs`, which keeps to them.

use clap::ValueEnum;
use std::time::Duration;

/// How moments lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Spread {
    /// All gaps are the same.
    Even,
    /// Gaps are random; their mean is what the rate says.
    Random,
}

/// Returns all moments of a schedule, in order.
pub fn moments(rate: u64, seconds: u64, spread: Spread, seed: u64) -> Vec<Duration> {
    let count = rate * seconds;
    let gap_s = 1.0 / (rate.max(1) as f64);
    let mut dice = Dice(seed);
    let mut at_s = 0.0;
    let mut next = || {
        at_s += match spread {
            Spread::Even => gap_s,
            Spread::Random => -gap_s * (1.0 - dice.share()).ln(),
        };
        Duration::from_secs_f64(at_s)
    };
    (0..count).map(|_| next()).collect()
}

/// `SplitMix64` (Steele, Lea, Flood 2014): repeatable, and good enough for gaps.
struct Dice(u64);

impl Dice {
    /// Returns a number from 0 up to, without, 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }
}
