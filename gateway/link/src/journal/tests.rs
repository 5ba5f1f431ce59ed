use super::*;
use baton_protocol::evidence::{self, Cause, Entry, Evidence, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{FenceReason, NotReadyReason, Upward};
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{DeclineReason, State, UnknownReason, Verdict};
use uuid::Uuid;

mod disk;
mod evident;
mod random;
mod rules;

const WON: Money = Money::new(4_500, Currency::KRW);

fn id(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

fn order(number: u128, epoch: u64) -> Order {
    let digest = format!("digest-{number}");
    Order { transaction: id(number), epoch, ttl_ms: 1_000, digest, amount: WON }
}

fn approved() -> Verdict {
    Verdict::Approved { amount: WON, reference: "A1".to_owned() }
}

fn event(effect: &Effect) -> Option<&Event> {
    let Effect::Append(record) = effect else { return None };
    Some(&record.event)
}

/// A journal in which transaction 1 was accepted at time 0 of epoch 1.
fn accepted() -> Journal {
    let mut journal = Journal::default();
    journal.step(Input::CommandReceived(order(1, 1)), 0).unwrap();
    journal
}

/// The same, and submitted.
fn submitted() -> Journal {
    let mut journal = accepted();
    journal.step(Input::SubmitReady { transaction: id(1) }, 10).unwrap();
    journal
}

fn verdict(journal: &mut Journal, verdict: Verdict) -> Effects {
    found(journal, verdict, None)
}

fn found(journal: &mut Journal, verdict: Verdict, evidence: Option<Evidence>) -> Effects {
    journal.step(Input::VerdictArrived { transaction: id(1), verdict, evidence }, 20).unwrap()
}

/// What a restart makes of records.
fn restarted(records: &[Record]) -> (Journal, Effects) {
    let mut journal = Journal::default();
    for record in records {
        journal.replay(record).unwrap();
    }
    let effects = journal.step(Input::Restarted, 0).unwrap();
    (journal, effects)
}

fn records(events: Vec<Event>) -> Vec<Record> {
    let record = |event| Record { transaction: id(1), epoch: 1, event };
    events.into_iter().map(record).collect()
}

fn taken() -> Event {
    Event::Accepted { digest: "digest-1".to_owned(), amount: WON }
}

fn unknown(reason: UnknownReason) -> Effect {
    Effect::Report(Upward::unknown(id(1), 1, "digest-1".to_owned(), reason))
}
