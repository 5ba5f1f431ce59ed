//! One shop's part of an order: where its units are and what was given back of its money.
//!
//! Owns the two sums that always hold: every unit is in exactly one place, and what was given back
//! of a line is never more than it cost. May not cause effects. Next: `placing`.

use crate::mall::goods::Item;
use crate::mall::price::{VatRate, less, plus, share, sum};
use crate::mall::quote::{Line, QuotedPart};
use crate::mall::stock::Units;
use baton_protocol::ids::{OptionId, ShopId};
use baton_protocol::money::Money;
use std::collections::BTreeMap;

/// Where the units of a line are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitCounts {
    /// In the shop, to be sent.
    pub waiting: u32,
    /// On their way to the customer.
    pub sent: u32,
    /// With the customer, by option: an exchange may have brought others.
    pub held: BTreeMap<OptionId, u32>,
    /// Promised to come back.
    pub returning: u32,
    /// Coming back for others, or back already and the others not sent.
    pub exchanging: u32,
    /// Back for good.
    pub returned: u32,
    /// Taken out before they were sent.
    pub cancelled: u32,
}

impl UnitCounts {
    const fn new(quantity: u32) -> Self {
        Self {
            waiting: quantity,
            sent: 0,
            held: BTreeMap::new(),
            returning: 0,
            exchanging: 0,
            returned: 0,
            cancelled: 0,
        }
    }

    /// Returns the units that the customer has.
    #[must_use]
    pub fn held_in_all(&self) -> u32 {
        self.held.values().fold(0, |sum, held| sum.saturating_add(*held))
    }

    /// Returns the units that are not and will not be the customer's.
    #[must_use]
    pub const fn back(&self) -> u32 {
        self.returned.saturating_add(self.cancelled)
    }

    /// Returns all units: always the line's quantity.
    #[must_use]
    pub fn in_all(&self) -> u32 {
        let here = self.waiting.saturating_add(self.sent).saturating_add(self.held_in_all());
        let away = self.returning.saturating_add(self.exchanging);
        here.saturating_add(away).saturating_add(self.back())
    }

    pub(super) fn held(&self, option: &OptionId) -> u32 {
        self.held.get(option).copied().unwrap_or(0)
    }

    pub(super) fn hand_over(&mut self, option: &OptionId, quantity: u32) {
        let held = self.held.entry(option.clone()).or_default();
        *held = held.saturating_add(quantity);
    }

    pub(super) fn take(&mut self, option: &OptionId, quantity: u32) {
        if let Some(held) = self.held.get_mut(option) {
            *held = held.saturating_sub(quantity);
        }
        self.held.retain(|_, held| *held > 0);
    }
}

/// A line and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAccount {
    /// As it was ordered.
    pub line: Line,
    /// Where its units are.
    pub units: UnitCounts,
    /// What was given back of it.
    pub given_back: Money,
}

impl LineAccount {
    /// Returns what was not given back.
    #[must_use]
    pub fn left(&self) -> Money {
        less(self.line.total(), self.given_back)
    }

    /// Returns what so many more units back are worth: their share in the line, but no more than is
    /// left of it after earlier reductions.
    pub(super) fn worth(&self, quantity: u32) -> Money {
        let (total, of) = (self.line.total(), self.line.quantity);
        let before = self.units.back();
        let after = before.saturating_add(quantity);
        let worth = less(share(total, after, of), share(total, before, of));
        if worth.minor > self.left().minor { self.left() } else { worth }
    }

    /// Counts an amount as given back and returns the tax within.
    pub(super) fn give_back(&mut self, amount: Money) -> Money {
        give_back(&mut self.given_back, amount, self.line.vat)
    }
}

/// One shop's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Whose.
    pub shop: ShopId,
    /// What.
    pub lines: Vec<LineAccount>,
    /// What the way costs.
    pub shipping: Money,
    /// The tax within that.
    pub shipping_vat: VatRate,
    /// What was given back of it.
    pub shipping_given_back: Money,
}

impl Part {
    pub(super) fn new(quoted: QuotedPart) -> Self {
        let zero = Money::new(0, quoted.shipping.currency);
        let account = |line: Line| LineAccount {
            units: UnitCounts::new(line.quantity),
            given_back: zero,
            line,
        };
        Self {
            shop: quoted.shop,
            lines: quoted.lines.into_iter().map(account).collect(),
            shipping: quoted.shipping,
            shipping_vat: quoted.shipping_vat,
            shipping_given_back: zero,
        }
    }

    /// Returns what the part costs.
    #[must_use]
    pub fn total(&self) -> Money {
        let lines = self.lines.iter().map(|one| one.line.total());
        plus(sum(self.shipping.currency, lines), self.shipping)
    }

    /// Returns the tax within, line by line.
    #[must_use]
    pub fn vat(&self) -> Money {
        let lines = self.lines.iter().map(|one| one.line.vat.within(one.line.total()));
        plus(sum(self.shipping.currency, lines), self.shipping_vat.within(self.shipping))
    }

    /// Returns what was given back of it.
    #[must_use]
    pub fn given_back(&self) -> Money {
        let lines = self.lines.iter().map(|one| one.given_back);
        plus(sum(self.shipping.currency, lines), self.shipping_given_back)
    }

    /// Returns what is left of the way's price.
    #[must_use]
    pub const fn shipping_left(&self) -> Money {
        less(self.shipping, self.shipping_given_back)
    }

    /// Returns the units that its stock is asked for.
    #[must_use]
    pub fn units(&self) -> Units {
        let mut units = Units::new();
        for one in &self.lines {
            let wanted = units.entry(one.line.item.clone()).or_default();
            *wanted = wanted.saturating_add(one.line.quantity);
        }
        units
    }

    /// Tells whether nothing was sent and nothing will be.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.lines.iter().all(|one| one.units.cancelled == one.line.quantity)
    }

    /// Everything of it is taken out and its money owed.
    pub(super) fn lose(&mut self) {
        for one in &mut self.lines {
            one.units.cancelled = one.line.quantity;
            one.units.waiting = 0;
            one.given_back = one.line.total();
        }
        self.shipping_given_back = self.shipping;
    }

    pub(super) fn give_shipping_back(&mut self, amount: Money) -> Money {
        give_back(&mut self.shipping_given_back, amount, self.shipping_vat)
    }
}

/// Takes the tax as the difference of the taxes within all that was given back after and before, so
/// that many small refunds give back the very tax of the whole.
fn give_back(so_far: &mut Money, amount: Money, vat: VatRate) -> Money {
    let before = vat.within(*so_far);
    *so_far = plus(*so_far, amount);
    less(vat.within(*so_far), before)
}

/// Units of one item.
pub(super) fn units_of(item: &Item, quantity: u32) -> Units {
    Units::from([(item.clone(), quantity)])
}
