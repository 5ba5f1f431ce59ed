use super::super::desk::{Desk, Due};
use super::super::plan::{Executor, Route};
use super::super::tests::{T0, approved, facts, good, result};
use super::super::transaction::*;
use super::{tie, together};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::FenceReason;
use baton_protocol::money::{Currency, Money};
use baton_protocol::policy::Policy;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::{State, UnknownReason, Verdict};
use std::sync::Arc;
use uuid::Uuid;

const MEMBER: TransactionId = TransactionId::new(Uuid::from_u128(10));
const PAID: TransactionId = TransactionId::new(Uuid::from_u128(11));

fn half(id: TransactionId, purpose: Purpose) -> Facts {
    let currency = if purpose == Purpose::Payment { Currency::KRW } else { Currency::POINTS };
    let amount = Money::new(4_500, currency);
    Facts { id, purpose, amount, ..facts(Route::Standalone, good()) }
}

fn desk() -> Desk {
    let mut desk = Desk::new(Arc::new(Policy::default()), Vec::new(), Vec::new());
    desk.connected(1, T0);
    desk
}

/// A desk with the touch "redeem, then pay"; the redemption is on its way.
fn redeem_then_pay() -> Desk {
    let (mut member, mut paid) = (half(MEMBER, Purpose::Redeem), half(PAID, Purpose::Payment));
    tie(&mut member, &mut paid);
    let mut desk = desk();
    desk.begin(member, Some(paid), T0).unwrap();
    desk
}

fn pay_then_accrue() -> Desk {
    let (mut paid, mut member) = (half(PAID, Purpose::Payment), half(MEMBER, Purpose::Accrue));
    tie(&mut paid, &mut member);
    let mut desk = desk();
    desk.begin(paid, Some(member), T0).unwrap();
    desk
}

fn yes(id: TransactionId) -> Input {
    let currency = if id == PAID { Currency::KRW } else { Currency::POINTS };
    let amount = Money::new(4_500, currency);
    result(Verdict::Approved { amount, reference: "R".to_owned() })
}

fn no() -> Input {
    result(Verdict::Declined { reason: baton_protocol::work::DeclineReason::Funds })
}

fn state(desk: &Desk, id: TransactionId) -> Option<State> {
    desk.lookup(id).map(Transaction::state)
}

fn compensations(dues: &[Due]) -> Vec<TransactionId> {
    let undone = dues.iter().filter_map(|(_, effect)| {
        let Effect::Compensate(facts) = effect else { return None };
        Some(facts.id)
    });
    undone.collect()
}

#[test]
fn both_halves_are_recorded_before_anything_is_sent() {
    let (mut member, mut paid) = (half(MEMBER, Purpose::Redeem), half(PAID, Purpose::Payment));
    tie(&mut member, &mut paid);

    let dues = desk().begin(member, Some(paid), T0).unwrap();

    let sent = dues.iter().position(|(_, effect)| *effect == Effect::SendCommand);
    let records = dues.iter().rposition(|(_, effect)| matches!(effect, Effect::Record(_)));
    assert!(records < sent);
    let sends: Vec<_> = dues.iter().filter(|(_, effect)| *effect == Effect::SendCommand).collect();
    assert_eq!(sends, [&(MEMBER, Effect::SendCommand)]);
}

#[test]
fn the_payment_starts_at_once_when_the_points_are_redeemed() {
    let mut desk = redeem_then_pay();

    let dues = desk.about(MEMBER, yes(MEMBER), T0).unwrap();

    assert!(dues.contains(&(PAID, Effect::SendCommand)));
    assert_eq!(state(&desk, PAID), Some(State::Dispatched));
    assert!(desk.room().is_err(), "nobody else is served in between");
}

#[test]
fn without_the_points_the_payment_never_starts() {
    let mut desk = redeem_then_pay();

    let dues = desk.about(MEMBER, no(), T0).unwrap();

    assert!(!dues.contains(&(PAID, Effect::SendCommand)));
    assert_eq!(state(&desk, PAID), None, "rejected");
    assert_eq!(compensations(&dues), []);
    assert!(desk.room().is_ok());
}

