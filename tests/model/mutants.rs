//! The thirteen mistakes of the checked model, and one more: each trace is played twice.
//!
//! First around the real machines with the mistake fed to them: the properties must catch it, or
//! this test could not fail. Then on the real machines alone: they must not take the fatal step.
//! What a trace names and the right machines do not offer is what they refuse. Next: `main.rs`.

use super::exhaust::search;
use super::mistake::Mistake;
use super::setup::*;
use super::step::{Message, Power, Step};
use super::world::{Broken, World};
use baton_core::relay::capability::Class;
use baton_link::journal::Event;
use baton_protocol::policy::Policy;
use baton_protocol::work::State;

/// A mistake, where it shows, and what catches it.
type Row = (Mistake, Setup, fn(Broken) -> bool);

/// What a played trace came to.
struct Played {
    world: World,
    /// Everything that was wrong after some step.
    bad: Vec<Broken>,
    /// Steps of the trace that were not possible.
    refused: Vec<&'static str>,
}

fn play(setup: Setup, mistake: Option<Mistake>, trace: &[&'static str]) -> Played {
    let mut world = World::new(setup, Policy::default(), mistake).unwrap();
    let (mut bad, mut refused) = (Vec::new(), Vec::new());
    for label in trace {
        match wanted(&world, label) {
            Some((step, power)) => world.take(&step, power),
            None => refused.push(*label),
        }
        bad.extend(world.bad());
    }
    Played { world, bad, refused }
}

/// Finds a step by its label; `clock 200000` moves the clock there, `!1` at the end cuts the power
/// after one effect.
fn wanted(world: &World, label: &str) -> Option<(Step, Power)> {
    let (label, power) = match label.rsplit_once(" !") {
        Some((label, effects)) => (label, Power::FailsAfter(effects.parse().ok()?)),
        None => (label, Power::On),
    };
    if let Some(to_ms) = label.strip_prefix("clock ") {
        return Some((Step::Clock(to_ms.parse().ok()?), power));
    }
    let step = world.steps().into_iter().find(|step| step.to_string() == label)?;
    Some((step, power))
}

/// Plays with the mistake and demands that it is caught; then plays on the real machines alone.
fn caught(setup: Setup, mistake: Mistake, broken: Broken, trace: &[&'static str]) -> Played {
    let wrong = play(setup, Some(mistake), trace);
    assert_eq!(wrong.refused, [""; 0], "the trace of the mistake does not run");
    assert!(wrong.bad.contains(&broken), "not caught: {:?}", wrong.bad);
    let right = play(setup, None, trace);
    assert_eq!(right.bad, []);
    right
}

#[test]
fn a_plain_not_found_ends_nothing() {
    let played = caught(
        TOMBSTONE,
        Mistake::NotFoundIsFinal,
        Broken::NegativeButCharged,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "clock 10000",
            "gateway deadline",
            "clock 10500",
            "gateway deadline",
            "destination <- inquiry 1",
            "gateway <- inquiry 1: not found",
            "destination takes request 0",
        ],
    );

    assert_eq!(played.world.gateway.state(), State::Unknown);
}

#[test]
fn an_old_not_found_is_not_believed_after_expiry() {
    let played = caught(
        LATE_ONLY,
        Mistake::OldNotFoundBelieved,
        Broken::NegativeButCharged,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "clock 10000",
            "gateway deadline",
            "clock 10500",
            "gateway deadline",
            "destination <- inquiry 1",
            "destination takes request 0",
            "clock 330001",
            "gateway <- inquiry 1: not found",
        ],
    );

    assert_eq!(played.world.gateway.state(), State::Unknown);
}

#[test]
fn reversal_original_unknown_is_not_final() {
    let played = caught(
        CODE_USED,
        Mistake::OriginalUnknownIsFinal,
        Broken::NegativeButCharged,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "shopper cancels",
            "shopper cancels",
            "destination <- reversal",
            "gateway <- reversal: original unknown",
            "destination takes request 0",
        ],
    );

    assert_eq!(played.world.gateway.state(), State::Reversing);
}

