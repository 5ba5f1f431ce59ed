//! The gateway of the model: the real transaction machine, its stored row and its books.
//!
//! Owns carrying out the transaction's effects in order, with a crash after any of them, and the
//! checks on every record. A crash is a restore from the stored row. Next: `mistake.rs`.

use super::mistake::Mistake;
use super::setup::{Setup, gateway_time, world_time};
use super::step::{Message, Power};
use super::world::Broken;
use baton_core::relay::transaction::{
    Alarm, Change, Effect, Input, Life, ReversalDecided, Stored, Transaction,
};
use baton_protocol::policy::Policy;
use baton_protocol::work::State;
use std::sync::Arc;

/// What a step did to the world around the gateway.
#[derive(Debug, Default)]
pub struct Done {
    pub sent: Vec<Message>,
    pub broken: Vec<Broken>,
    /// The machine was made again: answers to the one before reach nobody.
    pub restarted: bool,
}

#[derive(Debug, Clone)]
pub struct Gateway {
    machine: Transaction,
    stored: Stored,
    policy: Arc<Policy>,
    pub epoch: u64,
    /// Entries in the books.
    pub booked: usize,
    /// Whether "this will be undone" was ever recorded.
    pub reversal_recorded: bool,
    pub contradicted: bool,
    /// Inquiries of the running machine, with the time at which each left.
    pub asked: Vec<(u32, u64)>,
    mistake: Option<Mistake>,
}

impl Gateway {
    pub fn new(setup: &Setup, policy: Arc<Policy>, mistake: Option<Mistake>) -> Option<Self> {
        let (machine, _) = Transaction::receive(setup.facts()?, policy.clone());
        let stored = machine.stored(gateway_time(0));
        Some(Self {
            machine,
            stored,
            policy,
            epoch: 1,
            booked: 0,
            reversal_recorded: false,
            contradicted: false,
            asked: Vec::new(),
            mistake,
        })
    }

    pub const fn machine(&self) -> &Transaction {
        &self.machine
    }

    pub const fn state(&self) -> State {
        self.machine.state()
    }

    pub fn take(&mut self, input: Input, now_ms: u64, power: Power) -> Done {
        let mut done = Done::default();
        if let Some(mistake) = self.mistake
            && let Some(wrong) = mistake.decides(self, &input, now_ms)
        {
            self.force(wrong, now_ms, &mut done);
            return done;
        }
        let before = self.state();
        let effects = self.machine.step(input, gateway_time(now_ms)).unwrap_or_default();
        if before.is_final() && self.state() != before {
            done.broken.push(Broken::FinalLeft);
        }
        self.carry_out(effects, now_ms, power, &mut done);
        if power != Power::On {
            self.restart(now_ms, &mut done);
        }
        done
    }

    /// The program starts again from what the store has.
    pub fn restart(&mut self, now_ms: u64, done: &mut Done) {
        let facts = self.machine.facts().clone();
        let now = gateway_time(now_ms);
        self.machine = Transaction::restore(facts, self.stored, self.policy.clone(), now);
        self.asked.clear();
        done.restarted = true;
    }

    fn carry_out(&mut self, mut effects: Vec<Effect>, now_ms: u64, power: Power, done: &mut Done) {
        let records = |effect: &Effect| matches!(effect, Effect::Record(_));
        let last_record = effects.iter().rposition(records).unwrap_or(0);
        if effects.iter().take(last_record).any(|effect| !records(effect)) {
            done.broken.push(Broken::SendBeforeRecord);
        }
        if self.mistake == Some(Mistake::SendFirst) {
            effects.sort_by_key(records);
        }
        for effect in effects.into_iter().take(power.effects()) {
            match effect {
                Effect::Record(change) => self.record(&change, done),
                Effect::SendCommand => done.sent.extend(self.command(now_ms)),
                Effect::SendCancel => done.sent.push(Message::Cancel { epoch: self.epoch }),
                Effect::SendCommit(state) => done.sent.push(Message::Commit(state)),
                Effect::Inquire { number } => {
                    self.asked.push((number, now_ms));
                    done.sent.push(Message::Inquire(number));
                }
                Effect::Reverse => done.sent.push(Message::Reverse),
                Effect::Alarm(Alarm::Contradiction { .. }) => self.contradicted = true,
                Effect::Alarm(Alarm::Mismatch | Alarm::Suspense | Alarm::NotGivenBack)
                | Effect::EraseCode
                | Effect::Tell(_)
                // Only a desk with two halves asks for it; the model has one transaction.
                | Effect::Compensate(_) => {}
            }
        }
    }

    fn command(&self, now_ms: u64) -> Option<Message> {
        let Life::Dispatched { execute_by, .. } = self.machine.life() else { return None };
        let ttl_ms = execute_by.since_ms(gateway_time(now_ms));
        Some(Message::Command { epoch: self.epoch, ttl_ms })
    }

    fn record(&mut self, change: &Change, done: &mut Done) {
        if self.stored.state.is_final() {
            done.broken.push(Broken::FinalLeft);
        }
        if change.from != Some(self.stored.state) || change.to != self.machine.state() {
            done.broken.push(Broken::RecordWrong);
        }
        if self.machine.version() != self.stored.version + 1 {
            done.broken.push(Broken::VersionJumped);
        }
        if change.to == State::Approved && self.reversal_recorded {
            done.broken.push(Broken::ApprovedAfterReversal);
        }
        self.stored = self.machine.stored(change.at);
        self.booked += usize::from(change.booking.is_some());
        self.reversal_recorded |= change.to == State::Reversing;
    }

    /// Puts the machine where a mistaken one would be, and sends what it would have sent.
    fn force(&mut self, state: State, now_ms: u64, done: &mut Done) {
        self.stored = Stored {
            state,
            version: self.stored.version + 1,
            since: gateway_time(now_ms),
            doubt_since: self.stored.doubt_since,
            reversal: ReversalDecided::No,
        };
        self.reversal_recorded |= state == State::Reversing;
        self.booked += usize::from(state == State::Approved);
        self.restart(now_ms, done);
        done.restarted = false;
        let reversing = state == State::Reversing;
        done.sent.push(if reversing { Message::Reverse } else { Message::Commit(state) });
    }

    /// A new connection of the device: what waits in the outbox goes out again.
    pub fn connect(&mut self, now_ms: u64, power: Power) -> Done {
        self.epoch += 1;
        self.take(Input::ExecutorConnected, now_ms, power)
    }
}

/// What mistakes look at.
impl Gateway {
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    pub fn doubt_since_ms(&self) -> Option<u64> {
        self.stored.doubt_since.map(world_time)
    }
}
