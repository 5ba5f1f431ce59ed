//! An order as the database keeps it, and the machine made from that after a restart.
//!
//! Owns the check that stored fields are an order: every unit in one place, no more given back than
//! paid, nothing that names a line which is not there. Next: `standing`.

use super::{Exchange, Facts, Grantor, Life, Moment, Order, Parcel, Part, Refund, Return};
use crate::mall::price::sum;
use baton_protocol::ids::ShopId;
use baton_protocol::money::{Currency, Money};
use std::collections::BTreeSet;

/// Everything that the database must keep of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What never changes.
    pub facts: Facts,
    /// Where it stands.
    pub life: Life,
    /// Its parts, one a shop.
    pub parts: Vec<Part>,
    /// Its parcels, in the order of their numbers.
    pub parcels: Vec<Parcel>,
    /// Its returns, in the order of their numbers.
    pub returns: Vec<Return>,
    /// Its exchanges, in the order of their numbers.
    pub exchanges: Vec<Exchange>,
    /// Its refunds, in the order of their numbers.
    pub refunds: Vec<Refund>,
    /// Its timeline, oldest first.
    pub timeline: Vec<Moment>,
    /// How many bookings it has made: the next one's key.
    pub postings: u32,
    /// How often it was tried to be paid.
    pub charges: u32,
}

/// Why stored fields are no order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// Two parts of one shop.
    #[error("the order has two parts of shop {0}")]
    PartTwice(ShopId),
    /// An amount is in another currency.
    #[error("an amount of the order is in {found}, not in {wanted}")]
    CurrencyDiffers {
        /// The order's.
        wanted: Currency,
        /// The amount's.
        found: Currency,
    },
    /// The units of a line do not add up to what was ordered.
    #[error("{found} units of line {line} of shop {shop} are somewhere, {ordered} were ordered")]
    UnitsDiffer {
        /// Whose part.
        shop: ShopId,
        /// Which line, from 0.
        line: usize,
        /// Ordered.
        ordered: u32,
        /// Found in all places.
        found: u64,
    },
    /// More was given back than it cost, or less than nothing.
    #[error("of {cost} of shop {shop}, {given_back} was given back")]
    GivenBackTooMuch {
        /// Whose part.
        shop: ShopId,
        /// What it cost.
        cost: Money,
        /// What was given back.
        given_back: Money,
    },
    /// More is refunded than was given back, or a refund is of nothing.
    #[error("refunds are more than what was given back, or one is of nothing")]
    RefundsTooMuch,
    /// A parcel, return or exchange names a line that is not there.
    #[error("shop {shop} has no line {line} in the order")]
    LineUnknown {
        /// Whose part.
        shop: ShopId,
        /// Which line, from 0.
        line: usize,
    },
    /// A shop is waited for that has no part.
    #[error("shop {0} has no part in the order and is waited for")]
    ShopUnknown(ShopId),
}

impl Order {
    /// Returns what the database must keep.
    #[must_use]
    pub fn stored(&self) -> Stored {
        Stored {
            facts: self.facts.clone(),
            life: self.life.clone(),
            parts: self.parts.clone(),
            parcels: self.parcels.clone(),
            returns: self.returns.clone(),
            exchanges: self.exchanges.clone(),
            refunds: self.refunds.clone(),
            timeline: self.timeline.clone(),
            postings: self.postings,
            charges: self.charges,
        }
    }

    /// Makes the order again from what was stored.
    ///
    /// **Order** what its last record asks for may or may not have happened: the caller sends its
    /// outbox again, and hands in [`super::Input::DeadlinePassed`] when due.
    ///
    /// # Errors
    /// Each variant of [`Damaged`] as it says.
    pub fn restore(stored: Stored) -> Result<Self, Damaged> {
        stored.check_parts()?;
        stored.check_names()?;
        let currency = stored.facts.currency;
        let given_back = sum(currency, stored.parts.iter().map(Part::given_back));
        let refunded = sum(currency, stored.refunds.iter().map(|refund| refund.amount));
        let empty = stored.refunds.iter().any(|refund| refund.amount.minor <= 0);
        if empty || refunded.minor > given_back.minor {
            return Err(Damaged::RefundsTooMuch);
        }
        Ok(Self {
            facts: stored.facts,
            life: stored.life,
            parts: stored.parts,
            parcels: stored.parcels,
            returns: stored.returns,
            exchanges: stored.exchanges,
            refunds: stored.refunds,
            timeline: stored.timeline,
            postings: stored.postings,
            charges: stored.charges,
        })
    }
}

