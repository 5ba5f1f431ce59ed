//! Chance as an argument: the shell hands in a number, the rules draw from it.
//!
//! Owns the way from one number of 64 bits to many draws (SplitMix64, Steele et al. 2014), so that
//! a step can be repeated exactly. May not be used for keys.

/// A source of draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dice(u64);

impl Dice {
    /// Takes the shell's number; each must be used once.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Draws 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number below `many`; 0 if that is 0.
    pub fn below(&mut self, many: usize) -> usize {
        let many = u128::try_from(many).unwrap_or(0);
        // The high half of the product is as even as 64 bits can be.
        let scaled = u128::from(self.bits()).saturating_mul(many) >> 64;
        usize::try_from(scaled).unwrap_or(0)
    }

    /// Draws whether something of so many percent happens.
    pub fn percent(&mut self, chance: u8) -> bool {
        self.below(100) < usize::from(chance)
    }

    /// Draws one of a list.
    pub fn one_of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let place = self.below(list.len());
        list.get(place)
    }

    /// Brings a list into an order that any is as likely as another (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            let other = self.below(place.saturating_add(1));
            list.swap(place, other);
        }
    }
}
