//! Deals the planned blows when their moments come, and mends what they broke when it is time.
//!
//! Owns what is down or frozen just now. A blow on a program that is down waits until it is up.
//! Next: `gather`.

use crate::clock::{Moment, pause};
use crate::plan::{Blow, Hit, Victim};
use crate::process::Program;
use crate::stage::Stage;
use std::collections::VecDeque;

/// How long a program that goes down for long is deaf before, in milliseconds: what was sent to it
/// meanwhile is lost with it, and under the heartbeats that would give it up.
const DEAF_MS: u64 = 1_500;

/// The blows of a run.
pub struct Blows {
    waiting: VecDeque<Hit>,
    broken: Vec<Broken>,
}

struct Broken {
    victim: Victim,
    blow: Blow,
    since: Moment,
}

impl Blows {
    /// Takes them in the order of their moments.
    pub fn new(hits: Vec<Hit>) -> Self {
        Self { waiting: hits.into(), broken: Vec::new() }
    }

    /// Tells whether every blow was dealt and nothing is down or frozen any more.
    pub fn over(&self) -> bool {
        self.waiting.is_empty() && self.broken.is_empty()
    }

    /// Mends what is due, then deals the next blow whose moment has come.
    ///
    /// # Errors
    /// When a program does not start again or the system refuses a signal.
    pub async fn deal(&mut self, stage: &Stage, acknowledged: usize) -> anyhow::Result<()> {
        let due = |broken: &mut Broken| broken.since.passed_ms() >= broken.lasts_ms();
        for Broken { victim, blow, .. } in self.broken.extract_if(.., due) {
            match blow {
                Blow::Kill { .. } => stage.with(victim, Program::restart)?,
                Blow::Freeze { .. } => stage.with(victim, Program::thaw)?,
            }
        }
        let down = |victim| self.broken.iter().any(|one| one.victim == victim);
        let now = |hit: &mut Hit| hit.after <= acknowledged && !down(hit.victim);
        let Some(hit) = self.waiting.pop_front_if(now) else { return Ok(()) };
        let Hit { delay_ms, victim, blow, .. } = hit;
        pause(delay_ms).await;
        match blow {
            Blow::Kill { down_ms } => {
                if down_ms > 0 {
                    stage.with(victim, Program::freeze)?;
                    pause(DEAF_MS).await;
                }
                stage.with(victim, Program::strike)?;
            }
            Blow::Freeze { .. } => stage.with(victim, Program::freeze)?,
        }
        if blow == (Blow::Kill { down_ms: 0 }) {
            return stage.with(victim, Program::restart);
        }
        self.broken.push(Broken { victim, blow, since: Moment::now() });
        Ok(())
    }
}

impl Broken {
    const fn lasts_ms(&self) -> u64 {
        match self.blow {
            Blow::Kill { down_ms } => down_ms,
            Blow::Freeze { ms } => ms,
        }
    }
}
