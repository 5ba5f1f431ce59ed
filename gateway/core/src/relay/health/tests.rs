use super::*;
use proptest::prelude::*;

const T0: Timestamp = Timestamp::from_ms(1_000_000);

fn health() -> Health {
    Health::new(Figures::default(), Talk::Own, T0)
}

fn terminal(number: u32) -> TerminalId {
    format!("t-{number}").parse().unwrap()
}

fn failed(number: u32, failure: Failure) -> Input {
    Input::SaleFailed { terminal: terminal(number), failure }
}

/// Lets so many terminals fail once each.
fn fail(health: &mut Health, terminals: u32, now: Timestamp) -> Vec<Effect> {
    (0..terminals).flat_map(|one| health.step(failed(one, Failure::Silent), now)).collect()
}

/// Silence, then as many missed echoes as mean "line down".
fn down(health: &mut Health) -> Timestamp {
    let first = health.step(Input::ErrandUnanswered { asked_at: T0 }, T0.after_ms(8_000));
    assert_eq!(first, [Effect::Echo]);
    health.step(Input::EchoMissed, T0.after_ms(8_000));
    let again = T0.after_ms(11_000);
    assert_eq!(health.step(Input::DeadlinePassed, again), [Effect::Echo]);
    let effects = health.step(Input::EchoMissed, again);
    assert_eq!(effects, [Effect::LineDown, Effect::Opened(Cause::LineDown)]);
    again
}

#[test]
fn five_failures_in_a_row_open_the_circuit_and_an_answer_between_does_not() {
    let mut row = health();
    let mut mixed = health();

    let opened = fail(&mut row, 5, T0);
    fail(&mut mixed, 4, T0);
    mixed.step(Input::SaleAnswered, T0);
    fail(&mut mixed, 4, T0);

    assert_eq!(opened, [Effect::Opened(Cause::FailedInRow)]);
    assert_eq!(row.admission(), Admission::Nobody);
    assert_eq!(mixed.admission(), Admission::Everybody);
}

#[test]
fn one_terminal_with_a_broken_network_does_not_speak_for_all() {
    let mut health = health();

    for _ in 0..50 {
        health.step(failed(1, Failure::Unreachable), T0);
    }

    assert_eq!(health.admission(), Admission::Everybody);
}

#[test]
fn the_destinations_own_cannot_tell_counts_from_one_terminal_too() {
    let mut health = health();

    let mut last = Vec::new();
    for _ in 0..5 {
        last = health.step(failed(1, Failure::Inconclusive), T0);
    }

    assert_eq!(last, [Effect::Opened(Cause::FailedInRow)]);
}

#[test]
fn half_of_twenty_in_the_window_open_the_circuit_and_old_failures_do_not() {
    let mut busy = health();
    let mut slow = health();
    let mut effects = Vec::new();

    for number in 0..10 {
        effects.extend(busy.step(failed(number, Failure::Silent), T0));
        effects.extend(busy.step(Input::SaleAnswered, T0));
        let later = T0.after_ms(u64::from(number) * 2_000);
        slow.step(failed(number, Failure::Silent), later);
        slow.step(Input::SaleAnswered, later);
    }
    effects.extend(busy.step(failed(11, Failure::Silent), T0));

    assert_eq!(effects, [Effect::Opened(Cause::FailedShare)]);
    assert_eq!(slow.admission(), Admission::Everybody);
}

#[test]
fn after_its_rest_a_few_pass_and_the_first_answer_closes_the_circuit() {
    let mut health = health();
    fail(&mut health, 5, T0);
    let rested = T0.after_ms(3_000);

    assert_eq!(health.next_deadline(), Some(rested));
    health.step(Input::DeadlinePassed, rested);
    let few = health.admission();
    health.step(Input::DeadlinePassed, rested.after_ms(5_000));
    let renewed = health.admission();
    let closed = health.step(Input::SaleAnswered, rested.after_ms(5_100));

    assert_eq!(few, Admission::Few { round: 0, trials: 3 });
    assert_eq!(renewed, Admission::Few { round: 1, trials: 3 });
    assert_eq!(closed, [Effect::Closed]);
    assert_eq!(health.admission(), Admission::Everybody);
}

#[test]
fn each_failed_trial_doubles_the_rest_up_to_its_bound() {
    let mut health = health();
    fail(&mut health, 5, T0);
    let mut rests = Vec::new();
    let mut now = T0;

    for _ in 0..6 {
        let until = health.next_deadline().unwrap();
        rests.push(until.since_ms(now));
        health.step(Input::DeadlinePassed, until);
        now = until.after_ms(1);
        health.step(failed(1, Failure::Inconclusive), now);
    }

    assert_eq!(rests, [3_000, 6_000, 12_000, 24_000, 30_000, 30_000]);
}

#[test]
fn two_missed_echoes_mean_line_down_and_the_next_answer_wakes_what_is_in_doubt() {
    let mut health = health();

    let at = down(&mut health);
    let up = health.step(Input::EchoAnswered, at.after_ms(3_000));

    assert_eq!(up, [Effect::LineUp, Effect::Wake]);
    assert_eq!(health.admission(), Admission::Few { round: 0, trials: 3 });
    assert!(health.line_up());
}

