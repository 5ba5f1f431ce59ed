//! Coupons: what they take off, for whom, and that each use is counted once.
//!
//! Owns a coupon's uses. An order holds a use before it is paid, spends it when it is, and gives it
//! back when it ends unpaid; a refund does not give it back. Next: [`super::quote`].

use super::customer::Customer;
use super::effect::{Effect, Record};
use super::order;
use super::price::{fraction, nothing};
use crate::time::Timestamp;
use baton_protocol::ids::{CouponCode, OrderId, ShopId};
use baton_protocol::money::Money;
use std::collections::BTreeMap;

/// What a coupon takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// An amount, or all if there is less.
    Amount(Money),
    /// So many basis points, at most an amount if one is named.
    Fraction {
        /// 1000 is 10 %.
        bps: u16,
        /// No more than this.
        most: Option<Money>,
    },
}

/// What never changes about a coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The shop where it counts; every shop's goods when nothing is named.
    pub shop: Option<ShopId>,
    /// What it takes off.
    pub discount: Discount,
    /// What the goods it counts for must cost at least.
    pub spend_min: Money,
    /// From when.
    pub from: Timestamp,
    /// Until before when.
    pub until: Timestamp,
    /// How many orders it serves altogether; 1 is a coupon for one.
    pub uses: u32,
}

/// Where one use stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// An unpaid order holds it.
    Held(Customer),
    /// A paid order had it.
    Spent(Customer),
}

/// A coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon {
    code: CouponCode,
    terms: Terms,
    uses: BTreeMap<OrderId, Use>,
}

/// What an order wants of a coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A use, for now.
    Hold(OrderId, Customer),
    /// The use is spent.
    Spend(OrderId),
    /// The use is not needed.
    Release(OrderId),
}

/// What a coupon's history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A use is held.
    Held(OrderId),
    /// It is spent.
    Spent(OrderId),
    /// It is free again.
    Released(OrderId),
}

/// Why a coupon said no. Nothing changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Too early or too late.
    #[error("coupon {0} does not count today")]
    NotNow(CouponCode),
    /// All its uses are held or spent.
    #[error("coupon {0} is used up")]
    UsedUp(CouponCode),
    /// A customer uses it once.
    #[error("coupon {0} was used by this customer")]
    UsedBefore(CouponCode),
    /// The order holds no use of it, or has spent it.
    #[error("coupon {0} is not held by this order")]
    NotHeld(CouponCode),
}

impl Terms {
    /// Returns what it takes off goods of this amount; nothing below the least that they must cost.
    #[must_use]
    pub fn takes_off(&self, amount: Money) -> Money {
        if amount.minor < self.spend_min.minor || amount.currency != self.spend_min.currency {
            return nothing(amount.currency);
        }
        let wanted = match self.discount {
            Discount::Amount(off) => off.minor,
            Discount::Fraction { bps, most } => {
                let off = fraction(amount, bps).minor;
                most.map_or(off, |most| off.min(most.minor))
            }
        };
        Money::new(wanted.clamp(0, amount.minor.max(0)), amount.currency)
    }
}

impl Coupon {
    /// Makes a coupon, or puts one together as the store has it.
    #[must_use]
    pub const fn new(code: CouponCode, terms: Terms, uses: BTreeMap<OrderId, Use>) -> Self {
        Self { code, terms, uses }
    }

    /// Takes one wish and says what must happen, in order.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing changed then.
    ///
    /// **Repeat** the same wish of the same order is granted again and changes nothing.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        match input {
            Input::Hold(order, customer) => self.hold(order, customer, now),
            Input::Spend(order) => match self.uses.get(&order).cloned() {
                Some(Use::Spent(_)) => Ok(Vec::new()),
                Some(Use::Held(customer)) => {
                    self.uses.insert(order, Use::Spent(customer));
                    Ok(vec![self.record(Event::Spent(order))])
                }
                None => Err(Refusal::NotHeld(self.code.clone())),
            },
            Input::Release(order) => match self.uses.get(&order) {
                None => Ok(Vec::new()),
                Some(Use::Spent(_)) => Err(Refusal::NotHeld(self.code.clone())),
                Some(Use::Held(_)) => {
                    self.uses.remove(&order);
                    Ok(vec![self.record(Event::Released(order))])
                }
            },
        }
    }

    /// A use is held as long as its order is open, which has the timer.
    #[must_use]
    pub const fn next_deadline(&self) -> Option<Timestamp> {
        None
    }

    /// Returns what never changes about it.
    #[must_use]
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Returns its uses.
    pub fn uses(&self) -> impl Iterator<Item = (&OrderId, &Use)> {
        self.uses.iter()
    }

    fn hold(
        &mut self,
        order: OrderId,
        customer: Customer,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        let granted = Effect::Order { order, told: Box::new(order::Input::CouponGranted) };
        if self.uses.contains_key(&order) {
            return Ok(vec![granted]);
        }
        if now < self.terms.from || now >= self.terms.until {
            return Err(Refusal::NotNow(self.code.clone()));
        }
        let by = |one: &Use| match one {
            Use::Held(who) | Use::Spent(who) => *who == customer,
        };
        if self.uses.values().any(by) {
            return Err(Refusal::UsedBefore(self.code.clone()));
        }
        let limit = usize::try_from(self.terms.uses).unwrap_or(usize::MAX);
        if self.uses.len() >= limit {
            return Err(Refusal::UsedUp(self.code.clone()));
        }
        self.uses.insert(order, Use::Held(customer));
        Ok(vec![self.record(Event::Held(order)), granted])
    }

    /// Says what an order is told when its wish is refused.
    #[must_use]
    pub fn refused(input: &Input) -> Option<Effect> {
        match input {
            Input::Hold(order, _) => {
                let told = Box::new(order::Input::CouponRefused);
                Some(Effect::Order { order: *order, told })
            }
            Input::Spend(_) | Input::Release(_) => None,
        }
    }

    fn record(&self, event: Event) -> Effect {
        Effect::Record(Record::Coupon(self.code.clone(), event))
    }
}

#[cfg(test)]
mod tests;
