//! Executes commands at their destinations: the standalone way.
//!
//! Owns one client per destination, which many devices in one process may share, signs off when one
//! is not needed any more, and hands on what comes after its question was given up. May not judge
//! an answer: `baton-destinations` does, and the journal decides what is done with it.

use crate::counter::Counter;
use baton_destinations::{Authorize, Client, ClientInvalid, LateAnswer, Limits, Plugins, Secret};
use baton_link::clock::Clock;
use baton_link::executor::{Executor, Fence, Finding, News};
use baton_protocol::evidence::Cause;
use baton_protocol::ids::{DestinationId, TerminalId, TransactionId};
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::target::Target;
use baton_protocol::work::{State, UnknownReason, Verdict};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;

/// Destinations whose clients are kept: a shop uses a handful; over this the table of apps is being
/// changed under us, and all clients are made anew.
const CLIENTS_MAX: usize = 64;
/// Late answers that a device may be behind: it has one transaction at a time, and devices of one
/// process hear each other's.
const LATE_WAITING_MAX: usize = 256;

/// An answer that came after its question was given up.
type Late = (TransactionId, Verdict);

/// The clients of all destinations that commands named so far.
#[derive(Debug)]
pub struct Destinations {
    limits: Limits,
    secrets: BTreeMap<DestinationId, Secret>,
    plugins: Option<Arc<Plugins>>,
    clients: Mutex<BTreeMap<DestinationId, (Target, Client)>>,
    late: broadcast::Sender<Late>,
}

impl Destinations {
    /// Starts without clients.
    #[must_use]
    pub fn new(limits: Limits, secrets: BTreeMap<DestinationId, Secret>) -> Self {
        let (late, _) = broadcast::channel(LATE_WAITING_MAX);
        Self { limits, secrets, plugins: None, clients: Mutex::new(BTreeMap::new()), late }
    }

    /// Returns them with the plugins that commands may name.
    #[must_use]
    pub fn with_plugins(self, plugins: Option<Arc<Plugins>>) -> Self {
        Self { plugins, ..self }
    }

    /// Returns the client of a target, made at the first call and whenever its address changes.
    ///
    /// **Order** call it on a tokio runtime.
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
        let client = Client::through(target, secret, self.limits, self.plugins.as_ref())?;
        self.hand_on_late_answers(&client);
        if clients.len() >= CLIENTS_MAX {
            std::mem::take(&mut *clients).into_values().for_each(|(_, gone)| leave(gone));
        }
        let known = clients.insert(target.destination.clone(), (target.clone(), client.clone()));
        if let Some((_, moved)) = known {
            leave(moved);
        }
        Ok(client)
    }

    /// Signs off at every destination. Takes a second or two; a client that is asked for later is
    /// made anew.
    pub async fn close(&self) {
        let clients = {
            let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *clients)
        };
        let mut leaving: JoinSet<()> =
            clients.into_values().map(|(_, client)| async move { client.close().await }).collect();
        while leaving.join_next().await.is_some() {}
    }

    /// Runs until the client is gone. Only charges are asked here, so nothing else can be ours.
    fn hand_on_late_answers(&self, client: &Client) {
        let Some(mut answers) = client.late() else { return };
        let late = self.late.clone();
        tokio::spawn(async move {
            while let Some(answer) = answers.next().await {
                if let LateAnswer::Authorization { transaction, verdict } = answer {
                    late.send((transaction, verdict)).unwrap_or_default();
                }
            }
        });
    }
}

/// Signs off in the background: whoever dials another address now is not kept waiting by this one.
fn leave(client: Client) {
    tokio::spawn(async move { client.close().await });
}

/// Whose the clients are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The terminal's: they end with it.
    Own,
    /// Other devices of this process use them too.
    Shared,
}

/// The terminal's executor.
#[derive(Debug)]
pub struct Standalone {
    terminal: TerminalId,
    destinations: Arc<Destinations>,
    ownership: Ownership,
    clock: Clock,
    counter: Counter,
    late: tokio::sync::Mutex<broadcast::Receiver<Late>>,
}

impl Standalone {
    /// Executes for one terminal.
    #[must_use]
    pub fn new(
        terminal: TerminalId,
        (destinations, ownership): (Arc<Destinations>, Ownership),
        clock: Clock,
    ) -> Self {
        let late = tokio::sync::Mutex::new(destinations.late.subscribe());
        let counter = Counter::new(clock);
        Self { terminal, destinations, ownership, clock, counter, late }
    }

    /// Returns it with the counter at which people see what happens.
    #[must_use]
    pub fn shown_at(self, counter: Counter) -> Self {
        Self { counter, ..self }
    }

    async fn ask(&self, command: &Command) -> Verdict {
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
    async fn prepare(&self, command: &Command) -> Result<(), Fence> {
        self.counter.began(command);
        let not_set_up = Fence::because(FenceReason::Unreachable, Cause::NotSetUp);
        let client = self.client(command).ok_or(not_set_up)?;
        client.prepare().await.map_err(|fault| {
            tracing::warn!(transaction = %command.transaction, %fault, "nothing was sent");
            FenceReason::Unreachable.into()
        })
    }

    async fn execute(&self, command: &Command) -> Finding {
        self.counter.submitted(command);
        let verdict = self.ask(command).await;
        self.counter.answered(command.transaction, &verdict);
        verdict.into()
    }

    async fn late(&self) -> (TransactionId, Finding) {
        let mut late = self.late.lock().await;
        loop {
            match late.recv().await {
                Ok((transaction, verdict)) => return (transaction, verdict.into()),
                Err(RecvError::Lagged(lost)) => tracing::warn!(lost, "late answers were missed"),
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    fn show(&self, transaction: TransactionId, state: State) {
        tracing::info!(terminal = %self.terminal, %transaction, state = state.word(), "on display");
        self.counter.word(transaction, state);
    }

    fn display(&self, news: News) {
        tracing::info!(terminal = %self.terminal, ?news, "on display");
        self.counter.news(news);
    }

    async fn leave(&self) {
        if self.ownership == Ownership::Own {
            self.destinations.close().await;
        }
    }
}

#[cfg(test)]
mod tests;
