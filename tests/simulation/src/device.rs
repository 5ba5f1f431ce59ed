//! A relay terminal or POS agent: the real journal machine, a disk, an executor, a power plug.
//!
//! Owns the loop of a device as the program has it: step the machine, make records durable, then
//! act. A plug that is pulled between two effects loses memory and whatever was not synced. Next:
//! `destination.rs`.

use crate::disk::{Disk, DiskFault};
use crate::event::Event;
use crate::world::World;
use baton_core::relay::plan::Route;
use baton_link::journal::Refusal;
use baton_link::journal::{Effect, Effects, Event as Happened, Input, Journal, Order, Record};
use baton_link::session::Session;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, Downward, FenceReason, NotReadyReason, Upward};
use baton_protocol::work::{State, UnknownReason, Verdict};

/// Longest wait for a verdict, in milliseconds, as in the program.
const EXECUTE_MS_MAX: u64 = 90_000;
/// How long a destination has for its answer on the standalone route: connect and answer.
const ANSWER_STANDALONE_MS: u64 = 11_000;
/// How long a POS has.
const ANSWER_PAIRED_MS: u64 = 28_000;

/// What an executor is doing; gone with the power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// It clears the way.
    Preparing,
    /// It waits for a verdict.
    Waiting,
}

/// A device.
#[derive(Debug, Default)]
pub struct Device {
    /// Whether it has power and runs.
    pub up: bool,
    /// It will never come back.
    pub gone: bool,
    /// Its journal is suspect: it does not start.
    pub suspect: bool,
    /// It took the place of one that is gone.
    pub replaced: bool,
    /// The highest epoch that it has heard.
    pub epoch_seen: u64,
    /// Somebody changed its disk while it was off.
    pub damaged: bool,
    /// The gateway refused its journal.
    pub refused: bool,
    /// Grows with each start.
    pub life: u32,
    /// Until when it is stopped.
    pub stopped_until: u64,
    /// Its journal's bytes.
    pub disk: Disk,
    /// The connection that it has or tries.
    pub conn: Option<usize>,
    /// Whether the gateway has greeted on it.
    pub greeted: bool,
    pub(crate) told: u64,
    pub(crate) journal: Journal,
    pub(crate) ready: bool,
    pub(crate) session: Session<Upward>,
    pub(crate) session_name: Option<String>,
    pub(crate) reports: Vec<Upward>,
    pub(crate) held: Option<Command>,
    pub(crate) job: Option<(TransactionId, Job, u32)>,
    pub(crate) jobs: u32,
    pub(crate) failures: u32,
    pub(crate) ttl_at: u64,
    pub(crate) fuse: Option<u32>,
}

impl World {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the world hands over the others")]
    pub(crate) fn take_device(&mut self, event: Event) {
        match event {
            Event::Zombie(device, life, body) => self.zombie(device, life, *body),
            Event::Ttl(device, life) => self.ttl_passed(device, life),
            Event::Prepared(device, life, transaction, way) => {
                self.prepared(device, life, transaction, way);
            }
            Event::Spoke(device, life, job, verdict) => self.spoke(device, life, job, verdict),
            Event::Boot(device) => self.boot(device),
            Event::Replace(device) => self.replace(device),
            _ => {}
        }
    }

    fn zombie(&mut self, device: usize, life: u32, body: Downward) {
        if self.runs(device, life) && self.devices[device].greeted {
            self.device_hears(device, body);
        }
    }

    fn ttl_passed(&mut self, device: usize, life: u32) {
        if self.runs(device, life) {
            self.devices[device].ttl_at = 0;
            self.device_step(device, Input::TtlPassed);
        }
    }

    fn runs(&self, device: usize, life: u32) -> bool {
        self.devices[device].up && self.devices[device].life == life
    }

