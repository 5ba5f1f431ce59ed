use super::capability::{Capabilities, Capability, Class};
use super::desk::Desk;
use super::plan::{Executor, Route};
use super::transaction::*;
use crate::time::Timestamp;
use baton_protocol::ids::{TouchId, TransactionId};
use baton_protocol::link::FenceReason;
use baton_protocol::money::{Currency, Money};
use baton_protocol::policy::Policy;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::*;
use std::sync::Arc;
use uuid::Uuid;

mod wake;

pub(super) const T0: Timestamp = Timestamp::from_ms(1_000_000);

pub(super) fn good() -> Capabilities {
    Capabilities::parse("C1,C2,C3,C4,C5,C6,C7").unwrap()
}

pub(super) fn facts(route: Route, capabilities: Capabilities) -> Facts {
    let terminal: baton_protocol::ids::TerminalId = "t-1".parse().unwrap();
    Facts {
        id: TransactionId::new(Uuid::from_u128(1)),
        touch: TouchId::new(Uuid::from_u128(2)),
        terminal: terminal.clone(),
        app: "a-1".parse().unwrap(),
        shop: "s-1".parse().unwrap(),
        destination: "d-1".parse().unwrap(),
        capabilities,
        route,
        executor: Executor::Terminal(terminal),
        purpose: Purpose::Payment,
        amount: Money::new(4_500, Currency::KRW),
        code_digest: "digest".to_owned(),
        accepted_at: T0,
        links: Links::default(),
    }
}

fn dispatched(route: Route, capabilities: Capabilities) -> Transaction {
    let policy = Arc::new(Policy::default());
    let (mut transaction, _) = Transaction::receive(facts(route, capabilities), policy);
    transaction.step(Input::Routed, T0).unwrap();
    transaction
}

fn unknown(route: Route, capabilities: Capabilities) -> Transaction {
    let mut transaction = dispatched(route, capabilities);
    transaction.step(result(Verdict::Unknown { reason: UnknownReason::Silent }), T0).unwrap();
    transaction
}

fn reversing() -> Transaction {
    let mut transaction = unknown(Route::Standalone, good());
    transaction.step(Input::CancelRequested, T0).unwrap();
    transaction
}

pub(super) fn result(verdict: Verdict) -> Input {
    Input::ResultReported { verdict, code_digest: "digest".to_owned() }
}

pub(super) fn approved(minor: i64) -> Verdict {
    let amount = Money::new(minor, Currency::KRW);
    Verdict::Approved { amount, reference: "R1".to_owned() }
}

fn inquiry(number: u32, answer: InquiryAnswer) -> Input {
    Input::InquiryAnswered { number, answer }
}

#[test]
fn record_stands_before_the_command_it_protects() {
    let policy = Arc::new(Policy::default());
    let (mut transaction, first) = Transaction::receive(facts(Route::Standalone, good()), policy);

    let effects = transaction.step(Input::Routed, T0).unwrap();

    assert!(matches!(first.as_slice(), [Effect::Record(_)]));
    assert!(matches!(effects.as_slice(), [Effect::Record(_), Effect::SendCommand, ..]));
}

#[test]
fn an_approval_is_booked_and_committed() {
    let mut transaction = dispatched(Route::Standalone, good());

    let effects = transaction.step(result(approved(4_500)), T0).unwrap();

    let Some(Effect::Record(change)) = effects.first() else { panic!("no record") };
    assert_eq!(change.booking.as_ref().unwrap().entry.lines().len(), 2);
    assert!(effects.contains(&Effect::SendCommit(State::Approved)));
    assert!(effects.contains(&Effect::EraseCode));
}

#[test]
fn an_approval_of_another_amount_is_doubt_and_an_alarm() {
    let mut transaction = dispatched(Route::Standalone, good());

    let effects = transaction.step(result(approved(4_501)), T0).unwrap();

    assert_eq!(transaction.state(), State::Unknown);
    assert!(effects.contains(&Effect::Alarm(Alarm::Mismatch)));
}

#[test]
fn an_approval_of_another_code_is_doubt() {
    let mut transaction = dispatched(Route::Standalone, good());
    let verdict = approved(4_500);

    let other = Input::ResultReported { verdict, code_digest: "other".to_owned() };
    transaction.step(other, T0).unwrap();

    assert_eq!(transaction.state(), State::Unknown);
}

