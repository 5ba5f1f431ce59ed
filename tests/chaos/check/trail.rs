//! The audit chain: whole, and telling only stories that the transaction table allows.
//!
//! Owns I13. The table of allowed steps stands here once more, copied from the specification and
//! not from the product. Next: `books`.

use super::journals::{ORIGIN, canonical, link};
use super::{ByTransaction, Finding};
use crate::history::{AuditLine, History};
use std::collections::BTreeMap;

/// From and to of T1 to T16; the first step has no from.
const STEPS: &[(&str, &[&str])] = &[
    ("", &["received"]),
    ("received", &["rejected", "dispatched"]),
    ("dispatched", &["approved", "declined", "cancelled", "unknown"]),
    ("unknown", &["approved", "declined", "cancelled", "expired", "reversing", "suspense"]),
    ("reversing", &["suspense", "reversed", "expired", "declined"]),
    ("suspense", &["approved", "declined", "reversed", "expired"]),
];

pub fn chained(history: &History) -> Finding {
    let mut finding = Finding::new("I13", "the audit chain is dense and whole");
    let mut prev = ORIGIN;
    for (line, seq) in history.audit.iter().zip(1..) {
        let whole =
            line.seq == seq && line.prev == prev && line.hash == link(prev, &canonical(&line.body));
        finding.demand(whole.into(), || format!("the audit does not hold together at {seq}"));
        prev = &line.hash;
    }
    let last = history.audit.last().map_or(0, |line| line.seq);
    let (head, hash) = &history.cast.audit_head;
    finding.demand((*head == last && hash == prev).into(), || {
        format!("the audit ends at {last}, its head says {head}")
    });
    finding
}

pub fn legal(history: &History, known: &ByTransaction<'_>) -> Finding {
    let mut finding = Finding::new("I13", "only legal steps, and they end in the table's state");
    let mut stories: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for line in &history.audit {
        match step(line) {
            Some((id, step)) => stories.entry(id).or_default().push(step),
            None => finding.look(Some(format!("audit record {} cannot be read", line.seq))),
        }
    }
    for (id, steps) in &stories {
        finding.look(fault_of(steps).map(|why| format!("transaction {id}: {why}")));
        let ends = steps.last().map(|step| step.to.as_str());
        let state = known.get(id.as_str()).map(|one| one.state.as_str());
        finding.demand((ends == state).into(), || {
            format!("transaction {id}: the audit ends in {ends:?}, the table in {state:?}")
        });
    }
    for one in &history.transactions {
        finding.demand(stories.contains_key(&one.id).into(), || {
            format!("transaction {} has no audit", one.id)
        });
    }
    finding
}

struct Step {
    from: String,
    to: String,
}

fn step(line: &AuditLine) -> Option<(String, Step)> {
    let from = line.body.get("from")?.as_str().unwrap_or_default().to_owned();
    let to = line.body.get("to")?.as_str()?.to_owned();
    Some((line.body.get("txn")?.as_str()?.to_owned(), Step { from, to }))
}

fn fault_of(steps: &[Step]) -> Option<String> {
    let mut stands = "";
    let mut reversing = false;
    for Step { from, to } in steps {
        if from != stands {
            return Some(format!("a step from {from:?} while it stood at {stands:?}"));
        }
        let allowed = STEPS.iter().find(|(place, _)| place == from).map_or(&[][..], |step| step.1);
        if !allowed.contains(&to.as_str()) {
            return Some(format!("there is no step from {from:?} to {to:?}"));
        }
        if reversing && to == "approved" {
            return Some("approved after its reversal was decided".to_owned());
        }
        reversing |= to == "reversing";
        stands = to;
    }
    None
}
