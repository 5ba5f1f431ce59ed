//! How time comes in: two functions that a program's one clock file provides.
//!
//! Owns only the shape. May not read a clock. Next: [`crate::executor`], which asks it.

/// A program's two clocks.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Milliseconds of a clock that never steps; measures time to live.
    pub monotonic_ms: fn() -> u64,
    /// Microseconds since 1970; goes into journals, tokens and timelines, never into a rule.
    pub unix_us: fn() -> u64,
}

impl Clock {
    /// Returns milliseconds since 1970.
    #[must_use]
    pub fn unix_ms(&self) -> u64 {
        (self.unix_us)() / 1_000
    }
}