#[test]
fn silence_past_the_execute_deadline_is_doubt_and_not_a_decline() {
    let mut transaction = dispatched(Route::Standalone, good());

    let effects = transaction.step(Input::DeadlinePassed, T0.after_ms(10_000)).unwrap();

    assert_eq!(transaction.state(), State::Unknown);
    assert!(effects.contains(&Effect::SendCancel));
}

#[test]
fn an_unacknowledged_command_is_sent_three_times() {
    let mut transaction = dispatched(Route::Standalone, good());
    let mut sent = 1;

    for second in 1..=9 {
        let effects = transaction.step(Input::DeadlinePassed, T0.after_ms(second * 1_000)).unwrap();
        sent += effects.iter().filter(|one| **one == Effect::SendCommand).count();
    }

    assert_eq!(sent, 3);
}

#[test]
fn a_fence_ends_a_dispatched_transaction_as_cancelled() {
    let mut transaction = dispatched(Route::Standalone, good());

    transaction.step(Input::Fenced(FenceReason::Late), T0).unwrap();

    assert_eq!(transaction.state(), State::Cancelled);
}

#[test]
fn an_unknown_outcome_is_inquired_at_growing_pauses() {
    let mut transaction = unknown(Route::Paired, good());
    let mut asked = Vec::new();

    for _ in 0..4 {
        let at = transaction.next_deadline().unwrap();
        let effects = transaction.step(Input::DeadlinePassed, at).unwrap();
        assert!(matches!(effects.as_slice(), [Effect::Inquire { .. }]));
        asked.push(at.since_ms(T0));
    }

    assert_eq!(asked, [500, 1_500, 3_500, 7_500]);
}

#[test]
fn the_paired_route_is_never_reversed_by_machines() {
    let mut transaction = unknown(Route::Paired, good());

    let effects = transaction.step(Input::DeadlinePassed, T0.after_ms(3_600_000)).unwrap();
    transaction.step(Input::CancelRequested, T0.after_ms(3_600_001)).unwrap();

    assert_eq!(transaction.state(), State::Unknown);
    assert!(!effects.contains(&Effect::Reverse));
}

#[test]
fn a_standalone_doubt_is_reversed_after_the_decide_deadline() {
    let mut transaction = unknown(Route::Standalone, good());

    let effects = transaction.step(Input::DeadlinePassed, T0.after_ms(25_000)).unwrap();

    assert_eq!(transaction.state(), State::Reversing);
    assert!(matches!(effects.as_slice(), [Effect::Record(_), Effect::Reverse, ..]));
}

#[test]
fn a_gateway_that_slept_past_every_deadline_still_tries_to_reverse() {
    let mut transaction = unknown(Route::Standalone, good());
    let late = T0.after_ms(48 * 3_600_000);

    let effects = transaction.step(Input::DeadlinePassed, late).unwrap();

    assert_eq!(transaction.state(), State::Reversing);
    assert!(effects.contains(&Effect::Reverse));
}

#[test]
fn nothing_makes_a_reversing_transaction_approved() {
    let mut transaction = reversing();
    let amount = Money::new(4_500, Currency::KRW);
    let found = InquiryAnswer::Approved { amount, reference: "R1".to_owned() };

    transaction.step(result(approved(4_500)), T0).unwrap();
    transaction.step(inquiry(1, found), T0).unwrap();

    assert_eq!(transaction.state(), State::Reversing);
    transaction.step(Input::ReversalAnswered(ReversalAnswer::Accepted), T0).unwrap();
    assert_eq!(transaction.state(), State::Reversed);
}

#[test]
fn not_found_ends_nothing_unless_it_was_asked_after_the_code_had_died() {
    let mut transaction = unknown(Route::Paired, good());
    let early = T0.after_ms(500);
    transaction.step(Input::DeadlinePassed, early).unwrap();
    let dead = T0.after_ms(180_000 + 30_000 + 120_000);

    transaction.step(inquiry(1, InquiryAnswer::NotFound), dead.after_ms(1)).unwrap();
    assert_eq!(transaction.state(), State::Unknown);

    let effects = transaction.step(Input::DeadlinePassed, dead.after_ms(1)).unwrap();
    let Some(Effect::Inquire { number }) = effects.last() else { panic!("no inquiry") };
    transaction.step(inquiry(*number, InquiryAnswer::NotFound), dead.after_ms(2)).unwrap();
    assert_eq!(transaction.state(), State::Expired);
}

