//! Prices: tax within, shares and spread discounts, all in whole minor units.
//!
//! Owns every division of the mall's money, and each says how it rounds and where the rest goes.
//! May not know orders. Sums cannot overflow: the bounds below keep them under 64 bits, and
//! [`super::quote`] holds prices and quantities to them. Next: [`super::coupon`].

use baton_protocol::money::{Currency, Money};

/// The dearest goods: a million million minor units, more than any won price, and times
/// [`QUANTITY_MAX`] and [`ORDER_LINES_MAX`] still below 64 bits.
pub const PRICE_MINOR_MAX: i64 = 1_000_000_000_000;
/// Units of one line: three digits fill the field of a phone's page; more is a wholesale order.
pub const QUANTITY_MAX: u32 = 999;
/// Lines of one order or cart: a page that a person still reads.
pub const ORDER_LINES_MAX: usize = 100;
/// The whole, in basis points.
const WHOLE_BPS: i128 = 10_000;

/// A rate of value added tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VatRate(u16);

impl VatRate {
    /// Korea's rate: 10 % (Value-Added Tax Act, article 30).
    pub const KOREA: Self = Self(1_000);
    /// No tax: books, fresh food and what else the law exempts.
    pub const EXEMPT: Self = Self(0);

    /// Makes a rate of at most 100 %.
    ///
    /// **Units** basis points: 1000 is 10 %.
    #[must_use]
    pub fn from_bps(bps: u16) -> Option<Self> {
        (bps <= 10_000).then_some(Self(bps))
    }

    /// Returns the rate in basis points.
    #[must_use]
    pub const fn bps(self) -> u16 {
        self.0
    }

    /// Returns the tax within a price that includes it.
    ///
    /// Rounds down; what is dropped stays in the net. It grows with the price, so taxes of growing
    /// refunds, each taken as a difference, add up to the tax of the whole.
    #[must_use]
    pub fn within(self, gross: Money) -> Money {
        let rate = i128::from(self.0);
        let tax = i128::from(gross.minor)
            .saturating_mul(rate)
            .checked_div(WHOLE_BPS.saturating_add(rate))
            .unwrap_or(0);
        Money::new(narrow(tax), gross.currency)
    }
}

/// Returns no money.
#[must_use]
pub const fn nothing(currency: Currency) -> Money {
    Money::new(0, currency)
}

/// Returns a price times a number of units.
#[must_use]
pub fn times(price: Money, quantity: u32) -> Money {
    Money::new(price.minor.saturating_mul(i64::from(quantity)), price.currency)
}

/// Adds money of one currency; amounts of an order have one.
#[must_use]
pub const fn plus(one: Money, other: Money) -> Money {
    Money::new(one.minor.saturating_add(other.minor), one.currency)
}

/// Takes money of one currency away.
#[must_use]
pub const fn less(one: Money, other: Money) -> Money {
    Money::new(one.minor.saturating_sub(other.minor), one.currency)
}

/// Adds many.
#[must_use]
pub fn sum(currency: Currency, amounts: impl Iterator<Item = Money>) -> Money {
    amounts.fold(nothing(currency), plus)
}

/// Returns the share of `part` units among `of` units in the whole.
///
/// Rounds down; taken as differences of a growing `part`, the rest goes with the last unit.
#[must_use]
pub fn share(whole: Money, part: u32, of: u32) -> Money {
    let share = i128::from(whole.minor).saturating_mul(i128::from(part));
    let share = share.checked_div(i128::from(of)).unwrap_or(0);
    Money::new(narrow(share), whole.currency)
}

/// Returns so many basis points of an amount.
///
/// Rounds down: a discount never gives more than it says; the rest stays with the seller.
#[must_use]
pub fn fraction(of: Money, bps: u16) -> Money {
    let part = i128::from(of.minor).saturating_mul(i128::from(bps)).div_euclid(WHOLE_BPS);
    Money::new(narrow(part), of.currency)
}

/// Spreads an amount over weights in proportion. The shares add up to the amount, or to the weights
/// if those are less, and none is above its weight.
///
/// Rounds down, then gives one unit more to the largest remainders; among equal ones to the first.
#[must_use]
pub fn spread(amount_minor: i64, weights_minor: &[i64]) -> Vec<i64> {
    let whole: i128 = weights_minor.iter().map(|weight| i128::from(*weight)).sum();
    if whole <= 0 {
        return vec![0; weights_minor.len()];
    }
    let amount = i128::from(amount_minor).clamp(0, whole);
    let exact = weights_minor.iter().map(|weight| amount.saturating_mul(i128::from(*weight)));
    let mut shares: Vec<(i64, i128)> =
        exact.map(|part| (narrow(part.div_euclid(whole)), part.rem_euclid(whole))).collect();
    let given: i128 = shares.iter().map(|(share, _)| i128::from(*share)).sum();
    let left = usize::try_from(amount.saturating_sub(given)).unwrap_or(0);
    let mut order: Vec<usize> = (0..shares.len()).collect();
    let remainder = |place: &usize| shares.get(*place).map_or(0, |(_, remainder)| *remainder);
    order.sort_by_key(|place| std::cmp::Reverse(remainder(place)));
    for place in order.into_iter().take(left) {
        if let Some((share, _)) = shares.get_mut(place) {
            *share = share.saturating_add(1);
        }
    }
    shares.into_iter().map(|(share, _)| share).collect()
}

fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
