//! Each rule of the journal by its name.

use super::*;

#[test]
fn a_command_is_written_then_acknowledged_then_prepared() {
    let mut journal = Journal::default();

    let effects = journal.step(Input::CommandReceived(order(1, 1)), 0).unwrap();

    assert_eq!(event(&effects[0]), Some(&taken()));
    let accepted = Upward::Accepted { transaction: id(1), epoch: 1 };
    assert_eq!(effects[1..], [Effect::Report(accepted), Effect::Prepare(id(1))]);
}

#[test]
fn rule_1_submitted_is_written_before_the_first_byte() {
    let mut journal = accepted();

    let effects = journal.step(Input::SubmitReady { transaction: id(1) }, 10).unwrap();

    assert_eq!(event(&effects[0]), Some(&Event::Submitted));
    assert_eq!(effects[1..], [Effect::Submit(id(1))]);
}

#[test]
fn rule_2_a_result_is_written_before_it_is_reported_and_replayed_afterwards() {
    let mut journal = submitted();

    let effects = verdict(&mut journal, approved());
    let again = journal.step(Input::CommandReceived(order(1, 1)), 30).unwrap();

    assert!(matches!(
        event(&effects[0]),
        Some(Event::Result(Concluded { outcome: Outcome::Approved { .. }, .. }))
    ));
    assert!(matches!(&effects[1], Effect::Report(Upward::Result { .. })));
    assert_eq!(again, effects[1..]);
}

#[test]
fn rule_3_a_fence_is_written_before_never_is_said_and_refuses_for_ever() {
    let mut journal = Journal::default();

    let cancelled =
        journal.step(Input::CancelReceived { transaction: id(1), epoch: 1 }, 0).unwrap();
    let commanded = journal.step(Input::CommandReceived(order(1, 2)), 1).unwrap();

    let reason = FenceReason::Cancelled;
    let never = Effect::Report(Upward::fenced(id(1), reason));
    assert_eq!(event(&cancelled[0]), Some(&Event::Fenced(reason.into())));
    assert_eq!(cancelled[1..], [never]);
    assert_eq!(commanded, cancelled[1..]);
}

#[test]
fn rule_3_holds_after_a_restart() {
    let (mut journal, _) = restarted(&records(vec![Event::Fenced(FenceReason::Late.into())]));

    let effects = journal.step(Input::CommandReceived(order(1, 1)), 0).unwrap();

    let reason = FenceReason::Late;
    assert_eq!(effects, [Effect::Report(Upward::fenced(id(1), reason))]);
}

#[test]
fn rule_4_submitted_without_result_is_unknown_after_a_restart_and_never_submitted_again() {
    let (mut journal, first) = restarted(&records(vec![taken(), Event::Submitted]));

    let again = journal.step(Input::CommandReceived(order(1, 1)), 0).unwrap();
    let ready = journal.step(Input::SubmitReady { transaction: id(1) }, 0);

    assert_eq!(first, [unknown(UnknownReason::Restarted)]);
    assert_eq!(again, first);
    assert!(matches!(ready, Err(Refusal::StateWrong { .. })));
}

#[test]
fn rule_4_accepted_without_submit_is_fenced_after_a_restart() {
    let (mut journal, effects) = restarted(&records(vec![taken()]));

    let reason = FenceReason::Restarted;
    assert_eq!(event(&effects[0]), Some(&Event::Fenced(reason.into())));
    assert_eq!(
        effects[1..],
        [Effect::Abandon(id(1)), Effect::Report(Upward::fenced(id(1), reason))]
    );
    assert!(journal.step(Input::SubmitReady { transaction: id(1) }, 0).is_err());
    assert_eq!(journal.executing(), None);
}

#[test]
fn rule_5_a_lower_epoch_is_refused_also_after_a_restart() {
    let high =
        Record { transaction: id(9), epoch: 7, event: Event::Fenced(FenceReason::Late.into()) };
    let (mut journal, _) = restarted(&[high]);

    let command = journal.step(Input::CommandReceived(order(1, 6)), 0);
    let cancel = journal.step(Input::CancelReceived { transaction: id(9), epoch: 6 }, 0);

    let reason = NotReadyReason::EpochOld;
    assert_eq!(command, Err(Refusal::NotReady { transaction: id(1), reason }));
    assert_eq!(cancel, Err(Refusal::NotReady { transaction: id(9), reason }));
}

