//! The device of the model: the real journal machine, a disk, and what is lost with the power.
//!
//! Owns carrying out the journal's effects in order, with a power cut after any of them. A copy is
//! made by running the machine again from its disk and inputs. Next: `gateway.rs`.

use super::mistake::Mistake;
use super::step::{Message, Power};
use super::world::Broken;
use baton_link::journal::{Effect, Effects, Event, Input, Journal, Record, Refusal};
use baton_protocol::link::Upward;
use baton_protocol::work::State;
use std::cell::OnceCell;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What the executor is doing; gone with the power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Job {
    Nothing,
    Preparing,
    Waiting,
}

/// What a step did to the world around the device.
#[derive(Debug, Default)]
pub struct Done {
    pub sent: Vec<Message>,
    pub broken: Vec<Broken>,
}

#[derive(Debug)]
pub struct Device {
    journal: Journal,
    pub disk: Vec<Record>,
    /// How much of the disk the running machine was made from.
    replayed: usize,
    /// What the running machine has heard since.
    heard: Vec<(Input, u64)>,
    memory: OnceCell<u64>,
    pub job: Job,
    pub shown_approved: bool,
    pub shown_not_charged: bool,
    pub submits: u8,
    mistake: Option<Mistake>,
}

impl Clone for Device {
    fn clone(&self) -> Self {
        let (mut journal, _) = replayed(self.disk.get(..self.replayed).unwrap_or_default());
        for (input, now_ms) in &self.heard {
            journal.step(input.clone(), *now_ms).unwrap_or_default();
        }
        Self {
            journal,
            disk: self.disk.clone(),
            replayed: self.replayed,
            heard: self.heard.clone(),
            memory: OnceCell::new(),
            job: self.job,
            shown_approved: self.shown_approved,
            shown_not_charged: self.shown_not_charged,
            submits: self.submits,
            mistake: self.mistake,
        }
    }
}

impl Device {
    pub fn new(mistake: Option<Mistake>) -> Self {
        let mut device = Self {
            journal: Journal::default(),
            disk: Vec::new(),
            replayed: 0,
            heard: Vec::new(),
            memory: OnceCell::new(),
            job: Job::Nothing,
            shown_approved: false,
            shown_not_charged: false,
            submits: 0,
            mistake,
        };
        device.take(Input::Restarted, 0, Power::On);
        device
    }

    pub fn next_deadline(&self) -> Option<u64> {
        self.journal.next_deadline()
    }

    /// What the machine remembers, for the visited set.
    pub fn memory(&self) -> u64 {
        *self.memory.get_or_init(|| {
            let mut hasher = DefaultHasher::new();
            format!("{:?}", self.journal).hash(&mut hasher);
            hasher.finish()
        })
    }

    pub fn take(&mut self, input: Input, now_ms: u64, power: Power) -> Done {
        let mut done = Done::default();
        self.memory = OnceCell::new();
        self.heard.push((input.clone(), now_ms));
        match self.journal.step(input, now_ms) {
            Ok(effects) => self.carry_out(effects, power, &mut done),
            Err(Refusal::NotReady { transaction, reason }) => {
                done.sent.push(Message::Up(Upward::NotReady { transaction, reason }));
            }
            Err(Refusal::StateWrong { .. }) => {}
        }
        if power != Power::On {
            self.restart(now_ms, &mut done);
        }
        done
    }

    /// Power comes back: the machine is made from its own records.
    pub fn restart(&mut self, now_ms: u64, done: &mut Done) {
        self.memory = OnceCell::new();
        self.job = Job::Nothing;
        let (journal, sound) = replayed(&self.disk);
        if !sound {
            done.broken.push(Broken::OwnRecordsRefused);
        }
        self.journal = journal;
        self.replayed = self.disk.len();
        self.heard = vec![(Input::Restarted, now_ms)];
        let effects = self.journal.step(Input::Restarted, now_ms).unwrap_or_default();
        self.carry_out(effects, Power::On, done);
        if self.retries() {
            self.submit(done);
        }
    }

    fn carry_out(&mut self, mut effects: Effects, power: Power, done: &mut Done) {
        let writes = |effect: &Effect| matches!(effect, Effect::Append(_));
        let last_write = effects.iter().rposition(writes).unwrap_or(0);
        if effects.iter().take(last_write).any(leaves) {
            done.broken.push(Broken::SendBeforeRecord);
        }
        if self.mistake == Some(Mistake::SubmitFirst) {
            effects.sort_by_key(|effect| !matches!(effect, Effect::Submit(_)));
        }
        for effect in effects.into_iter().take(power.effects()) {
            match effect {
                Effect::Append(record) => self.disk.push(record),
                Effect::Report(report) => done.sent.push(Message::Up(report)),
                Effect::Prepare(_) => self.job = Job::Preparing,
                Effect::Submit(_) => self.submit(done),
                Effect::Abandon(_) => self.job = Job::Nothing,
                Effect::Show { state, .. } => self.show(state),
            }
        }
    }

    const fn show(&mut self, state: State) {
        if matches!(state, State::Approved) {
            self.shown_approved = true;
        } else {
            self.shown_not_charged = true;
        }
    }

    fn submit(&mut self, done: &mut Done) {
        done.sent.push(Message::Authorise(self.submits));
        self.submits += 1;
        self.job = Job::Waiting;
    }

    fn retries(&self) -> bool {
        let cut_off = self.submits == 1 && self.wrote(&Event::Submitted) && !self.concluded();
        cut_off && self.mistake == Some(Mistake::BlindRetry)
    }

    /// Tells whether this stands on the disk.
    pub fn wrote(&self, event: &Event) -> bool {
        self.disk.iter().any(|record| record.event == *event)
    }

    /// Tells whether a late answer could still conclude what was submitted.
    pub fn may_hear_late(&self) -> bool {
        self.job == Job::Nothing && self.wrote(&Event::Submitted) && !self.concluded()
    }

    fn concluded(&self) -> bool {
        self.disk.iter().any(|record| matches!(record.event, Event::Result(_)))
    }
}

fn leaves(effect: &Effect) -> bool {
    matches!(effect, Effect::Report(_) | Effect::Submit(_) | Effect::Show { .. })
}

fn replayed(disk: &[Record]) -> (Journal, bool) {
    let mut journal = Journal::default();
    let sound = disk.iter().all(|record| journal.replay(record).is_ok());
    (journal, sound)
}
