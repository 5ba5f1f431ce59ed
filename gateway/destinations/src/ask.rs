//! The four questions to a destination, and the limits within which each is asked.
//!
//! Owns shapes only. Time comes in as an argument: it is what the destination is told, never what
//! a deadline is measured with. Next: [`crate::client`].

use baton_protocol::ids::{AppId, InquiryId, TerminalId, TransactionId};
use baton_protocol::money::Money;
use baton_protocol::work::Work;
use serde::{Deserialize, Serialize};

/// Charge, or move points.
///
/// **Repeat** a destination with the capability C2 gives the same answer to the same transaction;
/// others may answer "code used", which arrives as `Unknown`.
#[derive(Debug, Clone)]
pub struct Authorize {
    /// Which transaction; the idempotency key.
    pub transaction: TransactionId,
    /// Where the shopper stands.
    pub terminal: TerminalId,
    /// Through which app.
    pub app: AppId,
    /// What to do.
    pub work: Work,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Did you charge? Moves nothing.
#[derive(Debug, Clone)]
pub struct Inquire {
    /// This question's own id; only an answer that carries it back counts.
    pub inquiry: InquiryId,
    /// Which transaction.
    pub transaction: TransactionId,
    /// Where the shopper stood.
    pub terminal: TerminalId,
    /// Through which app.
    pub app: AppId,
    /// How much was asked.
    pub amount: Money,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Take it back, or remember never to do it.
///
/// **Repeat** safe: the transaction id is the key.
#[derive(Debug, Clone)]
pub struct Reverse {
    /// Which transaction.
    pub transaction: TransactionId,
    /// Where the shopper stood.
    pub terminal: TerminalId,
    /// Through which app.
    pub app: AppId,
    /// How much was asked.
    pub amount: Money,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Give some or all of an approved transaction back.
///
/// **Repeat** a destination with the capability C2 gives the same answer to the same transaction;
/// at others this must be asked only once.
#[derive(Debug, Clone)]
pub struct GiveBack {
    /// The refund or void itself; the idempotency key.
    pub transaction: TransactionId,
    /// What is given back.
    pub original: TransactionId,
    /// As what.
    pub how: Way,
    /// Where the shopper stood.
    pub terminal: TerminalId,
    /// Through which app.
    pub app: AppId,
    /// How much.
    pub amount: Money,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// The two ways back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Some or all of it.
    Refund,
    /// All of it, as if it had not been.
    Void,
}

/// How long and how much a client takes before it gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until the connection stands, in milliseconds.
    pub connect_ms: u64,
    /// From the question until its answer, in milliseconds.
    pub answer_ms: u64,
    /// The largest HTTP answer, in bytes; an ISO 8583 answer has its own fixed limit.
    pub answer_bytes_max: usize,
    /// How long a standing ISO 8583 line may be idle before an echo, in milliseconds; two misses
    /// close it.
    pub echo_idle_ms: u64,
}

impl Default for Limits {
    /// Connects in 3 s and answers in 8 s: together they stay near the 10 s that a standalone
    /// terminal has for one execution. 16 KiB is ten times the largest honest answer.
    /// Echo after 60 s idle is the relay's timer table.
    fn default() -> Self {
        let (connect_ms, answer_ms) = (3_000, 8_000);
        Self { connect_ms, answer_ms, answer_bytes_max: 16 * 1024, echo_idle_ms: 60_000 }
    }
}