#[test]
fn an_original_unknown_to_the_reversal_ends_nothing() {
    let mut transaction = reversing();

    let unknown = Input::ReversalAnswered(ReversalAnswer::OriginalUnknown);
    transaction.step(unknown, T0).unwrap();

    assert_eq!(transaction.state(), State::Reversing);
    assert!(transaction.next_deadline().is_some());
}

#[test]
fn evidence_against_a_final_state_changes_nothing_and_calls_a_person() {
    let mut transaction = dispatched(Route::Standalone, good());
    transaction.step(Input::Fenced(FenceReason::Late), T0).unwrap();

    let effects = transaction.step(result(approved(4_500)), T0).unwrap();

    let alarm = Effect::Alarm(Alarm::Contradiction { state: State::Cancelled });
    let word = Effect::SendCommit(State::Cancelled);
    assert_eq!(effects, [word, alarm, Effect::Inquire { number: 0 }]);
    assert_eq!(transaction.state(), State::Cancelled);
}

#[test]
fn doubt_about_a_manual_destination_goes_to_people() {
    let weak = Capabilities::parse("C1,C3").unwrap();
    let mut transaction = unknown(Route::Standalone, weak);

    let effects = transaction.step(Input::DeadlinePassed, T0.after_ms(25_000)).unwrap();

    assert_eq!(transaction.state(), State::Suspense);
    assert!(effects.contains(&Effect::Alarm(Alarm::Suspense)));
}

#[test]
fn a_decline_that_leaves_the_code_live_is_doubt() {
    let weak = Capabilities::parse("C1,C3,C4,C5").unwrap();
    let mut transaction = dispatched(Route::Standalone, weak);

    let declined = Verdict::Declined { reason: DeclineReason::Funds };
    transaction.step(result(declined), T0).unwrap();

    assert_eq!(transaction.state(), State::Unknown);
}

#[test]
fn people_in_suspense_are_two_and_never_approve_after_a_decided_reversal() {
    let mut transaction = reversing();
    transaction.step(Input::DeadlinePassed, T0.after_ms(24 * 3_600_000)).unwrap();
    assert_eq!(transaction.state(), State::Suspense);
    let resolution = |state, second: &str| {
        let (first, reason) = ("kim".to_owned(), "statement of 3 May".to_owned());
        Input::Resolved(Resolution { state, first, second: second.to_owned(), reason })
    };

    let alone = transaction.step(resolution(State::Reversed, "kim"), T0);
    let approve = transaction.step(resolution(State::Approved, "lee"), T0);
    transaction.step(resolution(State::Reversed, "lee"), T0).unwrap();

    assert_eq!(alone, Err(Refusal::SameOperator));
    assert!(approve.is_err());
    assert_eq!(transaction.state(), State::Reversed);
}

#[test]
fn a_restored_transaction_keeps_its_deadlines() {
    let transaction = unknown(Route::Standalone, good());
    let stored = transaction.stored(T0);

    let later = T0.after_ms(20_000);
    let facts = transaction.facts().clone();
    let mut again = Transaction::restore(facts, stored, Arc::new(Policy::default()), later);
    again.step(Input::DeadlinePassed, T0.after_ms(25_000)).unwrap();

    assert_eq!(again.state(), State::Reversing);
    assert_eq!(again.version(), transaction.version() + 1);
}

/// A clock that runs on between two programs ends a code's life as if there had been no restart.
#[test]
fn what_a_code_has_surely_lived_before_a_restart_is_not_waited_for_again() {
    let told = Capabilities::parse("C1,C3,C4,C6,C7").unwrap();
    let facts = facts(Route::Standalone, told);
    let stored = unknown(Route::Standalone, told).stored(T0);
    let behind = T0.before_ms(600_000);
    let ended = |lived_ms: u64| {
        let policy = Arc::new(Policy { suspense_ms: u64::MAX, ..Policy::default() });
        let again = Transaction::restore(facts.clone(), stored, policy, behind);
        let mut again = again.lived(lived_ms, behind);
        again.step(Input::DeadlinePassed, behind.after_ms(500)).unwrap();
        let soon = behind.after_ms(600);
        again.step(inquiry(1, InquiryAnswer::NotFound), soon).unwrap();
        again.state() == State::Expired
    };

    assert!(ended(330_000));
    assert!(!ended(329_000));
}