#[test]
fn a_silent_destination_is_probed_every_three_seconds_for_ever() {
    let mut health = health();
    let mut now = down(&mut health);

    for _ in 0..1_000 {
        let due = health.next_deadline().unwrap();
        assert_eq!(due.since_ms(now), 3_000);
        assert_eq!(health.step(Input::DeadlinePassed, due), [Effect::Echo]);
        assert_eq!(health.step(Input::EchoMissed, due), []);
        now = due;
    }
}

#[test]
fn an_idle_line_is_asked_after_a_minute() {
    let mut health = health();

    let due = health.next_deadline();
    let early = health.step(Input::DeadlinePassed, T0.after_ms(59_999));
    let echo = health.step(Input::DeadlinePassed, T0.after_ms(60_000));
    let answered = health.step(Input::EchoAnswered, T0.after_ms(60_010));

    assert_eq!(due, Some(T0.after_ms(60_000)));
    assert_eq!((early, echo, answered), (vec![], vec![Effect::Echo], vec![]));
    assert_eq!(health.next_deadline(), Some(T0.after_ms(120_010)));
}

#[test]
fn a_lost_message_beside_answered_ones_is_no_silence() {
    let mut health = health();
    health.step(Input::ErrandAnswered, T0.after_ms(5_000));

    let lost = health.step(Input::ErrandUnanswered { asked_at: T0 }, T0.after_ms(8_000));

    assert_eq!(lost, []);
    assert!(health.line_up());
}

#[test]
fn echoes_that_are_answered_while_questions_are_not_grow_rare() {
    let mut health = health();
    let mut now = T0;
    let mut pauses = Vec::new();

    for _ in 0..7 {
        let asked_at = now.after_ms(1);
        now = asked_at.after_ms(1);
        let mut effects = health.step(Input::ErrandUnanswered { asked_at }, now);
        if effects.is_empty() {
            let due = health.next_deadline().unwrap();
            pauses.push(due.since_ms(now));
            now = due;
            effects = health.step(Input::DeadlinePassed, now);
        }
        assert_eq!(effects, [Effect::Echo]);
        assert_eq!(health.step(Input::EchoAnswered, now), [Effect::Wake]);
    }

    assert_eq!(pauses, [3_000, 6_000, 12_000, 24_000, 48_000, 60_000]);
}

#[test]
fn an_answer_that_a_terminal_heard_does_not_mean_that_the_gateway_is_heard() {
    let mut health = health();
    let at = down(&mut health);

    let effects = health.step(Input::SaleAnswered, at.after_ms(1));

    assert_eq!(effects, [], "nobody is woken to ask in vain");
    assert!(!health.line_up());
}

#[test]
fn a_terminals_silence_makes_the_gateway_look_for_itself() {
    let mut health = health();

    let looks = health.step(failed(1, Failure::Unreachable), T0.after_ms(20_000));
    let found = health.step(Input::EchoAnswered, T0.after_ms(20_010));

    assert_eq!(looks, [Effect::Echo]);
    assert_eq!(found, [], "it answers, so nobody is woken");
}

#[test]
fn a_destination_that_only_terminals_reach_is_never_greeted() {
    let mut health = Health::new(Figures::default(), Talk::None, T0);

    let effects = fail(&mut health, 5, T0.after_ms(90_000));

    assert_eq!(effects, [Effect::Opened(Cause::FailedInRow)]);
    health.step(Input::DeadlinePassed, T0.after_ms(93_000));
    assert_eq!(health.admission(), Admission::Few { round: 0, trials: 3 });
}

fn any_input() -> impl Strategy<Value = Input> {
    let failure =
        prop_oneof![Just(Failure::Silent), Just(Failure::Inconclusive), Just(Failure::Unreachable)];
    prop_oneof![
        Just(Input::SaleAnswered),
        (0..4_u32, failure).prop_map(|(number, failure)| failed(number, failure)),
        Just(Input::ErrandAnswered),
        Just(Input::ErrandUnanswered { asked_at: T0 }),
        Just(Input::DeadlinePassed),
    ]
}

proptest! {
    /// Whatever happened: once it answers, a wake-up comes within one pause and one greeting, and
    /// the circuit lets somebody try within its longest rest. Nobody is shut out for ever.
    #[test]
    fn whoever_answers_again_is_let_in_again(
        inputs in proptest::collection::vec((any_input(), any::<bool>(), 0..9_000_u64), 0..80),
    ) {
        let mut health = health();
        let mut now = T0;
        for (input, echo_answered, pause_ms) in inputs {
            now = now.after_ms(pause_ms);
            for effect in health.step(input, now) {
                if effect == Effect::Echo {
                    let echo = if echo_answered { Input::EchoAnswered } else { Input::EchoMissed };
                    health.step(echo, now);
                }
            }
        }

        let end = now.after_ms(93_000);
        while let Some(due) = health.next_deadline().filter(|due| *due <= end) {
            now = now.max(due);
            if health.step(Input::DeadlinePassed, now).contains(&Effect::Echo) {
                health.step(Input::EchoAnswered, now);
            }
        }

        prop_assert_ne!(health.admission(), Admission::Nobody);
        prop_assert!(health.line_up());
    }
}