#[test]
fn rule_8_approved_is_shown_on_commit_only_and_written_first() {
    let mut journal = submitted();
    let told = verdict(&mut journal, approved());
    assert!(!told.iter().any(|effect| matches!(effect, Effect::Show { .. })));
    let commit = Input::CommitReceived { transaction: id(1), state: State::Approved };

    let effects = journal.step(commit.clone(), 30).unwrap();
    let again = journal.step(commit, 40).unwrap();

    assert_eq!(event(&effects[0]), Some(&Event::Shown));
    let show = Effect::Show { transaction: id(1), state: State::Approved };
    let shown = Effect::Report(Upward::Shown { transaction: id(1) });
    assert_eq!(effects[1..], [show, shown.clone()]);
    assert_eq!(again, [shown]);
}

#[test]
fn rule_8_a_fenced_or_declined_transaction_is_never_shown_as_approved() {
    let declined = Verdict::Declined { reason: DeclineReason::Funds };
    let mut journal = submitted();
    verdict(&mut journal, declined);
    journal.step(Input::CancelReceived { transaction: id(2), epoch: 1 }, 30).unwrap();

    for number in [1, 2] {
        let commit = Input::CommitReceived { transaction: id(number), state: State::Approved };
        assert!(matches!(journal.step(commit, 40), Err(Refusal::StateWrong { .. })));
    }
}

#[test]
fn rule_8_an_unknown_that_the_gateway_found_approved_is_shown() {
    let mut journal = submitted();
    verdict(&mut journal, Verdict::Unknown { reason: UnknownReason::Silent });

    let commit = Input::CommitReceived { transaction: id(1), state: State::Approved };
    let effects = journal.step(commit, 30).unwrap();

    assert!(effects.iter().any(|effect| matches!(effect, Effect::Show { .. })));
}

#[test]
fn rule_9_the_written_body_holds_the_digest_and_the_export_words() {
    let record = &records(vec![taken()])[0];

    let text = serde_json::to_string(&record.body(7)).unwrap();

    assert_eq!(
        text,
        r#"{"amount":4500,"at":7,"currency":"KRW","digest":"digest-1","epoch":1,"ev":"accepted","#
            .to_owned()
            + r#""result":null,"txn":"00000000-0000-0000-0000-000000000001"}"#
    );
}

#[test]
fn a_command_past_its_time_to_live_is_fenced() {
    let (mut by_timer, mut by_readiness) = (accepted(), accepted());
    assert_eq!(by_timer.next_deadline(), Some(1_000));

    let early = by_timer.step(Input::TtlPassed, 999).unwrap();
    let timer = by_timer.step(Input::TtlPassed, 1_000).unwrap();
    let ready = by_readiness.step(Input::SubmitReady { transaction: id(1) }, 1_000).unwrap();

    assert_eq!(early, []);
    assert_eq!(event(&timer[0]), Some(&Event::Fenced(FenceReason::Late.into())));
    assert_eq!(timer, ready);
}

#[test]
fn a_repeated_command_never_gets_more_time() {
    let mut journal = accepted();

    journal.step(Input::CommandReceived(order(1, 1)), 900).unwrap();

    assert_eq!(journal.next_deadline(), Some(1_000));
}

#[test]
fn a_command_without_time_to_live_is_fenced_at_once() {
    let mut journal = Journal::default();

    let late = Order { ttl_ms: 0, ..order(1, 1) };
    let effects = journal.step(Input::CommandReceived(late), 0).unwrap();

    assert_eq!(event(&effects[0]), Some(&Event::Fenced(FenceReason::Late.into())));
    assert_eq!(journal.executing(), None);
}

#[test]
fn a_second_command_gets_busy_until_the_first_has_its_verdict() {
    let mut journal = submitted();

    let busy = journal.step(Input::CommandReceived(order(2, 1)), 15);
    verdict(&mut journal, Verdict::Unknown { reason: UnknownReason::Silent });
    let taken = journal.step(Input::CommandReceived(order(2, 1)), 25);

    let reason = NotReadyReason::Busy;
    assert_eq!(busy, Err(Refusal::NotReady { transaction: id(2), reason }));
    assert!(taken.is_ok());
}

#[test]
fn an_unknown_verdict_is_reported_again_when_asked_and_when_cancelled() {
    let mut journal = submitted();
    let told = verdict(&mut journal, Verdict::Unknown { reason: UnknownReason::Cut });

    let again = journal.step(Input::CommandReceived(order(1, 1)), 30).unwrap();
    let cancel = journal.step(Input::CancelReceived { transaction: id(1), epoch: 1 }, 40).unwrap();

    assert_eq!(told, [unknown(UnknownReason::Cut)]);
    assert_eq!(again, told);
    assert_eq!(cancel, told);
}

