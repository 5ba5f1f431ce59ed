//! The check of everything that was booked: first the chain alone, then the tables against it.
//!
//! Owns the order of the questions and what is told. A chain that is whole is the measure for all
//! other tables; in SQLite the pages and indexes of the file are looked at last, so that a damaged
//! record is named by its id where that is possible. Next: `compare`.

use super::{AuditRecord, GENESIS, compare, link};
use crate::open::{Kind, OpenFault};
use crate::rows::{number, text};
use crate::snapshot::{Bind, Cells, Snapshot, cells};
use crate::{Fault, Records};
use serde_json::Value;
use std::fmt;

/// Records read at a time while the chain is checked: 1,000 of them are under two megabytes.
const RECORDS_READ_MAX: i64 = 1_000;

/// Columns beside the body, by which records are found; each body says them too.
const BESIDE: [&str; 4] = ["transaction_id", "touch", "app", "shop"];

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainCheck {
    /// All is well.
    Whole {
        /// How many records the chain has.
        records: i64,
    },
    /// The first record that does not fit.
    Broken(Finding),
}

/// A record that is not what it was when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In which table.
    pub table: &'static str,
    /// Its id there.
    pub id: String,
    /// The audit record that it belongs to, if there is one.
    pub seq: Option<i64>,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table {}, record {}", self.table, self.id)?;
        if let Some(seq) = self.seq {
            write!(f, ", audit number {seq}")?;
        }
        write!(f, ": {}", self.why)
    }
}

/// How far a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many records of the chain are checked.
    Chain(i64),
    /// So many touches are compared with it.
    Touches(i64),
    /// The pages and indexes of the file are looked at.
    Pages,
}

/// Why a check ends before its end.
pub(super) enum Stop {
    Found(Finding),
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Records {
    /// Checks everything that is committed now, on a connection of its own.
    ///
    /// # Errors
    /// [`OpenFault`] when the database fails; a broken record is an answer, not an error.
    pub async fn audit_verify(&self) -> Result<ChainCheck, OpenFault> {
        let mut snapshot = Snapshot::open(&self.address).await?;
        let check = snapshot.verify(&mut |_| ()).await;
        snapshot.close().await;
        Ok(check?)
    }
}

impl Snapshot {
    /// Walks the chain, compares the tables with it, and in SQLite looks at the file's pages.
    ///
    /// # Errors
    /// [`Fault`] when the database fails; a broken record is an answer, not an error.
    pub async fn verify(
        &mut self,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<ChainCheck, Fault> {
        match self.checked(progress).await {
            Ok(records) => Ok(ChainCheck::Whole { records }),
            Err(Stop::Found(finding)) => Ok(ChainCheck::Broken(finding)),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    async fn checked(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<i64, Stop> {
        let records = self.chain(progress).await?;
        compare::tables(self, progress).await?;
        if self.kind == Kind::Sqlite {
            progress(Progress::Pages);
            self.pages().await?;
        }
        Ok(records)
    }

    async fn chain(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<i64, Stop> {
        let question = "SELECT seq, prev, hash, transaction_id, touch, app, shop, body FROM audit \
                        WHERE seq > $1 ORDER BY seq LIMIT $2";
        let mut seq = 0;
        let mut hash = GENESIS.to_owned();
        loop {
            let binds = [Bind::Number(seq), Bind::Number(RECORDS_READ_MAX)];
            let rows = self.page(question, &binds).await?;
            if rows.is_empty() {
                self.compare_head(seq, &hash).await?;
                return Ok(seq);
            }
            for row in rows {
                seq += 1;
                let bad = |why: &str| found("audit", seq.to_string(), Some(seq), why);
                let unreadable = |_| bad("a column of it cannot be read");
                let record = AuditRecord::of(&row).map_err(unreadable)?;
                let columns = cells(&row, &BESIDE).map_err(|_| bad("a column cannot be read"))?;
                if let Some(why) = fault_of(&record, seq, &hash, &columns) {
                    return Err(bad(&why));
                }
                hash = record.hash;
            }
            progress(Progress::Chain(seq));
        }
    }

    async fn compare_head(&mut self, seq: i64, hash: &str) -> Result<(), Stop> {
        let heads = self.page("SELECT seq, hash FROM audit_head WHERE id = 1", &[]).await?;
        let head = heads.first();
        let bad = |why: &str| found("audit_head", "1".to_owned(), Some(seq), why);
        let head = head.ok_or_else(|| bad("it is missing"))?;
        let unreadable = |_| bad("a column of it cannot be read");
        let same = number(head, "seq").map_err(unreadable)? == seq
            && text(head, "hash").map_err(unreadable)? == hash;
        if same { Ok(()) } else { Err(bad("the chain does not end at its recorded head")) }
    }

    async fn pages(&mut self) -> Result<(), Stop> {
        let check = self.page("PRAGMA integrity_check(1)", &[]).await?;
        let said = check.first().map(|row| text(row, "integrity_check")).transpose()?;
        match said.as_deref() {
            Some("ok") => Ok(()),
            other => {
                let why = other.unwrap_or("the file cannot be checked");
                Err(found("(the file)", "pages and indexes".to_owned(), None, why))
            }
        }
    }
}

pub(super) fn found(table: &'static str, id: String, seq: Option<i64>, why: &str) -> Stop {
    Stop::Found(Finding { table, id, seq, why: why.to_owned() })
}

fn fault_of(record: &AuditRecord, seq: i64, hash: &str, columns: &Cells) -> Option<String> {
    if record.seq != seq {
        return Some("it is missing".to_owned());
    }
    if record.prev != hash {
        return Some("it does not name the hash of the record before it".to_owned());
    }
    if record.hash != link(hash, &record.body) {
        return Some("its body does not fit its hash".to_owned());
    }
    let body: Value = serde_json::from_str(&record.body).unwrap_or_default();
    let other = |column: &&&str| columns.get(**column) != body.get(key_of(column));
    let column = BESIDE.iter().find(other)?;
    Some(format!("its column {column} is not what its body says"))
}

/// The body's own name of what a column repeats.
fn key_of(column: &str) -> &str {
    if column == "transaction_id" { "txn" } else { column }
}
