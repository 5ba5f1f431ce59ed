//! What phones were told against what the gateway's books say.
//!
//! Owns I1, I2, I15 and I19. A merchant who gives something back is told like a phone. Next:
//! `charges`.

use super::{ByTransaction, Demands, Finding};
use crate::history::{History, is_final};
use std::collections::{BTreeMap, BTreeSet};

pub fn acknowledged_exists(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I1", "every acknowledged request exists");
    for told in &history.told {
        let found = known.get(told.transaction.as_str());
        finding.demand(found.is_some_and(|one| one.key == told.key).into(), || {
            format!("transaction {} was acknowledged and is not there", told.transaction)
        });
    }
    finding
}

/// A touch with two halves has one transaction for each app, and perhaps one that gives it back.
pub fn one_key_one_transaction(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I2", "one key, one transaction for each wish, one answer");
    let mut by_wish: BTreeMap<(&str, &str, bool), BTreeSet<&str>> = BTreeMap::new();
    let told = history.told.iter().filter_map(|told| {
        known.get(told.transaction.as_str()).map(|one| (told.key.as_str(), *one))
    });
    let stored = history.transactions.iter().map(|one| (one.key.as_str(), one));
    for (key, one) in stored.chain(told) {
        let wish = (key, one.app.as_str(), one.gives_back());
        by_wish.entry(wish).or_default().insert(&one.id);
    }
    for ((key, app, _), transactions) in by_wish {
        finding.demand((transactions.len() == 1).into(), || {
            format!("key {key} has for {app} the transactions {transactions:?}")
        });
    }
    finding
}

pub fn nothing_unasked(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I15", "nothing happened that nobody asked for");
    let wishes = Demands::new(history);
    for one in &history.transactions {
        finding.demand(wishes.of(one).is_some().into(), || {
            format!("transaction {} has key {}, which nobody made", one.id, one.key)
        });
    }
    let journals = history.journals.iter();
    let lines = journals.flat_map(|one| one.lines.iter().map(move |line| (one, line)));
    for (journal, line) in lines {
        let id = line.text("txn");
        let owner = known.get(id).and_then(|one| history.executor_of(one));
        finding.demand((owner == Some(journal.device.as_str())).into(), || {
            format!("journal {} line {} is about {id}, of {owner:?}", journal.device, line.seq)
        });
    }
    finding
}

pub fn nobody_told_otherwise(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I19", "nobody was told another final state");
    for told in history.told.iter().filter(|one| is_final(&one.state)) {
        let state = known.get(told.transaction.as_str()).map(|one| one.state.as_str());
        finding.demand((state == Some(told.state.as_str())).into(), || {
            format!("transaction {}: told {}, is {state:?}", told.transaction, told.state)
        });
    }
    finding
}
