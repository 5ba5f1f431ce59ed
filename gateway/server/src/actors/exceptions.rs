//! From what a desk heard to evidence: what one commit keeps for people to read.
//!
//! Owns what is worth keeping and its words. Everything about a doubtful transaction is kept from
//! the first doubt, so that a case that is opened later is whole. Never a code, only whether its
//! digest was the right one. May not decide or send. Next: [`super::facts`], the change itself.

use super::facts::Memory;
use super::words::word_of;
use crate::clock::new_id;
use baton_core::relay::case::{Decision, Kind};
use baton_core::relay::desk::Due;
use baton_core::relay::journal::{JournalHead, Suspicion};
use baton_core::relay::plan::Executor;
use baton_core::relay::transaction::{Alarm, Effect, Facts, Input};
use baton_core::time::Timestamp;
use baton_protocol::evidence::{Entry, Evidence};
use baton_protocol::ids::{ShopId, TransactionId};
use baton_protocol::work::{InquiryAnswer, State, Verdict};
use baton_records::exceptions::{CaseRow, Exception, Piece, Subject};
use baton_records::rows::Told;
use baton_records::writer::Fact;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Characters of a destination's reference that are kept: theirs have under 40.
const REFERENCE_CHARACTERS_MAX: usize = 64;

/// What a desk or a late word heard about one transaction.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// About which.
    pub facts: &'a Facts,
    /// Where it stood before.
    pub was: State,
    /// What came.
    pub input: &'a Input,
    /// What stands behind it.
    pub told: Told,
    /// What follows from it.
    pub dues: &'a [Due],
}

/// Makes the evidence of one fact, and a case for every alarm that it raised.
#[must_use]
pub fn of_heard(heard: Heard<'_>, now: Timestamp) -> Vec<Fact> {
    let Heard { facts, was, input, told, dues } = heard;
    // What a touch's other half does meanwhile is not said of this one.
    let own: Vec<Due> = dues.iter().filter(|(id, _)| *id == facts.id).cloned().collect();
    let dues = own.as_slice();
    let said = said(facts, input, told);
    let changed = dues.iter().find_map(|(_, effect)| {
        let Effect::Record(change) = effect else { return None };
        Some(change.to)
    });
    let doubtful = |state| matches!(state, State::Unknown | State::Reversing | State::Suspense);
    let mut written = Vec::new();
    if let Some((kind, body)) = &said
        && (doubtful(was) || changed.is_some_and(doubtful))
    {
        written.push(evidence(piece(facts, kind, body, now)));
    }
    for alarm in alarms(dues) {
        let state = changed.unwrap_or(was).word();
        let body = said.as_ref().map_or_else(
            || json!({ "state": state }),
            |(kind, body)| json!({ "state": state, "heard": kind, "said": body }),
        );
        written.push(opened(facts, kind_of(alarm), &body, now));
    }
    if let Input::Resolved(resolution) = input
        && changed.is_some()
    {
        let subject = Subject::Transaction(facts.id);
        let body = json!({
            "state": resolution.state.word(),
            "proposed_by": resolution.first,
            "why": resolution.reason,
        });
        let mut decided = piece(facts, "confirmed", &body, now);
        decided.operator = Some(resolution.second.clone());
        written.push(exception(Exception::ProposalTaken {
            subject,
            decision: Decision::Resolve(resolution.state),
            operator: resolution.first.clone(),
        }));
        written.push(evidence(decided));
    }
    written
}

/// Makes the cases of alarms that came by the clock, which nobody's words caused.
#[must_use]
pub fn of_clock(
    dues: &[Due],
    memories: &BTreeMap<TransactionId, Memory>,
    now: Timestamp,
) -> Vec<Fact> {
    let opened = dues.iter().filter_map(|(id, effect)| {
        let Effect::Alarm(alarm) = effect else { return None };
        let facts = &memories.get(id)?.facts;
        Some(opened(facts, kind_of(alarm), &json!({}), now))
    });
    opened.collect()
}

/// Closes the case of a transaction that left suspense with these effects.
#[must_use]
pub fn of_end(dues: &[Due]) -> Vec<Fact> {
    let ended = dues.iter().filter_map(|(id, effect)| {
        let Effect::Record(change) = effect else { return None };
        (change.from == Some(State::Suspense)).then_some((*id, change.at))
    });
    let closed = ended.map(|(id, at)| {
        let subject = Subject::Transaction(id);
        exception(Exception::Closed { subject, kind: Kind::Suspense, at })
    });
    closed.collect()
}

/// A journal that is not the one that is known.
#[derive(Debug, Clone, Copy)]
pub struct Suspected<'a> {
    /// Whose.
    pub device: &'a Executor,
    /// The trust under which it was heard.
    pub trusted_from: Timestamp,
    /// What is wrong with it.
    pub why: Suspicion,
    /// Where it ended before.
    pub held: Option<&'a JournalHead>,
    /// Where it ends now.
    pub said: &'a JournalHead,
}

