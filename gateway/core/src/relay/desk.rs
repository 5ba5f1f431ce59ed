//! Step 4: one desk per terminal or POS agent; one money command in flight at each.
//!
//! Owns the open transactions of one executor and who is asked next. It holds no socket: it is
//! told of connections and says what to send. The actor around it adds mailbox, timer and store.
//! Next: [`super::transaction`].

use super::transaction::{Effect, Facts, Input, Life, Refusal, Transaction};
use crate::time::Timestamp;
use baton_protocol::ids::TransactionId;
use baton_protocol::policy::Policy;
use baton_protocol::refusal::RefusalCode;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Transactions that one executor may leave open before it takes no more work: a shop whose
/// destination is dead for an hour stays under it.
pub const OPEN_TRANSACTIONS_MAX: usize = 1_000;

/// An effect and the transaction that it belongs to.
pub type Due = (TransactionId, Effect);

/// The open work of one executor.
#[derive(Debug)]
pub struct Desk {
    policy: Arc<Policy>,
    open: BTreeMap<TransactionId, Transaction>,
    in_flight: Option<TransactionId>,
    connection: Connection,
    trusted_from: Timestamp,
}

/// Whether the executor can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// It cannot.
    Offline,
    /// It can, on this connection.
    Online {
        /// The connection's fencing number.
        epoch: u64,
    },
}

/// Why a fact about a transaction was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskRefusal {
    /// It is not open here; its last word is in the store.
    #[error("transaction {0} is not open here")]
    NotOpen(TransactionId),
    /// The transaction's own rules said no.
    #[error(transparent)]
    Rule(#[from] Refusal),
}

impl Desk {
    /// Makes a desk with the transactions that the store says are open.
    #[must_use]
    pub fn new(policy: Arc<Policy>, open: Vec<Transaction>) -> Self {
        let open = open.into_iter().map(|one| (one.facts().id, one)).collect();
        let trusted_from = Timestamp::from_ms(i64::MIN);
        Self { policy, open, in_flight: None, connection: Connection::Offline, trusted_from }
    }

    /// Takes a new transaction if the executor is there and free. The effects record T1 and T3.
    ///
    /// # Errors
    /// [`RefusalCode::TerminalOffline`] or [`RefusalCode::Busy`]; nothing happened then.
    pub fn begin(&mut self, facts: Facts, now: Timestamp) -> Result<Vec<Due>, RefusalCode> {
        self.room()?;
        let id = facts.id;
        let (mut transaction, mut effects) = Transaction::receive(facts, self.policy.clone());
        let routed = transaction.step(Input::Routed, now).map_err(|_| RefusalCode::Internal)?;
        effects.extend(routed);
        self.open.insert(id, transaction);
        self.in_flight = Some(id);
        Ok(effects.into_iter().map(|effect| (id, effect)).collect())
    }

    /// Takes back a transaction whose first record the store excluded. Nothing of it was sent.
    pub fn withdraw(&mut self, id: TransactionId) {
        self.open.remove(&id);
        if self.in_flight == Some(id) {
            self.in_flight = None;
        }
    }

    /// Tells whether a new transaction would be taken now.
    ///
    /// # Errors
    /// As [`Desk::begin`].
    pub fn room(&self) -> Result<(), RefusalCode> {
        if self.connection == Connection::Offline {
            return Err(RefusalCode::TerminalOffline);
        }
        if self.in_flight.is_some() || self.open.len() >= OPEN_TRANSACTIONS_MAX {
            return Err(RefusalCode::Busy);
        }
        Ok(())
    }

    /// Takes a fact about one transaction.
    ///
    /// # Errors
    /// [`DeskRefusal`] when it is not open here or its rules refuse the fact.
    pub fn about(
        &mut self,
        id: TransactionId,
        input: Input,
        now: Timestamp,
    ) -> Result<Vec<Due>, DeskRefusal> {
        let transaction = self.open.get_mut(&id).ok_or(DeskRefusal::NotOpen(id))?;
        let older = transaction.facts().accepted_at <= self.trusted_from;
        let forgot = older && matches!(input, Input::Fenced(_));
        let input = if forgot { Input::ExecutorForgot } else { input };
        let heard = matches!(
            input,
            Input::ResultReported { .. } | Input::Fenced(_) | Input::ExecutorNotReady(_)
        );
        let effects = transaction.step(input, now)?;
        let over = matches!(transaction.life(), Life::Final(_));
        if over {
            self.open.remove(&id);
        }
        if (heard || over) && self.in_flight == Some(id) {
            self.in_flight = None;
        }
        Ok(effects.into_iter().map(|effect| (id, effect)).collect())
    }

    /// The executor has a new connection: every open transaction is told.
    pub fn connected(&mut self, epoch: u64, now: Timestamp) -> Vec<Due> {
        self.connection = Connection::Online { epoch };
        let dispatched = |one: &&Transaction| matches!(one.life(), Life::Dispatched { .. });
        self.in_flight = self.open.values().find(dispatched).map(|one| one.facts().id);
        self.every(&Input::ExecutorConnected, now)
    }

    /// The executor's journal began, or was taken as it is, at this time: what that journal knows
    /// nothing of may have happened before. **Order** before [`Desk::connected`].
    pub fn trust_from(&mut self, from: Timestamp, now: Timestamp) -> Vec<Due> {
        self.trusted_from = from;
        self.forgot(|one| one.facts().accepted_at <= from, now)
    }

    /// The executor's journal cannot be the one that it had: nothing more is sent to it, and what
    /// it was doing is in doubt.
    pub fn suspected(&mut self, now: Timestamp) -> Vec<Due> {
        self.connection = Connection::Offline;
        self.in_flight = None;
        self.forgot(|_| true, now)
    }

    /// The executor's connection is gone; deadlines go on.
    pub const fn disconnected(&mut self) {
        self.connection = Connection::Offline;
    }

    /// Lets every transaction look at the clock.
    pub fn deadline_passed(&mut self, now: Timestamp) -> Vec<Due> {
        self.every(&Input::DeadlinePassed, now)
    }

    /// Returns when [`Desk::deadline_passed`] has something to do.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.open.values().filter_map(Transaction::next_deadline).min()
    }

    /// Returns whether the executor is there, and on which connection.
    #[must_use]
    pub const fn connection(&self) -> Connection {
        self.connection
    }

    /// Finds an open transaction.
    #[must_use]
    pub fn lookup(&self, id: TransactionId) -> Option<&Transaction> {
        self.open.get(&id)
    }

    fn forgot(&mut self, which: impl Fn(&Transaction) -> bool, now: Timestamp) -> Vec<Due> {
        let ids: Vec<TransactionId> =
            self.open.values().filter(|one| which(one)).map(|one| one.facts().id).collect();
        let told = ids.into_iter().map(|id| self.about(id, Input::ExecutorForgot, now));
        told.flat_map(Result::unwrap_or_default).collect()
    }

    fn every(&mut self, input: &Input, now: Timestamp) -> Vec<Due> {
        let ids: Vec<TransactionId> = self.open.keys().copied().collect();
        let told = ids.into_iter().map(|id| self.about(id, input.clone(), now).unwrap_or_default());
        told.flatten().collect()
    }
}
