use super::super::capability::Capabilities;
use super::super::desk::Desk;
use super::super::plan::Route;
use super::super::tests::{T0, approved, good, result};
use super::super::transaction::*;
use super::*;
use crate::ledger::{Account, Phase, Side};
use baton_protocol::link::FenceReason;
use baton_protocol::money::Currency;
use baton_protocol::policy::Policy;
use baton_protocol::work::{DeclineReason, UnknownReason, Verdict};
use std::sync::Arc;
use uuid::Uuid;

const REFUND: TransactionId = TransactionId::new(Uuid::from_u128(20));

fn original(capabilities: Capabilities) -> Facts {
    super::super::tests::facts(Route::Paired, capabilities)
}

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn refund(capabilities: &str) -> Facts {
    let original = original(Capabilities::parse(capabilities).unwrap());
    facts(&original, REFUND, Wish::Refund(None), won(4_500), "digest".to_owned(), T0)
}

/// A refund that was sent once and not answered.
fn unanswered(capabilities: &str) -> Transaction {
    let policy = Arc::new(Policy::default());
    let (mut refund, _) = Transaction::receive(refund(capabilities), policy);
    refund.step(Input::Routed, T0).unwrap();
    let silent = Verdict::Unknown { reason: UnknownReason::Silent };
    refund.step(result(silent), T0).unwrap();
    refund
}

#[test]
fn only_what_is_approved_and_left_can_be_given_back() {
    let original = original(good());
    let wish = |minor| Wish::Refund(Some(won(minor)));

    assert_eq!(check(&original, State::Approved, 0, Wish::Void), Ok(won(4_500)));
    assert_eq!(check(&original, State::Approved, 500, Wish::Refund(None)), Ok(won(4_000)));
    assert_eq!(check(&original, State::Approved, 500, wish(4_000)), Ok(won(4_000)));
    let too_much = check(&original, State::Approved, 500, wish(4_001));
    assert_eq!(too_much, Err(RefusalCode::RefundTooLarge));
    let nothing_left = check(&original, State::Approved, 4_500, Wish::Refund(None));
    assert_eq!(nothing_left, Err(RefusalCode::RefundTooLarge));
    assert_eq!(check(&original, State::Approved, 1, Wish::Void), Err(RefusalCode::StateWrong));
    assert_eq!(check(&original, State::Approved, 0, wish(0)), Err(RefusalCode::AmountInvalid));
    let points = Wish::Refund(Some(Money::new(1, Currency::POINTS)));
    assert_eq!(check(&original, State::Approved, 0, points), Err(RefusalCode::AmountInvalid));
}

#[test]
fn what_is_in_doubt_is_not_refunded() {
    for state in State::ALL.into_iter().filter(|state| *state != State::Approved) {
        let refused = check(&original(good()), state, 0, Wish::Refund(None));
        assert_eq!(refused, Err(RefusalCode::StateWrong), "{state:?}");
    }
}

#[test]
fn a_refund_books_the_way_back() {
    let policy = Arc::new(Policy::default());
    let (mut refund, received) = Transaction::receive(refund("C2"), policy);
    refund.step(Input::Routed, T0).unwrap();

    let effects = refund.step(result(approved(4_500)), T0).unwrap();

    let Some(Effect::Record(first)) = received.first() else { panic!("no record") };
    assert_eq!(first.booking.as_ref().unwrap().phase, Phase::Pending);

    let Some(Effect::Record(change)) = effects.first() else { panic!("no record") };
    let booking = change.booking.as_ref().unwrap();
    assert_eq!(booking.phase, Phase::Posted);
    let debit = booking.entry.lines().iter().find(|line| line.side == Side::Debit).unwrap();
    assert_eq!(debit.account, Account::Merchant("s-1".parse().unwrap()));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::SendCommit(_))));
}

#[test]
fn an_unanswered_refund_is_sent_again_where_that_is_safe() {
    let mut refund = unanswered("C2,C3");

    let due = refund.next_deadline().unwrap();
    let effects = refund.step(Input::DeadlinePassed, due).unwrap();

    assert_eq!(effects, [Effect::SendCommand]);
}

#[test]
fn an_unanswered_refund_is_only_asked_about_where_sending_again_could_pay_twice() {
    let mut refund = unanswered("C1,C3,C4,C5,C6,C7");
    let mut effects = Vec::new();

    while refund.state() == State::Unknown {
        let due = refund.next_deadline().unwrap();
        effects.extend(refund.step(Input::DeadlinePassed, due).unwrap());
    }

    assert_eq!(refund.state(), State::Suspense, "people decide");
    assert!(!effects.contains(&Effect::SendCommand));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Inquire { .. })));
}

