//! The device of the model: the real journal machine, a disk, and what is lost with the power.
//!
//! Owns carrying out the journal's effects in order, with a power cut after any of them. A copy is
//! made by running the machine again from its disk and inputs. Next: `gateway.rs`.

use super::mistake::Mistake;
use super::step::{Message, Power};
use super::world::Broken;
use baton_link::journal::{Effect, Effects, Input, Journal, Record, Refusal};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::Upward;
use baton_protocol::work::State;

/// What the executor is doing; gone with the power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    pub job: Job,
    pub shown: Option<State>,
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
            job: self.job,
            shown: self.shown,
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
            job: Job::Nothing,
            shown: None,
            submits: 0,
            mistake,
        };
        device.take(Input::Restarted, 0, Power::On);
        device
    }

    pub fn next_deadline(&self) -> Option<u64> {
        self.journal.next_deadline()
    }

    pub fn executing(&self) -> Option<TransactionId> {
        self.journal.executing()
    }

    /// The machine's memory, for the visited set.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    pub fn take(&mut self, input: Input, now_ms: u64, power: Power) -> Done {
        let mut done = Done::default();
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
        if self.mistake == Some(Mistake::BlindRetry) && self.wrote_submitted() {
            self.submit(done);
        }
    }

    fn carry_out(&mut self, mut effects: Effects, power: Power, done: &mut Done) {
        let writes = |effect: &Effect| matches!(effect, Effect::Append(_));
        let last_write = effects.iter().rposition(writes).unwrap_or(0);
        if effects.iter().take(last_write).any(|effect| leaves(effect)) {
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
                Effect::Show { state, .. } => self.shown = Some(state),
            }
        }
    }

    fn submit(&mut self, done: &mut Done) {
        done.sent.push(Message::Authorise(self.submits));
        self.submits += 1;
        self.job = Job::Waiting;
    }

    fn wrote_submitted(&self) -> bool {
        use baton_link::journal::Event;
        let last = self.disk.last().map(|record| &record.event);
        last == Some(&Event::Submitted) && self.submits == 1
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