    /// The program starts: it reads its journal, or stands still if that is not to be trusted.
    fn boot(&mut self, device: usize) {
        let here = &self.devices[device];
        if here.up || here.gone || here.suspect {
            return;
        }
        let here = &mut self.devices[device];
        let Ok(journal) = here.disk.recover() else {
            here.suspect = true;
            if !here.damaged {
                self.break_promise(None, "a device does not trust its own journal");
            }
            self.say(None, || format!("device {device}: journal suspect"));
            return self.after(20_000, Event::Replace(device));
        };
        let disk = std::mem::take(&mut here.disk);
        let life = here.life + 1;
        let (replaced, damaged) = (here.replaced, here.damaged);
        let fresh = Device { up: true, ready: true, life, disk, journal, ..Device::default() };
        *here = Device { replaced, ..fresh };
        if damaged {
            self.break_promise(None, "a damaged journal is trusted");
        }
        self.say(None, || format!("device {device} starts, life {life}"));
        self.device_step(device, Input::Restarted);
        self.after(5, Event::Dial(device, life));
    }

    /// A new device takes the place of one that cannot go on, once nothing of it is open.
    fn replace(&mut self, device: usize) {
        let here = &self.devices[device];
        if !here.refused && !here.suspect && !here.gone {
            return;
        }
        if self.store.open_of(device).next().is_some() {
            return self.after(20_000, Event::Replace(device));
        }
        let life = self.devices[device].life;
        self.coverage.journals += 1;
        self.check_journal(device);
        self.devices[device] = Device { life, replaced: true, ..Device::default() };
        self.store.heads.remove(&device);
        self.boot(device);
    }

    pub(crate) fn device_hears(&mut self, device: usize, body: Downward) {
        if !self.devices[device].up {
            return;
        }
        match body {
            Downward::Command(command) => self.commanded(device, command),
            Downward::Cancel { transaction, epoch } => {
                self.device_step(device, Input::CancelReceived { transaction, epoch });
            }
            Downward::Commit { transaction, state } => {
                self.device_step(device, Input::CommitReceived { transaction, state });
            }
            Downward::Welcome { .. }
            | Downward::Sale { .. }
            | Downward::News { .. }
            | Downward::Taken { .. }
            | Downward::Refused { .. }
            | Downward::Version { .. }
            | Downward::Ack
            | Downward::Later => {}
        }
    }

    fn commanded(&mut self, device: usize, command: Command) {
        let order = Order::from(&command);
        let id = order.transaction;
        if self.strikes_at(id, 17) {
            return self.kill_device(device);
        }
        if self.strikes_at(id, 22) {
            self.spoil(device);
        }
        if self.devices[device].journal.executing().is_none() {
            self.devices[device].held = Some(command);
        }
        let older = order.epoch < self.devices[device].epoch_seen;
        self.devices[device].epoch_seen = self.devices[device].epoch_seen.max(order.epoch);
        let told = self.devices[device].told;
        self.device_step(device, Input::CommandReceived(order));
        if older && self.devices[device].up && self.devices[device].told == told {
            self.break_promise(Some(id), "an older epoch was obeyed");
        }
        let here = &mut self.devices[device];
        if here.journal.executing().is_none() {
            here.held = None;
        }
        if self.dice.one_in(2) && self.strikes_at(id, 18) {
            self.kill_device(device);
        }
    }

    fn prepared(
        &mut self,
        device: usize,
        life: u32,
        transaction: TransactionId,
        way: Result<(), FenceReason>,
    ) {
        let job = self.devices[device].job;
        let mine = job.is_some_and(|(id, job, _)| id == transaction && job == Job::Preparing);
        if !self.runs(device, life) || !mine {
            return;
        }
        self.devices[device].job = None;
        if self.strikes_at(transaction, 18) {
            self.devices[device].fuse = Some(u32::from(self.dice.one_in(2)));
        }
        match way {
            Ok(()) => self.device_step(device, Input::SubmitReady { transaction }),
            Err(reason) => {
                let fence = reason.into();
                self.device_step(device, Input::SubmitRefused { transaction, fence });
            }
        }
    }

