//! What destinations charged against what the gateway decided.
//!
//! Owns I3, I5 to I8 and I14. Net is what the destinations' own books hold after reversals; it is
//! below zero for what was given back. Next: `back`.

use super::{ByTransaction, Demands, Finding};
use crate::history::{APPROVED, Charge, History, NEGATIVE, Uses};
use std::collections::BTreeMap;

pub fn one_code_one_charge(history: &History) -> Finding {
    let mut finding = Finding::new("I3", "one code, at most one charge");
    let mut charged: BTreeMap<&str, u32> = BTreeMap::new();
    let once = |one: &&Charge| one.uses == Uses::Once && !one.code_sha.is_empty();
    for charge in history.charges.iter().filter(once) {
        *charged.entry(&charge.code_sha).or_default() += charge.charges;
    }
    for (code, charges) in charged {
        finding.demand((charges <= 1).into(), || {
            format!("the code with digest {code} was charged {charges} times")
        });
    }
    finding
}

pub fn one_code_one_live_transaction(history: &History) -> Finding {
    let mut finding = Finding::new("I3", "one code, at most one transaction that is not rejected");
    let mut live: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in history.transactions.iter().filter(|one| one.state != "rejected") {
        live.entry((&one.app, &one.code_digest)).or_default().push(&one.id);
    }
    let once = history.asked.iter().filter(|one| one.uses == Uses::Once);
    let codes: BTreeMap<(&str, &str), &str> = once
        .map(|one| ((one.key.as_str(), one.app.as_str()), one.code_sha.as_str()))
        .filter(|(_, code)| !code.is_empty())
        .collect();
    let mut by_code: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in history.transactions.iter().filter(|one| one.state != "rejected") {
        let Some(code) = codes.get(&(one.key.as_str(), one.app.as_str())) else { continue };
        by_code.entry((&one.app, code)).or_default().push(&one.id);
    }
    for ((app, code), ids) in live.into_iter().chain(by_code) {
        finding.demand((ids.len() == 1).into(), || {
            format!("a code of {app} with digest {code} is in {ids:?}")
        });
    }
    finding
}

pub fn one_charge_a_transaction(history: &History) -> Finding {
    let mut finding = Finding::new("I5", "at most one charge a transaction");
    for (id, charges) in by_transaction(history) {
        let sum: u32 = charges.iter().map(|one| one.charges).sum();
        finding.demand((sum <= 1).into(), || format!("transaction {id} was charged {sum} times"));
    }
    finding
}

pub fn approved_is_charged(history: &History) -> Finding {
    let mut finding = Finding::new("I6", "approved: the destination's net is the amount");
    let charges = by_transaction(history);
    for one in history.transactions.iter().filter(|one| one.state == APPROVED) {
        let own = charges.get(one.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let net: i64 = own.iter().map(|charge| charge.net()).sum();
        let to = history.app_of(one);
        let there = own.iter().all(|charge| {
            (&charge.destination, &charge.currency) == (&to.destination, &to.currency)
        });
        finding.demand((there && net == one.amount).into(), || {
            format!("transaction {} is approved over {}, net is {net}", one.id, one.amount)
        });
    }
    finding
}

pub fn negative_is_not_charged(history: &History) -> Finding {
    let mut finding = Finding::new("I7", "negative final state: net is 0");
    let charges = by_transaction(history);
    for one in history.transactions.iter().filter(|one| NEGATIVE.contains(&one.state.as_str())) {
        let own = charges.get(one.id.as_str()).into_iter().flatten();
        let net: i64 = own.map(|charge| charge.net()).sum();
        finding.demand((net == 0).into(), || {
            format!("transaction {} is {}, net is {net}", one.id, one.state)
        });
    }
    finding
}

pub fn no_orphan_charge(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I8", "no charge that the gateway does not know");
    for charge in &history.charges {
        finding.demand(known.contains_key(charge.transaction.as_str()).into(), || {
            format!("{} has {}, the gateway has not", charge.destination, charge.transaction)
        });
    }
    finding
}

/// I14: phone, gateway, device and destination mean the same.
pub fn same_everywhere(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I14", "amount, terminal, app and code are equal everywhere");
    let wishes = Demands::new(history);
    for one in &history.transactions {
        let Some(wish) = wishes.of(one) else { continue };
        let same = (wish.amount, wish.terminal) == (one.amount, one.terminal.as_str());
        finding.demand(same.into(), || format!("transaction {} is not what was asked", one.id));
    }
    for told in &history.told {
        let Some(one) = known.get(told.transaction.as_str()) else { continue };
        let same = (told.amount, &told.currency) == (one.amount, &history.app_of(one).currency);
        finding.demand(same.into(), || format!("the phone was told another amount of {}", one.id));
    }
    for charge in &history.charges {
        let Some(one) = known.get(charge.transaction.as_str()) else { continue };
        let (to, code) = (history.app_of(one), wishes.of(one).map(|wish| wish.code_sha));
        let same = charge.amount == one.amount.abs()
            && charge.original.is_some() == one.gives_back()
            && (&charge.currency, &charge.destination) == (&to.currency, &to.destination)
            && (charge.code_sha.is_empty() || code.is_some_and(|code| code == charge.code_sha));
        finding.demand(same.into(), || {
            format!("{} has another amount or code for {}", charge.destination, one.id)
        });
    }
    let lines = history.journals.iter().flat_map(|journal| &journal.lines);
    for line in lines.filter(|line| line.text("ev") == "accepted") {
        let Some(one) = known.get(line.text("txn")) else { continue };
        let same = line.number("amount") == Some(one.amount)
            && line.text("currency") == history.app_of(one).currency
            && line.text("digest") == one.code_digest;
        finding.demand(same.into(), || format!("a journal has another amount for {}", one.id));
    }
    finding
}

fn by_transaction(history: &History) -> BTreeMap<&str, Vec<&Charge>> {
    let mut charges: BTreeMap<&str, Vec<&Charge>> = BTreeMap::new();
    for charge in &history.charges {
        charges.entry(&charge.transaction).or_default().push(charge);
    }
    charges
}
