//! What was given back: refunds and voids of merchants, and points whose payment came to nothing.
//!
//! Owns F9, that together they never exceed what was paid, and F5, that the halves of one touch end
//! as one. Next: `journals`.

use super::{ByTransaction, Finding};
use crate::history::{APPROVED, History, NEGATIVE, POINTS, Transaction, is_final};
use std::collections::{BTreeMap, BTreeSet};

pub fn never_more_than_paid(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("F9", "only what was paid is given back, and no more of it");
    let mut back: BTreeMap<&str, i64> = BTreeMap::new();
    for charge in &history.charges {
        if let Some(original) = &charge.original {
            *back.entry(original).or_default() -= charge.net();
        }
    }
    for (original, back) in back {
        let paid =
            known.get(original).filter(|one| one.state == APPROVED).map_or(0, |one| one.amount);
        finding.demand((back <= paid).into(), || {
            format!("of {original}, worth {paid}, {back} was given back")
        });
    }
    finding
}

/// Redeemed points stay redeemed exactly if the payment beside them is approved.
pub fn halves_end_as_one(history: &History) -> Finding {
    let mut finding = Finding::new("F5", "points of a touch are spent only if it is paid");
    let redeemed: BTreeSet<&str> = history
        .charges
        .iter()
        .filter(|charge| charge.action == "redeem" && charge.original.is_none())
        .map(|charge| charge.transaction.as_str())
        .collect();
    let mut touches: BTreeMap<&str, Vec<&Transaction>> = BTreeMap::new();
    for one in &history.transactions {
        touches.entry(&one.key).or_default().push(one);
    }
    for (key, all) in touches {
        let points = |one: &&&Transaction| history.app_of(one).currency == POINTS;
        let Some(paid) = all.iter().find(|one| !points(one) && !one.gives_back()) else { continue };
        let spent = all.iter().filter(points).filter(|one| redeemed.contains(one.id.as_str()));
        let Some(spent) = spent.copied().find(|one| one.state == APPROVED) else { continue };
        let back: i64 = all
            .iter()
            .filter(points)
            .filter(|one| one.gives_back() && (one.state == APPROVED || !is_final(&one.state)))
            .map(|one| one.amount)
            .sum();
        let due = if NEGATIVE.contains(&paid.state.as_str()) { -spent.amount } else { 0 };
        finding.demand((back == due).into(), || {
            format!("key {key}: the payment is {}, {back} points came back", paid.state)
        });
    }
    finding
}
