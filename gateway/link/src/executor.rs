//! What a device does with a command: the seam between the loop and the work.
//!
//! Owns [`Executor`], which relay terminal and POS agent implement, and the steps that a timeline
//! shows. May not decide outcomes. Next: `run`, the loop; then `relay-device/destination.rs` or
//! `agent/pos`, which execute.

mod run;

pub use baton_protocol::evidence::Fence;

use baton_protocol::evidence::Evidence;
use baton_protocol::ids::{SaleId, TransactionId};
use baton_protocol::link::Command;
use baton_protocol::money::Money;
use baton_protocol::work::{State, Verdict};
use std::future::Future;
use tokio::sync::mpsc;

pub(crate) use run::{Loop, Parts};

/// A verdict with what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What the destination or the POS said.
    pub verdict: Verdict,
    /// How the executor knows, where it can tell more than the verdict does.
    pub evidence: Option<Evidence>,
}

impl From<Verdict> for Finding {
    fn from(verdict: Verdict) -> Self {
        Self { verdict, evidence: None }
    }
}

/// Does the work of one kind of device. The loop calls it for one command at a time.
pub trait Executor: Send + Sync + 'static {
    /// Clears the way without sending anything that could move money.
    ///
    /// # Errors
    /// The reason to fence the transaction for ever, and its cause.
    fn prepare(&self, command: &Command) -> impl Future<Output = Result<(), Fence>> + Send;

    /// Sends the work, once, and waits a bounded time for the verdict. Whatever leaves doubt is
    /// [`Verdict::Unknown`].
    fn execute(&self, command: &Command) -> impl Future<Output = Finding> + Send;

    /// Waits for an answer that came after its question was given up; for ever where the way brings
    /// none. It may be dropped while it waits and asked again.
    fn late(&self) -> impl Future<Output = (TransactionId, Finding)> + Send {
        std::future::pending()
    }

    /// Shows the gateway's word at the counter.
    fn show(&self, transaction: TransactionId, state: State);

    /// Shows what else the counter sees. Nothing depends on it, so it may not wait.
    fn display(&self, news: News) {
        tracing::info!(?news, "on display");
    }

    /// Takes leave of whatever it is connected to. **Order** once, when the loop has ended: nothing
    /// else is called after it. The loop waits for it as long as for a verdict.
    fn leave(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// What a counter sees besides the words on its own commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The gateway greeted: payments can come.
    Online,
    /// The connection is gone: none can.
    Offline,
    /// A sale waits for its touch or scan, or is over.
    Sale {
        /// Which one.
        sale: SaleId,
        /// The amount, or nothing when it is over.
        amount: Option<Money>,
    },
    /// A transaction of this terminal that another executes.
    Elsewhere {
        /// Which one.
        transaction: TransactionId,
        /// How much it is about.
        amount: Money,
        /// Where it stands.
        state: State,
    },
}

/// A step of a transaction on this device, for timelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Which transaction.
    pub transaction: TransactionId,
    /// Which step.
    pub step: Step,
    /// When, in microseconds since 1970.
    pub at_us: u64,
}

/// The steps that are worth a line in a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The command arrived.
    CommandReceived,
    /// It is on disk as submitted; the work starts now.
    Submitted,
    /// The destination or POS gave its verdict, or none.
    Answered,
    /// The counter was shown the gateway's word.
    Shown,
}

/// Takes steps; those that find no room are dropped, for nothing depends on them.
pub type Observer = mpsc::Sender<Seen>;
