//! Every order of things around one payment that the gateway itself sends to a destination.
//!
//! Gateway: the real `Transaction` and what its store holds. Modelled are the errand, which is gone
//! with the process, the destination of the other searches, and a network that loses, doubles,
//! delays and reorders. What the errand was doing at a restart is doubt, never "not sent". Two
//! mistakes about that are made on purpose, and found. Next: `main.rs`.

use super::destination::{Code, Destination, Mood};
use super::setup::*;
use super::step::Message;
use baton_core::relay::capability::Class;
use baton_core::relay::plan::Executor;
use baton_core::relay::transaction::{Alarm, Effect, Facts, Input, Stored, Transaction};
use baton_protocol::link::FenceReason;
use baton_protocol::policy::Policy;
use baton_protocol::work::{State, UnknownReason, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Start, execute deadline, decide deadline, death of the code, first late inquiry, and the same
/// for a process that began at that moment, which is the last at which one does.
const MOMENTS_MS: [u64; 6] = [0, 10, 40, 100, RESTART_MS_MAX, CLOCK_STANDS_MS];
const RESTART_MS_MAX: u64 = 200;
const CLOCK_STANDS_MS: u64 = 400;
/// Restarts of one run: each leaves the same, a stored row and what is on its way, and a second one
/// doubles the worlds.
const RESTARTS_MAX: u8 = 1;
/// Worlds of one search at most: twice what the largest takes, so that a leak of states is red.
const WORLDS_MAX: usize = 60_000;

/// What the errand is doing; gone with the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Errand {
    None,
    Preparing,
    Waiting,
}

/// What is wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Nothing,
    /// After a restart what was routed is sent, as a device would be told again.
    SendsAgain,
    /// After a restart what was routed counts as never sent.
    RestartCancels,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Deadline,
    Cancel,
    Restart,
    Prepared,
    NotPrepared,
    Silent,
    Message(usize, Mood),
    Clock(u64),
}

#[derive(Debug, Clone)]
struct World {
    wrong: Wrong,
    machine: Transaction,
    stored: Stored,
    destination: Destination,
    errand: Errand,
    /// Whether the process that sent it still runs: only then a late answer finds its asker.
    remembered: bool,
    network: Vec<Message>,
    /// When each inquiry of the running process left.
    asked: BTreeMap<u32, u64>,
    now_ms: u64,
    /// When the running process began: it believes no clock that it has not watched.
    began_ms: u64,
    restarts: u8,
    submits: u8,
    booked: u8,
    reversal_recorded: bool,
    contradicted: bool,
}

fn policy() -> Arc<Policy> {
    Arc::new(Policy {
        execute_standalone_ms: 10,
        inquiry_pauses_ms: vec![1],
        decide_ms: 30,
        suspense_ms: 1_000_000,
        code_life_ms: 100,
        clock_skew_ms: 0,
        message_life_ms: 99,
        ..Policy::default()
    })
}

