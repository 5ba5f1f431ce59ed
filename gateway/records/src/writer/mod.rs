//! The one writer: the facts of many transactions go into the database in one durable commit.
//!
//! Owns the queue, the grouping and the answer to everyone who waits. Nobody may send a 2xx or
//! carry out an effect before [`Writer::commit`] returned. Chapters: `group` (which batches go
//! together), `condition` (how the store is), `statements` (texts), `apply` (rows). Next: the
//! gateway's `actors/desk.rs`, which waits here.

mod apply;
mod condition;
mod exceptions;
mod group;
mod statements;

use crate::audit::witness;
use crate::exceptions::Exception;
use crate::rows::{
    AuditRow, LedgerRow, OutboxRow, RefundRow, SaleRow, ToldRow, TouchRow, TransactionRow,
};
use baton_protocol::ids::TransactionId;
use group::{Queued, Store};
use sqlx::AnyPool;
use statements::Statements;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

pub use condition::Condition;
pub(crate) use statements::{
    LEDGER, OUTBOX, Parameters, REFUNDS, SALES, TOUCHES, TRANSACTIONS, Table,
};

/// Batches that may wait for the writer: two full groups ahead of the disk; more is overload.
const QUEUE_BATCHES_MAX: usize = 4_096;

/// One thing to write down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A phone's request, with its key and token.
    Touch(TouchRow),
    /// A transaction at a new version.
    Transaction(Box<TransactionRow>),
    /// A link of the audit chain.
    Audit(AuditRow),
    /// A ledger line.
    Ledger(LedgerRow),
    /// A message for an executor; replaces the one that waits.
    OutboxPut(OutboxRow),
    /// The executor has been told.
    OutboxRemove(TransactionId),
    /// A sale as it is now.
    Sale(SaleRow),
    /// Something about cases: evidence, proposals, journals.
    Exception(Box<Exception>),
    /// A merchant's request, with its key.
    Refund(RefundRow),
    /// What a device told of its own work.
    Told(ToldRow),
    /// So much more of an approved transaction is given back; less than nothing when that failed.
    /// Refused with [`Conflict::GivenBack`] when it would be more than there was.
    GivenBack {
        /// Of which transaction.
        original: TransactionId,
        /// Minor units.
        minor: i64,
    },
}

/// How facts are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// All batches that wait go into one commit.
    Group,
    /// Every single fact is a commit of its own: slow, for measuring what grouping brings.
    PerFact,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// The numbers of the batch's audit links, in order.
    pub audit_seqs: Vec<i64>,
}

/// Why a batch was not written. Nothing of it is in the database then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitFault {
    /// A key, token or code was used before, or another writer was faster.
    #[error("the store holds something that excludes this: {0:?}")]
    Conflict(Conflict),
    /// The queue is full; try again later.
    #[error("the writer's queue is full")]
    Full,
    /// The store takes nothing now. Whether this commit happened is not known if it failed at its
    /// end: the next look at the store tells.
    #[error("the database failed ({condition:?}): {why}")]
    Unwell {
        /// How the store is.
        condition: Condition,
        /// What it said.
        why: String,
    },
    /// The database failed. Whether the commit happened is not known if it failed at its end.
    #[error("the database failed: {0}")]
    Failed(String),
    /// The writer has ended.
    #[error("the writer has ended")]
    Stopped,
}

/// What excluded a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The phone's key.
    Key,
    /// The phone's token.
    Token,
    /// The one-time code.
    Code,
    /// The transaction's version: another writer has moved it.
    Version,
    /// The entry: it is pending or resolved already.
    Booked,
    /// What is left of the original is less.
    GivenBack,
    /// Something else that must be unique.
    Other,
}

/// A handle on the writer.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Queued>,
    condition: Arc<watch::Sender<Condition>>,
}

impl Writer {
    pub(crate) fn start(pool: AnyPool, parameters: Parameters, grouping: Grouping) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_BATCHES_MAX);
        let condition = Arc::new(watch::Sender::new(Condition::Well));
        let statements = Statements::new(parameters);
        let store = Store { pool, statements, condition: condition.clone() };
        tokio::spawn(group::run(store, waiting, grouping));
        Self { queue, condition }
    }

    /// Returns how the store was at its last commit.
    #[must_use]
    pub fn condition(&self) -> Condition {
        *self.condition.borrow()
    }

    /// Returns when the store is broken; then the process must end without another answer.
    pub async fn broken(&self) {
        let mut condition = self.condition.subscribe();
        condition.wait_for(|one| *one == Condition::Broken).await.ok();
    }

    /// Takes note of a failure beside the writer. Only a broken disk counts: anything else the
    /// writer will meet, and then it also learns when it is over.
    pub(crate) fn learn(&self, fault: &crate::Fault) {
        if Condition::of(&fault.0) == Some(Condition::Broken) {
            self.condition.send_replace(Condition::Broken);
        }
    }

    /// Writes a batch, all or nothing, and returns when it is durable.
    ///
    /// **Order** batches given one after the other by one caller are committed in that order.
    ///
    /// # Errors
    /// Each variant of [`CommitFault`] as it says.
    pub async fn commit(&self, facts: Vec<Fact>) -> Result<Committed, CommitFault> {
        self.submit(facts)?.await.map_err(|_| CommitFault::Stopped)?
    }

    /// Queues a batch and returns what to await; the place in the queue is taken at once.
    ///
    /// # Errors
    /// [`CommitFault::Full`] or [`CommitFault::Stopped`].
    pub fn submit(
        &self,
        mut facts: Vec<Fact>,
    ) -> Result<oneshot::Receiver<Result<Committed, CommitFault>>, CommitFault> {
        witness::attach(&mut facts);
        let (done, answer) = oneshot::channel();
        match self.queue.try_send(Queued::Batch { facts, done }) {
            Ok(()) => Ok(answer),
            Err(mpsc::error::TrySendError::Full(_)) => Err(CommitFault::Full),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(CommitFault::Stopped),
        }
    }

    /// Returns when everything that was queued before is written or refused: what is read from
    /// then on misses nothing of it.
    ///
    /// # Errors
    /// Each variant of [`CommitFault`] but a conflict; [`CommitFault::Failed`] comes after what was
    /// queued before had its answers.
    pub async fn settled(&self) -> Result<(), CommitFault> {
        self.commit(Vec::new()).await.map(|_| ())
    }

    /// Returns how many batches wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    pub(crate) async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.queue.send(Queued::Stop { done }).await.is_ok() {
            stopped.await.unwrap_or_default();
        }
    }
}
