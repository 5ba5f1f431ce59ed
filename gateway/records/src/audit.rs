//! The audit chain: every step of every transaction, each record naming the hash of the one before.
//!
//! Owns the hash rule and the check of a whole chain. SHA-256 over the previous hash in hex,
//! followed by the canonical JSON of the body (keys sorted, no blanks). Next: [`crate::writer`].

use crate::rows::{number, text};
use crate::{Fault, Records};
use aws_lc_rs::digest;

/// The hash before the first record.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Records read at a time while the chain is checked: 1,000 of them are under a megabyte.
const RECORDS_READ_MAX: i64 = 1_000;

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

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainCheck {
    /// All is well.
    Whole {
        /// How many records there are.
        records: i64,
    },
    /// The first record that does not fit.
    Broken {
        /// Its number.
        seq: i64,
        /// What is wrong with it.
        why: &'static str,
    },
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
        rows.iter()
            .map(|row| {
                Ok(AuditRecord {
                    seq: number(row, "seq")?,
                    prev: text(row, "prev")?,
                    hash: text(row, "hash")?,
                    body: text(row, "body")?,
                })
            })
            .collect()
    }

    /// Walks the whole chain and compares it with its recorded head.
    ///
    /// # Errors
    /// [`Fault`] when the database fails; a broken chain is an answer, not an error.
    pub async fn audit_verify(&self) -> Result<ChainCheck, Fault> {
        let mut seq = 0;
        let mut hash = GENESIS.to_owned();
        loop {
            let records = self.audit_after(seq, RECORDS_READ_MAX).await?;
            if records.is_empty() {
                return self.compare_head(seq, &hash).await;
            }
            for record in records {
                seq += 1;
                if let Some(why) = fault_of(&record, seq, &hash) {
                    return Ok(ChainCheck::Broken { seq, why });
                }
                hash = record.hash;
            }
        }
    }

    async fn compare_head(&self, seq: i64, hash: &str) -> Result<ChainCheck, Fault> {
        let head =
            sqlx::query("SELECT seq, hash FROM audit_head WHERE id = 1").fetch_one(&self.pool);
        let head = head.await?;
        if number(&head, "seq")? != seq || text(&head, "hash")? != hash {
            let why = "the chain ends before its recorded head";
            return Ok(ChainCheck::Broken { seq: seq + 1, why });
        }
        Ok(ChainCheck::Whole { records: seq })
    }
}

fn fault_of(record: &AuditRecord, seq: i64, hash: &str) -> Option<&'static str> {
    if record.seq != seq {
        return Some("the record is missing");
    }
    if record.prev != hash {
        return Some("it does not name the hash of the record before it");
    }
    (record.hash != link(hash, &record.body)).then_some("its body does not fit its hash")
}
