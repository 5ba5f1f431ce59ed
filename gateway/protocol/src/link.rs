//! What the gateway and its devices (relay terminals and POS agents) say to each other.
//!
//! Owns both directions of the device link. The life of a command on a device is queued,
//! delivered, accepted, submitted, then result or fenced. Next: `baton-link`, which carries it.

use crate::code::PaymentCode;
use crate::evidence::{Cause, Evidence, Fence};
use crate::ids::{AppId, AskId, SaleId, TouchId, TransactionId};
use crate::money::Money;
use crate::policy::Policy;
use crate::refusal::RefusalCode;
use crate::sighting::SightingReport;
use crate::target::Target;
use crate::work::{State, UnknownReason, Verdict, Work};
use serde::{Deserialize, Serialize};

/// Gateway to device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Downward {
    /// First frame of the gateway on a connection.
    Welcome {
        /// The session: another one than the device knows means "start counting anew".
        session: String,
        /// The fencing number of this connection.
        epoch: u64,
        /// The timers in force.
        policy: Policy,
        /// The highest device frame of this session that the gateway has taken.
        received: u64,
    },
    /// Do this.
    Command(Command),
    /// Do not do this; fence it if it was not submitted.
    Cancel {
        /// Which one.
        transaction: TransactionId,
        /// The fencing number of the sender.
        epoch: u64,
    },
    /// The gateway's final word. Only this lets a terminal show "approved".
    Commit {
        /// Which one.
        transaction: TransactionId,
        /// What it became; always final.
        state: State,
    },
    /// A sale was opened or closed on this terminal; the display shows it.
    Sale {
        /// Which one.
        sale: SaleId,
        /// The amount to show, or nothing when the sale is over.
        amount: Option<Money>,
    },
    /// How a transaction of this terminal stands that another executes, for its display.
    News {
        /// Which one.
        transaction: TransactionId,
        /// How much it is about.
        amount: Money,
        /// Where it stands; only final words are final.
        state: State,
    },
    /// What the terminal asked for is durable.
    Taken {
        /// What it asked.
        ask: AskId,
        /// The touch that a scan began; absent when a sale was opened or closed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        touch: Option<TouchId>,
    },
    /// The gateway says no to what the terminal asked for.
    Refused {
        /// What it asked.
        ask: AskId,
        /// The rule that said no. Nothing was written; after [`RefusalCode::OutcomeUnknown`] it is
        /// not known whether anything was.
        code: RefusalCode,
        /// Where the payment stands that brought the same code before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first: Option<State>,
    },
    /// The device spoke a message or version that this gateway does not know.
    Version {
        /// The lowest version spoken here.
        min: u16,
        /// The highest version spoken here.
        max: u16,
    },
    /// Takes frames off the other side's list; carries nothing else.
    Ack,
    /// A message of a later version, which this build does not know.
    #[serde(other)]
    Later,
}

/// The order to execute one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Which transaction; the idempotency key to the destination as well.
    pub transaction: TransactionId,
    /// The fencing number of the sender.
    pub epoch: u64,
    /// How long after receipt the command may still be submitted, on the device's own clock.
    pub ttl_ms: u64,
    /// For which app: an agent finds the POS window by it.
    pub app: AppId,
    /// Keyed digest of the code, journalled and echoed instead of the code.
    pub code_digest: String,
    /// What to do.
    pub work: Work,
    /// Where to send it; absent when a POS program sends it by itself.
    pub target: Option<Target>,
}

