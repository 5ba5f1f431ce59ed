//! What a simulator remembers: one JSON line for each change, read back at the start.
//!
//! Owns the file. A line is written before its answer leaves, so `kill -9` and a restart lose
//! nothing that was answered. It is not fsynced: a power cut may lose lines, which no test here
//! simulates. A torn last line is cut off when the file is opened. Next: [`crate::outcome`].

use crate::magic::Magic;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Currency;
use baton_protocol::work::{DeclineReason, MembershipAction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// What a destination knows of one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which one.
    pub transaction_id: TransactionId,
    /// SHA-256 of the code or member id in hex; empty for a tombstone without an original.
    pub code_digest: String,
    /// Minor units, or points.
    pub amount: i64,
    /// Three letters.
    pub currency: Currency,
    /// How often it was charged.
    pub charges: u32,
    /// How often it was reversed.
    pub reversed: u32,
    /// Where it stands.
    pub state: EntryState,
    /// Why it was declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DeclineReason>,
    /// The approval number; empty when not approved.
    #[serde(default)]
    pub reference: String,
    /// What was done with a membership.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<MembershipAction>,
    /// What it gives back, if it is a refund or void: then the amount goes the other way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<TransactionId>,
    /// The terminal that it names, as field 41 carries it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<String>,
    /// The business day on which it was charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// The business day on which it was reversed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversed_day: Option<String>,
    /// The magic of its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub magic: Option<Magic>,
}

/// Where a transaction stands at a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Charged, and it stands.
    Approved,
    /// Not charged.
    Declined,
    /// Charged and taken back.
    Reversed,
    /// Reversed before the original came, which will be refused.
    Tombstone,
}

/// A code that a wallet gave out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// SHA-256 of the code in hex.
    pub code_digest: String,
    /// When its life is over, in milliseconds since 1970.
    pub expires_at_ms: i64,
    /// The only amount that it pays, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The only currency that it pays in, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// A transaction as it stands after a change.
    Entry(Entry),
    /// A code that was given out.
    Issued(Issued),
    /// A business day that began.
    Day {
        /// Which one, as `YYYY-MM-DD`.
        day: String,
    },
}

/// Reads a simulator's file as it stands: one entry a transaction, the newest line wins.
///
/// # Errors
/// When the file cannot be read, or a line other than a torn last one is damaged.
pub fn read_ledger(path: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = BTreeMap::new();
    for line in read_lines(path)? {
        if let Line::Entry(entry) = line {
            entries.insert(entry.transaction_id, entry);
        }
    }
    Ok(entries.into_values().collect())
}

/// A file that only grows, or memory when no path is given.
pub(crate) struct Appender {
    file: Option<File>,
    pending: Vec<u8>,
}

impl Appender {
    /// Opens the file and returns it with everything that it holds.
    pub(crate) fn open<L: DeserializeOwned>(path: Option<&Path>) -> io::Result<(Self, Vec<L>)> {
        let Some(path) = path else {
            return Ok((Self { file: None, pending: Vec::new() }, Vec::new()));
        };
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        file.set_len(whole_bytes(path)?)?;
        let lines = read_lines(path)?;
        Ok((Self { file: Some(file), pending: Vec::new() }, lines))
    }

    /// Adds a line to what the next [`Appender::flush`] writes.
    pub(crate) fn add<L: Serialize>(&mut self, line: &L) {
        if self.file.is_some() && serde_json::to_writer(&mut self.pending, line).is_ok() {
            self.pending.push(b'\n');
        }
    }

    /// Writes what was added. **Order** call it before any answer about these lines leaves.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if let Some(file) = &mut self.file
            && !self.pending.is_empty()
        {
            file.write_all(&self.pending)?;
            self.pending.clear();
        }
        Ok(())
    }
}

pub(crate) fn read_lines<L: DeserializeOwned>(path: &Path) -> io::Result<Vec<L>> {
    let text = std::fs::read_to_string(path)?;
    let whole = text.rfind('\n').and_then(|end| text.get(..end)).unwrap_or_default();
    whole.lines().map(|line| serde_json::from_str(line).map_err(io::Error::other)).collect()
}

fn whole_bytes(path: &Path) -> io::Result<u64> {
    let bytes = std::fs::read(path)?;
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    let whole = end.map_or(0, |place| place.saturating_add(1));
    u64::try_from(whole).map_err(io::Error::other)
}
