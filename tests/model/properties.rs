//! Any order of things, and a fair end after it.
//!
//! Owns the random runs: thousands of traces a setup, shrunk to the shortest that fails. From the
//! end of each run a fair schedule must bring the transaction to its end. Next: `exhaust.rs`.

use super::destination::Mood;
use super::fair::{FAIR_ROUNDS_MAX, ended, fair_round};
use super::setup::*;
use super::step::{Message, Power, Step};
use super::world::World;
use baton_core::relay::capability::Class;
use baton_core::relay::plan::Route;
use baton_link::journal::Event;
use baton_protocol::policy::Policy;
use baton_protocol::work::State;
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Runs a setup: nine setups make 27,000, which take some ten seconds in a debug build.
const RUNS: u32 = 3_000;
/// Steps of one run at most: the longest ways of the checked model have under twenty.
const STEPS_MAX: usize = 60;

/// Which of the possible steps, and what the power does.
#[derive(Debug, Clone, Copy)]
struct Choice {
    place: u16,
    power: Power,
}

fn choices() -> impl Strategy<Value = Vec<Choice>> {
    let power = prop_oneof![
        12 => Just(Power::On),
        1 => (0..4_usize).prop_map(Power::FailsAfter),
    ];
    let choice = (any::<u16>(), power).prop_map(|(place, power)| Choice { place, power });
    proptest::collection::vec(choice, 1..=STEPS_MAX)
}

/// How many runs were in a state after some step.
type Seen = BTreeMap<State, u32>;

/// Runs, checks after every step, and returns the world and its trace.
fn run(
    setup: Setup,
    choices: &[Choice],
    seen: &mut Seen,
) -> Result<(World, Vec<String>), TestCaseError> {
    let world = World::new(setup, Policy::default(), None);
    let Some(mut world) = world else { return Err(TestCaseError::fail("the setup is unusable")) };
    let mut trace = Vec::new();
    for choice in choices {
        let steps = world.steps();
        let Some(step) = chosen(&steps, choice.place) else { break };
        trace.push(match choice.power {
            Power::On => step.to_string(),
            Power::FailsAfter(effects) => format!("{step}, power fails after {effects} effects"),
        });
        world.take(step, choice.power);
        held(&world, &trace)?;
        *seen.entry(world.gateway.state()).or_default() += 1;
    }
    Ok((world, trace))
}

/// Chooses by weight, so that a run comes far before it is rejected or a day has passed.
fn chosen(steps: &[Step], place: u16) -> Option<&Step> {
    let total: usize = steps.iter().map(weight).sum();
    let mut left = usize::from(place) % total.max(1);
    steps.iter().find(|step| {
        let here = left < weight(step);
        left = left.saturating_sub(weight(step));
        here
    })
}

const fn weight(step: &Step) -> usize {
    match step {
        Step::Route | Step::Prepared | Step::Authorise(_, Mood::Yes) => 24,
        Step::Deliver(Message::Answer(_)) | Step::PosShows => 12,
        Step::Deliver(Message::Cancel { .. }) => 2,
        Step::GatewayDeadline | Step::Deliver(_) | Step::Ttl => 6,
        Step::Authorise(_, Mood::No) | Step::Resolve(_) | Step::UndoByHand => 4,
        Step::Clock(_) | Step::Connect => 2,
        Step::Reject
        | Step::Cancel
        | Step::AskNow
        | Step::GatewayRestart
        | Step::NotPrepared
        | Step::Silent
        | Step::DestinationBack
        | Step::DeviceRestart => 1,
    }
}

fn held(world: &World, trace: &[String]) -> Result<(), TestCaseError> {
    let bad = world.bad();
    if bad.is_empty() {
        return Ok(());
    }
    let told = format!("{bad:?} in {}:\n  {}\n", world.setup.name, trace.join("\n  "));
    Err(TestCaseError::fail(told))
}