/// The wall clock is read at each start, and may be a day ahead of the one before.
#[test]
fn a_clock_that_is_ahead_after_a_restart_does_not_end_a_code() {
    let told = Capabilities::parse("C1,C3,C4,C6,C7").unwrap();
    let facts = facts(Route::Standalone, told);
    let stored = unknown(Route::Standalone, told).stored(T0);
    let ahead = T0.after_ms(24 * 3_600_000);
    let policy = Arc::new(Policy { suspense_ms: u64::MAX, ..Policy::default() });

    let mut again = Transaction::restore(facts, stored, policy, ahead);
    again.step(Input::DeadlinePassed, ahead.after_ms(500)).unwrap();
    let soon = ahead.after_ms(600);
    again.step(inquiry(1, InquiryAnswer::NotFound), soon).unwrap();

    assert_eq!(again.state(), State::Reversing);
    let late = ahead.after_ms(330_001);
    let effects = again.step(Input::DeadlinePassed, late).unwrap();
    let asked = effects.iter().find_map(|effect| {
        let Effect::Inquire { number } = effect else { return None };
        Some(*number)
    });
    again.step(inquiry(asked.unwrap(), InquiryAnswer::NotFound), late).unwrap();
    assert_eq!(again.state(), State::Expired);
}

#[test]
fn a_clock_that_is_behind_after_a_restart_delays_no_decision() {
    let stored = unknown(Route::Standalone, good()).stored(T0);
    let behind = Timestamp::from_ms(T0.ms() - 600_000);
    let facts = facts(Route::Standalone, good());

    let mut again = Transaction::restore(facts, stored, Arc::new(Policy::default()), behind);
    again.step(Input::DeadlinePassed, behind.after_ms(25_000)).unwrap();

    assert_eq!(again.state(), State::Reversing);
}

#[test]
fn a_clock_that_is_behind_after_a_restart_lengthens_no_execution() {
    let stored = dispatched(Route::Standalone, good()).stored(T0);
    let behind = Timestamp::from_ms(T0.ms() - 600_000);
    let facts = facts(Route::Standalone, good());

    let again = Transaction::restore(facts, stored, Arc::new(Policy::default()), behind);

    assert_eq!(again.next_deadline(), Some(behind.after_ms(10_000)));
}

#[test]
fn the_automatic_class_needs_what_the_rule_says() {
    use Capability as C;
    let rows = [
        (vec![C::OneTimeCode, C::DeclineBurns, C::Inquiry, C::ExpiryTold], Class::Automatic),
        (vec![C::Idempotent, C::Inquiry, C::Reversal, C::Tombstone], Class::Automatic),
        (vec![C::Idempotent, C::Inquiry, C::Reversal], Class::Manual),
        (vec![C::Idempotent, C::Reversal, C::Tombstone, C::ExpiryTold], Class::Manual),
        (vec![C::OneTimeCode, C::Inquiry, C::Reversal, C::Tombstone], Class::Manual),
        (vec![], Class::Manual),
    ];
    for (list, class) in rows {
        assert_eq!(Capabilities::of(&list).class(), class, "{list:?}");
    }
}

#[test]
fn a_person_may_have_a_doubtful_transaction_asked_out_of_turn() {
    let mut transaction = unknown(Route::Standalone, good());
    let due = transaction.next_deadline();

    let first = transaction.step(Input::InquiryWanted, T0).unwrap();
    let second = transaction.step(Input::InquiryWanted, T0).unwrap();

    assert_eq!(first, [Effect::Inquire { number: 1 }]);
    assert_eq!(second, [Effect::Inquire { number: 2 }]);
    assert_eq!(transaction.next_deadline(), due, "the row of pauses goes on as it was");
}

