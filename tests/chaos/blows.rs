//! Deals the planned blows when their moments come, and mends what they broke when it is time.
//!
//! Owns what is broken just now, and the log of what was done. A blow on something that is broken
//! waits until it is whole. Next: `gather`.

use crate::clock::{Moment, pause};
use crate::faults::{Blow, Hit, Victim};
use crate::process::Program;
use crate::proxy::Weather;
use crate::shim::Step;
use crate::stage::{Stage, wire_of};
use anyhow::Context;
use baton_gateway::clock::wall_ms;
use std::collections::VecDeque;

/// How long a program that goes down for long is deaf before, in milliseconds: what was sent to it
/// meanwhile is lost with it, and under the heartbeats that would give it up.
const DEAF_MS: u64 = 1_500;
/// How long a program needs to see its new clock, in milliseconds: libfaketime looks once a second.
const CLOCK_SEEN_MS: u64 = 1_200;
/// How long the gateway may go on after a failed fsync, in milliseconds.
const END_MS_MAX: u64 = 10_000;
/// Pause between looks whether it has ended, in milliseconds.
const LOOK_MS: u64 = 20;
/// How far behind the first waiting blow another one may be taken, if the first must wait.
const LOOK_AHEAD_MAX: usize = 16;

/// The blows of a run.
pub struct Blows {
    waiting: VecDeque<Hit>,
    broken: Vec<Broken>,
    dealt: Vec<Dealt>,
    surprises: Vec<String>,
}

struct Broken {
    place: usize,
    blow: Blow,
    since: Moment,
}

/// One blow as it was dealt.
#[derive(Debug, Clone, Copy)]
pub struct Dealt {
    pub blow: Blow,
    /// Milliseconds since 1970.
    pub from_ms: i64,
    /// When it was mended; the same moment for blows that do not last.
    pub to_ms: i64,
}

impl Blows {
    /// Takes them in the order of their moments; returns how many this machine does not let us
    /// deal.
    pub fn new(stage: &Stage, hits: Vec<Hit>) -> (Self, usize) {
        let planned = hits.len();
        let waiting: VecDeque<Hit> = hits.into_iter().filter(|hit| stage.can(hit.blow)).collect();
        let skipped = planned - waiting.len();
        let (broken, dealt, surprises) = (Vec::new(), Vec::new(), Vec::new());
        (Self { waiting, broken, dealt, surprises }, skipped)
    }

    /// Takes what went otherwise than the product promises.
    pub fn surprises(&mut self) -> Vec<String> {
        std::mem::take(&mut self.surprises)
    }

