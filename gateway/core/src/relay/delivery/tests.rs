//! What holds of deliveries, by example here and by random stories in [`stories`].

mod stories;

use super::*;
use uuid::Uuid;

const BOUNDS: Bounds = Bounds { flying_max: 4, waiting_max: 100 };
const PATIENCE: Patience =
    Patience { first_pause_ms: 1_000, pause_ms_max: 60_000, give_up_ms: 3_600_000 };

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

fn event(seq: i64, transaction: u128) -> Event {
    Event { seq, transaction: TransactionId::new(Uuid::from_u128(transaction)), at: at(seq) }
}

fn fresh() -> Deliveries {
    Deliveries::restore(0, Vec::new(), BOUNDS, PATIENCE, at(0))
}

fn read(events: Vec<Event>) -> Input {
    let up_to = events.last().map_or(0, |last| last.seq);
    Input::Read { events, up_to }
}

fn answered(seq: i64, answer: Answer) -> Input {
    Input::Answered { seq, answer, jitter_permille: 500 }
}

fn sent(effects: &[Effect]) -> Vec<(i64, u32)> {
    let send = |effect: &Effect| match effect {
        Effect::Send { seq, attempt } => Some((*seq, *attempt)),
        Effect::Record(_) | Effect::Alarm { .. } | Effect::Suspend => None,
    };
    effects.iter().filter_map(send).collect()
}

fn recorded(deliveries: &mut Deliveries, now: Timestamp) -> Option<Progress> {
    let effects = deliveries.step(Input::RecordDue, now);
    effects.into_iter().find_map(|effect| match effect {
        Effect::Record(progress) => Some(progress),
        Effect::Send { .. } | Effect::Alarm { .. } | Effect::Suspend => None,
    })
}

#[test]
fn events_of_one_transaction_go_one_after_the_other_and_others_beside_them() {
    let mut deliveries = fresh();

    let first = deliveries.step(read(vec![event(1, 7), event(2, 7), event(3, 8)]), at(0));
    let second = deliveries.step(answered(1, Answer::Taken), at(10));

    assert_eq!(sent(&first), [(1, 1), (3, 1)]);
    assert_eq!(sent(&second), [(2, 1)]);
}

#[test]
fn an_event_that_fails_holds_back_its_own_transaction_only() {
    let mut deliveries = fresh();
    deliveries.step(read(vec![event(1, 7), event(2, 7), event(3, 8)]), at(0));

    let failed = deliveries.step(answered(1, Answer::Failed), at(10));
    let others = deliveries.step(read(vec![event(4, 9), event(5, 7)]), at(20));
    let again = deliveries.step(Input::DeadlineReached, at(1_010));

    assert_eq!(sent(&failed), []);
    assert_eq!(sent(&others), [(4, 1)]);
    assert_eq!(sent(&again), [(1, 2)]);
}

#[test]
fn the_cursor_passes_a_failing_event_once_it_is_kept_by_itself() {
    let mut deliveries = fresh();
    deliveries.step(read(vec![event(1, 7), event(2, 7), event(3, 8)]), at(0));
    deliveries.step(answered(3, Answer::Taken), at(5));

    let before = recorded(&mut deliveries, at(6));
    deliveries.step(answered(1, Answer::Failed), at(10));
    let after = recorded(&mut deliveries, at(20)).unwrap();
    let nothing_new = recorded(&mut deliveries, at(30));

    assert_eq!(before, None, "event 1 holds the cursor");
    assert_eq!(after.cursor, 3);
    let again_at = at(1_010);
    let trial = Trial::Failed { attempts: 1, since: at(0), again_at };
    let keep =
        [Kept { event: event(1, 7), trial }, Kept { event: event(2, 7), trial: Trial::Untried }];
    assert_eq!(after.keep, keep);
    assert_eq!(nothing_new, None);
}

#[test]
fn steps_of_others_move_the_cursor_and_are_recorded_only_now_and_then() {
    let mut deliveries = fresh();

    deliveries.step(Input::Read { events: Vec::new(), up_to: 9_999 }, at(0));
    let near = recorded(&mut deliveries, at(1));
    deliveries.step(Input::Read { events: vec![event(10_001, 7)], up_to: 10_005 }, at(2));
    let far = recorded(&mut deliveries, at(3)).unwrap();
    deliveries.step(answered(10_001, Answer::Taken), at(4));
    let own = recorded(&mut deliveries, at(5)).unwrap();

    assert_eq!((near, far.cursor), (None, 10_000));
    assert_eq!((own.cursor, deliveries.read_up_to()), (10_005, 10_005));
}

