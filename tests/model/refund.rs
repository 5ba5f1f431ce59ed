//! Every order of things around one refund: sent by the gateway itself, asked again until known.
//!
//! Gateway: the real `Transaction`. Modelled are the errand that carries it out, a destination with
//! or without C2, and a network that loses, delays and reorders, and doubles where C2 allows it.
//! It must never be paid out twice, nor booked otherwise than it was paid out. Next: `main.rs`.

use super::setup::{AMOUNT, TOMBSTONE, gateway_time};
use baton_core::relay::capability::Capabilities;
use baton_core::relay::refund::{Wish, facts};
use baton_core::relay::transaction::{Effect, Input, Transaction};
use baton_core::time::Timestamp;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::FenceReason;
use baton_protocol::policy::Policy;
use baton_protocol::work::{DeclineReason, InquiryAnswer, State, UnknownReason, Verdict};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use uuid::Uuid;

/// Deadlines that pass in one run: the first doubt, six questions, and the decision after them.
const DEADLINES_MAX: u8 = 8;
/// Worlds of one search at most: four times what it takes, so that a leak of states is red.
const WORLDS_MAX: usize = 40_000;

/// What the destination has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Nothing,
    Paid,
    Declined,
}

/// What can happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Reached,
    NotReached,
    Paid,
    Declined,
    Answered,
    Silent,
    Inquired,
    Deadline,
    Restart,
    People,
}

#[derive(Debug, Clone)]
struct World {
    idempotent: bool,
    machine: Transaction,
    now: Timestamp,
    /// Errands that were given out and have not tried the destination yet.
    errands: u8,
    /// Requests on their way; one that arrives at a destination with C2 stays and may come again.
    requests: u8,
    sent: bool,
    done: Done,
    payouts: u8,
    answers: u8,
    inquiry: Option<u32>,
    deadlines: u8,
}

impl World {
    fn new(capabilities: &str, wish: Wish) -> Self {
        let original = TOMBSTONE.facts().unwrap();
        let capabilities = Capabilities::parse(capabilities).unwrap();
        let original = baton_core::relay::transaction::Facts { capabilities, ..original };
        let id = TransactionId::new(Uuid::from_u128(9));
        let now = gateway_time(0);
        let refund = facts(&original, id, wish, AMOUNT, "own".to_owned(), now);
        let idempotent = capabilities.to_string().contains("C2");
        let (machine, _) = Transaction::receive(refund, Arc::new(Policy::default()));
        let mut world = Self {
            idempotent,
            machine,
            now,
            errands: 0,
            requests: 0,
            sent: false,
            done: Done::Nothing,
            payouts: 0,
            answers: 0,
            inquiry: None,
            deadlines: 0,
        };
        world.tell(Input::Routed);
        world
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::Restart];
        if self.errands > 0 {
            steps.extend([Step::Reached, Step::NotReached]);
        }
        if self.requests > 0 {
            steps.push(Step::Paid);
            if self.done == Done::Nothing {
                steps.push(Step::Declined);
            }
        }
        if self.answers > 0 {
            steps.extend([Step::Answered, Step::Silent]);
        }
        if self.inquiry.is_some() {
            steps.push(Step::Inquired);
        }
        let due = self.machine.next_deadline().is_some();
        if due && self.deadlines < DEADLINES_MAX {
            steps.push(Step::Deadline);
        }
        // People look at the destination's statement when nothing is on its way any more.
        let quiet = self.errands == 0 && self.requests == 0;
        if self.machine.state() == State::Suspense && quiet {
            steps.push(Step::People);
        }
        steps
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Reached => {
                self.errands -= 1;
                self.requests = (self.requests + 1).min(2);
                self.sent = true;
            }
            Step::NotReached => {
                self.errands -= 1;
                self.tell(Input::Fenced(FenceReason::Unreachable));
            }
            Step::Paid | Step::Declined => self.arrive(step),
            Step::Answered => {
                self.answers -= 1;
                let verdict = match self.done {
                    Done::Paid => Verdict::Approved { amount: AMOUNT, reference: "R".to_owned() },
                    Done::Declined | Done::Nothing => {
                        Verdict::Declined { reason: DeclineReason::Refused }
                    }
                };
                self.tell(Input::ResultReported { verdict, code_digest: "own".to_owned() });
            }
            Step::Silent => {
                let verdict = Verdict::Unknown { reason: UnknownReason::Silent };
                self.tell(Input::ResultReported { verdict, code_digest: "own".to_owned() });
            }
            Step::Inquired => {
                let Some(number) = self.inquiry.take() else { return };
                let answer = match self.done {
                    Done::Nothing => InquiryAnswer::NotFound,
                    Done::Declined => InquiryAnswer::Declined { reason: DeclineReason::Refused },
                    Done::Paid => {
                        InquiryAnswer::Approved { amount: AMOUNT, reference: "R".to_owned() }
                    }
                };
                self.tell(Input::InquiryAnswered { number, answer });
            }
            Step::Deadline => {
                self.deadlines += 1;
                self.now = self.machine.next_deadline().unwrap_or(self.now).max(self.now);
                self.tell(Input::DeadlinePassed);
            }
            Step::Restart => self.restart(),
            Step::People => {
                let state = if self.done == Done::Paid { State::Approved } else { State::Declined };
                let (first, second) = ("a".to_owned(), "b".to_owned());
                let reason = "the statement says so".to_owned();
                self.tell(Input::Resolved(baton_core::relay::transaction::Resolution {
                    state,
                    first,
                    second,
                    reason,
                }));
            }
        }
    }

    fn arrive(&mut self, step: Step) {
        if !self.idempotent {
            self.requests -= 1;
        }
        let again = self.done != Done::Nothing && self.idempotent;
        if !again {
            self.done = if step == Step::Paid { Done::Paid } else { Done::Declined };
            self.payouts += u8::from(step == Step::Paid);
        }
        self.answers = (self.answers + 1).min(2);
    }

    /// What was recorded is kept; errands and their answers reach nobody any more.
    fn restart(&mut self) {
        let stored = self.machine.stored(self.now);
        let (facts, policy) = (self.machine.facts().clone(), Arc::new(Policy::default()));
        self.machine = Transaction::restore(facts, stored, policy, self.now);
        (self.errands, self.answers, self.inquiry) = (0, 0, None);
        self.tell(Input::ExecutorConnected);
    }

    fn tell(&mut self, input: Input) {
        for effect in self.machine.step(input, self.now).unwrap_or_default() {
            if effect == Effect::SendCommand {
                self.errands = (self.errands + 1).min(2);
            }
            if let Effect::Inquire { number } = effect {
                self.inquiry = Some(number);
            }
        }
    }

    fn bad(&self) -> Option<&'static str> {
        let state = self.machine.state();
        let negative = state.is_final() && state != State::Approved;
        let may_still_pay = self.requests > 0 && self.done == Done::Nothing;
        match () {
            () if self.payouts > 1 => Some("paid out twice"),
            () if state == State::Approved && self.done != Done::Paid => Some("approved, not paid"),
            () if negative && self.done == Done::Paid => Some("negative, and paid out"),
            () if negative && may_still_pay => Some("negative, and a request can still pay"),
            () if state == State::Cancelled && self.sent => Some("cancelled after it was sent"),
            () => None,
        }
    }
}

