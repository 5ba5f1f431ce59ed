//! Questions to an order: where it stands, what it costs, what was paid and given back.
//!
//! Owns no state: every answer follows from the parts. Next: [`super`], the order itself.

use super::{
    Exchange, Facts, Life, Means, Moment, Order, Parcel, Part, Refund, RefundLife, Return,
    ReturnLife,
};
use crate::mall::price::{less, nothing, plus, sum, times};
use crate::time::Timestamp;
use baton_protocol::money::Money;

/// Where an order stands, for a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Stock and coupon are asked.
    Placing,
    /// It is the customer's turn to pay.
    AwaitingPayment,
    /// The payment is under way.
    Paying,
    /// Over without money.
    Cancelled,
    /// Paid; the least advanced part that is not given back says how far it is.
    Paid(PartStanding),
}

/// Where one shop's part of a paid order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartStanding {
    /// Nothing was sent.
    Preparing,
    /// Something was sent, something is to be.
    PartlyShipped,
    /// All of it is on its way or there.
    Shipped,
    /// All of it arrived.
    Delivered,
    /// All of it came back or was never sent.
    GivenBack,
}

/// What an order costs and what became of the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoneySummary {
    /// Units times prices.
    pub goods: Money,
    /// Off the lines.
    pub discounts: Money,
    /// For the ways.
    pub shipping: Money,
    /// What has to be paid.
    pub total: Money,
    /// The tax within.
    pub vat: Money,
    /// What was paid.
    pub paid: Money,
    /// What is not the shops' any more.
    pub given_back: Money,
    /// What of that the customer has got.
    pub refunded: Money,
}

impl Order {
    /// Returns what never changes.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns where it stands, with the data of that state.
    #[must_use]
    pub const fn life(&self) -> &Life {
        &self.life
    }

    /// Returns its parts, one a shop.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Returns its parcels; the first has number 1.
    #[must_use]
    pub fn parcels(&self) -> &[Parcel] {
        &self.parcels
    }

    /// Returns its returns; the first has number 1.
    #[must_use]
    pub fn returns(&self) -> &[Return] {
        &self.returns
    }

    /// Returns its exchanges; the first has number 1.
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Returns its refunds; the first has number 1.
    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// Returns its timeline, oldest first.
    #[must_use]
    pub fn timeline(&self) -> &[Moment] {
        &self.timeline
    }

    /// Returns what it costs.
    #[must_use]
    pub fn total(&self) -> Money {
        sum(self.facts.currency, self.parts.iter().map(Part::total))
    }

    /// Returns what it was paid with.
    #[must_use]
    pub const fn means(&self) -> Option<&Means> {
        match &self.life {
            Life::Paid(means) => Some(means),
            Life::Reserving { .. }
            | Life::AwaitingPayment
            | Life::Securing { .. }
            | Life::Charging(_)
            | Life::Cancelled(_) => None,
        }
    }

    /// Returns its money, added up anew from its lines.
    #[must_use]
    pub fn money(&self) -> MoneySummary {
        let currency = self.facts.currency;
        let lines = || self.parts.iter().flat_map(|part| part.lines.iter().map(|one| &one.line));
        let goods = sum(currency, lines().map(|line| times(line.unit_price, line.quantity)));
        let discounts = sum(currency, lines().map(|line| line.discount));
        let shipping = sum(currency, self.parts.iter().map(|part| part.shipping));
        let done = self.refunds.iter().filter(|refund| refund.life == RefundLife::Done);
        let total = plus(less(goods, discounts), shipping);
        MoneySummary {
            goods,
            discounts,
            shipping,
            total,
            vat: sum(currency, self.parts.iter().map(Part::vat)),
            paid: if self.means().is_some() { total } else { nothing(currency) },
            given_back: sum(currency, self.parts.iter().map(Part::given_back)),
            refunded: sum(currency, done.map(|refund| refund.amount)),
        }
    }

    /// Returns where it stands, for a list.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match &self.life {
            Life::Reserving { .. } => Standing::Placing,
            Life::AwaitingPayment => Standing::AwaitingPayment,
            Life::Securing { .. } | Life::Charging(_) => Standing::Paying,
            Life::Cancelled(_) => Standing::Cancelled,
            Life::Paid(_) => {
                let least = self.parts.iter().map(Part::standing).min();
                Standing::Paid(least.unwrap_or(PartStanding::GivenBack))
            }
        }
    }

    /// Tells whether nothing about it can be open any more: a shop may only be deleted then.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        let arrived = |part: &Part| {
            let last = self.delivered_last(&part.shop);
            let kept = last.is_none_or(|at| now >= at.after_ms(super::RETURN_MS));
            part.standing() >= PartStanding::Delivered && kept
        };
        let refunds = self.refunds.iter().all(|refund| refund.life == RefundLife::Done);
        let returns = self.returns.iter().all(|one| one.life != ReturnLife::Asked);
        match &self.life {
            Life::Cancelled(_) => true,
            Life::Paid(_) => self.parts.iter().all(arrived) && refunds && returns,
            Life::Reserving { .. }
            | Life::AwaitingPayment
            | Life::Securing { .. }
            | Life::Charging(_) => false,
        }
    }
}

impl Part {
    /// Returns where the part stands once it is paid.
    #[must_use]
    pub fn standing(&self) -> PartStanding {
        let all = |count: fn(&super::UnitCounts) -> u32| {
            self.lines.iter().map(|one| count(&one.units)).fold(0_u32, u32::saturating_add)
        };
        let (ordered, back) = (all(super::UnitCounts::in_all), all(super::UnitCounts::back));
        let waiting = all(|units| units.waiting);
        let moving = all(|units| units.sent.saturating_add(units.exchanging));
        if back == ordered {
            PartStanding::GivenBack
        } else if waiting > 0 && waiting.saturating_add(all(|units| units.cancelled)) == ordered {
            PartStanding::Preparing
        } else if waiting > 0 {
            PartStanding::PartlyShipped
        } else if moving > 0 {
            PartStanding::Shipped
        } else {
            PartStanding::Delivered
        }
    }
}