#[test]
fn what_was_kept_goes_on_after_a_restart_with_its_pause_and_its_order() {
    let trial = Trial::Failed { attempts: 3, since: at(0), again_at: at(5_000) };
    let kept = vec![
        Kept { event: event(2, 7), trial: Trial::Untried },
        Kept { event: event(1, 7), trial },
    ];
    let mut deliveries = Deliveries::restore(2, kept, BOUNDS, PATIENCE, at(1_000));

    assert_eq!(deliveries.next_deadline(), Some(at(5_000)));
    assert_eq!(sent(&deliveries.step(Input::DeadlineReached, at(4_999))), []);
    assert_eq!(sent(&deliveries.step(Input::DeadlineReached, at(5_000))), [(1, 4)]);
    assert_eq!(sent(&deliveries.step(answered(1, Answer::Taken), at(5_100))), [(2, 1)]);
    deliveries.step(answered(2, Answer::Taken), at(5_200));
    assert_eq!(recorded(&mut deliveries, at(6_000)).unwrap().done, [1, 2]);
}

#[test]
fn an_event_that_is_read_again_after_a_restart_goes_before_the_kept_one_behind_it() {
    let trial = Trial::Failed { attempts: 1, since: at(0), again_at: at(900) };
    let kept = vec![Kept { event: event(10, 7), trial }];
    let mut deliveries = Deliveries::restore(3, kept, BOUNDS, PATIENCE, at(1_000));

    let read = deliveries.step(read(vec![event(5, 7), event(10, 7)]), at(1_000));
    let then = deliveries.step(answered(5, Answer::Taken), at(1_100));

    assert_eq!(sent(&read), [(5, 1)]);
    assert_eq!(sent(&then), [(10, 2)]);
}

#[test]
fn the_last_attempt_is_at_the_end_of_patience_and_then_the_event_is_parked() {
    let mut deliveries = fresh();
    deliveries.step(read(vec![event(1, 7), event(2, 7)]), at(0));
    let mut now = at(0);
    let mut attempts = 1;

    let parked = loop {
        let effects = deliveries.step(answered(1, Answer::Failed), now);
        if effects.contains(&Effect::Alarm { seq: 1 }) {
            break effects;
        }
        now = deliveries.next_deadline().unwrap();
        assert_eq!(sent(&deliveries.step(Input::DeadlineReached, now)), [(1, attempts + 1)]);
        attempts += 1;
    };

    assert_eq!(now, at(3_600_000));
    assert!(attempts > 50, "{attempts}");
    assert_eq!(sent(&parked), [(2, 1)], "the next event of the transaction is let go");
    let progress = recorded(&mut deliveries, now).unwrap();
    assert_eq!(progress.parked.len(), 1);
    assert_eq!(progress.done, Vec::<i64>::new());
}

#[test]
fn no_more_than_the_bound_are_under_way() {
    let mut deliveries = fresh();
    let events: Vec<Event> = (1..=10).map(|seq| event(seq, seq.unsigned_abs().into())).collect();

    let first = deliveries.step(read(events), at(0));
    let idle = deliveries.next_deadline();
    let next = deliveries.step(answered(2, Answer::Taken), at(1));

    assert_eq!(sent(&first), [(1, 1), (2, 1), (3, 1), (4, 1)]);
    assert_eq!(idle, None);
    assert_eq!(sent(&next), [(5, 1)]);
    assert_eq!((deliveries.room(), deliveries.waiting()), (91, 9));
}

#[test]
fn a_receiver_that_is_gone_gets_nothing_more_and_loses_nothing() {
    let mut deliveries = fresh();
    deliveries.step(read(vec![event(1, 7), event(2, 8)]), at(0));

    let gone = deliveries.step(answered(1, Answer::Gone), at(1));
    let late = deliveries.step(answered(2, Answer::Taken), at(2));
    let more = deliveries.step(read(vec![event(3, 9)]), at(3));

    assert_eq!(gone, [Effect::Suspend]);
    assert_eq!((sent(&late), sent(&more)), (vec![], vec![]));
    assert_eq!(deliveries.next_deadline(), None);
    assert_eq!(recorded(&mut deliveries, at(4)), None, "event 1 holds the cursor");
}

#[test]
fn an_answer_that_nobody_waits_for_changes_nothing() {
    let mut deliveries = fresh();
    deliveries.step(read(vec![event(1, 7)]), at(0));
    deliveries.step(answered(1, Answer::Failed), at(1));

    assert_eq!(deliveries.step(answered(1, Answer::Taken), at(2)), []);
    assert_eq!(deliveries.step(answered(99, Answer::Taken), at(2)), []);
    assert_eq!(deliveries.waiting(), 1);
}

#[test]
fn pauses_double_up_to_the_longest_and_spread_by_a_fifth() {
    let middle: Vec<u64> = (1..=8).map(|attempts| PATIENCE.pause_ms(attempts, 500)).collect();

    assert_eq!(middle, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    assert_eq!(PATIENCE.pause_ms(3, 0), 3_200);
    assert_eq!(PATIENCE.pause_ms(3, 1_000), 4_800);
    assert_eq!(PATIENCE.pause_ms(u32::MAX, u16::MAX), 72_000);
}