impl World {
    fn new(setup: Setup, wrong: Wrong) -> Self {
        let facts = setup.facts().unwrap();
        let executor = Executor::Gateway(facts.destination.clone());
        let (machine, _) = Transaction::receive(Facts { executor, ..facts }, policy());
        let mut world = Self {
            wrong,
            stored: machine.stored(gateway_time(0)),
            machine,
            destination: Destination::new(setup, code_dead_ms(&policy())),
            errand: Errand::None,
            remembered: false,
            network: Vec::new(),
            asked: BTreeMap::new(),
            now_ms: 0,
            began_ms: 0,
            restarts: 0,
            submits: 0,
            booked: 0,
            reversal_recorded: false,
            contradicted: false,
        };
        world.tell(Input::Routed);
        world
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::Cancel];
        if self.restarts < RESTARTS_MAX && self.now_ms <= RESTART_MS_MAX {
            steps.push(Step::Restart);
        }
        match self.errand {
            Errand::None => {}
            Errand::Preparing => steps.extend([Step::Prepared, Step::NotPrepared]),
            Errand::Waiting => steps.push(Step::Silent),
        }
        let due = self.machine.next_deadline().map(world_time);
        if due.is_some_and(|at_ms| at_ms <= self.now_ms) {
            steps.push(Step::Deadline);
        }
        for (place, message) in self.network.iter().enumerate() {
            if self.dead(message) {
                continue;
            }
            steps.extend(self.moods(message).iter().map(|mood| Step::Message(place, *mood)));
        }
        let next = MOMENTS_MS.into_iter().find(|at_ms| *at_ms > self.now_ms);
        steps.extend(next.map(Step::Clock));
        steps
    }

    fn moods(&self, message: &Message) -> &'static [Mood] {
        match message {
            Message::Authorise(number) if !self.destination.hears(*number) => &[],
            Message::Authorise(_) if self.destination.moody(self.now_ms) => &[Mood::Yes, Mood::No],
            Message::Answer(_) if !self.remembered => &[],
            Message::Authorise(_)
            | Message::Answer(_)
            | Message::Inquire(_)
            | Message::Inquired(..)
            | Message::Reverse
            | Message::ReverseAnswered(_)
            | Message::Command { .. }
            | Message::Cancel { .. }
            | Message::Commit(_)
            | Message::Up(_) => &[Mood::Yes],
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Deadline => self.tell(Input::DeadlinePassed),
            Step::Cancel => self.tell(Input::CancelRequested),
            Step::Restart => self.restart(),
            Step::Prepared => {
                self.send(Message::Authorise(self.submits));
                self.submits += 1;
                (self.errand, self.remembered) = (Errand::Waiting, true);
            }
            Step::NotPrepared => {
                self.errand = Errand::None;
                self.tell(Input::Fenced(FenceReason::Unreachable));
            }
            Step::Silent => {
                self.errand = Errand::None;
                self.report(Verdict::Unknown { reason: UnknownReason::Silent });
            }
            Step::Message(place, mood) => self.deliver(&self.network[place].clone(), mood),
            Step::Clock(to_ms) => self.now_ms = to_ms,
        }
    }

    fn deliver(&mut self, message: &Message, mood: Mood) {
        match message.clone() {
            Message::Authorise(number) => {
                let verdict = self.destination.authorise(number, mood, self.now_ms);
                self.send(Message::Answer(verdict));
            }
            Message::Answer(verdict) => {
                self.errand = Errand::None;
                self.report(verdict);
            }
            Message::Inquire(number) => {
                let answer = self.destination.inquire(self.now_ms);
                self.send(Message::Inquired(number, answer));
            }
            Message::Inquired(number, answer) => {
                self.tell(Input::InquiryAnswered { number, answer });
            }
            Message::Reverse => {
                let answer = self.destination.reverse();
                self.send(Message::ReverseAnswered(answer));
            }
            Message::ReverseAnswered(answer) => self.tell(Input::ReversalAnswered(answer)),
            Message::Command { .. }
            | Message::Cancel { .. }
            | Message::Commit(_)
            | Message::Up(_) => panic!("{message} is for a device"),
        }
    }

    fn report(&mut self, verdict: Verdict) {
        self.tell(Input::ResultReported { verdict, code_digest: DIGEST.to_owned() });
    }

    fn restart(&mut self) {
        let (facts, now) = (self.machine.facts().clone(), gateway_time(self.now_ms));
        let dispatched = self.machine.state() == State::Dispatched;
        self.machine = Transaction::restore(facts, self.stored, policy(), now);
        (self.errand, self.remembered) = (Errand::None, false);
        self.asked.clear();
        (self.began_ms, self.restarts) = (self.now_ms, self.restarts + 1);
        // Their askers are gone; what is on its way to the destination is not.
        self.network.retain(|one| matches!(one, Message::Authorise(_) | Message::Reverse));
        match self.wrong {
            Wrong::SendsAgain if dispatched => self.errand = Errand::Preparing,
            Wrong::RestartCancels if dispatched => {
                self.tell(Input::Fenced(FenceReason::Restarted));
            }
            Wrong::Nothing | Wrong::SendsAgain | Wrong::RestartCancels => {
                self.tell(Input::ExecutorConnected);
            }
        }
    }

    fn tell(&mut self, input: Input) {
        let before = self.machine.state();
        let now = gateway_time(self.now_ms);
        let effects = self.machine.step(input, now).unwrap_or_default();
        assert!(!before.is_final() || self.machine.state() == before, "a final state was left");
        for effect in effects {
            match effect {
                Effect::Record(change) => {
                    self.stored = self.machine.stored(change.at);
                    self.booked += u8::from(change.booking.is_some());
                    self.reversal_recorded |= change.to == State::Reversing;
                }
                Effect::SendCommand => self.errand = Errand::Preparing,
                Effect::Inquire { number } => {
                    self.asked.insert(number, self.now_ms);
                    self.send(Message::Inquire(number));
                }
                Effect::Reverse => self.send(Message::Reverse),
                Effect::Alarm(Alarm::Contradiction { .. }) => self.contradicted = true,
                Effect::SendCancel | Effect::SendCommit(_) => panic!("nobody hears {effect:?}"),
                Effect::EraseCode | Effect::Tell(_) | Effect::Alarm(_) | Effect::Compensate(_) => {}
            }
        }
    }

    /// The network holds each message once and delivers it as often as it likes.
    fn send(&mut self, message: Message) {
        if !self.network.contains(&message) {
            self.network.push(message);
        }
    }

    fn bad(&self) -> Option<&'static str> {
        let (state, code) = (self.machine.state(), self.destination.code);
        let negative = state.is_final() && state != State::Approved;
        let approved = state == State::Approved;
        match () {
            () if self.destination.charges > 1 => Some("charged twice"),
            () if self.submits > 1 => Some("sent twice"),
            () if approved && code != Code::Charged => Some("approved, no charge stands"),
            () if negative && code == Code::Charged => Some("negative, and a charge stands"),
            () if self.booked != u8::from(approved) => Some("books and state differ"),
            () if state == State::Cancelled && self.submits > 0 => Some("cancelled after sending"),
            () if self.contradicted && !self.reversal_recorded && self.honest() => {
                Some("contradicted itself")
            }
            () => None,
        }
    }

    /// A destination that promises too little to end its doubts may well say two things.
    fn honest(&self) -> bool {
        self.machine.facts().capabilities.class() == Class::Automatic
    }

    /// What tells worlds apart: inquiries count by whether they left late enough, not by number,
    /// and what comes to a machine that is at its end changes nothing.
    fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let (state, due) = (self.machine.state(), self.machine.next_deadline());
        (state, due, self.stored.doubt_since, self.booked, self.reversal_recorded)
            .hash(&mut hasher);
        (self.errand as u8, self.remembered, self.now_ms, self.submits).hash(&mut hasher);
        (self.began_ms, self.restarts).hash(&mut hasher);
        (self.destination.code, self.destination.charges, self.contradicted).hash(&mut hasher);
        let live = self.network.iter().filter(|one| !self.dead(one));
        let messages: BTreeSet<String> = live.map(|one| self.told_apart(one)).collect();
        messages.hash(&mut hasher);
        hasher.finish()
    }

    fn dead(&self, message: &Message) -> bool {
        let over = self.machine.state().is_final();
        let to_gateway = matches!(
            message,
            Message::Inquire(_) | Message::Inquired(..) | Message::ReverseAnswered(_)
        );
        over && to_gateway
    }

    fn told_apart(&self, message: &Message) -> String {
        message.told_apart(|number| {
            let left = self.asked.get(&number).copied();
            left.is_some_and(|at_ms| at_ms >= self.began_ms + late_ms(&policy()))
        })
    }
}

