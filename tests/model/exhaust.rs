//! Every order of things, on a clock that knows only the moments that matter.
//!
//! Owns the bounded search: each reachable world once, told apart by what machines, disk, network
//! and destination hold. Inquiries count by whether they left late enough, not by number. It must
//! find nothing in the four safe setups and something for each mistake. Next: `mutants.rs`.

use super::fair::{FAIR_ROUNDS_MAX, fair_round};
use super::mistake::Mistake;
use super::setup::*;
use super::step::{Message, Power, Step};
use super::world::{Broken, World};
use baton_protocol::link::Upward;
use baton_protocol::policy::Policy;
use std::collections::{BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Start, execute deadline, decide deadline, death of the code, first late inquiry. Suspense, and
/// people who ask out of turn, are left to the random runs: each doubles the worlds.
const MOMENTS_MS: [u64; 5] = [0, 10, 40, 100, 200];
/// Worlds of one search at most: three times the largest setup, so that a leak of states is red.
const WORLDS_MAX: usize = 100_000;
/// Every so many worlds one is brought to its end by the fair schedule: a thousand a setup.
const FAIR_EVERY_WORLDS: usize = 16;

fn policy() -> Policy {
    Policy {
        acknowledge_ms: 1_000_000,
        execute_standalone_ms: 10,
        execute_paired_ms: 10,
        inquiry_pauses_ms: vec![1],
        decide_ms: 30,
        suspense_ms: 1_000_000,
        code_life_ms: 100,
        clock_skew_ms: 0,
        message_life_ms: 99,
        ..Policy::default()
    }
}

pub struct Found {
    pub worlds: usize,
    pub broken: Option<(Broken, Vec<String>)>,
    /// Some of the worlds, with the steps that led there.
    samples: Vec<(World, Vec<String>)>,
}

/// Searches breadth first, so that the trace of what it finds is the shortest.
pub fn search(setup: Setup, mistake: Option<Mistake>, wanted: fn(Broken) -> bool) -> Found {
    let mut visited = BTreeSet::new();
    let mut parents: Vec<(usize, String)> = Vec::new();
    let mut queue: VecDeque<(usize, World)> = VecDeque::new();
    let mut samples = Vec::new();
    let start = World::new(setup, policy(), mistake);
    visited.extend(start.as_ref().map(key));
    parents.push((0, String::new()));
    queue.extend(start.map(|world| (0, world)));
    while let Some((place, world)) = queue.pop_front() {
        for (step, power) in moves(&world) {
            let mut next = world.clone();
            next.take(&step, power);
            if !visited.insert(key(&next)) {
                continue;
            }
            parents.push((place, label(&step, power)));
            if let Some(broken) = next.bad().into_iter().find(|broken| wanted(*broken)) {
                let trace = trace(&parents, parents.len() - 1);
                return Found { worlds: visited.len(), broken: Some((broken, trace)), samples };
            }
            assert!(visited.len() <= WORLDS_MAX, "more worlds than expected: {}", setup.name);
            if parents.len().is_multiple_of(FAIR_EVERY_WORLDS) {
                samples.push((next.clone(), trace(&parents, parents.len() - 1)));
            }
            queue.push_back((parents.len() - 1, next));
        }
    }
    Found { worlds: visited.len(), broken: None, samples }
}

fn label(step: &Step, power: Power) -> String {
    match power {
        Power::On => step.to_string(),
        Power::FailsAfter(effects) => format!("{step}, power fails after {effects} effects"),
    }
}

fn trace(parents: &[(usize, String)], mut place: usize) -> Vec<String> {
    let mut labels = Vec::new();
    while place > 0 {
        let Some((before, label)) = parents.get(place) else { break };
        labels.push(label.clone());
        place = *before;
    }
    labels.reverse();
    labels
}

/// The steps without reconnects, and the next moment alone. A power cut elsewhere than in the
/// middle of a submit or a dispatch is a restart with messages that are never delivered.
fn moves(world: &World) -> Vec<(Step, Power)> {
    let mut moves = Vec::new();
    for step in world.steps() {
        let idle = matches!(&step, Step::Deliver(message) if dead(world, message));
        if idle || matches!(step, Step::Clock(_) | Step::Connect | Step::AskNow) {
            continue;
        }
        if matches!(step, Step::Prepared | Step::Route) {
            moves.push((step.clone(), Power::FailsAfter(1)));
        }
        moves.push((step, Power::On));
    }
    let next = MOMENTS_MS.into_iter().find(|at_ms| *at_ms > world.now_ms);
    moves.extend(next.map(|at_ms| (Step::Clock(at_ms), Power::On)));
    moves
}

/// Messages that nobody minds any more: the gateway only repeats a final word.
fn dead(world: &World, message: &Message) -> bool {
    let over = world.gateway.state().is_final();
    match message {
        Message::Up(upward) => over || matches!(upward, Upward::Accepted { .. }),
        Message::Inquire(_) | Message::Inquired(..) | Message::ReverseAnswered(_) => over,
        Message::Command { .. }
        | Message::Cancel { .. }
        | Message::Commit(_)
        | Message::Authorise(_)
        | Message::Answer(_)
        | Message::Reverse => false,
    }
}

fn key(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    let gateway = &world.gateway;
    let machine = gateway.machine();
    (machine.state(), machine.next_deadline(), gateway.doubt_since_ms()).hash(&mut hasher);
    (gateway.reversal_recorded, gateway.booked, world.now_ms).hash(&mut hasher);
    (world.device.memory(), world.device.job).hash(&mut hasher);
    (world.device.submits, world.counter_shown(), world.device.disk.len()).hash(&mut hasher);
    (world.scars(), world.destination.code, world.destination.charges).hash(&mut hasher);
    let live = world.network.iter().filter(|message| !dead(world, message));
    let messages: BTreeSet<String> = live.map(|message| told_apart(world, message)).collect();
    messages.hash(&mut hasher);
    hasher.finish()
}

fn told_apart(world: &World, message: &Message) -> String {
    message.told_apart(|number| {
        let asked = world.gateway.asked.iter().rev().find(|(one, _)| *one == number);
        asked.is_some_and(|(_, at_ms)| *at_ms >= late_ms(world.gateway.policy()))
    })
}

fn nothing_is_found(setup: Setup) {
    let found = search(setup, None, |_| true);

    println!("{}: {} worlds", setup.name, found.worlds);
    assert_eq!(found.broken, None);
    assert!(found.worlds > 1_000, "only {} worlds: the search does not move", found.worlds);
    for (mut world, trace) in found.samples {
        // A restart counts the code's life anew, and the last one may have been at the last moment.
        let last_ms = MOMENTS_MS.last().copied().unwrap_or_default();
        world.take(&Step::Clock(last_ms + late_ms(&policy())), Power::On);
        let rounds = (0..FAIR_ROUNDS_MAX).find(|_| {
            fair_round(&mut world);
            world.gateway.state().is_final()
        });
        let state = world.gateway.state();
        assert!(rounds.is_some(), "still {state:?} after:\n  {}", trace.join("\n  "));
        assert_eq!(world.bad(), [], "in the end of:\n  {}", trace.join("\n  "));
    }
}

#[test]
fn every_order_holds_at_a_tombstone_destination() {
    nothing_is_found(TOMBSTONE);
}

#[test]
fn every_order_holds_at_a_destination_that_says_code_used() {
    nothing_is_found(CODE_USED);
}

#[test]
fn every_order_holds_where_only_a_late_inquiry_counts() {
    nothing_is_found(LATE_ONLY);
}

#[test]
fn every_order_holds_on_the_paired_route() {
    nothing_is_found(PAIRED);
}