/// Device to gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Upward {
    /// First frame of the device on a connection.
    Hello {
        /// The program and its version, for people.
        program: String,
        /// The session that the device remembers, if any.
        session: Option<String>,
        /// The highest gateway frame of that session that the device has taken.
        received: u64,
        /// How many records the device's journal has.
        journal_seq: u64,
        /// The hash of the journal's last record.
        journal_hash: String,
        /// The highest fencing number that the device has obeyed, if it says: the gateway's next
        /// one is higher, also after its database was restored.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<u64>,
    },
    /// The command is in the journal.
    Accepted {
        /// Which one.
        transaction: TransactionId,
        /// The command's fencing number.
        epoch: u64,
    },
    /// What came of a submitted command.
    Result {
        /// Which one.
        transaction: TransactionId,
        /// The command's fencing number.
        epoch: u64,
        /// The digest that the command carried.
        code_digest: String,
        /// What the destination or the POS said.
        verdict: Verdict,
        /// What stands behind it, if the device can tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Evidence>,
    },
    /// The journal refuses this transaction for ever; it was not submitted.
    Fenced {
        /// Which one.
        transaction: TransactionId,
        /// Why.
        reason: FenceReason,
        /// Why more closely, if the device can tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<Cause>,
    },
    /// The device cannot take a command now.
    NotReady {
        /// Which one.
        transaction: TransactionId,
        /// Why.
        reason: NotReadyReason,
    },
    /// The person at the counter saw the outcome.
    Shown {
        /// Which one.
        transaction: TransactionId,
    },
    /// The device asks for the gateway's word again (after a reconnect).
    Ask {
        /// Which one.
        transaction: TransactionId,
    },
    /// Takes frames off the other side's list; carries nothing else.
    Ack,
    /// Where the device's journal ends now. Not numbered: a newer one makes up for a lost one.
    Journal {
        /// How many records it has.
        seq: u64,
        /// The hash of the last one.
        hash: String,
    },
    /// The terminal's scanner read a code: pay with it what is open here. Not numbered: one that
    /// came late would pay when nobody waits any more.
    Scanned {
        /// The question; the answer carries it back. The same again never pays twice.
        ask: AskId,
        /// What it read.
        code: PaymentCode,
    },
    /// The clerk typed an amount for the next touch or scan, or took it back. Not numbered, as a
    /// scan is not.
    Typed {
        /// The question; the answer carries it back.
        ask: AskId,
        /// The amount; nothing closes the sale that is open here.
        amount: Option<Money>,
    },
    /// The destination gave a second answer that differs from the one in the journal. The first
    /// stands; this is for people.
    Contradicted {
        /// Which one.
        transaction: TransactionId,
        /// What the second answer said.
        verdict: Verdict,
    },
    /// What the terminal heard of beacons. Neither numbered nor answered: one that came late would
    /// say that somebody is here who has left.
    Sightings(SightingReport),
    /// A message of a later version, which this build does not know.
    #[serde(other)]
    Later,
}

/// Why a device fenced a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FenceReason {
    /// The gateway cancelled it.
    Cancelled,
    /// Its time to live had passed.
    Late,
    /// The POS was not in a state to take it, and nothing was submitted.
    PosNotReady,
    /// What was typed could not be read back; it was cleared.
    ReadBack,
    /// The destination could not be reached; nothing was sent.
    Unreachable,
    /// The device restarted before it submitted.
    Restarted,
}

/// Why a device takes no command now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotReadyReason {
    /// Another command is being executed.
    Busy,
    /// The journal is full or failing.
    Journal,
    /// A newer connection has commanded this device.
    EpochOld,
}

impl Upward {
    /// Makes the report of an outcome that the device itself cannot know.
    #[must_use]
    pub fn unknown(
        transaction: TransactionId,
        epoch: u64,
        code_digest: String,
        reason: UnknownReason,
    ) -> Self {
        let verdict = Verdict::Unknown { reason };
        Self::Result { transaction, epoch, code_digest, verdict, evidence: None }
    }

    /// Makes the report of a refusal for ever.
    #[must_use]
    pub fn fenced(transaction: TransactionId, fence: impl Into<Fence>) -> Self {
        let Fence { reason, cause } = fence.into();
        Self::Fenced { transaction, reason, cause }
    }
}
