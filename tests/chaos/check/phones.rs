//! What phones were told against what the gateway's books say.
//!
//! Owns I1, I2, I15 and I19. Next: `charges`.

use super::{ByTransaction, Finding};
use crate::history::{History, is_final};
use std::collections::{BTreeMap, BTreeSet};

pub fn acknowledged_exists(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I1", "every acknowledged request exists");
    for told in &history.told {
        let found = known.get(told.transaction.as_str());
        let exists = found.is_some_and(|one| one.touch == told.touch);
        finding.demand(exists.into(), || {
            format!("transaction {} was acknowledged and is not there", told.transaction)
        });
    }
    finding
}

pub fn one_key_one_transaction(history: &History) -> Finding {
    let mut finding = Finding::new("I2", "one key, one transaction, one answer");
    let mut by_key: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for told in &history.told {
        by_key.entry(&told.key).or_default().insert(&told.transaction);
    }
    let touches = history.touches.iter().map(|one| (one.id.as_str(), one.key.as_str()));
    let touches: BTreeMap<&str, &str> = touches.collect();
    for one in &history.transactions {
        match touches.get(one.touch.as_str()) {
            Some(key) => {
                by_key.entry(key).or_default().insert(&one.id);
            }
            None => finding.look(Some(format!("transaction {} has no touch", one.id))),
        }
    }
    for (key, transactions) in by_key {
        finding.demand((transactions.len() == 1).into(), || {
            format!("key {key} has the transactions {transactions:?}")
        });
    }
    finding
}

pub fn nothing_unasked(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I15", "nothing happened that nobody asked for");
    let keys: BTreeSet<&str> = history.asked.iter().map(|one| one.key.as_str()).collect();
    for touch in &history.touches {
        finding.demand(keys.contains(touch.key.as_str()).into(), || {
            format!("touch {} has key {}, which no phone made", touch.id, touch.key)
        });
    }
    let journals = history.journals.iter();
    let lines = journals.flat_map(|one| one.lines.iter().map(move |line| (one, line)));
    for (journal, line) in lines {
        let id = line.text("txn");
        let owner = known.get(id).map(|one| one.executor.as_str());
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