/// Makes what is kept when a device's journal is not the one that is known.
#[must_use]
pub fn of_journal(suspected: Suspected<'_>, shop: &ShopId, now: Timestamp) -> Vec<Fact> {
    let Suspected { device, trusted_from, why, held, said } = suspected;
    let subject = Subject::Device(device.clone());
    let head = |head: &JournalHead| json!({ "seq": head.seq, "hash": head.hash });
    let body = json!({ "why": why.word(), "held": held.map(head), "said": head(said) });
    let case = CaseRow {
        id: new_id(),
        subject: subject.clone(),
        kind: Kind::Journal,
        shop: shop.clone(),
        destination: None,
        opened: now,
        closed: None,
    };
    let piece = made(subject, Kind::Journal.word(), &body, now);
    let (device, said) = (device.clone(), said.clone());
    vec![
        exception(Exception::Opened { case, piece }),
        exception(Exception::JournalSuspected { device, trusted_from, why, said, at: now }),
    ]
}

/// Wraps something about cases for the writer.
#[must_use]
pub fn exception(exception: Exception) -> Fact {
    Fact::Exception(Box::new(exception))
}

/// Makes a piece about one subject.
#[must_use]
pub fn made(subject: Subject, kind: &'static str, body: &Value, at: Timestamp) -> Piece {
    Piece { id: new_id(), subject, kind, operator: None, body: body.to_string(), at }
}

fn piece(facts: &Facts, kind: &'static str, body: &Value, at: Timestamp) -> Piece {
    made(Subject::Transaction(facts.id), kind, body, at)
}

fn evidence(piece: Piece) -> Fact {
    exception(Exception::Evidence(piece))
}

fn opened(facts: &Facts, kind: Kind, body: &Value, now: Timestamp) -> Fact {
    let case = CaseRow {
        id: new_id(),
        subject: Subject::Transaction(facts.id),
        kind,
        shop: facts.shop.clone(),
        destination: Some(facts.destination.clone()),
        opened: now,
        closed: None,
    };
    exception(Exception::Opened { case, piece: piece(facts, kind.word(), body, now) })
}

fn alarms(dues: &[Due]) -> impl Iterator<Item = &Alarm> {
    dues.iter().filter_map(|(_, effect)| {
        let Effect::Alarm(alarm) = effect else { return None };
        Some(alarm)
    })
}

const fn kind_of(alarm: &Alarm) -> Kind {
    match alarm {
        Alarm::Contradiction { .. } => Kind::Contradiction,
        Alarm::Mismatch => Kind::Mismatch,
        Alarm::Suspense => Kind::Suspense,
        Alarm::NotGivenBack => Kind::NotGivenBack,
    }
}

/// What somebody said, in stable words; nothing for what is no evidence.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is not listed is no evidence")]
fn said(facts: &Facts, input: &Input, told: Told) -> Option<(&'static str, Value)> {
    match input {
        Input::ResultReported { verdict, code_digest } => {
            let mut body = verdict_of(verdict);
            body["code"] = json!(if *code_digest == facts.code_digest { "same" } else { "other" });
            if let Some(Evidence { entry, outcome }) = told.evidence {
                body["entry"] = json!(entry.map(Entry::word));
                body["seen"] = json!(outcome.word());
            }
            Some(("report", body))
        }
        Input::Contradicted { verdict } => Some(("second_answer", verdict_of(verdict))),
        Input::Fenced(reason) => {
            let mut body = json!({ "reason": word_of(reason) });
            if let Some(cause) = told.cause {
                body["cause"] = json!(cause.word());
            }
            Some(("fence", body))
        }
        Input::ExecutorNotReady(why) => Some(("not_ready", json!({ "reason": word_of(why) }))),
        Input::ExecutorForgot => Some(("journal_lost", json!({}))),
        Input::InquiryAnswered { answer, .. } => Some(("inquiry", answer_of(answer))),
        Input::ReversalAnswered(answer) => Some(("reversal", json!({ "answer": word_of(answer) }))),
        _ => None,
    }
}

fn verdict_of(verdict: &Verdict) -> Value {
    match verdict {
        Verdict::Approved { amount, reference } => json!({
            "verdict": "approved", "amount": amount.minor,
            "currency": amount.currency.letters(), "reference": shortened(reference),
        }),
        Verdict::Declined { reason } => {
            json!({ "verdict": "declined", "reason": word_of(reason) })
        }
        Verdict::Unknown { reason } => json!({ "verdict": "unknown", "reason": word_of(reason) }),
    }
}

fn answer_of(answer: &InquiryAnswer) -> Value {
    match answer {
        InquiryAnswer::Approved { amount, reference } => json!({
            "answer": "approved", "amount": amount.minor,
            "currency": amount.currency.letters(), "reference": shortened(reference),
        }),
        InquiryAnswer::Declined { reason } => {
            json!({ "answer": "declined", "reason": word_of(reason) })
        }
        InquiryAnswer::ExpiredUnused => json!({ "answer": "expired_unused" }),
        InquiryAnswer::NotFound => json!({ "answer": "not_found" }),
        InquiryAnswer::NoAnswer => json!({ "answer": "no_answer" }),
    }
}

fn shortened(reference: &str) -> String {
    reference.chars().take(REFERENCE_CHARACTERS_MAX).collect()
}

#[cfg(test)]
mod tests;