impl Stored {
    fn check_parts(&self) -> Result<(), Damaged> {
        let mut shops = BTreeSet::new();
        for part in &self.parts {
            if !shops.insert(&part.shop) {
                return Err(Damaged::PartTwice(part.shop.clone()));
            }
            self.check_money(part)?;
            for (place, one) in part.lines.iter().enumerate() {
                let units = &one.units;
                let places = [
                    units.waiting,
                    units.sent,
                    units.returning,
                    units.exchanging,
                    units.returned,
                    units.cancelled,
                ];
                let places = places.iter().chain(units.held.values());
                let found = places.fold(0_u64, |sum, one| sum.saturating_add(u64::from(*one)));
                let ordered = one.line.quantity;
                if found != u64::from(ordered) {
                    let shop = part.shop.clone();
                    return Err(Damaged::UnitsDiffer { shop, line: place, ordered, found });
                }
            }
        }
        Ok(())
    }

    fn check_money(&self, part: &Part) -> Result<(), Damaged> {
        let wanted = self.facts.currency;
        let lines = part.lines.iter();
        let all = lines.flat_map(|one| [one.line.unit_price, one.line.discount, one.given_back]);
        let refunds = self.refunds.iter().map(|refund| refund.amount);
        let mut all = all.chain([part.shipping, part.shipping_given_back]).chain(refunds);
        if let Some(other) = all.find(|money| money.currency != wanted) {
            return Err(Damaged::CurrencyDiffers { wanted, found: other.currency });
        }
        let lines = part.lines.iter().map(|one| (one.line.total(), one.given_back));
        let mut costs = lines.chain([(part.shipping, part.shipping_given_back)]);
        match costs.find(|(cost, back)| !(0..=cost.minor).contains(&back.minor)) {
            Some((cost, given_back)) => {
                Err(Damaged::GivenBackTooMuch { shop: part.shop.clone(), cost, given_back })
            }
            None => Ok(()),
        }
    }

    /// Checks that whatever names a line or a shop names one that is there.
    fn check_names(&self) -> Result<(), Damaged> {
        let parcels = self
            .parcels
            .iter()
            .flat_map(|parcel| parcel.contents.iter().map(|content| (&parcel.shop, content.line)));
        let returns = self.returns.iter().map(|one| (&one.shop, one.line));
        let exchanges = self.exchanges.iter().map(|one| (&one.shop, one.line));
        for (shop, line) in parcels.chain(returns).chain(exchanges) {
            let part = self.parts.iter().find(|part| part.shop == *shop);
            if part.is_none_or(|part| line >= part.lines.len()) {
                return Err(Damaged::LineUnknown { shop: shop.clone(), line });
            }
        }
        let waited: Vec<&ShopId> = match &self.life {
            Life::Reserving { waiting, granted } => {
                waiting.iter().chain(granted).filter_map(stock_of).collect()
            }
            Life::Securing { waiting, lost, .. } => waiting.iter().chain(lost).collect(),
            Life::AwaitingPayment | Life::Charging(_) | Life::Paid(_) | Life::Cancelled(_) => {
                Vec::new()
            }
        };
        let refunding = self.refunds.iter().map(|refund| &refund.shop);
        let unknown = |shop: &&ShopId| !self.parts.iter().any(|part| part.shop == **shop);
        let found = waited.into_iter().chain(refunding).find(unknown);
        found.map_or(Ok(()), |shop| Err(Damaged::ShopUnknown(shop.clone())))
    }
}

const fn stock_of(grantor: &Grantor) -> Option<&ShopId> {
    match grantor {
        Grantor::Stock(shop) => Some(shop),
        Grantor::Coupon => None,
    }
}