    /// Tells whether every blow was dealt.
    pub fn all_dealt(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Returns what was done so far.
    pub fn dealt(&self) -> &[Dealt] {
        &self.dealt
    }

    /// Mends what is due, then deals the next blow whose moment has come.
    ///
    /// # Errors
    /// When a program does not start again or the system refuses a signal.
    pub async fn deal(&mut self, stage: &Stage, acknowledged: usize) -> anyhow::Result<()> {
        let due = |broken: &mut Broken| broken.since.passed_ms() >= broken.blow.lasts_ms();
        let mended: Vec<Broken> = self.broken.extract_if(.., due).collect();
        self.mend(stage, mended)?;
        let ready = self.waiting.iter().take(LOOK_AHEAD_MAX).position(|hit| {
            let free = |one: &Broken| one.blow.subject() != hit.blow.subject();
            hit.after <= acknowledged && self.broken.iter().all(free)
        });
        let Some(hit) = ready.and_then(|place| self.waiting.remove(place)) else { return Ok(()) };
        pause(hit.delay_ms).await;
        let from_ms = wall_ms();
        self.dealt.push(Dealt { blow: hit.blow, from_ms, to_ms: from_ms });
        self.surprises.extend(strike(stage, hit.blow).await?);
        let (place, since) = (self.dealt.len() - 1, Moment::now());
        let broken = Broken { place, blow: hit.blow, since };
        if hit.blow.lasts_ms() > 0 {
            self.broken.push(broken);
            return Ok(());
        }
        self.mend(stage, vec![broken])
    }

    /// Deals several blows at once, but for those on something that is broken already.
    ///
    /// # Errors
    /// As [`Blows::deal`].
    pub async fn salvo(&mut self, stage: &Stage, blows: Vec<Blow>) -> anyhow::Result<()> {
        let lasts_ms = blows.iter().map(|blow| blow.lasts_ms()).max().unwrap_or(0);
        for blow in blows {
            if self.broken.iter().any(|one| one.blow.subject() == blow.subject()) {
                continue;
            }
            let from_ms = wall_ms();
            self.dealt.push(Dealt { blow, from_ms, to_ms: from_ms });
            self.surprises.extend(strike(stage, blow).await?);
            let (place, since) = (self.dealt.len() - 1, Moment::now());
            self.broken.push(Broken { place, blow, since });
        }
        pause(lasts_ms).await;
        Ok(())
    }

    /// Mends everything at once: no fault is left.
    ///
    /// # Errors
    /// As [`Blows::deal`].
    pub fn heal(&mut self, stage: &Stage) -> anyhow::Result<()> {
        let broken = std::mem::take(&mut self.broken);
        self.mend(stage, broken)
    }

    fn mend(&mut self, stage: &Stage, broken: Vec<Broken>) -> anyhow::Result<()> {
        for Broken { place, blow, .. } in broken {
            match blow {
                Blow::Kill { victim, .. } => stage.with(victim, Program::restart)?,
                Blow::Freeze { victim, .. } => stage.with(victim, Program::thaw)?,
                Blow::Weather { wire, .. } => stage.proxy(wire)?.set(Weather::Clear),
                Blow::FullDisk { victim, .. } => {
                    stage.disk(victim).context("no disk of its own")?.free()?;
                    if victim != Victim::Gateway {
                        // Its journal stays closed after a failed write: somebody restarts it.
                        stage.with(victim, Program::strike)?;
                        stage.with(victim, Program::restart)?;
                    }
                }
                Blow::Clock { victim, .. } => set_clock(stage, victim, Step::None)?,
                Blow::ClockRestart { .. } => {
                    set_clock(stage, Victim::Gateway, Step::None)?;
                    stage.with(Victim::Gateway, Program::strike)?;
                    stage.with(Victim::Gateway, Program::restart)?;
                }
                Blow::Fsync => {
                    let shim = stage.shim(Victim::Gateway).context("no fsync that can fail")?;
                    shim.mend_fsync()?;
                    stage.with(Victim::Gateway, Program::restart)?;
                }
                Blow::Cut { .. } => {}
            }
            if let Some(dealt) = self.dealt.get_mut(place) {
                dealt.to_ms = wall_ms();
            }
        }
        Ok(())
    }
}

/// Does it; returns what went otherwise than the product promises.
async fn strike(stage: &Stage, blow: Blow) -> anyhow::Result<Option<String>> {
    match blow {
        Blow::Kill { victim, down_ms } => {
            if down_ms > DEAF_MS * 4 {
                stage.with(victim, Program::freeze)?;
                pause(DEAF_MS).await;
            }
            stage.with(victim, Program::strike)?;
        }
        Blow::Freeze { victim, .. } => stage.with(victim, Program::freeze)?,
        Blow::Cut { wire } => stage.proxy(wire)?.cut(),
        Blow::Weather { wire, weather, .. } => stage.proxy(wire)?.set(weather),
        Blow::FullDisk { victim, .. } => {
            stage.disk(victim).context("no disk of its own")?.fill()?;
        }
        Blow::Clock { victim, step, .. } => {
            set_clock(stage, victim, step)?;
            pause(CLOCK_SEEN_MS).await;
            if victim != Victim::Gateway {
                // A device shows its clock only when it connects.
                stage.proxy(wire_of(victim))?.cut();
            }
        }
        Blow::ClockRestart { step, .. } => {
            set_clock(stage, Victim::Gateway, step)?;
            stage.with(Victim::Gateway, Program::strike)?;
            stage.with(Victim::Gateway, Program::restart)?;
        }
        Blow::Fsync => return fail_fsync(stage).await,
    }
    Ok(None)
}

fn set_clock(stage: &Stage, victim: Victim, step: Step) -> anyhow::Result<()> {
    stage.shim(victim).context("no clock that can be set")?.set_clock(step)
}

/// Breaks fsync and waits until the gateway has ended by itself, as it must.
async fn fail_fsync(stage: &Stage) -> anyhow::Result<Option<String>> {
    stage.shim(Victim::Gateway).context("no fsync that can fail")?.break_fsync()?;
    let began = Moment::now();
    let mut ended = false;
    while !ended && began.passed_ms() < END_MS_MAX {
        pause(LOOK_MS).await;
        stage.with(Victim::Gateway, |program| {
            ended = program.has_ended()?;
            Ok(())
        })?;
    }
    if ended {
        return Ok(None);
    }
    stage.with(Victim::Gateway, Program::strike)?;
    Ok(Some("the gateway went on after fsync had failed".to_owned()))
}
