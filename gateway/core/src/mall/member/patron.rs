//! Top customers: who bought most in a period, by amount or by number of orders.
//!
//! Owns the ranking rule. Guests are nobody's customers here: nobody agreed to be known again.
//! Next: [`super`].

use crate::mall::sales::Period;
use crate::time::Timestamp;
use baton_protocol::ids::MemberId;
use baton_protocol::money::{Currency, Money};
use std::collections::BTreeMap;

/// One paid order of a member, as the shop's books have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bought {
    /// Who.
    pub member: MemberId,
    /// When it was paid.
    pub at: Timestamp,
    /// What was paid and not given back.
    pub kept: Money,
}

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// What was paid and not given back.
    Amount,
    /// Orders of which something was kept.
    Count,
}

/// Who is a top customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranking {
    /// What counts.
    pub measure: Measure,
    /// When.
    pub period: Period,
    /// In which currency.
    pub currency: Currency,
    /// How many at most.
    pub places: usize,
    /// Who has less is none, in minor units or orders.
    pub least: i64,
}

/// A top customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patron {
    /// Who.
    pub member: MemberId,
    /// What was paid and not given back.
    pub amount: Money,
    /// In how many orders.
    pub count: u32,
}

/// Ranks members. The first has most by the measure; who is equal in it is ordered by the other
/// one, then by id, so that the same orders always make the same list.
#[must_use]
pub fn rank<'b>(ranking: &Ranking, bought: impl Iterator<Item = &'b Bought>) -> Vec<Patron> {
    let counts = |one: &&Bought| {
        let kept = one.kept;
        kept.minor > 0 && kept.currency == ranking.currency && ranking.period.holds(one.at)
    };
    let mut sums: BTreeMap<MemberId, (i64, u32)> = BTreeMap::new();
    for one in bought.filter(counts) {
        let (amount, count) = sums.entry(one.member).or_default();
        *amount = amount.saturating_add(one.kept.minor);
        *count = count.saturating_add(1);
    }
    let key = |amount: i64, count: u32| match ranking.measure {
        Measure::Amount => (amount, i64::from(count)),
        Measure::Count => (i64::from(count), amount),
    };
    let kept = sums.into_iter().filter(|(_, (sum, count))| key(*sum, *count).0 >= ranking.least);
    let mut patrons: Vec<Patron> = kept
        .map(|(member, (amount, count))| {
            let amount = Money::new(amount, ranking.currency);
            Patron { member, amount, count }
        })
        .collect();
    patrons.sort_by_key(|one| (std::cmp::Reverse(key(one.amount.minor, one.count)), one.member));
    patrons.truncate(ranking.places);
    patrons
}
