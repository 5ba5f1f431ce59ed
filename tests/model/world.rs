//! The whole model: gateway, device, destination, network and clock; what can happen next.
//!
//! Owns the steps and what must never be true. Losing a message is never delivering it; every
//! message stays deliverable, in any order, again and again. Next: `properties.rs`.

use super::destination::{Code, Destination, Mood};
use super::device::{self, Device, Job};
use super::gateway::{self, Gateway};
use super::mistake::Mistake;
use super::setup::{AMOUNT, DIGEST, ID, Setup, code_dead_ms, late_ms, world_time};
use super::step::{Message, Power, Step};
use baton_core::relay::capability::Class;
use baton_core::relay::plan::Route;
use baton_core::relay::transaction::{Input, Resolution};
use baton_link::journal::{Input as DeviceInput, Order};
use baton_protocol::link::{FenceReason, Upward};
use baton_protocol::policy::Policy;
use baton_protocol::work::{DeclineReason, State, UnknownReason, Verdict};
use std::rc::Rc;
use std::sync::Arc;

/// Connections of one run: three tell an old epoch from a new one and from a newer one.
const EPOCHS_MAX: u64 = 3;
/// A jump of the clock past every back-off, as after a sleep of the host.
const HOUR_MS: u64 = 3_600_000;

/// A property that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A: the destination charged more than once.
    ChargedTwice,
    /// B: approved, and no charge stands.
    ApprovedWithoutCharge,
    /// C: over without money, and a charge stands.
    NegativeButCharged,
    /// D: the counter saw "approved" and the gateway does not hold it so.
    ShownTooMuch,
    /// The counter saw "not charged" and the gateway holds it approved.
    ShownTooLittle,
    /// A final state was left.
    FinalLeft,
    /// A record did not raise the version by one.
    VersionJumped,
    /// A record names other states than those before and after it.
    RecordWrong,
    /// An effect that leaves the machine stands before a record.
    SendBeforeRecord,
    /// Books and state differ: an entry exists if and only if it is approved.
    BooksWrong,
    /// Approved after "this will be undone".
    ApprovedAfterReversal,
    /// An honest destination of the automatic class contradicted itself.
    Contradicted,
    /// The device said "never" about what it submitted.
    FencedAndSubmitted,
    /// The device sent it twice.
    SubmittedTwice,
    /// The device cannot read what it wrote.
    OwnRecordsRefused,
}

#[derive(Debug, Clone)]
pub struct World {
    pub setup: Setup,
    pub gateway: Gateway,
    /// Shared between copies until one of them touches it.
    pub device: Rc<Device>,
    pub destination: Destination,
    pub network: Vec<Message>,
    pub now_ms: u64,
    pos_shown: bool,
    mistake: Option<Mistake>,
    broken: Vec<Broken>,
}

impl World {
    pub fn new(setup: Setup, policy: Policy, mistake: Option<Mistake>) -> Option<Self> {
        let destination = Destination::new(setup, code_dead_ms(&policy));
        Some(Self {
            setup,
            gateway: Gateway::new(&setup, Arc::new(policy), mistake)?,
            device: Rc::new(Device::new(mistake)),
            destination,
            network: Vec::new(),
            now_ms: 0,
            pos_shown: false,
            mistake,
            broken: Vec::new(),
        })
    }