#[test]
fn a_late_approval_does_not_override_a_decided_reversal() {
    let played = caught(
        TOMBSTONE,
        Mistake::LateApprovalWins,
        Broken::ApprovedWithoutCharge,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "shopper cancels",
            "shopper cancels",
            "destination takes request 0",
            "device <- approved",
            "gateway <- approved",
            "destination <- reversal",
        ],
    );

    assert_eq!(played.world.gateway.state(), State::Reversing);
    assert!(!played.world.device.shown_approved);
}

#[test]
fn the_device_journals_submitted_before_it_submits() {
    let played = caught(
        TOMBSTONE,
        Mistake::SubmitFirst,
        Broken::NegativeButCharged,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits !1",
            "gateway <- fenced",
            "destination takes request 0",
        ],
    );

    assert_eq!(played.refused, ["gateway <- fenced", "destination takes request 0"]);
    assert!(played.world.device.wrote(&Event::Submitted));
    assert_eq!(played.world.device.submits, 0);
}

#[test]
fn the_device_shows_approved_only_on_commit() {
    let trace = [
        "gateway routes",
        "device <- command of epoch 1",
        "device submits",
        "destination takes request 0",
        "device <- approved",
    ];
    let played = caught(TOMBSTONE, Mistake::ShownEarly, Broken::ShownTooMuch, &trace);

    assert!(!played.world.device.shown_approved);
    let more = [trace.as_slice(), &["gateway <- approved", "device <- commit approved"]].concat();
    assert!(play(TOMBSTONE, None, &more).world.device.shown_approved);
}

#[test]
fn code_used_is_unknown() {
    let played = caught(
        CODE_USED,
        Mistake::CodeUsedDeclines,
        Broken::NegativeButCharged,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "destination takes request 0",
            "destination takes request 0",
            "device <- unknown",
            "gateway <- declined",
        ],
    );

    assert_eq!(played.refused, ["gateway <- declined"]);
    let told = |m: &Message| m.to_string() == "gateway <- unknown";
    assert!(played.world.network.iter().any(told), "{:?}", played.world.network);
}

#[test]
fn no_blind_retry_after_a_crash() {
    let played = caught(
        NOTHING,
        Mistake::BlindRetry,
        Broken::ChargedTwice,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "device restarts",
            "device <- command of epoch 1",
            "destination takes request 0",
            "destination takes request 1",
        ],
    );

    assert_eq!(played.refused, ["destination takes request 1"]);
    assert_eq!(played.world.device.submits, 1);
}

#[test]
fn record_stands_before_send_and_a_crash_between_loses_nothing() {
    let played = caught(
        TOMBSTONE,
        Mistake::SendFirst,
        Broken::NegativeButCharged,
        &[
            "gateway routes !1",
            "gateway rejects",
            "device <- command of epoch 1",
            "device submits",
            "destination takes request 0",
        ],
    );

    assert_eq!(played.world.gateway.state(), State::Dispatched);
    assert_eq!(played.world.network, [], "recorded, and nothing sent");
    let again = ["gateway routes !1", "device connects", "device <- command of epoch 2"];
    assert_eq!(play(TOMBSTONE, None, &again).refused, [""; 0], "the outbox sends it again");
}

#[test]
fn a_cancel_is_answered_never_only_with_a_fence_on_disk() {
    let trace = [
        "gateway routes",
        "shopper cancels",
        "device <- cancel of epoch 1",
        "gateway <- fenced",
        "device <- command of epoch 1",
        "device submits",
        "destination takes request 0",
    ];
    let played = caught(TOMBSTONE, Mistake::CancelWithoutFence, Broken::NegativeButCharged, &trace);

    assert_eq!(played.refused, ["device submits", "destination takes request 0"]);
    assert!(matches!(played.world.device.disk[..], [ref one] if one.event.word() == "fenced"));
    let cut = ["gateway routes", "shopper cancels", "device <- cancel of epoch 1 !0"];
    let cut = [cut.as_slice(), &["gateway <- fenced"]].concat();
    assert_eq!(play(TOMBSTONE, None, &cut).refused, ["gateway <- fenced"]);
}

