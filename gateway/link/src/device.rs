//! A whole device: state folder in, running link and executor loop out.
//!
//! Owns start and stop, the same for relay terminal and POS agent. May not know what the executor
//! does. Next: [`crate::executor`].

use crate::asks::{Asks, asks};
use crate::client::{GatewayInvalid, Link, LinkConfig};
use crate::clock::Clock;
use crate::enrol::{IDENTITY_FILE, Identity, IdentityFault, JOURNAL_FILE, KEY_FILE};
use crate::executor::{Executor, Loop, Observer, Parts};
use crate::journal::{JournalFault, JournalFile};
use crate::keys::{DeviceKey, KeyFault};
use crate::reports::Reports;
use baton_protocol::enrol::Role;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a device is started with.
#[derive(Debug)]
pub struct Setup {
    /// The folder that enrolment filled.
    pub state: PathBuf,
    /// What this program is; the identity must agree.
    pub role: Role,
    /// Program and version, for people.
    pub program: String,
    /// The program's clocks.
    pub clock: Clock,
    /// Who wants to see the steps of each transaction, if anybody.
    pub observer: Option<Observer>,
}

/// Why a device does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// Not enrolled, or the identity is broken.
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    /// The identity is of the other kind of device.
    #[error("this state folder belongs to the role {0}; start the other program, or enrol anew")]
    RoleWrong(&'static str),
    /// The key is missing or broken.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The journal is held, damaged or unreadable.
    #[error(transparent)]
    Journal(#[from] JournalFault),
    /// The gateway's address is unusable.
    #[error(transparent)]
    Gateway(#[from] GatewayInvalid),
}

/// A running device. Dropping it stops the device without waiting.
#[derive(Debug)]
pub struct Running {
    identity: Identity,
    asks: Asks,
    reports: Option<Reports>,
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Returns the way in which this device's counter asks its gateway for something.
    #[must_use]
    pub fn asks(&self) -> Asks {
        self.asks.clone()
    }

    /// Takes the way in which this terminal tells its gateway what it hears of beacons.
    ///
    /// **Repeat** there is one; later calls, and every call of an agent, get nothing.
    pub const fn take_reports(&mut self) -> Option<Reports> {
        self.reports.take()
    }

    /// Returns who the device is.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Stops the device: nothing new is submitted, a verdict on its way is waited for 5 seconds.
    pub async fn stop(self) {
        drop(self.stop);
        if self.task.await.is_err() {
            tracing::error!(device = %self.identity.id, "the device's loop failed");
        }
    }
}

#[cfg(test)]
impl Running {
    /// Ends the loop where it stands, as a power cut would.
    pub(crate) async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|end| end.is_cancelled()));
    }
}

/// Starts a device: checks its journal, dials its gateway and serves commands until stopped.
///
/// Must be called on a tokio runtime.
///
/// # Errors
/// Each variant of [`StartFault`] as it says; nothing was started.
pub fn start<E: Executor>(setup: Setup, executor: E) -> Result<Running, StartFault> {
    let Setup { state, role, program, clock, observer } = setup;
    let identity = Identity::load(&state.join(IDENTITY_FILE))?;
    if identity.role != role {
        return Err(StartFault::RoleWrong(identity.role.word()));
    }
    let key = Arc::new(DeviceKey::load(&state.join(KEY_FILE))?);
    let (file, journal) = JournalFile::open(&state.join(JOURNAL_FILE))?;
    let (head, head_seen) = watch::channel(file.head().clone());
    let epoch_highest = journal.epoch_highest();
    let config = LinkConfig { identity: identity.clone(), program, clock, epoch_highest };
    let (link, events) = Link::start(config, key.clone(), head_seen)?;
    let reports = Reports::of(&identity, key, clock, link.sightings());
    let (stop, stopped) = watch::channel(());
    let executor = Arc::new(executor);
    let (asks, questions) = asks();
    let parts = Parts {
        executor,
        journal,
        file,
        head,
        link,
        events,
        stop: stopped,
        clock,
        observer,
        questions,
    };
    let task = tokio::spawn(Loop::new(parts).run());
    Ok(Running { identity, asks, reports, stop, task })
}