    /// Everything that can happen next, the usual before the unusual.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = self.gateway_steps();
        steps.extend(self.device_steps());
        steps.extend(self.network.iter().flat_map(|message| self.deliveries(message)));
        steps.extend(self.moments().into_iter().map(Step::Clock));
        steps.extend([Step::DeviceRestart, Step::GatewayRestart]);
        if self.gateway.epoch < EPOCHS_MAX {
            steps.push(Step::Connect);
        }
        steps
    }

    fn gateway_steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        match self.gateway.state() {
            State::Received => steps.extend([Step::Route, Step::Reject]),
            State::Dispatched => steps.push(Step::Cancel),
            State::Unknown => {
                steps.extend([Step::Cancel, Step::AskNow, Step::DestinationBack]);
            }
            State::Reversing => steps.extend([Step::AskNow, Step::DestinationBack]),
            State::Suspense => {
                steps.extend([Step::AskNow, Step::DestinationBack]);
                steps.extend(self.resolution());
            }
            State::Approved
            | State::Declined
            | State::Cancelled
            | State::Reversed
            | State::Expired
            | State::Rejected => {}
        }
        let due = self.gateway.machine().next_deadline().map(world_time);
        if due.is_some_and(|at_ms| at_ms <= self.now_ms) {
            steps.insert(0, Step::GatewayDeadline);
        }
        steps
    }

    /// What two people may find on the destination's statement.
    fn resolution(&self) -> Option<Step> {
        Some(match self.destination.statement(self.now_ms)? {
            Code::Charged if self.gateway.reversal_recorded => Step::UndoByHand,
            Code::Charged => Step::Resolve(State::Approved),
            Code::Declined | Code::DeclinedLive => Step::Resolve(State::Declined),
            Code::Tombstone | Code::Reversed => Step::Resolve(State::Reversed),
            Code::Unused => Step::Resolve(State::Expired),
        })
    }

    fn device_steps(&self) -> Vec<Step> {
        let mut steps = match self.device.job {
            Job::Preparing => vec![Step::Prepared, Step::NotPrepared],
            Job::Waiting => vec![Step::Silent],
            Job::Nothing => Vec::new(),
        };
        if self.device.next_deadline().is_some_and(|at_ms| at_ms <= self.now_ms) {
            steps.push(Step::Ttl);
        }
        steps
    }

    fn deliveries(&self, message: &Message) -> Vec<Step> {
        match message {
            Message::Authorise(number) if !self.destination.hears(*number) => Vec::new(),
            Message::Authorise(number) if self.destination.moody(self.now_ms) => {
                vec![Step::Authorise(*number, Mood::Yes), Step::Authorise(*number, Mood::No)]
            }
            Message::Authorise(number) => vec![Step::Authorise(*number, Mood::Yes)],
            Message::Answer(verdict) => self.answers(message, verdict),
            Message::Up(Upward::Shown { .. }) => Vec::new(),
            Message::Command { .. }
            | Message::Cancel { .. }
            | Message::Commit(_)
            | Message::Up(_)
            | Message::Inquire(_)
            | Message::Inquired(..)
            | Message::Reverse
            | Message::ReverseAnswered(_) => vec![Step::Deliver(message.clone())],
        }
    }

    /// A POS shows its answer whether or not the agent reads it.
    fn answers(&self, message: &Message, verdict: &Verdict) -> Vec<Step> {
        // One that nobody waits for any more is handed over as well, as long as it is the first.
        let waits = self.device.job == Job::Waiting || self.device.may_hear_late();
        let mut steps = if waits { vec![Step::Deliver(message.clone())] } else { Vec::new() };
        let approved = matches!(verdict, Verdict::Approved { .. });
        if self.setup.route == Route::Paired && approved && !self.pos_shown {
            steps.push(Step::PosShows);
        }
        steps
    }

    /// The moments at which something can become different.
    fn moments(&self) -> Vec<u64> {
        let policy = self.gateway.policy();
        let due = self.gateway.machine().next_deadline().map(world_time);
        let fixed = [
            Some(code_dead_ms(policy)),
            Some(late_ms(policy)),
            Some(self.now_ms + HOUR_MS),
            Some(self.now_ms + policy.suspense_ms),
        ];
        let all = [due, self.device.next_deadline()].into_iter().chain(fixed).flatten();
        let mut moments: Vec<u64> = all.filter(|at_ms| *at_ms > self.now_ms).collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    pub fn take(&mut self, step: &Step, power: Power) {
        match step {
            Step::Route => self.tell_gateway(Input::Routed, power),
            Step::Reject => self.tell_gateway(Input::Unroutable, power),
            Step::GatewayDeadline => self.tell_gateway(Input::DeadlinePassed, power),
            Step::Cancel => self.tell_gateway(Input::CancelRequested, power),
            Step::AskNow => self.tell_gateway(Input::InquiryWanted, power),
            Step::GatewayRestart => {
                let mut done = gateway::Done::default();
                self.gateway.restart(self.now_ms, &mut done);
                self.after_gateway(done);
            }
            Step::Resolve(state) => self.tell_gateway(Input::Resolved(resolution(*state)), power),
            Step::UndoByHand => self.destination.undo_by_hand(),
            Step::DestinationBack => self.tell_gateway(Input::DestinationBack, power),
            Step::Prepared => {
                self.tell_device(DeviceInput::SubmitReady { transaction: ID }, power);
            }
            Step::NotPrepared => {
                let fence = FenceReason::Unreachable.into();
                self.tell_device(DeviceInput::SubmitRefused { transaction: ID, fence }, power);
            }
            Step::Ttl => self.tell_device(DeviceInput::TtlPassed, power),
            Step::Silent => {
                self.verdict(Verdict::Unknown { reason: UnknownReason::Silent }, power);
            }
            Step::DeviceRestart => {
                let mut done = device::Done::default();
                Rc::make_mut(&mut self.device).restart(self.now_ms, &mut done);
                self.after_device(done);
            }
            Step::PosShows => self.pos_shown = true,
            Step::Connect => self.connect(power),
            Step::Deliver(message) => self.deliver(message.clone(), power),
            Step::Authorise(number, mood) => {
                let verdict = self.destination.authorise(*number, *mood, self.now_ms);
                self.send(Message::Answer(verdict));
            }
            Step::Clock(to_ms) => self.now_ms = (*to_ms).max(self.now_ms),
        }
    }

    fn deliver(&mut self, message: Message, power: Power) {
        match message {
            Message::Command { epoch, ttl_ms } => {
                let (transaction, digest, amount) = (ID, DIGEST.to_owned(), AMOUNT);
                let order = Order { transaction, epoch, ttl_ms, digest, amount };
                self.tell_device(DeviceInput::CommandReceived(order), power);
            }
            Message::Cancel { epoch } => self.cancel(epoch, power),
            Message::Commit(state) => {
                self.tell_device(DeviceInput::CommitReceived { transaction: ID, state }, power);
            }
            Message::Up(upward) => self.hear(upward, power),
            Message::Authorise(_) => {}
            Message::Answer(verdict) => self.answer(verdict, power),
            Message::Inquire(number) => {
                let answer = self.destination.inquire(self.now_ms);
                self.send(Message::Inquired(number, answer));
            }
            Message::Inquired(number, answer) => {
                self.tell_gateway(Input::InquiryAnswered { number, answer }, power);
            }
            Message::Reverse => {
                let answer = self.destination.reverse();
                self.send(Message::ReverseAnswered(answer));
            }
            Message::ReverseAnswered(answer) => {
                self.tell_gateway(Input::ReversalAnswered(answer), power);
            }
        }
    }

    fn hear(&mut self, upward: Upward, power: Power) {
        let input = match upward {
            Upward::Accepted { .. } => Input::CommandAccepted,
            Upward::Result { verdict, code_digest, .. } => {
                Input::ResultReported { verdict, code_digest }
            }
            Upward::Fenced { reason, .. } => Input::Fenced(reason),
            Upward::NotReady { reason, .. } => Input::ExecutorNotReady(reason),
            Upward::Ask { .. } => Input::WordAsked,
            Upward::Contradicted { verdict, .. } => Input::Contradicted { verdict },
            Upward::Shown { .. }
            | Upward::Hello { .. }
            | Upward::Ack
            | Upward::Journal { .. }
            | Upward::Scanned { .. }
            | Upward::Typed { .. }
            | Upward::Sightings(_)
            | Upward::Later => return,
        };
        self.tell_gateway(input, power);
    }

    fn cancel(&mut self, epoch: u64, power: Power) {
        if self.mistake == Some(Mistake::CancelWithoutFence) && self.device.disk.is_empty() {
            return self.send(Message::Up(Upward::fenced(ID, FenceReason::Cancelled)));
        }
        self.tell_device(DeviceInput::CancelReceived { transaction: ID, epoch }, power);
    }

    fn answer(&mut self, verdict: Verdict, power: Power) {
        let approved = matches!(verdict, Verdict::Approved { .. });
        self.pos_shown |= approved && self.setup.route == Route::Paired;
        if self.mistake == Some(Mistake::ShownEarly) && approved {
            Rc::make_mut(&mut self.device).shown_approved = true;
        }
        let used = verdict == Verdict::Unknown { reason: UnknownReason::CodeUsed };
        if self.mistake == Some(Mistake::CodeUsedDeclines) && used {
            return self.verdict(Verdict::Declined { reason: DeclineReason::Refused }, power);
        }
        self.verdict(verdict, power);
    }

    fn verdict(&mut self, verdict: Verdict, power: Power) {
        Rc::make_mut(&mut self.device).job = Job::Nothing;
        let arrived = DeviceInput::VerdictArrived { transaction: ID, verdict, evidence: None };
        self.tell_device(arrived, power);
    }

    fn connect(&mut self, power: Power) {
        let done = self.gateway.connect(self.now_ms, power);
        self.after_gateway(done);
        self.tell_device(DeviceInput::Connected, Power::On);
        let state = self.gateway.state();
        if state.is_final() && state != State::Rejected {
            self.send(Message::Commit(state));
        }
    }

    fn tell_gateway(&mut self, input: Input, power: Power) {
        let done = self.gateway.take(input, self.now_ms, power);
        self.after_gateway(done);
    }

    fn tell_device(&mut self, input: DeviceInput, power: Power) {
        let done = Rc::make_mut(&mut self.device).take(input, self.now_ms, power);
        self.after_device(done);
    }

    /// An answer to an inquiry comes back to the machine that asked, or to nobody: the shell
    /// addresses it to the actor, and a restart makes another one.
    fn after_gateway(&mut self, done: gateway::Done) {
        let crosses = self.mistake == Some(Mistake::AnswerCrossesRestart);
        if done.restarted && !crosses {
            let lost = |m: &Message| matches!(m, Message::Inquire(_) | Message::Inquired(..));
            self.network.retain(|message| !lost(message));
        }
        self.broken.extend(done.broken);
        done.sent.into_iter().for_each(|message| self.send(message));
    }

    fn after_device(&mut self, done: device::Done) {
        self.broken.extend(done.broken);
        done.sent.into_iter().for_each(|message| self.send(message));
    }

    fn send(&mut self, message: Message) {
        if !self.network.contains(&message) {
            self.network.push(message);
        }
    }

    /// Every property that does not hold now.
    pub fn bad(&self) -> Vec<Broken> {
        let state = self.gateway.state();
        let negative = state.is_final() && state != State::Approved;
        let approved = state == State::Approved;
        let charged = self.destination.code == Code::Charged;
        let standalone = self.setup.route == Route::Standalone;
        let fenced = self.network.iter().any(|m| matches!(m, Message::Up(Upward::Fenced { .. })));
        let honest = self.setup.capabilities().class() == Class::Automatic;
        let shown = self.device.shown_approved;
        let rules = [
            (self.destination.charges > 1, Broken::ChargedTwice),
            (approved && !charged, Broken::ApprovedWithoutCharge),
            (negative && charged, Broken::NegativeButCharged),
            (shown && (negative || (standalone && !approved)), Broken::ShownTooMuch),
            (self.pos_shown && negative, Broken::ShownTooMuch),
            (self.device.shown_not_charged && approved, Broken::ShownTooLittle),
            (self.gateway.booked != usize::from(approved), Broken::BooksWrong),
            (self.contradicted() && honest, Broken::Contradicted),
            (fenced && self.device.submits > 0, Broken::FencedAndSubmitted),
            (self.device.submits > 1, Broken::SubmittedTwice),
        ];
        let now = rules.into_iter().filter(|(holds_not, _)| *holds_not);
        self.broken.iter().copied().chain(now.map(|(_, broken)| broken)).collect()
    }

    /// After a decided reversal a late approval is expected to contradict; before, it is not.
    const fn contradicted(&self) -> bool {
        self.gateway.contradicted && !self.gateway.reversal_recorded
    }

    /// What the counter saw, for the visited set: POS approved, approved, not charged.
    pub fn counter_shown(&self) -> (bool, bool, bool) {
        (self.pos_shown, self.device.shown_approved, self.device.shown_not_charged)
    }

    /// What went wrong on the way here, for the visited set: such a way is never an old world.
    pub const fn scars(&self) -> (usize, bool) {
        (self.broken.len(), self.gateway.contradicted)
    }
}

fn resolution(state: State) -> Resolution {
    let (first, second) = ("kim".to_owned(), "lee".to_owned());
    Resolution { state, first, second, reason: "the destination's statement".to_owned() }
}
