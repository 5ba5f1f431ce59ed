//! One plugin's way through processes: started when needed, replaced when it fails.
//!
//! Owns which process takes the next call. A process that let a call go by its deadline gets no
//! further calls, and ends after those that it still has: a hang costs its own call only. Next:
//! [`crate::process`].

use crate::backoff::{Backoff, Served};
use crate::door::RunningCall;
use crate::fault::NotAsked;
use crate::process::{CallEnd, Launch, Process};
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

/// Calls after which a process's CPU time is looked at: some of them take a second of it.
const CPU_LOOK_CALLS: u64 = 1_024;
/// Processes that one call tries: one may have ended just before it.
const TRIES_MAX: u32 = 2;

/// A plugin in processes of its own.
#[derive(Debug)]
pub(crate) struct Lane {
    launch: Launch,
    places: Semaphore,
    slot: Mutex<Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    process: Option<Arc<Process>>,
    backoff: Backoff,
    calls: u64,
}

/// How a call ended without a result.
#[derive(Debug)]
pub(crate) enum LaneEnd {
    NotAsked(NotAsked),
    Asked(CallEnd),
}

impl Lane {
    pub(crate) fn new(launch: Launch) -> Self {
        let places = Semaphore::new(launch.limits.calls_max);
        Self { launch, places, slot: Mutex::default() }
    }

    /// Asks one request.
    pub(crate) async fn call(
        &self,
        call: &Arc<RunningCall>,
        request: Vec<u8>,
    ) -> Result<Vec<u8>, LaneEnd> {
        let busy = || LaneEnd::NotAsked(NotAsked::Busy);
        let place = timeout_at(call.deadline, self.places.acquire()).await;
        let _place = place.map_err(|_| busy())?.map_err(|_| busy())?;
        for _ in 0..TRIES_MAX {
            let process = self.process(call.deadline).await.map_err(LaneEnd::NotAsked)?;
            match process.call(call, request.clone()).await {
                Ok(result) => return Ok(result),
                Err(CallEnd::NotTaken) => {}
                Err(end) => {
                    if end == CallEnd::Late {
                        self.replace(&process).await;
                    }
                    return Err(LaneEnd::Asked(end));
                }
            }
        }
        Err(LaneEnd::NotAsked(NotAsked::Resting))
    }

    /// Starts a process now if none lives.
    pub(crate) async fn warm(&self) -> Result<(), NotAsked> {
        let within = std::time::Duration::from_millis(self.launch.limits.start_ms);
        self.process(Instant::now() + within).await.map(drop)
    }

    /// Returns the number of the process that takes the next call, if one lives.
    pub(crate) async fn pid(&self) -> Option<i32> {
        self.slot.lock().await.process.as_ref().and_then(|process| process.pid())
    }

    /// Returns a process that lives, started if necessary.
    async fn process(&self, deadline: Instant) -> Result<Arc<Process>, NotAsked> {
        let slot = timeout_at(deadline, self.slot.lock()).await;
        let mut slot = slot.map_err(|_| NotAsked::Busy)?;
        slot.calls = slot.calls.wrapping_add(1);
        if slot.calls.is_multiple_of(CPU_LOOK_CALLS) {
            slot.look(self.launch.limits.cpu_s_max / 2);
        }
        if let Some(process) = slot.process.as_ref().filter(|process| process.lives()) {
            return Ok(Arc::clone(process));
        }
        if let Some(ended) = slot.process.take() {
            slot.failed(&ended);
        }
        if let Some(until) = slot.backoff.rests_until(Instant::now()) {
            if until >= deadline {
                return Err(NotAsked::Resting);
            }
            sleep_until(until).await;
        }
        let started = timeout_at(deadline, self.launch.start()).await;
        let started = started.unwrap_or_else(|_| Err("no time left to start it".to_owned()));
        match started {
            Ok(process) => {
                let process = Arc::new(process);
                slot.process = Some(Arc::clone(&process));
                Ok(process)
            }
            Err(cause) => {
                slot.backoff.failed(Served::Nothing, Instant::now());
                Err(NotAsked::Unstartable { cause })
            }
        }
    }

    /// Gives no further calls to a process that hangs.
    async fn replace(&self, hanging: &Arc<Process>) {
        let mut slot = self.slot.lock().await;
        if slot.process.as_ref().is_some_and(|process| Arc::ptr_eq(process, hanging)) {
            slot.process = None;
            slot.failed(hanging);
        }
    }
}

impl Slot {
    fn failed(&mut self, ended: &Process) {
        let served = if ended.served() { Served::Something } else { Served::Nothing };
        self.backoff.failed(served, Instant::now());
    }

    /// Retires a process before the system ends it in the middle of a call.
    fn look(&mut self, cpu_s: u64) {
        if self.process.as_ref().is_some_and(|process| process.cpu_s() >= cpu_s) {
            self.process = None;
        }
    }
}
