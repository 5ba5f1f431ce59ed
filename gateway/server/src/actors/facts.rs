//! From effects of the machine to facts for the store: what one commit must hold.
//!
//! Owns the translation of `Effect::Record` into rows: transaction, audit link, ledger lines,
//! outbox. May not decide or send. Next: [`super::desk`], which commits them and goes on.

use super::words::{cause_detail, cause_word};
use baton_core::ledger::{Booking, Line, Side};
use baton_core::relay::desk::{Desk, Due};
use baton_core::relay::transaction::{
    Cause, Change, Effect, Facts, Original, ReversalDecided, Stored,
};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Money;
use baton_protocol::work::State;
use baton_records::rows::{
    AuditRow, LedgerRow, OutboxMessage, OutboxRow, Told, TransactionRow, purpose_word,
};
use baton_records::uptime::Uptime;
use baton_records::writer::Fact;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What the desk remembers of a transaction beside the machine.
#[derive(Debug, Clone)]
pub struct Memory {
    /// What never changes.
    pub facts: Facts,
    /// The version in the store.
    pub version: u32,
}

/// Turns the records among the effects into facts, and counts the versions up.
pub fn of_records(
    dues: &[Due],
    desk: &Desk,
    memories: &mut BTreeMap<TransactionId, Memory>,
) -> Vec<Fact> {
    let mut written = Vec::new();
    for id in touched(dues) {
        let Some(memory) = memories.get_mut(&id) else { continue };
        let changes: Vec<&Change> = dues.iter().filter_map(|due| record_of(due, id)).collect();
        let (Some(first), Some(last)) = (changes.first(), changes.last()) else { continue };
        let prior = memory.version;
        memory.version = prior.saturating_add(u32::try_from(changes.len()).unwrap_or(u32::MAX));
        let stored = stored(desk, id, memory.version, last);
        written.push(Fact::Transaction(Box::new(TransactionRow {
            facts: memory.facts.clone(),
            stored,
            prior,
            prior_state: first.from,
            reason: reason(&last.cause),
            refunded_minor: 0,
            uptime: first.from.is_none().then(Uptime::read).flatten(),
            told: Told::default(),
        })));
        for change in &changes {
            written.push(Fact::Audit(audit(&memory.facts, change)));
            written.extend(change.booking.iter().flat_map(|booking| ledger(id, booking)));
        }
        written.extend(given_back(&memory.facts, &changes));
        let by_device = memory.facts.executor.is_device();
        if last.to.is_final() && prior > 0 && by_device {
            written.push(if is_told(dues, id) {
                Fact::OutboxPut(OutboxRow {
                    transaction: id,
                    executor: memory.facts.executor.clone(),
                    message: OutboxMessage::Word,
                })
            } else {
                Fact::OutboxRemove(id)
            });
        }
    }
    written
}

/// What a refund takes up of its original when it begins, and leaves again when it fails.
fn given_back(facts: &Facts, changes: &[&Change]) -> Vec<Fact> {
    let Some(Original { id: original, .. }) = facts.links.original else { return Vec::new() };
    let minor = facts.amount.minor;
    let taken = |change: &&Change| match (change.from, change.to) {
        (None, _) => Some(Fact::GivenBack { original, minor }),
        (Some(_), State::Approved) => None,
        (Some(_), to) if to.is_final() => {
            Some(Fact::GivenBack { original, minor: minor.saturating_neg() })
        }
        (Some(_), _) => None,
    };
    changes.iter().filter_map(taken).collect()
}

/// Why a transaction ended or is in doubt, in the word that a phone is told.
#[must_use]
pub fn reason(cause: &Cause) -> Option<String> {
    if matches!(cause, Cause::Requested | Cause::Routed | Cause::Approved { .. }) {
        return None;
    }
    Some(cause_detail(cause).unwrap_or_else(|| cause_word(cause).to_owned()))
}

