//! What a desk is told: requests, connections, reports, destinations' answers.
//!
//! Owns shapes only. A message with an answer is answered when what it caused is durable.
//! Next: `hear`, the handlers.

use actix::prelude::*;
use baton_core::relay::journal::{JournalHead, Suspicion};
use baton_core::relay::plan::Executor;
use baton_core::relay::transaction::{Facts, Input};
use baton_link::session::Session;
use baton_protocol::ids::{SaleId, TransactionId};
use baton_protocol::link::{Command, Downward, Upward};
use baton_protocol::money::Money;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::exceptions::DeviceJournal;
use baton_records::rows::SaleRow;
use baton_records::writer::Fact;
use tokio::sync::{mpsc, oneshot};

pub(super) type Answer = oneshot::Sender<Result<(), RefusalCode>>;

/// A checked request on its way to its executor: a touch, or a refund.
pub struct Begin {
    /// Who executes.
    pub executor: Executor,
    /// The request itself, to be written in the same commit.
    pub request: Fact,
    /// Its transactions in the order in which they start: one or two.
    pub halves: Vec<BeginHalf>,
    /// The sale that it takes.
    pub sale: Option<SaleRow>,
}

/// One transaction of a request.
pub struct BeginHalf {
    /// The transaction.
    pub facts: Facts,
    /// The command with the code; a refund has none.
    pub command: Option<Command>,
    /// The same, sealed for the outbox, where a device that reconnects finds it. What the gateway
    /// executes is never sent again, so its code is on no disk.
    pub sealed: Option<String>,
}

/// Begin a transaction; answered when it is durable.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Begun {
    /// What.
    pub begin: Box<Begin>,
    /// Who waits.
    pub answer: Answer,
}

/// The executor has connected; it is turned away when its journal is not believed.
#[derive(Message)]
#[rtype(result = "Result<Option<Parked>, Suspicion>")]
pub struct Attach {
    /// The connection's fencing number.
    pub epoch: u64,
    /// Where to put what is to be said.
    pub lane: mpsc::Sender<Downward>,
    /// Where its journal ends, as it says.
    pub said: JournalHead,
    /// What the store knows of its journal.
    pub known: DeviceJournal,
}

/// A session that outlived its connection.
#[derive(Debug, Clone)]
pub struct Parked {
    /// Its name.
    pub id: String,
    /// Its numbers and what was not acknowledged.
    pub session: Session<Downward>,
}

/// The executor's connection is gone.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Detach {
    /// Which connection.
    pub epoch: u64,
    /// The session, for the next one.
    pub parked: Parked,
}

/// The executor said something.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Heard {
    /// On which connection.
    pub epoch: u64,
    /// What.
    pub said: Upward,
}

/// Something is known about one transaction: a destination's answer, a phone's wish.
#[derive(Message)]
#[rtype(result = "()")]
pub struct About {
    /// Which one.
    pub transaction: TransactionId,
    /// What.
    pub input: Input,
    /// Who waits until it is durable, if anybody.
    pub answer: Option<Answer>,
}

/// Another desk has recorded a transaction that this one executes.
#[derive(Message)]
#[rtype(result = "()")]
pub struct TakeUp {
    /// What.
    pub facts: Box<Facts>,
}

/// Is the executor there?
#[derive(Message)]
#[rtype(result = "bool")]
pub struct Ask;

/// Answered when everything that came before it is durable or withdrawn.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Settle {
    /// Who waits.
    pub answer: Answer,
}

/// Show a sale, or take it off the display.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Show {
    /// Which sale.
    pub sale: SaleId,
    /// Its amount, or nothing when it is over.
    pub amount: Option<Money>,
}

/// Show how a transaction stands that another executes.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Tell {
    /// Which one.
    pub transaction: TransactionId,
    /// How much it is about.
    pub amount: Money,
    /// Where it stands.
    pub state: State,
}

/// Cut the connection: the device was suspended.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Cut;