#[test]
fn a_cancel_stops_what_was_not_submitted_and_waits_for_what_was() {
    let (mut early, mut late) = (accepted(), submitted());
    let cancel = Input::CancelReceived { transaction: id(1), epoch: 1 };

    let stopped = early.step(cancel.clone(), 5).unwrap();
    let waits = late.step(cancel, 15).unwrap();

    assert_eq!(event(&stopped[0]), Some(&Event::Fenced(FenceReason::Cancelled.into())));
    assert_eq!(stopped[1], Effect::Abandon(id(1)));
    assert_eq!(waits, []);
}

#[test]
fn a_late_verdict_after_unknown_is_taken_and_a_second_that_differs_is_only_told() {
    let mut journal = submitted();
    verdict(&mut journal, Verdict::Unknown { reason: UnknownReason::Silent });

    let late = verdict(&mut journal, approved());
    let declined = Verdict::Declined { reason: DeclineReason::Funds };
    let again = verdict(&mut journal, approved());
    let second = verdict(&mut journal, declined.clone());

    assert!(matches!(event(&late[0]), Some(Event::Result(_))));
    assert_eq!(again, []);
    let told = Upward::Contradicted { transaction: id(1), verdict: declined };
    assert_eq!(second, [Effect::Report(told)]);
}

#[test]
fn an_approval_number_that_no_frame_could_carry_is_unknown() {
    let mut journal = submitted();
    let reference = "9".repeat(20_000);

    let effects = verdict(&mut journal, Verdict::Approved { amount: WON, reference });

    assert_eq!(effects, [unknown(UnknownReason::Garbled)]);
}

#[test]
fn an_approval_that_nobody_was_shown_is_asked_about_on_each_connection() {
    let mut journal = submitted();
    verdict(&mut journal, approved());
    let ask = Effect::Report(Upward::Ask { transaction: id(1) });

    assert_eq!(journal.step(Input::Connected, 30).unwrap(), [ask]);
    let commit = Input::CommitReceived { transaction: id(1), state: State::Approved };
    journal.step(commit, 40).unwrap();
    assert_eq!(journal.step(Input::Connected, 50).unwrap(), []);
}

#[test]
fn a_final_no_before_the_submit_fences() {
    let mut journal = accepted();

    let commit = Input::CommitReceived { transaction: id(1), state: State::Rejected };
    let effects = journal.step(commit, 5).unwrap();

    assert_eq!(event(&effects[0]), Some(&Event::Fenced(FenceReason::Cancelled.into())));
    assert_eq!(journal.executing(), None);
}

#[test]
fn a_transaction_older_than_memory_is_unknown_and_not_run() {
    let timed = |at_ms| uuid::Builder::from_unix_timestamp_millis(at_ms, &[0; 10]).into_uuid();
    let mut journal = Journal::default();
    for number in 1..=10_001 {
        let transaction = TransactionId::new(timed(number));
        journal.step(Input::CancelReceived { transaction, epoch: 1 }, 0).unwrap();
    }

    let first = Order { transaction: TransactionId::new(timed(1)), ..order(1, 1) };
    let effects = journal.step(Input::CommandReceived(first.clone()), 0).unwrap();

    let (transaction, digest) = (first.transaction, first.digest);
    let reason = UnknownReason::Restarted;
    assert_eq!(effects, [Effect::Report(Upward::unknown(transaction, 1, digest, reason))]);
    assert_eq!(journal.executing(), None);
}

/// The command was lost with a frozen device, and the gateway reversed meanwhile: without an answer
/// it would owe its word to this device for ever.
#[test]
fn the_end_of_a_command_that_never_came_is_fenced_and_acknowledged() {
    let mut journal = Journal::default();
    let commit = Input::CommitReceived { transaction: id(1), state: State::Reversed };

    let effects = journal.step(commit.clone(), 0).unwrap();
    let late = journal.step(Input::CommandReceived(order(1, 1)), 1).unwrap();
    let again = journal.step(commit, 2).unwrap();

    let reason = FenceReason::Cancelled;
    let shown = Effect::Report(Upward::Shown { transaction: id(1) });
    assert_eq!(event(&effects[0]), Some(&Event::Fenced(reason.into())));
    assert_eq!(effects.get(1), Some(&shown));
    assert_eq!(effects.len(), 2);
    assert_eq!(late, [Effect::Report(Upward::fenced(id(1), reason))]);
    assert_eq!(again, [shown]);
}

#[test]
fn an_approval_of_a_command_that_never_came_is_not_acknowledged() {
    let mut journal = Journal::default();
    let commit = Input::CommitReceived { transaction: id(1), state: State::Approved };

    let refusal = journal.step(commit, 0);

    assert!(matches!(refusal, Err(Refusal::StateWrong { .. })));
}
