use super::*;
use crate::relay::desk::Desk;

fn wakened(transaction: &mut Transaction, now: Timestamp) -> Vec<Effect> {
    transaction.step(Input::DestinationBack, now).unwrap()
}

#[test]
fn a_destination_that_is_back_is_asked_at_once_and_soon_again() {
    let mut transaction = unknown(Route::Paired, good());
    for at_ms in [500, 1_500, 3_500, 7_500, 15_500, 30_500, 60_500] {
        transaction.step(Input::DeadlinePassed, T0.after_ms(at_ms)).unwrap();
    }
    let back = T0.after_ms(70_000);

    let effects = wakened(&mut transaction, back);

    assert!(matches!(effects.as_slice(), [Effect::Inquire { .. }]));
    assert_eq!(transaction.next_deadline(), Some(back.after_ms(1_000)));
}

#[test]
fn a_decided_reversal_is_repeated_at_once() {
    let mut transaction = reversing();

    let effects = wakened(&mut transaction, T0.after_ms(70_000));

    assert!(matches!(effects.as_slice(), [Effect::Reverse, Effect::Inquire { .. }]));
    assert_eq!(transaction.state(), State::Reversing);
}

#[test]
fn a_case_in_suspense_is_asked_at_once_and_keeps_its_slow_pace() {
    let mut transaction = reversing();
    transaction.step(Input::DeadlinePassed, T0.after_ms(24 * 3_600_000)).unwrap();
    let back = T0.after_ms(25 * 3_600_000);

    let effects = wakened(&mut transaction, back);

    assert!(matches!(effects.as_slice(), [Effect::Reverse, Effect::Inquire { .. }]));
    assert_eq!(transaction.next_deadline(), Some(back.after_ms(3_600_000)));
}

#[test]
fn a_return_asks_nothing_about_what_is_running_or_over() {
    let mut running = dispatched(Route::Standalone, good());
    let mut over = dispatched(Route::Standalone, good());
    over.step(result(approved(4_500)), T0).unwrap();

    assert_eq!(wakened(&mut running, T0), []);
    assert_eq!(wakened(&mut over, T0), []);
}

#[test]
fn a_return_moves_no_deadline_of_the_decision() {
    let mut transaction = unknown(Route::Standalone, good());
    wakened(&mut transaction, T0.after_ms(24_000));

    transaction.step(Input::DeadlinePassed, T0.after_ms(25_000)).unwrap();

    assert_eq!(transaction.state(), State::Reversing);
}

#[test]
fn a_desk_asks_only_about_the_destination_that_is_back() {
    let ours = unknown(Route::Standalone, good());
    let mut facts = facts(Route::Standalone, good());
    facts.id = TransactionId::new(Uuid::from_u128(9));
    facts.destination = "d-2".parse().unwrap();
    let stored = ours.stored(T0);
    let policy = Arc::new(Policy::default());
    let other = Transaction::restore(facts, stored, policy.clone(), T0);
    let mut desk = Desk::new(policy, vec![ours, other], Vec::new());

    let dues = desk.destination_back(&"d-2".parse().unwrap(), T0.after_ms(1));

    let asked: Vec<TransactionId> = dues.iter().map(|(id, _)| *id).collect();
    assert_eq!(asked, [TransactionId::new(Uuid::from_u128(9))]);
}

#[test]
fn two_answers_that_differ_raise_an_alarm_and_the_destination_is_asked_which_is_true() {
    let mut transaction = dispatched(Route::Standalone, good());
    transaction.step(result(approved(4_500)), T0).unwrap();
    let declined = result(Verdict::Declined { reason: DeclineReason::Funds });
    let alarm = Effect::Alarm(Alarm::Contradiction { state: State::Approved });

    let effects = transaction.step(declined, T0).unwrap();
    let stands = InquiryAnswer::Approved {
        amount: Money::new(4_500, Currency::KRW),
        reference: "R1".to_owned(),
    };
    let confirmed = transaction.step(inquiry(0, stands), T0).unwrap();
    let gone = InquiryAnswer::Declined { reason: DeclineReason::Reversed };
    let denied = transaction.step(inquiry(0, gone), T0).unwrap();

    let word = Effect::SendCommit(State::Approved);
    assert_eq!(effects, [word, alarm.clone(), Effect::Inquire { number: 0 }]);
    assert_eq!((confirmed, denied), (vec![], vec![alarm]));
    assert_eq!(transaction.state(), State::Approved);
}

#[test]
fn a_contradiction_that_a_device_tells_calls_a_person_in_every_state() {
    let mut running = dispatched(Route::Standalone, good());
    let mut over = dispatched(Route::Standalone, good());
    over.step(result(approved(4_500)), T0).unwrap();
    let alarm = |state| Effect::Alarm(Alarm::Contradiction { state });
    let verdict = Verdict::Declined { reason: DeclineReason::Funds };
    let told = Input::Contradicted { verdict };

    let early = running.step(told.clone(), T0).unwrap();
    let late = over.step(told, T0).unwrap();

    assert_eq!(early, [alarm(State::Dispatched)]);
    assert_eq!(late, [alarm(State::Approved), Effect::Inquire { number: 0 }]);
}
