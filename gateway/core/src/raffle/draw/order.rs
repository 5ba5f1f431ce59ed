//! The order of all tickets: a shuffle in which every order is equally likely.
//!
//! Owns the stream of words from a seed, the rejection that makes numbers below a bound fair, and
//! the shuffle of Fisher and Yates. Next: [`super::bundle`].

use super::Digest;

/// Places of tickets in the list, first choice first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order(Vec<u32>);

impl Order {
    /// Draws the first `places` of so many tickets.
    #[must_use]
    pub fn draw(seed: &Digest, tickets: u32, places: u32) -> Self {
        let mut words = Words::new(*seed);
        let mut order: Vec<u32> = (0..tickets).collect();
        let places = places.min(tickets);
        for place in 0..places {
            let left = u64::from(tickets.saturating_sub(place));
            let other = u64::from(place).saturating_add(words.below(left));
            if let (Ok(here), Ok(there)) = (usize::try_from(place), usize::try_from(other)) {
                order.swap(here, there);
            }
        }
        order.truncate(usize::try_from(places).unwrap_or(usize::MAX));
        Self(order)
    }

    /// Takes an order that is told, for a rehearsal.
    #[must_use]
    pub const fn told(places: Vec<u32>) -> Self {
        Self(places)
    }

    /// Returns the ticket at a place of the order.
    #[must_use]
    pub fn lookup(&self, place: usize) -> Option<u32> {
        self.0.get(place).copied()
    }

    /// Returns the tickets in order.
    #[must_use]
    pub fn tickets(&self) -> &[u32] {
        &self.0
    }
}

/// The words that a seed makes: four of each hash of seed and counter.
#[derive(Debug)]
pub struct Words {
    seed: Digest,
    counter: u64,
    block: Vec<u64>,
}

impl Words {
    /// Begins the stream of a seed.
    #[must_use]
    pub const fn new(seed: Digest) -> Self {
        Self { seed, counter: 0, block: Vec::new() }
    }

    /// Returns a number below `bound`, each equally likely; 0 for a bound of 0.
    ///
    /// Words of the incomplete last run of the bound are thrown away.
    pub fn below(&mut self, bound: u64) -> u64 {
        let Some(rest) = u64::MAX.checked_rem(bound) else { return 0 };
        let rest = rest.saturating_add(1).checked_rem(bound).unwrap_or(0);
        let last = u64::MAX.saturating_sub(rest);
        loop {
            let word = self.next();
            if word <= last {
                return word.checked_rem(bound).unwrap_or(0);
            }
        }
    }

    fn next(&mut self) -> u64 {
        loop {
            if let Some(word) = self.block.pop() {
                return word;
            }
            let hash = Digest::of(&[self.seed.bytes(), &self.counter.to_be_bytes()]);
            self.counter = self.counter.wrapping_add(1);
            let word =
                |bytes: &[u8]| bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            // The last is taken first.
            self.block.extend(hash.bytes().chunks_exact(8).rev().map(word));
        }
    }
}
