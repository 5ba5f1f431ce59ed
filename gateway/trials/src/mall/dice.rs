//! Numbers that only look random: the same seed always gives the same history.
//!
//! Owns SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). May
//! not be used where somebody could gain by guessing. Next: `world`.

/// A row of numbers from a seed.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Starts a row.
    #[must_use]
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below another; 0 below nothing. The tiny bias of the remainder is no matter
    /// where only variety counts.
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll().checked_rem(end).unwrap_or(0)
    }

    /// Returns a place in a row of things.
    pub fn place(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.below(length)).unwrap_or(0)
    }

    /// Returns a number of units from 1 to `most`.
    pub fn units(&mut self, most: u32) -> u32 {
        u32::try_from(self.below(u64::from(most.max(1)))).unwrap_or(0).saturating_add(1)
    }

    /// Tells whether something that happens so often in a hundred happens.
    pub fn chance(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }

    /// Picks one of some things.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        things.get(self.place(things.len()))
    }
}
