//! What a run left behind, as plain data: what phones were told, and every book of every program.
//!
//! Owns the shapes that `gather` fills and `check` judges. Ids and states are the texts that stand
//! in the books, so that a checker does not trust a type of the product. Next: `check`.

use serde::Deserialize;
use serde_json::Value;

/// Everything that the checker sees.
#[derive(Debug, Clone, Default)]
pub struct History {
    pub asked: Vec<Asked>,
    pub told: Vec<Told>,
    pub touches: Vec<Touch>,
    pub transactions: Vec<Transaction>,
    pub audit: Vec<AuditLine>,
    pub audit_head: (i64, String),
    pub ledger: Vec<LedgerLine>,
    pub outbox: Vec<OutboxLine>,
    pub sales: Vec<SaleLine>,
    pub epochs: Vec<Epoch>,
    pub journals: Vec<Journal>,
    pub charges: Vec<Charge>,
    /// Points that each member started with.
    pub points_first: i64,
    pub pos_sales: Vec<PosSale>,
    /// Faults that the run itself saw, such as a program that ended by itself.
    pub surprises: Vec<String>,
}

/// A request of a phone, written down before it was first sent.
#[derive(Debug, Clone)]
pub struct Asked {
    pub key: String,
    pub app: String,
    pub terminal: String,
    /// SHA-256 of the code, as the simulators' books name it.
    pub code_sha: String,
    pub uses: Uses,
    /// Minor units, or points.
    pub amount: i64,
    pub currency: String,
}

/// How often a code may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uses {
    /// A payment code.
    Once,
    /// A member id.
    Often,
}

/// One 2xx answer that named a transaction.
#[derive(Debug, Clone)]
pub struct Told {
    pub key: String,
    pub touch: String,
    pub transaction: String,
    pub state: String,
    pub amount: i64,
    pub currency: String,
}

/// A row of `touches`.
#[derive(Debug, Clone)]
pub struct Touch {
    pub id: String,
    pub app: String,
    pub key: String,
    pub terminal: String,
}

/// A row of `transactions`.
#[derive(Debug, Clone, Default)]
pub struct Transaction {
    pub id: String,
    pub touch: String,
    pub terminal: String,
    pub executor: String,
    /// `S` or `P`.
    pub route: String,
    pub app: String,
    pub destination: String,
    pub shop: String,
    pub amount: i64,
    pub currency: String,
    pub code_digest: String,
    pub state: String,
    pub accepted_ms: i64,
    pub final_ms: Option<i64>,
}

/// A row of `audit`.
#[derive(Debug, Clone, Default)]
pub struct AuditLine {
    pub seq: i64,
    pub prev: String,
    pub hash: String,
    pub body: String,
}

/// A row of `ledger`.
#[derive(Debug, Clone)]
pub struct LedgerLine {
    pub transaction: String,
    pub account: String,
    pub currency: String,
    pub debit: i64,
    pub credit: i64,
}

/// A row of `outbox`.
#[derive(Debug, Clone)]
pub struct OutboxLine {
    pub transaction: String,
    pub executor: String,
    pub message: String,
    pub sealed: Option<String>,
}

/// A row of `sales`.
#[derive(Debug, Clone)]
pub struct SaleLine {
    pub id: String,
    pub state: String,
    pub touch: Option<String>,
    pub amount: i64,
}

/// The fencing number that the gateway holds for a device.
#[derive(Debug, Clone)]
pub struct Epoch {
    pub device: String,
    pub epoch: i64,
}

/// A device's journal as its export gives it.
#[derive(Debug, Clone)]
pub struct Journal {
    pub device: String,
    pub lines: Vec<JournalLine>,
}

/// One line of it.
#[derive(Debug, Clone, Deserialize)]
pub struct JournalLine {
    pub seq: u64,
    pub prev: String,
    pub hash: String,
    pub body: Value,
}

impl JournalLine {
    /// Returns a text of the body; empty when it has none.
    pub fn text(&self, key: &str) -> &str {
        self.body.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns a number of the body.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.body.get(key).and_then(Value::as_i64)
    }
}

/// What a destination's book says of one transaction.
#[derive(Debug, Clone)]
pub struct Charge {
    pub destination: String,
    pub transaction: String,
    pub code_sha: String,
    pub uses: Uses,
    /// What was done with a membership; empty for a payment.
    pub action: String,
    pub amount: i64,
    pub currency: String,
    pub charges: u32,
    pub reversed: u32,
}

/// What a POS program showed.
#[derive(Debug, Clone)]
pub struct PosSale {
    pub transaction: String,
    pub status: String,
}

/// Tells whether a state word is final.
pub fn is_final(state: &str) -> bool {
    state == APPROVED || NEGATIVE.contains(&state)
}

/// The state in which people must look.
pub const SUSPENSE: &str = "suspense";
/// The currency of points.
pub const POINTS: &str = "PTS";
/// The one state in which money moved.
pub const APPROVED: &str = "approved";
/// The final states in which it did not.
pub const NEGATIVE: [&str; 5] = ["declined", "cancelled", "reversed", "expired", "rejected"];