    fn spoke(&mut self, device: usize, life: u32, job: u32, verdict: Verdict) {
        let Some((transaction, Job::Waiting, number)) = self.devices[device].job else { return };
        if !self.runs(device, life) || number != job {
            return;
        }
        let silent = matches!(verdict, Verdict::Unknown { .. });
        if !silent && self.of.get(&transaction).is_some_and(|place| self.purchases[*place].deaf) {
            return;
        }
        if self.strikes_at(transaction, 20) {
            self.devices[device].fuse = Some(u32::from(self.dice.one_in(2)));
        }
        self.devices[device].job = None;
        self.devices[device].held = None;
        self.device_step(device, Input::VerdictArrived { transaction, verdict, evidence: None });
        if self.devices[device].up && self.devices[device].fuse.is_some() {
            self.kill_device(device);
        }
    }

    pub(crate) fn device_step(&mut self, device: usize, input: Input) {
        let here = &mut self.devices[device];
        if !here.up {
            return;
        }
        if !here.ready {
            if let Input::CommandReceived(order) = &input {
                self.not_ready(device, order.transaction);
            }
            return;
        }
        let now = self.now;
        match here.journal.step(input, now) {
            Ok(effects) => {
                if self.obey(device, effects).is_err() {
                    self.devices[device].ready = false;
                    let soon = self.dice.between(5_000, 20_000);
                    self.after(soon, Event::Blow(crate::event::Blow::KillDevice(device)));
                    self.say(None, || format!("device {device}: its disk failed"));
                }
            }
            Err(Refusal::NotReady { transaction, reason }) => {
                self.devices[device].told += 1;
                self.report(device, Upward::NotReady { transaction, reason });
            }
            Err(Refusal::StateWrong { .. }) => {}
        }
        self.arm_ttl(device);
    }

    fn arm_ttl(&mut self, device: usize) {
        let here = &mut self.devices[device];
        if !here.up {
            return;
        }
        if let Some(at) = here.journal.next_deadline()
            && here.ttl_at != at
        {
            here.ttl_at = at;
            let life = here.life;
            self.at(at, Event::Ttl(device, life));
        }
    }

    /// The only place where effects are carried out; a pulled plug ends it between any two.
    fn obey(&mut self, device: usize, effects: Effects) -> Result<(), DiskFault> {
        let mut records: Vec<Record> = Vec::new();
        for effect in effects {
            if self.unplugged(device, &records) {
                return Ok(());
            }
            if !matches!(effect, Effect::Append(_)) {
                let written = self.append(device, &std::mem::take(&mut records));
                if let (Err(_), Effect::Report(Upward::Accepted { transaction, .. })) =
                    (&written, &effect)
                {
                    self.not_ready(device, *transaction);
                }
                written?;
            }
            match effect {
                Effect::Append(record) => records.push(record),
                Effect::Report(report) => self.report(device, report),
                Effect::Prepare(transaction) => self.prepare(device, transaction),
                Effect::Submit(transaction) => self.submit_payment(device, transaction),
                Effect::Abandon(transaction) => {
                    let here = &mut self.devices[device];
                    here.job.take_if(|(id, _, _)| *id == transaction);
                    here.held.take_if(|command| command.transaction == transaction);
                }
                Effect::Show { transaction, state } => self.show(device, transaction, state),
            }
        }
        if self.unplugged(device, &records) {
            return Ok(());
        }
        self.append(device, &records)
    }

    fn unplugged(&mut self, device: usize, records: &[Record]) -> bool {
        if !self.devices[device].up {
            return true;
        }
        match self.devices[device].fuse {
            Some(0) => {
                let cut = self.dice.next();
                let at_ms = self.now;
                self.devices[device].disk.tear(records, at_ms, cut);
                self.kill_device(device);
                true
            }
            Some(left) => {
                self.devices[device].fuse = Some(left - 1);
                false
            }
            None => false,
        }
    }

    fn append(&mut self, device: usize, records: &[Record]) -> Result<(), DiskFault> {
        if records.is_empty() {
            return Ok(());
        }
        let at_ms = self.now;
        let cut = self.dice.next();
        self.devices[device].disk.append(records, at_ms, cut)?;
        for record in records {
            if record.event == Happened::Submitted {
                self.coverage.submitted += 1;
            }
        }
        Ok(())
    }