struct Found {
    worlds: usize,
    bad: Option<(&'static str, Vec<Step>)>,
    /// Worlds from which no way leads to an end.
    dead: usize,
}

/// Visits every reachable world once, breadth first, and then walks back from the ends.
fn search(setup: Setup, wrong: Wrong) -> Found {
    let start = World::new(setup, wrong);
    let mut known = BTreeMap::from([(start.key(), 0)]);
    let mut worlds = vec![(start, 0, None)];
    let mut before: Vec<Vec<usize>> = vec![Vec::new()];
    let mut place = 0;
    while let Some((world, ..)) = worlds.get(place) {
        let world = world.clone();
        for step in world.steps() {
            let mut next = world.clone();
            next.take(step);
            let new = known.len();
            let found = *known.entry(next.key()).or_insert(new);
            if found < new {
                before[found].push(place);
                continue;
            }
            let bad = next.bad();
            worlds.push((next, place, Some(step)));
            before.push(vec![place]);
            if let Some(bad) = bad {
                let bad = Some((bad, trace(&worlds, new)));
                return Found { worlds: known.len(), bad, dead: 0 };
            }
            assert!(new <= WORLDS_MAX, "more worlds than expected: {}", setup.name);
        }
        place += 1;
    }
    let ends = (0..worlds.len()).filter(|one| worlds[*one].0.machine.state().is_final());
    let mut alive = vec![false; worlds.len()];
    let mut queue: Vec<usize> = ends.collect();
    while let Some(one) = queue.pop() {
        if !std::mem::replace(&mut alive[one], true) {
            queue.extend(&before[one]);
        }
    }
    let stuck = |(world, alive): &(&(World, usize, Option<Step>), &bool)| {
        !**alive && world.0.now_ms < CLOCK_STANDS_MS
    };
    let dead = worlds.iter().zip(&alive).filter(stuck).count();
    Found { worlds: worlds.len(), bad: None, dead }
}

fn trace(worlds: &[(World, usize, Option<Step>)], mut place: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    while let (_, before, Some(step)) = worlds[place] {
        steps.push(step);
        place = before;
    }
    steps.reverse();
    steps
}

fn holds_in_every_order(setup: Setup) {
    let found = search(setup, Wrong::Nothing);

    println!("{}: {} worlds", setup.name, found.worlds);
    assert_eq!(found.bad, None, "{}", setup.name);
    assert_eq!(found.dead, 0, "{}: some worlds have no end", setup.name);
    assert!(found.worlds > 500, "{}: {} worlds only", setup.name, found.worlds);
}

#[test]
fn a_payment_by_the_gateway_is_charged_once_and_known_where_reversals_are_remembered() {
    holds_in_every_order(TOMBSTONE);
}

#[test]
fn a_payment_by_the_gateway_is_charged_once_and_known_where_a_repeat_says_used() {
    holds_in_every_order(CODE_USED);
}

#[test]
fn a_payment_by_the_gateway_is_charged_once_and_known_where_only_a_late_question_helps() {
    holds_in_every_order(LATE_ONLY);
}

#[test]
fn a_payment_by_the_gateway_is_charged_once_and_known_where_only_a_reversal_helps() {
    holds_in_every_order(REVERSAL_ONLY);
}

#[test]
fn where_only_people_can_know_nothing_wrong_is_ever_final() {
    for setup in [DECLINE_LIVE, ASK_ONLY, NOTHING] {
        assert_eq!(setup.capabilities().class(), Class::Manual);

        let found = search(setup, Wrong::Nothing);

        assert_eq!(found.bad, None, "{}", setup.name);
    }
}

#[test]
fn sending_again_after_a_restart_is_found() {
    let found = search(NOTHING, Wrong::SendsAgain);

    assert_eq!(found.bad.map(|(bad, _)| bad), Some("sent twice"));
}

#[test]
fn believing_that_nothing_was_sent_before_a_restart_is_found() {
    let found = search(CODE_USED, Wrong::RestartCancels);

    assert_eq!(found.bad.map(|(bad, _)| bad), Some("cancelled after sending"));
}