fn touched(dues: &[Due]) -> Vec<TransactionId> {
    let mut ids: Vec<TransactionId> = Vec::new();
    for (id, effect) in dues {
        if matches!(effect, Effect::Record(_)) && !ids.contains(id) {
            ids.push(*id);
        }
    }
    ids
}

/// Whether the executor hears the end: not of what was never sent to it.
fn is_told(dues: &[Due], wanted: TransactionId) -> bool {
    dues.iter().any(|(id, effect)| *id == wanted && matches!(effect, Effect::SendCommit(_)))
}

fn record_of(due: &Due, wanted: TransactionId) -> Option<&Change> {
    match due {
        (id, Effect::Record(change)) if *id == wanted => Some(change),
        _ => None,
    }
}

/// A transaction that ended has left the desk; its row is made from its last change.
fn stored(desk: &Desk, id: TransactionId, version: u32, last: &Change) -> Stored {
    desk.lookup(id).map_or(
        Stored {
            state: last.to,
            version,
            since: last.at,
            doubt_since: None,
            reversal: ReversalDecided::No,
        },
        |transaction| transaction.stored(last.at),
    )
}

fn ledger(transaction: TransactionId, booking: &Booking) -> impl Iterator<Item = Fact> {
    booking.entry.lines().iter().zip(0..).map(move |(from, line)| {
        let (debit, credit) = sides(from);
        let account = from.account.to_string();
        Fact::Ledger(LedgerRow { transaction, phase: booking.phase, line, account, debit, credit })
    })
}

const fn sides(line: &Line) -> (Money, Money) {
    let zero = Money::new(0, line.amount.currency);
    match line.side {
        Side::Debit => (line.amount, zero),
        Side::Credit => (zero, line.amount),
    }
}

/// What the audit says of a booking: enough to make the ledger again.
fn booked(booking: &Booking) -> Value {
    let lines: Vec<Value> = booking.entry.lines().iter().map(line_words).collect();
    json!({ "phase": booking.phase.word(), "lines": lines })
}

fn line_words(line: &Line) -> Value {
    let (debit, credit) = sides(line);
    json!({
        "account": line.account.to_string(),
        "currency": debit.currency.letters(),
        "debit": debit.minor,
        "credit": credit.minor,
    })
}

fn audit(facts: &Facts, change: &Change) -> AuditRow {
    let mut body = Map::new();
    let mut put = |key: &str, value: Value| body.insert(key.to_owned(), value);
    put("txn", json!(facts.id.to_string()));
    put("from", json!(change.from.map(|state| state.word())));
    put("to", json!(change.to.word()));
    put("t", json!(change.at.ms()));
    put("cause", json!(cause_word(&change.cause)));
    if let Some(reason) = reason(&change.cause) {
        put("reason", json!(reason));
    }
    if let Some(booking) = &change.booking {
        put("booked", booked(booking));
    }
    if let Cause::Approved { reference } | Cause::InquiryApproved { reference } = &change.cause {
        put("reference", json!(reference));
    }
    if let Cause::Resolved(resolution) = &change.cause {
        put("first", json!(resolution.first));
        put("second", json!(resolution.second));
        put("why", json!(resolution.reason));
    }
    if change.from.is_none() {
        put("touch", json!(facts.touch.to_string()));
        put("terminal", json!(facts.terminal.as_str()));
        put("app", json!(facts.app.as_str()));
        put("shop", json!(facts.shop.as_str()));
        put("destination", json!(facts.destination.as_str()));
        put("route", json!(facts.route.letter()));
        put("amount", json!(facts.amount.minor));
        put("currency", json!(facts.amount.currency.letters()));
        put("code_digest", json!(facts.code_digest));
        put("purpose", json!(purpose_word(facts.purpose)));
        if let Some(original) = facts.links.original {
            put("original", json!(original.id.to_string()));
        }
    }
    let body = serde_json::to_string(&Value::Object(body)).unwrap_or_default();
    let (app, shop) = (facts.app.clone(), facts.shop.clone());
    AuditRow { transaction: facts.id, touch: facts.touch, app, shop, body }
}