fn ends_fairly(mut world: World, mut trace: Vec<String>) -> Result<(), TestCaseError> {
    trace.push("then fair rounds".to_owned());
    for _ in 0..FAIR_ROUNDS_MAX {
        if ended(&world) {
            return told(world, trace);
        }
        fair_round(&mut world);
        held(&world, &trace)?;
    }
    let state = world.gateway.state().word();
    let told = format!("still {state} in {}:\n  {}\n", world.setup.name, trace.join("\n  "));
    Err(TestCaseError::fail(told))
}

/// What is approved on the standalone route is shown at the counter in the end, except where the
/// power failed right before: an approval is shown at most once, and the phone has the receipt.
fn told(mut world: World, mut trace: Vec<String>) -> Result<(), TestCaseError> {
    let owed = world.gateway.state() == State::Approved
        && world.setup.route == Route::Standalone
        && world.setup.capabilities().class() == Class::Automatic;
    for _ in 0..2 {
        fair_round(&mut world);
    }
    trace.push("two more fair rounds".to_owned());
    held(&world, &trace)?;
    if owed && !world.device.shown_approved && !world.device.wrote(&Event::Shown) {
        let told = format!("approved and never shown:\n  {}\n", trace.join("\n  "));
        return Err(TestCaseError::fail(told));
    }
    Ok(())
}

/// Holds for a setup, and the runs came through all of `states`: nothing holds for want of trying.
fn holds(setup: Setup, states: &[State]) {
    let persistence = FileFailurePersistence::WithSource("regressions");
    let config = Config {
        cases: RUNS,
        max_shrink_iters: 20_000,
        source_file: Some(file!()),
        failure_persistence: Some(Box::new(persistence)),
        ..Config::default()
    };
    let seen = RefCell::new(Seen::new());
    let outcome = TestRunner::new(config).run(&choices(), |choices| {
        let (world, trace) = run(setup, &choices, &mut seen.borrow_mut())?;
        ends_fairly(world, trace)
    });
    let told = outcome.map_or_else(|fault| fault.to_string(), |()| String::new());
    assert!(told.is_empty(), "{told}");
    let seen = seen.into_inner();
    println!("{}: {seen:?}", setup.name);
    let missed: Vec<&State> = states.iter().filter(|state| !seen.contains_key(*state)).collect();
    assert!(missed.is_empty(), "no run came through {missed:?}; choose other steps");
}

/// Every state that machines alone can reach in a setup with reversal and expiry.
const ALL: [State; 11] = State::ALL;
/// The same without reversal.
const FORWARD: [State; 9] = [
    State::Received,
    State::Dispatched,
    State::Unknown,
    State::Suspense,
    State::Approved,
    State::Declined,
    State::Cancelled,
    State::Expired,
    State::Rejected,
];

#[test]
fn a_tombstone_destination_is_never_wrong_and_always_ends() {
    holds(TOMBSTONE, &ALL);
}

#[test]
fn a_destination_that_says_code_used_is_never_wrong_and_always_ends() {
    holds(CODE_USED, &ALL);
}

#[test]
fn a_late_inquiry_alone_is_never_wrong_and_always_ends() {
    holds(LATE_ONLY, &ALL);
}

#[test]
fn a_reversal_alone_is_never_wrong_and_always_ends() {
    let without_expiry: Vec<State> =
        ALL.into_iter().filter(|state| *state != State::Expired).collect();

    holds(REVERSAL_ONLY, &without_expiry);
}

#[test]
fn the_paired_route_is_never_wrong_and_always_ends() {
    holds(PAIRED, &FORWARD);
}

#[test]
fn a_live_decline_is_never_wrong_and_ends_with_people() {
    holds(DECLINE_LIVE, &FORWARD);
}

#[test]
fn an_inquiry_alone_is_never_wrong_and_ends_with_people() {
    holds(ASK_ONLY, &FORWARD);
}

#[test]
fn a_destination_that_declares_nothing_is_never_wrong_and_ends_with_people() {
    holds(NOTHING, &FORWARD);
}

#[test]
fn the_paired_manual_class_is_never_wrong_and_ends_with_people() {
    holds(PAIRED_MANUAL, &FORWARD);
}
