//! Each point at which the connection can break, one by one.

use super::errand::{Conclusion, Effect, Fence, Input};
use super::*;
use baton_protocol::evidence;
use baton_protocol::link::FenceReason;

fn errand(inputs: &[Input]) -> (Errand, Vec<Effect>) {
    let mut errand = Errand::new();
    let mut last = Vec::new();
    for input in inputs {
        last = errand.step(input.clone());
    }
    (errand, last)
}

fn until_entered() -> Vec<Input> {
    let (one, evidence) = (id(1), Evidence::SetValueExact);
    vec![Input::Arrived, Input::PrepareAsked(one), Input::Entered(one, evidence)]
}

fn hand(inputs: &[hand::Input]) -> (Hand, Vec<hand::Effect>) {
    let mut hand = Hand::new();
    let mut last = Vec::new();
    for input in inputs {
        last = hand.step(input.clone());
    }
    (hand, last)
}

#[test]
fn without_a_helper_an_entry_is_fenced_at_once() {
    let (_, effects) = errand(&[Input::PrepareAsked(id(1))]);

    assert_eq!(effects, [Effect::Prepared(id(1), Err(Fence::Absent))]);
}

#[test]
fn a_break_in_the_entry_is_a_fence() {
    let (_, effects) = errand(&[Input::Arrived, Input::PrepareAsked(id(1)), Input::Broke]);

    assert_eq!(effects, [Effect::Prepared(id(1), Err(Fence::Broke))]);
}

#[test]
fn a_break_between_entry_and_submit_is_unknown_and_nothing_is_sent() {
    let mut inputs = until_entered();
    inputs.extend([Input::Broke, Input::Arrived, Input::SubmitAsked(id(1))]);

    let (_, effects) = errand(&inputs);

    assert_eq!(effects, [Effect::Concluded(id(1), Conclusion::NeverSent)]);
}

#[test]
fn a_break_after_the_submit_is_unknown_and_what_was_seen_comes_late() {
    let mut inputs = until_entered();
    inputs.extend([Input::SubmitAsked(id(1)), Input::Broke]);

    let (mut errand, effects) = errand(&inputs);
    errand.step(Input::Arrived);
    let late = errand.step(Input::Ended(id(1), approved()));

    assert_eq!(effects, [Effect::Concluded(id(1), Conclusion::Broke)]);
    assert_eq!(late, [Effect::Late(id(1), approved())]);
}

#[test]
fn an_entry_that_nobody_waits_for_is_undone() {
    let (_, effects) = errand(&[Input::Arrived, Input::PrepareAsked(id(1)), Input::GivenUp(id(1))]);

    assert_eq!(effects, [Effect::SendUndo(id(1))]);
}

#[test]
fn the_next_entry_undoes_one_that_was_left_standing() {
    let mut inputs = until_entered();
    inputs.push(Input::PrepareAsked(id(2)));

    let (_, effects) = errand(&inputs);

    assert_eq!(effects, [Effect::SendUndo(id(1)), Effect::SendPrepare(id(2))]);
}

#[test]
fn a_helper_that_loses_its_service_clears_and_takes_the_next_one_after_that() {
    use hand::{Effect, Input};
    let evidence = Evidence::TypedExact;
    let stands = [Input::PrepareHeard(id(1)), Input::Entered(id(1), evidence), Input::Broke];

    let (mut hand, cleared) = hand(&stands);
    let waits = hand.step(Input::PrepareHeard(id(2)));
    let enters = hand.step(Input::Undone(id(1)));

    assert_eq!(cleared, [Effect::Undo(id(1))]);
    assert_eq!(waits, []);
    assert_eq!(enters, [Effect::Enter(id(2))]);
}

#[test]
fn a_submit_presses_only_what_stands_and_never_twice() {
    use hand::{Effect, Input};
    let evidence = Evidence::SetValueExact;
    let entered = [Input::PrepareHeard(id(1)), Input::Entered(id(1), evidence)];

    let (_, nothing) = hand(&[Input::SubmitHeard(id(1))]);
    let (mut hand, _) = hand(&entered);
    let pressed = hand.step(Input::SubmitHeard(id(1)));
    let again = hand.step(Input::SubmitHeard(id(1)));
    hand.step(Input::Ended(id(1), approved()));
    let entered_again = hand.step(Input::PrepareHeard(id(1)));

    assert!(matches!(&nothing[..], [Effect::SayEnded(_, Seen::NotPressed { .. })]));
    assert_eq!(pressed, [Effect::Press(id(1))]);
    assert_eq!(again, []);
    let busy = evidence::Fence::because(FenceReason::PosNotReady, evidence::Cause::Busy);
    assert!(matches!(&entered_again[..], [Effect::SayRefused(_, fence, _)] if *fence == busy));
}

#[test]
fn what_was_seen_is_told_again_until_the_next_entry() {
    use hand::{Effect, Input};
    let evidence = Evidence::SetValueExact;
    let (mut hand, _) = hand(&[
        Input::PrepareHeard(id(1)),
        Input::Entered(id(1), evidence),
        Input::SubmitHeard(id(1)),
        Input::Broke,
        Input::Ended(id(1), approved()),
    ]);

    let told = hand.step(Input::Connected);
    hand.step(Input::PrepareHeard(id(2)));
    let told_later = hand.step(Input::Connected);

    assert_eq!(told, [Effect::SayEnded(id(1), approved())]);
    assert_eq!(told_later, []);
}