    fn not_ready(&mut self, device: usize, transaction: TransactionId) {
        self.devices[device].told += 1;
        let reason = NotReadyReason::Journal;
        self.report(device, Upward::NotReady { transaction, reason });
    }

    fn report(&mut self, device: usize, report: Upward) {
        if let Upward::Fenced { transaction, .. } = &report {
            self.check_fence(device, *transaction);
        }
        let here = &mut self.devices[device];
        match here.conn.filter(|_| here.greeted) {
            Some(conn) => self.send_up(conn, report),
            None => here.reports.push(report),
        }
    }

    fn prepare(&mut self, device: usize, transaction: TransactionId) {
        let held = self.devices[device].held.as_ref();
        if held.is_none_or(|command| command.transaction != transaction) {
            return;
        }
        self.devices[device].jobs += 1;
        let here = &mut self.devices[device];
        here.job = Some((transaction, Job::Preparing, here.jobs));
        let life = here.life;
        let paired = self.town.paired(device);
        let took = if paired { self.dice.between(150, 900) } else { self.dice.between(2, 40) };
        let mut way = Ok(());
        if paired && self.strikes_at(transaction, 34) {
            let gone = [FenceReason::ReadBack, FenceReason::PosNotReady];
            way = Err(gone[self.dice.place(2)]);
        } else if !self.healed && self.dice.one_in(250) {
            way = Err(FenceReason::Unreachable);
        }
        self.after(took, Event::Prepared(device, life, transaction, way));
    }

    fn submit_payment(&mut self, device: usize, transaction: TransactionId) {
        let held = self.devices[device].held.as_ref();
        if held.is_none_or(|command| command.transaction != transaction) {
            return;
        }
        self.devices[device].jobs += 1;
        let here = &mut self.devices[device];
        let job = here.jobs;
        here.job = Some((transaction, Job::Waiting, job));
        let life = here.life;
        let paired = self.town.paired(device);
        let limit = if paired { ANSWER_PAIRED_MS } else { ANSWER_STANDALONE_MS };
        let silent = Verdict::Unknown { reason: UnknownReason::Silent };
        let limit = self.stuck(transaction, (device, life, job)).unwrap_or(limit);
        self.after(limit, Event::Spoke(device, life, job, silent));
        self.send_payment(transaction, (device, life, job));
        if self.strikes_at(transaction, 19) {
            let soon = self.dice.below(30);
            self.after(soon, Event::Blow(crate::event::Blow::KillDevice(device)));
        } else if self.strikes_at(transaction, 21) {
            let soon = self.dice.below(300);
            self.after(soon, Event::Blow(crate::event::Blow::Destroy(device)));
        }
    }

    /// F39: an executor that hangs until its time is over, dies at once, or answers junk.
    fn stuck(&mut self, id: TransactionId, (device, life, job): (usize, u32, u32)) -> Option<u64> {
        if !self.strikes_at(id, 39) {
            return None;
        }
        let place = self.of[&id];
        self.purchases[place].deaf = true;
        let ways = [UnknownReason::Cut, UnknownReason::Garbled];
        if let Some(reason) = ways.get(self.dice.place(3)).copied() {
            let soon = self.dice.between(1, 600);
            self.after(soon, Event::Spoke(device, life, job, Verdict::Unknown { reason }));
        }
        Some(EXECUTE_MS_MAX)
    }

    fn show(&mut self, device: usize, transaction: TransactionId, state: State) {
        let Some(row) = self.store.rows.get(&transaction) else {
            return self.break_promise(Some(transaction), "shown, and nobody asked for it");
        };
        let stands = row.stored.state;
        let route = row.facts.route;
        self.say(Some(transaction), || format!("device {device} shows {}", state.word()));
        let place = self.of[&transaction];
        if state == State::Approved {
            self.purchases[place].shown_approved = true;
            if route == Route::Standalone && stands != State::Approved {
                self.break_promise(Some(transaction), "approved is shown and not recorded");
            }
        } else {
            self.purchases[place].shown_negative = true;
        }
    }
}
