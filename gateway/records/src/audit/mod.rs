//! The audit chain: every step of every transaction, each record naming the hash of the one before.
//!
//! Owns the hash rule: SHA-256 over the previous hash in hex, followed by the canonical JSON of the
//! body: keys sorted, no blanks, text as UTF-8 with only quotes, backslashes and control characters
//! escaped. Chapters: `witness` (what bodies say of other tables), `verify` (the chain, then the
//! tables), `compare` (rows). Next: [`crate::writer`].

mod compare;
mod verify;
pub(crate) mod witness;

pub use verify::{ChainCheck, Finding, Progress};

use crate::rows::{number, text};
use crate::{Fault, Records};
use aws_lc_rs::digest;
use sqlx::any::AnyRow;

/// The hash before the first record.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Computes the hash of a record from the hash before it and its canonical body.
#[must_use]
pub fn link(prev: &str, body: &str) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(prev.as_bytes());
    context.update(body.as_bytes());
    hex::encode(context.finish())
}

/// One record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its number, without gaps from 1.
    pub seq: i64,
    /// The hash before it.
    pub prev: String,
    /// Its own hash.
    pub hash: String,
    /// Canonical JSON.
    pub body: String,
}

impl AuditRecord {
    pub(crate) fn of(row: &AnyRow) -> Result<Self, Fault> {
        Ok(Self {
            seq: number(row, "seq")?,
            prev: text(row, "prev")?,
            hash: text(row, "hash")?,
            body: text(row, "body")?,
        })
    }
}

impl Records {
    /// Reads records after a number, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn audit_after(&self, seq: i64, limit: i64) -> Result<Vec<AuditRecord>, Fault> {
        let question = "SELECT seq, prev, hash, body FROM audit WHERE seq > $1 \
                        ORDER BY seq LIMIT $2";
        let rows = sqlx::query(question).bind(seq).bind(limit).fetch_all(&self.pool).await?;
        rows.iter().map(AuditRecord::of).collect()
    }
}
