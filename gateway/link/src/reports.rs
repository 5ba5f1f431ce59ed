//! What a terminal heard of beacons, on its way out: signed, sent now or never.
//!
//! Owns the grip of whoever hears, and that each report is signed later than the one before it. A
//! report waits in a place of its own, behind everything that is about money; while there is no
//! connection, or the one before still waits, the newer is dropped. Next: [`crate::client`].

use crate::clock::Clock;
use crate::enrol::Identity;
use crate::keys::DeviceKey;
use crate::sighting::{SignFault, sign};
use baton_protocol::enrol::Role;
use baton_protocol::ids::TerminalId;
use baton_protocol::link::Upward;
use baton_protocol::sighting::Sighting;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Reports that wait for the link: one, for the next is newer.
pub(crate) const REPORTS_WAITING_MAX: usize = 1;

/// Why a report does not go out. Nothing is kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// It cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignFault),
    /// There is no connection, or the report before this one has not gone out yet.
    #[error("the link took no report: offline, or slower than what is heard")]
    Waiting,
    /// The device was stopped.
    #[error("the device was stopped")]
    Stopped,
}

/// The grip of whoever hears beacons on its terminal's link.
#[derive(Debug)]
pub struct Reports {
    key: Arc<DeviceKey>,
    audience: String,
    terminal: TerminalId,
    clock: Clock,
    signed_last_ms: u64,
    out: mpsc::Sender<Upward>,
}

impl Reports {
    /// Makes the grip of a terminal; an agent hears nothing and has none.
    pub(crate) fn of(
        identity: &Identity,
        key: Arc<DeviceKey>,
        clock: Clock,
        out: mpsc::Sender<Upward>,
    ) -> Option<Self> {
        if identity.role != Role::Terminal {
            return None;
        }
        let terminal = identity.id.parse().ok()?;
        Some(Self {
            key,
            audience: identity.audience.clone(),
            terminal,
            clock,
            signed_last_ms: 0,
            out,
        })
    }

    /// Signs what was heard and hands it to the link. It never waits.
    ///
    /// **Repeat** the same sightings again are another report, with a later time.
    ///
    /// # Errors
    /// Each variant of [`NotSent`] as it says.
    pub fn send(&mut self, sightings: Vec<Sighting>) -> Result<(), NotSent> {
        let place = self.out.try_reserve().map_err(|full| match full {
            mpsc::error::TrySendError::Full(()) => NotSent::Waiting,
            mpsc::error::TrySendError::Closed(()) => NotSent::Stopped,
        })?;
        let at_ms = self.clock.unix_ms().max(self.signed_last_ms.saturating_add(1));
        let terminal = self.terminal.clone();
        let report = sign(&self.key, &self.audience, terminal, at_ms, sightings)?;
        self.signed_last_ms = at_ms;
        place.send(Upward::Sightings(report));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