#[test]
fn redeemed_points_are_given_back_when_the_payment_is_declined() {
    let mut desk = redeem_then_pay();
    desk.about(MEMBER, yes(MEMBER), T0).unwrap();

    let dues = desk.about(PAID, no(), T0).unwrap();

    assert_eq!(compensations(&dues), [MEMBER]);
    let record = dues.iter().position(|(_, effect)| matches!(effect, Effect::Record(_)));
    let undo = dues.iter().position(|(_, effect)| matches!(effect, Effect::Compensate(_)));
    assert!(record < undo);
}

#[test]
fn points_stay_redeemed_while_nobody_knows_whether_it_was_paid() {
    let mut desk = redeem_then_pay();
    desk.about(MEMBER, yes(MEMBER), T0).unwrap();

    let silent = Verdict::Unknown { reason: UnknownReason::Silent };
    let dues = desk.about(PAID, result(silent), T0).unwrap();
    let paid = desk.about(PAID, yes(PAID), T0).unwrap();

    assert_eq!(compensations(&dues), []);
    assert_eq!(compensations(&paid), []);
}

#[test]
fn points_redeemed_after_the_payment_gave_up_waiting_are_given_back() {
    let mut desk = redeem_then_pay();
    let silent = Verdict::Unknown { reason: UnknownReason::Silent };
    desk.about(MEMBER, result(silent), T0).unwrap();
    let late = T0.after_ms(Policy::default().code_life_ms);
    let waited = desk.about(PAID, Input::DeadlinePassed, late).unwrap();

    let dues = desk.about(MEMBER, yes(MEMBER), late).unwrap_or_default();

    assert_eq!(compensations(&waited), []);
    assert_eq!(state(&desk, PAID), None);
    assert_eq!(compensations(&dues), [MEMBER]);
}

#[test]
fn a_payment_stands_when_its_points_cannot_be_added() {
    let mut desk = pay_then_accrue();
    desk.about(PAID, yes(PAID), T0).unwrap();

    let dues = desk.about(MEMBER, Input::Fenced(FenceReason::Unreachable), T0).unwrap();

    assert_eq!(compensations(&dues), []);
    assert_eq!(state(&desk, MEMBER), None);
}

#[test]
fn points_for_a_payment_that_failed_are_never_asked_for() {
    let mut desk = pay_then_accrue();

    let dues = desk.about(PAID, no(), T0).unwrap();

    assert!(!dues.contains(&(MEMBER, Effect::SendCommand)));
    assert_eq!(state(&desk, MEMBER), None);
}

#[test]
fn a_half_whose_turn_comes_while_the_terminal_is_away_starts_on_its_return() {
    let mut desk = pay_then_accrue();
    desk.disconnected();
    let dues = desk.about(PAID, yes(PAID), T0).unwrap();

    let back = desk.connected(2, T0);

    assert!(!dues.contains(&(MEMBER, Effect::SendCommand)));
    assert!(back.contains(&(MEMBER, Effect::SendCommand)));
}

#[test]
fn a_desk_that_was_read_again_still_gives_redeemed_points_back() {
    let (mut member, mut paid) = (half(MEMBER, Purpose::Redeem), half(PAID, Purpose::Payment));
    tie(&mut member, &mut paid);
    let stored = Stored {
        state: State::Dispatched,
        version: 2,
        since: T0,
        doubt_since: None,
        reversal: ReversalDecided::No,
    };
    let policy = Arc::new(Policy::default());
    let open = Transaction::restore(paid, stored, policy.clone(), T0);
    let mut desk = Desk::new(policy, vec![open], vec![member]);

    let dues = desk.about(PAID, no(), T0).unwrap();

    assert_eq!(compensations(&dues), [MEMBER]);
}

#[test]
fn an_approval_of_another_amount_starts_nothing() {
    let mut desk = redeem_then_pay();

    desk.about(MEMBER, result(approved(1)), T0).unwrap();

    assert_eq!(state(&desk, PAID), Some(State::Received));
}

#[test]
fn halves_that_two_places_would_execute_are_no_touch() {
    let terminal = Executor::Terminal("t-1".parse().unwrap());
    let gateway = |id: &str| Executor::Gateway(id.parse().unwrap());

    assert_eq!(together(&terminal, &terminal), Ok(()));
    assert_eq!(together(&terminal, &gateway("d-1")), Err(RefusalCode::HalvesApart));
    assert_eq!(together(&gateway("d-1"), &gateway("d-2")), Err(RefusalCode::HalvesApart));
}