#[test]
fn a_dispatched_request_is_not_closed_by_the_gateways_own_clock() {
    let played = caught(
        TOMBSTONE,
        Mistake::OwnClockCloses,
        Broken::NegativeButCharged,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "destination takes request 0",
            "clock 210000",
            "gateway deadline",
        ],
    );

    assert_eq!(played.world.gateway.state(), State::Unknown);
}

#[test]
fn a_decline_of_a_destination_without_c2_and_c7_is_doubt() {
    let played = caught(
        DECLINE_LIVE,
        Mistake::LiveDeclineBelieved,
        Broken::NegativeButCharged,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "destination declines request 0",
            "device <- declined",
            "gateway <- declined",
            "destination takes request 0",
        ],
    );

    assert_eq!(DECLINE_LIVE.capabilities().class(), Class::Manual);
    assert_eq!(played.world.gateway.state(), State::Unknown);
}

#[test]
fn no_automatic_reversal_on_the_pos_route() {
    let played = caught(
        PAIRED,
        Mistake::PairedReversed,
        Broken::ShownTooMuch,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "clock 30000",
            "gateway deadline",
            "clock 55000",
            "gateway deadline",
            "destination takes request 0",
            "device <- approved",
            "destination <- reversal",
            "gateway <- reversal: accepted",
        ],
    );

    assert_eq!(played.refused, ["destination <- reversal", "gateway <- reversal: accepted"]);
    assert_eq!(played.world.gateway.state(), State::Unknown);
}

/// Inquiries are numbered anew after a restart: only the address of the answer keeps an old one
/// from being taken for a late one.
#[test]
fn an_answer_to_the_machine_before_a_restart_is_not_believed() {
    let played = caught(
        LATE_ONLY,
        Mistake::AnswerCrossesRestart,
        Broken::NegativeButCharged,
        &[
            "gateway routes",
            "device <- command of epoch 1",
            "device submits",
            "clock 10000",
            "gateway deadline",
            "clock 10500",
            "gateway deadline",
            "destination <- inquiry 1",
            "destination takes request 0",
            "gateway restarts",
            "clock 340502",
            "gateway deadline",
            "gateway <- inquiry 1: not found",
        ],
    );

    assert_eq!(played.refused, ["gateway <- inquiry 1: not found"]);
}

#[test]
fn the_search_catches_every_mistake_by_itself() {
    use Broken::*;
    use Mistake::*;
    let rows: [Row; 13] = [
        (NotFoundIsFinal, TOMBSTONE, |b| b == NegativeButCharged),
        (OldNotFoundBelieved, LATE_ONLY, |b| b == NegativeButCharged),
        (OriginalUnknownIsFinal, CODE_USED, |b| b == NegativeButCharged),
        (LateApprovalWins, TOMBSTONE, |b| b == ApprovedWithoutCharge),
        (SubmitFirst, TOMBSTONE, |b| b == NegativeButCharged),
        (ShownEarly, TOMBSTONE, |b| b == ShownTooMuch),
        (CodeUsedDeclines, CODE_USED, |b| b == NegativeButCharged),
        (BlindRetry, NOTHING, |b| b == ChargedTwice),
        (SendFirst, TOMBSTONE, |b| b == NegativeButCharged),
        (CancelWithoutFence, TOMBSTONE, |b| b == NegativeButCharged),
        (OwnClockCloses, TOMBSTONE, |b| b == NegativeButCharged),
        (LiveDeclineBelieved, DECLINE_LIVE, |b| b == NegativeButCharged),
        (PairedReversed, PAIRED, |b| b == ShownTooMuch),
    ];
    for (mistake, setup, wanted) in rows {
        let found = search(setup, Some(mistake), wanted);

        let Some((broken, trace)) = found.broken else { panic!("{mistake:?} is not caught") };
        let worlds = found.worlds;
        println!(
            "caught {worlds:>7} worlds  {mistake:?}: {broken:?}\n    {}",
            trace.join("\n    ")
        );
    }
}
