//! Step 4: one desk per terminal or POS agent; one money command in flight at each.
//!
//! Owns the open transactions of one executor and who is asked next. It holds no socket: it is
//! told of connections and says what to send. The actor around it adds mailbox, timer and store.
//! Next: [`super::transaction`].

use super::transaction::{Effect, Facts, Input, Life, Refusal, Transaction};
use crate::time::Timestamp;
use baton_protocol::ids::{DestinationId, TransactionId};
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
    pace: Pace,
    /// First halves that are approved while their second half is open.
    pub(super) firsts: BTreeMap<TransactionId, Facts>,
}

/// How many commands an executor takes at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// A terminal or a POS: one.
    One,
    /// The gateway at a destination: as many as come.
    Many,
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
    /// Makes a desk with the transactions that the store says are open, and the approved first
    /// halves of those among them that are second halves.
    #[must_use]
    pub fn new(policy: Arc<Policy>, open: Vec<Transaction>, firsts: Vec<Facts>) -> Self {
        let open = open.into_iter().map(|one| (one.facts().id, one)).collect();
        let firsts = firsts.into_iter().map(|one| (one.id, one)).collect();
        let connection = Connection::Offline;
        let trusted_from = Timestamp::from_ms(i64::MIN);
        let pace = Pace::One;
        Self { policy, open, in_flight: None, connection, trusted_from, pace, firsts }
    }

    /// The desk of the gateway itself at one destination: always there, many at a time.
    /// **Order** call [`Desk::connected`] once, which takes up what the last run left.
    #[must_use]
    pub fn of_gateway(policy: Arc<Policy>, open: Vec<Transaction>) -> Self {
        Self { pace: Pace::Many, ..Self::new(policy, open, Vec::new()) }
    }

    /// Takes a new transaction if the executor is there and free, and with it the half that starts
    /// when the first is approved. The effects record T1 of both, and T3 of the first.
    ///
    /// # Errors
    /// [`RefusalCode::TerminalOffline`] or [`RefusalCode::Busy`]; nothing happened then.
    pub fn begin(
        &mut self,
        facts: Facts,
        second: Option<Facts>,
        now: Timestamp,
    ) -> Result<Vec<Due>, RefusalCode> {
        self.room()?;
        let id = facts.id;
        let (mut transaction, mut effects) = Transaction::receive(facts, self.policy.clone());
        let routed = transaction.step(Input::Routed, now).map_err(|_| RefusalCode::Internal)?;
        effects.extend(routed);
        self.open.insert(id, transaction);
        self.take(id);
        let mut dues: Vec<Due> = effects.into_iter().map(|effect| (id, effect)).collect();
        if let Some(facts) = second {
            let id = facts.id;
            let (waiting, received) = Transaction::receive(facts, self.policy.clone());
            self.open.insert(id, waiting);
            // Both requests are written down before anything of the first is sent.
            dues.splice(0..0, received.into_iter().map(|effect| (id, effect)));
        }
        Ok(dues)
    }

    /// Takes a transaction that the store holds as received: another desk's decision.
    ///
    /// **Repeat** one that is open here already is left as it is.
    pub fn take_up(&mut self, transaction: Transaction, now: Timestamp) -> Vec<Due> {
        let id = transaction.facts().id;
        self.open.entry(id).or_insert(transaction);
        self.route_received(now)
    }

    /// Takes back a transaction whose first record the store excluded, and the half that waits for
    /// it. Nothing of them was sent.
    pub fn withdraw(&mut self, id: TransactionId) {
        if let Some(withdrawn) = self.open.remove(&id)
            && let Some(second) = withdrawn.facts().links.then
        {
            self.open.remove(&second);
        }
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
        if self.is_taken() || self.open.len() >= OPEN_TRANSACTIONS_MAX {
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
        let over = match transaction.life() {
            Life::Final(state) => Some(*state),
            Life::Received
            | Life::Dispatched { .. }
            | Life::Unknown(_)
            | Life::Reversing(_)
            | Life::Suspense { .. } => None,
        };
        let freed = (heard || over.is_some()) && self.in_flight == Some(id);
        if freed {
            self.in_flight = None;
        }
        let mut dues: Vec<Due> = effects.into_iter().map(|effect| (id, effect)).collect();
        if let Some(state) = over
            && let Some(ended) = self.open.remove(&id)
        {
            dues.extend(self.half_ended(ended.facts(), state, now));
        }
        if freed {
            dues.extend(self.start_waiting(now));
        }
        Ok(dues)
    }

    /// The executor has a new connection: every open transaction is told.
    pub fn connected(&mut self, epoch: u64, now: Timestamp) -> Vec<Due> {
        self.connection = Connection::Online { epoch };
        let dispatched = |one: &&Transaction| matches!(one.life(), Life::Dispatched { .. });
        self.in_flight = match self.pace {
            Pace::One => self.open.values().find(dispatched).map(|one| one.facts().id),
            Pace::Many => None,
        };
        let mut dues = self.every(&Input::ExecutorConnected, now);
        dues.extend(self.route_received(now));
        dues.extend(self.start_waiting(now));
        dues
    }

    /// Routes what was received and waits for nothing.
    fn route_received(&mut self, now: Timestamp) -> Vec<Due> {
        if self.pace == Pace::One {
            return Vec::new();
        }
        let ready = self.open.values().filter(|one| {
            matches!(one.life(), Life::Received) && one.facts().links.after.is_none()
        });
        let ready: Vec<TransactionId> = ready.map(|one| one.facts().id).collect();
        let routed =
            ready.into_iter().map(|id| self.about(id, Input::Routed, now).unwrap_or_default());
        routed.flatten().collect()
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

    /// A destination answers again: whatever is in doubt there is asked at once.
    pub fn destination_back(&mut self, destination: &DestinationId, now: Timestamp) -> Vec<Due> {
        let there = self.open.values().filter(|one| one.facts().destination == *destination);
        let ids: Vec<TransactionId> = there.map(|one| one.facts().id).collect();
        let told = ids
            .into_iter()
            .map(|id| self.about(id, Input::DestinationBack, now).unwrap_or_default());
        told.flatten().collect()
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

    pub(super) fn open(&self) -> impl Iterator<Item = &Transaction> {
        self.open.values()
    }

    pub(super) fn is_taken(&self) -> bool {
        self.pace == Pace::One && self.in_flight.is_some()
    }

    pub(super) fn take(&mut self, id: TransactionId) {
        if self.pace == Pace::One {
            self.in_flight = Some(id);
        }
    }

    fn every(&mut self, input: &Input, now: Timestamp) -> Vec<Due> {
        let ids: Vec<TransactionId> = self.open.keys().copied().collect();
        let told = ids.into_iter().map(|id| self.about(id, input.clone(), now).unwrap_or_default());
        told.flatten().collect()
    }
}