/// Visits every reachable world once; returns their number and the final states that were seen.
fn search(capabilities: &str, wish: Wish) -> (usize, BTreeMap<State, usize>) {
    let start = World::new(capabilities, wish);
    let mut visited = BTreeMap::from([(format!("{start:?}"), ())]);
    let mut queue = VecDeque::from([(start, Vec::new())]);
    let mut ends = BTreeMap::new();
    while let Some((world, trace)) = queue.pop_front() {
        assert_eq!(world.bad(), None, "{capabilities}: {trace:?}");
        if world.machine.state().is_final() {
            *ends.entry(world.machine.state()).or_default() += 1;
        }
        for step in world.steps() {
            let mut next = world.clone();
            next.take(step);
            if visited.insert(format!("{next:?}"), ()).is_none() {
                assert!(visited.len() <= WORLDS_MAX, "more worlds than expected: {capabilities}");
                queue.push_back((next, [trace.as_slice(), &[step]].concat()));
            }
        }
    }
    (visited.len(), ends)
}

#[test]
fn a_refund_at_an_idempotent_destination_is_paid_once_and_known_in_every_order() {
    let (worlds, ends) = search("C2,C3", Wish::Refund(None));

    println!("{worlds} worlds, {ends:?}");
    assert!(worlds > 500, "the search does not move: {worlds}");
    for state in [State::Approved, State::Declined, State::Cancelled] {
        assert!(ends.contains_key(&state), "{state:?} was never reached: {ends:?}");
    }
}

#[test]
fn a_refund_without_idempotency_is_sent_once_and_left_to_people_in_every_order() {
    let (worlds, ends) = search("C3,C4,C5", Wish::Refund(None));

    println!("{worlds} worlds, {ends:?}");
    assert!(worlds > 200, "the search does not move: {worlds}");
    for state in [State::Approved, State::Declined, State::Cancelled] {
        assert!(ends.contains_key(&state), "{state:?} was never reached: {ends:?}");
    }
}

/// A void is tried until it is done: it is not cancelled for want of a line.
#[test]
fn a_void_at_an_idempotent_destination_is_done_or_declined_in_every_order() {
    let (worlds, ends) = search("C2,C3", Wish::Void);

    println!("{worlds} worlds, {ends:?}");
    assert!(worlds > 500, "the search does not move: {worlds}");
    assert!(ends.contains_key(&State::Approved), "{ends:?}");
    assert!(!ends.contains_key(&State::Cancelled), "{ends:?}");
}
