//! What devices wrote down: chains, submissions, fences, epochs and what counters showed.
//!
//! Owns I9 to I12. The hash rule is computed here anew, not with the product's code. Next: `trail`.

use super::{ByTransaction, Finding};
use crate::history::{APPROVED, History, Journal, JournalLine, NEGATIVE};
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::BTreeMap;

/// The hash before the first line of a chain.
pub const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 over the previous hash in hex and the canonical body.
pub fn link(prev: &str, body: &str) -> String {
    hex::encode(digest(&SHA256, format!("{prev}{body}").as_bytes()))
}

/// A body with its keys in order and no blanks.
pub fn canonical(body: &serde_json::Value) -> String {
    let ordered: BTreeMap<&String, &serde_json::Value> =
        body.as_object().into_iter().flatten().collect();
    serde_json::to_string(&ordered).unwrap_or_default()
}

pub fn dense_and_chained(history: &History) -> Finding {
    let mut finding = Finding::new("I9", "journals are dense and chained");
    for journal in &history.journals {
        let mut prev = ORIGIN;
        for (line, seq) in journal.lines.iter().zip(1..) {
            let whole = line.seq == seq
                && line.prev == prev
                && line.hash == link(prev, &canonical(&line.body));
            finding.demand(whole.into(), || {
                format!("journal {} does not hold together at line {seq}", journal.device)
            });
            prev = &line.hash;
        }
    }
    finding
}

pub fn submitted_once(history: &History) -> Finding {
    let demands = "at most one submission, none after a fence, none unaccepted";
    let mut finding = Finding::new("I10", demands);
    for journal in &history.journals {
        for (id, events) in stories(journal) {
            let words: Vec<&str> = events.iter().map(|line| line.text("ev")).collect();
            finding.demand(story_legal(&words).into(), || {
                format!("journal {}: transaction {id} went {words:?}", journal.device)
            });
        }
    }
    let mut submitted: BTreeMap<&str, usize> = BTreeMap::new();
    let lines = history.journals.iter().flat_map(|journal| &journal.lines);
    for line in lines.filter(|line| line.text("ev") == "submitted") {
        *submitted.entry(line.text("txn")).or_default() += 1;
    }
    for (id, times) in submitted {
        finding.demand((times == 1).into(), || format!("transaction {id} submitted {times} times"));
    }
    finding
}

/// A doubt in which something was seen is written as a result as well, before the conclusive one.
fn story_legal(words: &[&str]) -> bool {
    matches!(
        words,
        ["accepted"]
            | ["accepted", "submitted"]
            | ["accepted", "submitted", "result"]
            | ["accepted", "submitted", "result", "result"]
            | ["accepted", "submitted", "result", "result", "shown"]
            | ["accepted", "submitted", "result", "shown", "result"]
            | ["accepted", "submitted", "shown"]
            | ["accepted", "submitted", "result", "shown"]
            | ["accepted", "submitted", "shown", "result"]
            | ["accepted", "fenced"]
            | ["fenced"]
    )
}

/// A command of a lower epoch than one seen before must not have been taken.
pub fn epochs_never_go_back(history: &History) -> Finding {
    let mut finding = Finding::new("I11", "epochs never go back");
    for journal in &history.journals {
        let mut highest = 0;
        for line in &journal.lines {
            let epoch = line.number("epoch").unwrap_or(-1);
            let taken = line.text("ev") == "accepted";
            finding.demand((epoch >= 0 && (!taken || epoch >= highest)).into(), || {
                let seq = line.seq;
                format!("journal {} line {seq}: epoch {epoch} after {highest}", journal.device)
            });
            highest = highest.max(epoch);
        }
        let held = history.cast.epochs.get(&journal.device).copied().unwrap_or(-1);
        finding.demand((held >= highest).into(), || {
            format!("the gateway holds epoch {held} of {}, seen {highest}", journal.device)
        });
    }
    finding
}

pub fn shown_only_if_approved(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I12", "a counter showed approved only if it is approved");
    let lines = history.journals.iter().flat_map(|journal| &journal.lines);
    for line in lines.filter(|line| line.text("ev") == "shown") {
        let state = known.get(line.text("txn")).map(|one| one.state.as_str());
        finding.demand((state == Some(APPROVED)).into(), || {
            format!("transaction {} was shown as approved and is {state:?}", line.text("txn"))
        });
    }
    finding
}

pub fn pos_agrees(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I12", "a POS showed approved never for a negative end");
    for sale in history.pos_sales.iter().filter(|sale| sale.status == APPROVED) {
        let state =
            known.get(sale.transaction.as_str()).map_or("unknown here", |one| one.state.as_str());
        let negative = NEGATIVE.contains(&state) || state == "unknown here";
        finding.demand((!negative).into(), || {
            format!("the POS showed {} as approved, it is {state}", sale.transaction)
        });
    }
    finding
}

fn stories(journal: &Journal) -> BTreeMap<&str, Vec<&JournalLine>> {
    let mut stories: BTreeMap<&str, Vec<&JournalLine>> = BTreeMap::new();
    for line in &journal.lines {
        stories.entry(line.text("txn")).or_default().push(line);
    }
    stories
}
