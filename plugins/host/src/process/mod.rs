//! A plugin's process, seen from outside.
//!
//! Owns the calls in flight and their end: answered, late, or lost with the process. Dropping it
//! ends the process and whatever it started. Whoever calls holds it meanwhile, so a process that
//! is replaced ends after its last call. Next: [`start`], then [`listen`].

mod listen;
mod start;

pub(crate) use start::Launch;

use crate::calls::{Frame, FrameKind};
use crate::door::{HostDoor, RunningCall};
use crate::library::Foul;
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout_at;

/// Frames that wait to be written: a request and an answer for each of a process's calls.
const OUTBOX_FRAMES_MAX: usize = 64;

/// A process that can be asked.
#[derive(Debug)]
pub(crate) struct Process {
    outbox: mpsc::Sender<Frame>,
    shared: Arc<Shared>,
}

/// What the two ends of the socket share.
#[derive(Debug)]
struct Shared {
    door: Arc<HostDoor>,
    /// Nothing when the process has ended.
    pending: Mutex<Option<BTreeMap<u64, Pending>>>,
    call_next: AtomicU64,
    served: AtomicBool,
    life: Mutex<Life>,
}

#[derive(Debug)]
struct Pending {
    call: Arc<RunningCall>,
    done: oneshot::Sender<Result<Vec<u8>, Foul>>,
}

/// A process's number is its own only until it is reaped.
#[derive(Debug)]
enum Life {
    Running(Pid),
    Ended(String),
}

/// How a call ended without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallEnd {
    /// The process had ended before: it never saw the call.
    NotTaken,
    Late,
    Died(String),
    Foul(Foul),
}

impl Process {
    /// Asks one request. **Order** of answers is that of their completion.
    pub(crate) async fn call(
        &self,
        call: &Arc<RunningCall>,
        request: Vec<u8>,
    ) -> Result<Vec<u8>, CallEnd> {
        let id = self.shared.call_next.fetch_add(1, Ordering::Relaxed);
        let (done, answer) = oneshot::channel();
        if !self.shared.register(id, Pending { call: Arc::clone(call), done }) {
            return Err(CallEnd::NotTaken);
        }
        let sent = self.outbox.send(Frame::new(FrameKind::Call, id, request));
        match timeout_at(call.deadline, sent).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => {
                self.shared.forget(id);
                return Err(CallEnd::NotTaken);
            }
            Err(_) => {
                self.shared.forget(id);
                return Err(CallEnd::Late);
            }
        }
        match timeout_at(call.deadline, answer).await {
            Ok(Ok(Ok(result))) => {
                self.shared.served.store(true, Ordering::Relaxed);
                Ok(result)
            }
            Ok(Ok(Err(foul))) => Err(CallEnd::Foul(foul)),
            Ok(Err(_)) => Err(CallEnd::Died(self.shared.how_it_ended())),
            Err(_) => {
                self.shared.forget(id);
                Err(CallEnd::Late)
            }
        }
    }

    /// Tells whether it can be asked.
    pub(crate) fn lives(&self) -> bool {
        self.shared.calls().is_some()
    }

    /// Tells whether it ever answered.
    pub(crate) fn served(&self) -> bool {
        self.shared.served.load(Ordering::Relaxed)
    }

    /// Returns the CPU time that it used, in seconds. Source: proc(5), `stat`, fields 14 and 15.
    pub(crate) fn cpu_s(&self) -> u64 {
        let Some(pid) = self.pid() else { return 0 };
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks = after_name.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.filter_map(|field| field.parse::<u64>().ok()).sum();
        ticks.checked_div(rustix::param::clock_ticks_per_second()).unwrap_or(0)
    }

    /// Returns its number while it lives, for an operator's list.
    pub(crate) fn pid(&self) -> Option<i32> {
        match &*self.shared.life() {
            Life::Running(pid) => Some(pid.as_raw_nonzero().get()),
            Life::Ended(_) => None,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.shared.kill();
    }
}

impl Shared {
    fn new(door: Arc<HostDoor>, pid: Pid) -> Self {
        Self {
            door,
            pending: Mutex::new(Some(BTreeMap::new())),
            call_next: AtomicU64::new(1),
            served: AtomicBool::new(false),
            life: Mutex::new(Life::Running(pid)),
        }
    }

    fn register(&self, id: u64, pending: Pending) -> bool {
        match &mut *self.calls() {
            Some(calls) => {
                calls.insert(id, pending);
                true
            }
            None => false,
        }
    }

    fn forget(&self, id: u64) -> Option<Pending> {
        self.calls().as_mut().and_then(|calls| calls.remove(&id))
    }

    fn running(&self, id: u64) -> Option<Arc<RunningCall>> {
        self.calls().as_ref().and_then(|calls| calls.get(&id).map(|one| Arc::clone(&one.call)))
    }

    /// Ends the process and its children, unless it has been reaped.
    fn kill(&self) {
        if let Life::Running(pid) = &*self.life() {
            kill_process_group(*pid, Signal::KILL).unwrap_or_default();
        }
    }

    fn how_it_ended(&self) -> String {
        match &*self.life() {
            Life::Running(_) => "it closed its socket".to_owned(),
            Life::Ended(how) => how.clone(),
        }
    }

    fn calls(&self) -> MutexGuard<'_, Option<BTreeMap<u64, Pending>>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