#[test]
fn no_refund_is_reversed_cancelled_or_expired() {
    let mut refund = unanswered("C1,C2,C3,C4,C5,C6,C7");
    let late = T0.after_ms(48 * 3_600_000);

    let effects = refund.step(Input::DeadlinePassed, late).unwrap();
    let cancelled = refund.step(Input::CancelRequested, late);
    let fenced = refund.step(Input::Fenced(FenceReason::Unreachable), late).unwrap();

    assert!(!effects.contains(&Effect::Reverse));
    assert!(cancelled.is_err() || refund.state() == State::Suspense);
    assert_eq!(fenced, []);
    assert!(!refund.state().is_final());
}

/// Cause: points of a declined payment were lost when their provider could not be reached once.
#[test]
fn a_void_that_was_never_sent_is_sent_again_until_it_is_done() {
    let original = original(Capabilities::parse("C2,C3").unwrap());
    let void = facts(&original, REFUND, Wish::Void, won(4_500), "digest".to_owned(), T0);
    let (mut void, _) = Transaction::receive(void, Arc::new(Policy::default()));
    void.step(Input::Routed, T0).unwrap();

    void.step(Input::Fenced(FenceReason::Unreachable), T0).unwrap();
    let later = T0.after_ms(1_000);
    let effects = void.step(Input::DeadlinePassed, later).unwrap();

    assert_eq!(void.state(), State::Unknown);
    assert!(effects.contains(&Effect::SendCommand), "{effects:?}");
}

#[test]
fn a_refund_that_was_provably_never_sent_is_cancelled() {
    let policy = Arc::new(Policy::default());
    let (mut refund, _) = Transaction::receive(refund("C2"), policy);
    refund.step(Input::Routed, T0).unwrap();

    refund.step(Input::Fenced(FenceReason::Unreachable), T0).unwrap();

    assert_eq!(refund.state(), State::Cancelled);
}

#[test]
fn a_gateway_that_comes_back_does_not_know_what_it_sent() {
    let policy = Arc::new(Policy::default());
    let (mut transaction, _) = Transaction::receive(refund("C2"), policy.clone());
    transaction.step(Input::Routed, T0).unwrap();
    let mut desk = Desk::of_gateway(policy, vec![transaction]);

    desk.connected(0, T0);

    assert_eq!(desk.lookup(REFUND).map(Transaction::state), Some(State::Unknown));
}

#[test]
fn the_gateways_desk_takes_many_refunds_at_a_time_and_takes_up_what_was_received() {
    let policy = Arc::new(Policy::default());
    let mut desk = Desk::of_gateway(policy.clone(), Vec::new());
    desk.connected(0, T0);
    let other = Facts { id: TransactionId::new(Uuid::from_u128(21)), ..refund("C2") };
    desk.begin(other, None, T0).unwrap();
    let (received, _) = Transaction::receive(refund("C2"), policy);

    let dues = desk.take_up(received, T0);

    assert!(dues.contains(&(REFUND, Effect::SendCommand)));
    assert!(desk.room().is_ok());
}

#[test]
fn a_declined_refund_is_over_only_where_no_copy_of_it_can_still_pay() {
    let declined = || result(Verdict::Declined { reason: DeclineReason::Refused });
    let (mut safe, mut unsafe_one) = (unanswered("C2"), unanswered("C3,C7"));

    safe.step(declined(), T0).unwrap();
    unsafe_one.step(declined(), T0).unwrap();

    assert_eq!(safe.state(), State::Declined);
    assert_eq!(unsafe_one.state(), State::Unknown);
}

#[test]
fn redeemed_points_are_given_back_by_people_only_once_their_payment_is_paid() {
    let payment = original(Capabilities::parse("C2,C3").unwrap());
    let redeemed = Facts { purpose: Purpose::Redeem, ..payment.clone() };

    assert_eq!(check_half(&redeemed, Some(State::Unknown)), Err(RefusalCode::StateWrong));
    assert_eq!(check_half(&redeemed, Some(State::Declined)), Err(RefusalCode::StateWrong));
    assert_eq!(check_half(&redeemed, Some(State::Approved)), Ok(()));
    assert_eq!(check_half(&redeemed, None), Ok(()));
    assert_eq!(check_half(&payment, Some(State::Unknown)), Ok(()));
}

/// Cause: a provider declined to take a redemption back, and nobody was called.
#[test]
fn points_that_their_provider_does_not_take_back_call_a_person() {
    let paid = original(Capabilities::parse("C2,C3").unwrap());
    let redeemed = Facts { purpose: Purpose::Redeem, ..paid.clone() };
    let ended = |of: &Facts| {
        let void = facts(of, REFUND, Wish::Void, won(4_500), "digest".to_owned(), T0);
        let (mut void, _) = Transaction::receive(void, Arc::new(Policy::default()));
        void.step(Input::Routed, T0).unwrap();
        let declined = Verdict::Declined { reason: DeclineReason::Refused };
        let report = Input::ResultReported { verdict: declined, code_digest: "digest".to_owned() };
        let effects = void.step(report, T0).unwrap();
        (void.state(), effects.contains(&Effect::Alarm(Alarm::NotGivenBack)))
    };

    assert_eq!(ended(&redeemed), (State::Declined, true));
    assert_eq!(ended(&paid), (State::Declined, false));
}
