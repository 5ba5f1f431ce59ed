//! The gateway's own books at the end: final, balanced, and with nothing left that must be gone.
//!
//! Owns I4, I16, I17, the erasure of codes, delivered words and settled sales. Next: `report`.

use super::Finding;
use crate::history::{APPROVED, AppOf, History, POINTS, SUSPENSE, Transaction, Uses, is_final};
use std::collections::BTreeMap;

pub fn all_final(history: &History) -> Finding {
    let demands = "every transaction is final; suspense only for points at a POS";
    let mut finding = Finding::new("I4", demands);
    for one in &history.transactions {
        // A clock that was set back meanwhile may have written an end before the beginning.
        let over = is_final(&one.state) && one.final_ms.is_some();
        finding.demand((over || may_wait(one, &history.app_of(one))).into(), || {
            format!("transaction {} is still {}", one.id, one.state)
        });
    }
    finding
}

/// A member id never expires and a POS must not be reversed by machines: a redemption that nobody
/// has seen there can only be decided by people.
fn may_wait(one: &Transaction, app: &AppOf) -> bool {
    one.state == SUSPENSE && one.route == "P" && app.currency == POINTS
}

pub fn entries_balance(history: &History) -> Finding {
    let mut finding = Finding::new("I16", "ledger lines sum to 0 a transaction and currency");
    let mut sums: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for line in &history.ledger {
        let formed = line.debit >= 0 && line.credit >= 0 && (line.debit == 0 || line.credit == 0);
        finding.demand(formed.into(), || format!("a line of {} is malformed", line.transaction));
        let sum = sums.entry((&line.transaction, &line.currency)).or_default();
        *sum += i128::from(line.debit) - i128::from(line.credit);
    }
    for ((id, currency), sum) in sums {
        finding.demand((sum == 0).into(), || format!("{id} is off by {sum} {currency}"));
    }
    finding
}

pub fn merchant_posting(history: &History) -> Finding {
    let mut finding = Finding::new("I17", "the merchant's posting is the approved amount, else 0");
    let mut posted: BTreeMap<&str, i64> = BTreeMap::new();
    let merchant = format!("merchant:{}", history.cast.shop);
    for one in &history.transactions {
        posted.insert(&one.id, 0);
    }
    for line in history.ledger.iter().filter(|line| line.account.starts_with("merchant:")) {
        *posted.entry(&line.transaction).or_default() += line.credit - line.debit;
        let own = line.account == merchant;
        finding.demand(own.into(), || format!("{} posts to {}", line.transaction, line.account));
    }
    for one in &history.transactions {
        // Points move between the provider's own accounts; no merchant earns them.
        let earns = one.state == APPROVED && history.app_of(one).currency != POINTS;
        let due = if earns { one.amount } else { 0 };
        let got = posted.get(one.id.as_str()).copied().unwrap_or(0);
        finding.demand((got == due).into(), || {
            format!("transaction {} ({}) posted {got}, due is {due}", one.id, one.state)
        });
    }
    finding
}

/// I18: what members hold at the provider, and what merchants and members hold in the ledger.
pub fn floors_hold(history: &History) -> Finding {
    let mut finding = Finding::new("I18", "no member and no merchant is below zero");
    let mut held: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for one in history.charges.iter().filter(|one| one.uses == Uses::Often) {
        let moved = i128::from(one.net());
        let first = i128::from(history.cast.points_first);
        let points = held.entry(("member", &one.code_sha)).or_insert(first);
        *points += if one.action == "redeem" { -moved } else { moved };
    }
    for line in history.ledger.iter().filter(|line| line.account.starts_with("merchant:")) {
        let sum = held.entry((&line.account, &line.currency)).or_default();
        *sum += i128::from(line.credit) - i128::from(line.debit);
    }
    for ((who, what), sum) in held {
        finding.demand((sum >= 0).into(), || format!("{who} {what} holds {sum}"));
    }
    finding
}

/// A sealed code may wait only while its transaction is open.
pub fn codes_erased(history: &History) -> Finding {
    let mut finding = Finding::new("codes", "sealed codes are erased once final");
    let states: BTreeMap<&str, &str> =
        history.transactions.iter().map(|one| (one.id.as_str(), one.state.as_str())).collect();
    finding.checked = history.transactions.len();
    for line in history.outbox.iter().filter(|line| line.sealed) {
        let state = states.get(line.transaction.as_str()).copied().unwrap_or("approved");
        if is_final(state) {
            let id = &line.transaction;
            finding.violations.push(format!("transaction {id} is {state} and its code is kept"));
        }
    }
    finding
}

/// F32: with every device back, nobody is still owed the gateway's word.
pub fn words_delivered(history: &History) -> Finding {
    let mut finding = Finding::new("F32", "every executor has heard the final word");
    finding.checked = history.transactions.len();
    for line in history.outbox.iter().filter(|line| line.message == "word") {
        let (id, executor) = (&line.transaction, &line.executor);
        finding.violations.push(format!("{executor} was not told the end of {id}"));
    }
    finding
}

pub fn sales_settled(history: &History) -> Finding {
    let mut finding = Finding::new("sales", "a sale is paid exactly if its touch is approved");
    let mut approved: BTreeMap<&str, i64> = BTreeMap::new();
    let paid = |one: &&Transaction| {
        one.state == APPROVED && !one.gives_back() && history.app_of(one).currency != POINTS
    };
    for one in history.transactions.iter().filter(paid) {
        *approved.entry(&one.key).or_default() += one.amount;
    }
    for sale in &history.sales {
        let paid = sale.key.as_deref().and_then(|key| approved.get(key)).copied();
        let fits = match sale.state.as_str() {
            "paid" => paid == Some(sale.amount),
            "taken" => false,
            _ => paid.is_none(),
        };
        finding.demand(fits.into(), || {
            format!("sale {} is {} and its touch brought {paid:?}", sale.id, sale.state)
        });
    }
    finding
}
