//! What a device does with each command, decided before anything is done.
//!
//! Owns the journal's rules and its memory. Pure: no clock, no file, no socket; effects come out
//! in the order in which they must happen, and a record stands before what it protects. Next:
//! `transition`, the rules themselves, then [`crate::executor`], which obeys them.

use super::entry::{Entry, Life};
use super::record::Record;
use super::transition::wrong;
use baton_protocol::evidence::{Evidence, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, NotReadyReason, Upward};
use baton_protocol::money::Money;
use baton_protocol::work::{State, Verdict};
use std::collections::{BTreeMap, VecDeque};

/// Transactions remembered: a busy counter's several days, about 3 MB. An older one that is
/// commanded again is reported *unknown*, see [`Journal::step`]; the file keeps all of them.
pub const ENTRIES_MAX: usize = 10_000;

/// What the journal keeps of a command: everything but the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which transaction.
    pub transaction: TransactionId,
    /// The fencing number of the sender.
    pub epoch: u64,
    /// How long from now it may still be submitted.
    pub ttl_ms: u64,
    /// Keyed digest of the code.
    pub digest: String,
    /// What is to be moved.
    pub amount: Money,
}

impl From<&Command> for Order {
    fn from(command: &Command) -> Self {
        Self {
            transaction: command.transaction,
            epoch: command.epoch,
            ttl_ms: command.ttl_ms,
            digest: command.code_digest.clone(),
            amount: command.work.amount(),
        }
    }
}

/// A fact that reaches the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The program started and all records were replayed. First of all inputs.
    Restarted,
    /// A connection came up.
    Connected,
    /// The gateway commanded.
    CommandReceived(Order),
    /// The gateway took a command back.
    CancelReceived {
        /// Which one.
        transaction: TransactionId,
        /// The fencing number of the sender.
        epoch: u64,
    },
    /// The way is clear; nothing was sent yet.
    SubmitReady {
        /// Which one.
        transaction: TransactionId,
    },
    /// The way is not clear and nothing was sent.
    SubmitRefused {
        /// Which one.
        transaction: TransactionId,
        /// Why not.
        fence: Fence,
    },
    /// Time passed; whatever is past its time to live is fenced.
    TtlPassed,
    /// The destination or POS spoke, or did not.
    VerdictArrived {
        /// Which one.
        transaction: TransactionId,
        /// What it said.
        verdict: Verdict,
        /// What stands behind that.
        evidence: Option<Evidence>,
    },
    /// The gateway's final word.
    CommitReceived {
        /// Which one.
        transaction: TransactionId,
        /// What it became.
        state: State,
    },
}

/// Everything that the journal can do to the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make this durable. If that fails, nothing after it may be done.
    Append(Record),
    /// Tell the gateway.
    Report(Upward),
    /// Clear the way for it without sending anything.
    Prepare(TransactionId),
    /// Send it, once.
    Submit(TransactionId),
    /// Stop preparing it and forget its code.
    Abandon(TransactionId),
    /// Show the gateway's word at the counter.
    Show {
        /// Which one.
        transaction: TransactionId,
        /// What it became.
        state: State,
    },
}

/// Effects in the order in which they must happen.
pub type Effects = Vec<Effect>;

/// A rule said no; nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The gateway is told so.
    #[error("transaction {transaction} is not taken now: {reason:?}")]
    NotReady {
        /// Which one.
        transaction: TransactionId,
        /// Why.
        reason: NotReadyReason,
    },
    /// The input does not fit the state; nothing is done and nothing is told.
    #[error("{input} does not apply to transaction {transaction}, which is {state}")]
    StateWrong {
        /// Which one.
        transaction: TransactionId,
        /// Its state here.
        state: &'static str,
        /// What came.
        input: &'static str,
    },
}

/// A device's memory of its transactions.
#[derive(Debug, Default)]
pub struct Journal {
    pub(super) entries: BTreeMap<TransactionId, Entry>,
    pub(super) order: VecDeque<TransactionId>,
    pub(super) epoch_highest: u64,
    pub(super) executing: Option<TransactionId>,
    pub(super) forgotten: Option<TransactionId>,
}

impl Journal {
    /// Takes one input at `now_ms` of the monotonic clock and says what to do, in order.
    ///
    /// **Order** replay all records, then [`Input::Restarted`], then everything else.
    /// **Repeat** a command that is known is answered from memory and never run again. One that is
    /// older than everything in memory (by the time in its UUIDv7) is answered *unknown*.
    ///
    /// # Errors
    /// [`Refusal::NotReady`] to be told to the gateway, [`Refusal::StateWrong`] to be logged.
    pub fn step(&mut self, input: Input, now_ms: u64) -> Result<Effects, Refusal> {
        match input {
            Input::Restarted => Ok(self.restarted()),
            Input::Connected => Ok(self.questions()),
            Input::CommandReceived(order) => self.command(order, now_ms),
            Input::CancelReceived { transaction, epoch } => self.cancel(transaction, epoch),
            Input::SubmitReady { transaction } => self.submit(transaction, now_ms),
            Input::SubmitRefused { transaction, fence } => match self.life(transaction) {
                Some(Life::Accepted { .. }) => Ok(self.fence(transaction, fence)),
                life => Err(wrong(transaction, life, "submit refused")),
            },
            Input::TtlPassed => Ok(self.expire(now_ms)),
            Input::VerdictArrived { transaction, verdict, evidence } => {
                self.conclude(transaction, verdict, evidence)
            }
            Input::CommitReceived { transaction, state } => self.commit(transaction, state),
        }
    }

    /// Returns when [`Input::TtlPassed`] is due, on the monotonic clock.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        match self.life(self.executing?)? {
            Life::Accepted { deadline_ms } => Some(*deadline_ms),
            Life::Submitted(_) | Life::Concluded(_) | Life::Fenced(_) => None,
        }
    }

    /// Returns the transaction that is being prepared or waits for its verdict.
    #[must_use]
    pub const fn executing(&self) -> Option<TransactionId> {
        self.executing
    }

    /// Returns the highest fencing number that was obeyed; a lower one is refused.
    #[must_use]
    pub const fn epoch_highest(&self) -> u64 {
        self.epoch_highest
    }

    /// Tells whether this device sent it to its destination, as far as it remembers.
    #[must_use]
    pub fn has_submitted(&self, transaction: TransactionId) -> bool {
        matches!(self.life(transaction), Some(Life::Submitted(_) | Life::Concluded(_)))
    }

    pub(super) fn life(&self, transaction: TransactionId) -> Option<&Life> {
        self.entries.get(&transaction).map(|entry| &entry.life)
    }
}