#[test]
fn nobody_asks_what_is_not_in_doubt_or_answers_no_inquiries() {
    let deaf = Capabilities::parse("C1,C4").unwrap();
    let mut sure = dispatched(Route::Standalone, good());
    let mut over = dispatched(Route::Standalone, good());
    over.step(Input::Fenced(FenceReason::Late), T0).unwrap();

    for transaction in [&mut sure, &mut over, &mut unknown(Route::Standalone, deaf)] {
        assert!(transaction.step(Input::InquiryWanted, T0).is_err());
    }
}

#[test]
fn a_lost_journal_makes_an_open_command_doubtful_and_changes_nothing_else() {
    let mut open = dispatched(Route::Standalone, good());
    let mut doubtful = unknown(Route::Standalone, good());
    let mut undone = reversing();

    let effects = open.step(Input::ExecutorForgot, T0).unwrap();

    assert!(matches!(&effects[0], Effect::Record(change)
        if change.to == State::Unknown && change.cause == Cause::ExecutorForgot));
    assert_eq!(doubtful.step(Input::ExecutorForgot, T0), Ok(Vec::new()));
    assert_eq!(undone.step(Input::ExecutorForgot, T0), Ok(Vec::new()));
}

#[test]
fn a_desk_believes_no_fence_about_what_is_older_than_the_journal() {
    let policy = Arc::new(Policy::default());
    let mut desk = Desk::new(policy, Vec::new(), Vec::new());
    desk.connected(1, T0);
    desk.begin(facts(Route::Standalone, good()), None, T0).unwrap();
    let id = TransactionId::new(Uuid::from_u128(1));
    desk.disconnected();

    let doubted = desk.trust_from(T0.after_ms(1), T0.after_ms(1));
    let greeted = desk.connected(2, T0.after_ms(2));
    let fenced = desk.about(id, Input::Fenced(FenceReason::Cancelled), T0.after_ms(3)).unwrap();

    assert!(matches!(&doubted[0].1, Effect::Record(change) if change.to == State::Unknown));
    assert_eq!(greeted, [(id, Effect::SendCancel)]);
    assert_eq!(fenced, []);
    assert_eq!(desk.lookup(id).map(Transaction::state), Some(State::Unknown));
    assert_eq!(desk.room(), Ok(()), "what is in doubt does not hold up the next payment");
}

#[test]
fn a_suspected_desk_takes_nothing_and_doubts_what_is_open() {
    let mut desk = Desk::new(Arc::new(Policy::default()), Vec::new(), Vec::new());
    desk.connected(1, T0);
    desk.begin(facts(Route::Standalone, good()), None, T0).unwrap();

    let effects = desk.suspected(T0);

    assert!(matches!(&effects[0].1, Effect::Record(change) if change.to == State::Unknown));
    assert_eq!(desk.room(), Err(RefusalCode::TerminalOffline));
}

/// A restart reads the wall anew; a step back of it would have held every timer for as long.
#[test]
fn a_restart_on_a_clock_that_was_set_back_does_not_wait_for_it_to_come_back() {
    let before = dispatched(Route::Standalone, good());
    let stored = before.stored(T0.after_ms(600_000));

    let again =
        Transaction::restore(before.facts().clone(), stored, Arc::new(Policy::default()), T0);

    assert_eq!(again.next_deadline(), Some(T0.after_ms(10_000)));
}

/// A restart an hour ahead would have taken "not found" for "expired" while the code was alive.
#[test]
fn a_restart_on_a_clock_that_runs_ahead_expires_no_code() {
    let before = unknown(Route::Paired, good());
    let (policy, ahead) = (Arc::new(Policy::default()), T0.after_ms(3_600_000));
    let mut again = Transaction::restore(before.facts().clone(), before.stored(T0), policy, ahead);
    let first = ahead.after_ms(500);
    again.step(Input::DeadlinePassed, first).unwrap();

    again.step(inquiry(1, InquiryAnswer::NotFound), first).unwrap();
    assert!(!again.state().is_final());

    let late = ahead.after_ms(180_000 + 30_000 + 120_001);
    again.step(Input::DeadlinePassed, late).unwrap();
    again.step(inquiry(2, InquiryAnswer::NotFound), late).unwrap();
    assert_eq!(again.state(), State::Expired);
}
