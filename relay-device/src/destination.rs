//! Executes commands at their destinations: the standalone way.
//!
//! Owns one client per destination, which many devices in one process may share. May not judge an
//! answer: `baton-destinations` does, and the journal decides what is done with it.

use baton_destinations::{Authorize, Client, ClientInvalid, Limits, Secret};
use baton_link::clock::Clock;
use baton_link::executor::Executor;
use baton_protocol::ids::{DestinationId, TerminalId, TransactionId};
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::target::Target;
use baton_protocol::work::{State, UnknownReason, Verdict};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Destinations whose clients are kept: a shop uses a handful; over this the table of apps is being
/// changed under us, and all clients are made anew.
const CLIENTS_MAX: usize = 64;

/// The clients of all destinations that commands named so far.
#[derive(Debug)]
pub struct Destinations {
    limits: Limits,
    secrets: BTreeMap<DestinationId, Secret>,
    clients: Mutex<BTreeMap<DestinationId, (Target, Client)>>,
}

impl Destinations {
    /// Starts without clients.
    #[must_use]
    pub fn new(limits: Limits, secrets: BTreeMap<DestinationId, Secret>) -> Self {
        Self { limits, secrets, clients: Mutex::new(BTreeMap::new()) }
    }

    /// Returns the client of a target, made at the first call and whenever its address changes.
    ///
    /// # Errors
    /// [`ClientInvalid`] when the target cannot be dialled as written.
    pub fn client(&self, target: &Target) -> Result<Client, ClientInvalid> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, client)) = clients.get(&target.destination)
            && known == target
        {
            return Ok(client.clone());
        }
        let secret = self.secrets.get(&target.destination).cloned();
        let client = Client::new(target, secret, self.limits)?;
        if clients.len() >= CLIENTS_MAX {
            clients.clear();
        }
        clients.insert(target.destination.clone(), (target.clone(), client.clone()));
        Ok(client)
    }
}

/// The terminal's executor.
#[derive(Debug)]
pub struct Standalone {
    terminal: TerminalId,
    destinations: Arc<Destinations>,
    clock: Clock,
}

impl Standalone {
    /// Executes for one terminal.
    #[must_use]
    pub const fn new(terminal: TerminalId, destinations: Arc<Destinations>, clock: Clock) -> Self {
        Self { terminal, destinations, clock }
    }

    fn client(&self, command: &Command) -> Option<Client> {
        let transaction = command.transaction;
        let Some(target) = &command.target else {
            tracing::warn!(%transaction, "the command names no destination; check the app's route");
            return None;
        };
        let client = self.destinations.client(target);
        let destination = &target.destination;
        client.inspect_err(|fault| tracing::warn!(%transaction, %destination, %fault)).ok()
    }
}

impl Executor for Standalone {
    async fn prepare(&self, command: &Command) -> Result<(), FenceReason> {
        let client = self.client(command).ok_or(FenceReason::Unreachable)?;
        client.prepare().await.map_err(|fault| {
            tracing::warn!(transaction = %command.transaction, %fault, "nothing was sent");
            FenceReason::Unreachable
        })
    }

    async fn execute(&self, command: &Command) -> Verdict {
        let Some(client) = self.client(command) else {
            return Verdict::Unknown { reason: UnknownReason::Cut };
        };
        let ask = Authorize {
            transaction: command.transaction,
            terminal: self.terminal.clone(),
            app: command.app.clone(),
            work: command.work.clone(),
            at_ms: i64::try_from(self.clock.unix_ms()).unwrap_or(i64::MAX),
        };
        client.authorize(&ask).await
    }

    fn show(&self, transaction: TransactionId, state: State) {
        tracing::info!(terminal = %self.terminal, %transaction, state = state.word(), "on display");
    }
}

#[cfg(test)]
mod tests;
