//! Shares of money in whole won: basis points, and what cannot be divided evenly.
//!
//! Owns the rounding. Every function says where the rest goes; products are 128 bits wide. May not
//! know what is shared. Next: [`super::terms`].

/// A share in basis points, 0 to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Bps(u16);

/// Basis points of the whole.
const WHOLE: u16 = 10_000;

impl Bps {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// All of it.
    pub const ALL: Self = Self(WHOLE);

    /// Takes basis points; more than the whole are none.
    #[must_use]
    pub fn new(bps: u16) -> Option<Self> {
        (bps <= WHOLE).then_some(Self(bps))
    }

    /// Returns the basis points.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Returns the share, rounded down; the rest stays with whoever gives.
    #[must_use]
    pub fn floor(self, won: i64) -> i64 {
        part(won, i64::from(self.0), i64::from(WHOLE))
    }

    /// Returns the share, rounded up.
    #[must_use]
    pub fn ceil(self, won: i64) -> i64 {
        let left = i64::from(WHOLE.saturating_sub(self.0));
        won.saturating_sub(part(won, left, i64::from(WHOLE)))
    }
}

/// Returns `won * numerator / denominator`, rounded down; nothing of nothing.
#[must_use]
pub fn part(won: i64, numerator: i64, denominator: i64) -> i64 {
    let product = i128::from(won).saturating_mul(i128::from(numerator));
    let quotient = product.checked_div_euclid(i128::from(denominator)).unwrap_or(0);
    i64::try_from(quotient).unwrap_or(i64::MAX)
}

/// Returns `won / units`, rounded up; nothing for no units.
#[must_use]
pub fn ceil_div(won: i64, units: i64) -> i64 {
    let whole = won.checked_div_euclid(units).unwrap_or(0);
    let rest = won.checked_rem_euclid(units).unwrap_or(0);
    whole.saturating_add(i64::from(rest > 0))
}

/// Won divided among tickets that each count the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Even {
    /// What each gets.
    pub each: i64,
    /// What is left, less than one won a ticket; all of it when there are no tickets.
    pub rest: i64,
}

impl Even {
    /// Divides.
    #[must_use]
    pub fn of(won: i64, tickets: u64) -> Self {
        let tickets = i64::try_from(tickets).unwrap_or(i64::MAX);
        let each = won.checked_div_euclid(tickets).unwrap_or(0);
        Self { each, rest: won.saturating_sub(each.saturating_mul(tickets)) }
    }
}

/// Gives every claim its part of `won`, rounded down, and the rest one won each from the first on.
/// Together they are `won` unless there is no claim at all.
#[must_use]
pub fn in_proportion(won: i64, claims: &[i64]) -> Vec<i64> {
    let total = claims.iter().fold(0, |sum: i64, claim| sum.saturating_add(*claim));
    let mut parts: Vec<i64> = claims.iter().map(|claim| part(won, *claim, total)).collect();
    let given = parts.iter().fold(0, |sum: i64, one| sum.saturating_add(*one));
    let mut rest = won.saturating_sub(given);
    for (one, _) in parts.iter_mut().zip(claims).filter(|(_, claim)| **claim > 0) {
        let more = i64::from(rest > 0);
        *one = one.saturating_add(more);
        rest = rest.saturating_sub(more);
    }
    parts
}
