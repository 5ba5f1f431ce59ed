//! What a run left behind, as plain data: what phones were told, and every book of every program.
//!
//! Owns the shapes of those files: `export/` is written by the product, its format is fixed;
//! `world/` is written by the run. Ids and states are the texts that stand there, so that a checker
//! does not trust a type of the product. Chapters: `read`. Next: `check`.

pub mod read;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything that the checker sees.
#[derive(Debug, Clone, Default)]
pub struct History {
    pub cast: Cast,
    pub asked: Vec<Asked>,
    pub told: Vec<Told>,
    pub transactions: Vec<Transaction>,
    pub audit: Vec<AuditLine>,
    pub ledger: Vec<LedgerLine>,
    pub journals: Vec<Journal>,
    pub charges: Vec<Charge>,
    pub pos_sales: Vec<PosSale>,
    pub outbox: Vec<OutboxLine>,
    pub sales: Vec<SaleLine>,
    /// Faults that the run itself saw, such as a program that ended by itself.
    pub surprises: Vec<String>,
    /// Lines of all files, and those that are not as their format says.
    pub lines: usize,
    pub unreadable: Vec<String>,
}

/// Who is who in a run: Tables 1 and 2 as they were entered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Cast {
    /// The shop of every terminal.
    pub shop: String,
    /// Points that each member started with.
    pub points_first: i64,
    /// Where each app's codes go.
    pub apps: BTreeMap<String, AppOf>,
    /// The device that executes for each terminal.
    pub devices: BTreeMap<String, String>,
    /// The fencing number that the gateway holds for each device.
    pub epochs: BTreeMap<String, i64>,
    /// Where the audit's head says that the chain ends.
    pub audit_head: (i64, String),
}

/// A row of Table 2.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AppOf {
    pub destination: String,
    pub currency: String,
}

/// A wish, written down before it was first sent. A touch with two halves is two of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    pub key: String,
    pub app: String,
    pub terminal: String,
    /// SHA-256 of the code, as the simulators' books name it; empty for what a merchant asked.
    pub code_sha: String,
    pub uses: Uses,
    /// Minor units, or points; below zero for what a merchant gives back.
    pub amount: i64,
}

/// How often a code may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Uses {
    /// A payment code.
    Once,
    /// A member id.
    Often,
}

/// One 2xx answer that named a transaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    pub key: String,
    pub transaction: String,
    pub state: String,
    /// As in [`Asked::amount`].
    pub amount: i64,
    pub currency: String,
}

/// A line of `gateway.jsonl`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transaction {
    #[serde(rename = "txn")]
    pub id: String,
    pub key: String,
    pub code_digest: String,
    pub terminal: String,
    pub app: String,
    pub amount: i64,
    pub state: String,
    /// `S` or `P`.
    pub route: String,
    #[serde(rename = "accepted_at")]
    pub accepted_ms: i64,
    #[serde(rename = "final_at")]
    pub final_ms: Option<i64>,
}

impl Transaction {
    /// Tells whether it gives something back: the gateway executes it, not a device.
    pub const fn gives_back(&self) -> bool {
        self.amount < 0
    }
}

/// A line of `audit.jsonl`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditLine {
    pub seq: i64,
    pub prev: String,
    pub hash: String,
    pub body: Value,
}

impl AuditLine {
    /// Returns a text of the body; empty when it has none.
    pub fn text(&self, key: &str) -> &str {
        self.body.get(key).and_then(Value::as_str).unwrap_or_default()
    }
}

/// A line of `ledger.jsonl`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerLine {
    #[serde(rename = "txn")]
    pub transaction: String,
    pub account: String,
    pub currency: String,
    pub debit: i64,
    pub credit: i64,
}

/// What the gateway still owes an executor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutboxLine {
    pub transaction: String,
    pub executor: String,
    pub message: String,
    /// Whether a sealed code lies in it.
    pub sealed: bool,
}

/// A sale that a merchant opened, and the key of the touch that took it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaleLine {
    pub id: String,
    pub state: String,
    pub key: Option<String>,
    pub amount: i64,
}

/// A device's journal as its export gives it.
#[derive(Debug, Clone)]
pub struct Journal {
    pub device: String,
    pub lines: Vec<JournalLine>,
}

/// One line of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    /// What it gives back, if it does.
    pub original: Option<String>,
}

impl Charge {
    /// What the payer has less because of it, in minor units: below zero for what came back.
    pub fn net(&self) -> i64 {
        let moved = (i64::from(self.charges) - i64::from(self.reversed)) * self.amount;
        if self.original.is_some() { -moved } else { moved }
    }
}

/// What a POS program showed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PosSale {
    pub transaction: String,
    pub status: String,
}

impl History {
    /// Returns where a transaction went and in which currency.
    pub fn app_of(&self, one: &Transaction) -> AppOf {
        self.cast.apps.get(&one.app).cloned().unwrap_or_default()
    }

    /// Returns the device that had to execute a transaction; none for what the gateway does.
    pub fn executor_of(&self, one: &Transaction) -> Option<&str> {
        let device = self.cast.devices.get(&one.terminal).map(String::as_str);
        device.filter(|_| !one.gives_back())
    }
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
