//! The books for an outside checker, a JSON object a line, in the format that `trust.md` fixes.
//!
//! Owns the questions and the fields: nothing more and nothing less than the format says. Rows are
//! read a page at a time from one snapshot. May not touch files: the command line writes the lines.

use crate::audit::AuditRecord;
use crate::rows::{number, text};
use crate::snapshot::{Bind, Snapshot};
use crate::{Fault, snapshot};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use std::io;

/// Rows read at a time: 1,000 audit records are under two megabytes.
const ROWS_READ_MAX: i64 = 1_000;

/// The books of which there is a file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    /// Transactions as they stand.
    Gateway,
    /// The chain.
    Audit,
    /// Ledger lines that count.
    Ledger,
    /// Orders; this version takes none.
    Orders,
    /// Stock; this version keeps none.
    Stock,
    /// Draws; this version makes none.
    Draws,
}

impl Book {
    /// All six.
    pub const ALL: [Self; 6] =
        [Self::Gateway, Self::Audit, Self::Ledger, Self::Orders, Self::Stock, Self::Draws];

    /// Returns the name of its file.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Gateway => "gateway.jsonl",
            Self::Audit => "audit.jsonl",
            Self::Ledger => "ledger.jsonl",
            Self::Orders => "orders.jsonl",
            Self::Stock => "stock.jsonl",
            Self::Draws => "draws.jsonl",
        }
    }
}

/// Why an export ends before its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The database failed.
    #[error(transparent)]
    Read(#[from] Fault),
    /// A line could not be written.
    #[error("a line could not be written: {0}")]
    Write(#[from] io::Error),
}

/// Takes a line, without its end.
pub type Sink<'s> = dyn FnMut(&str) -> io::Result<()> + 's;

impl Snapshot {
    /// Hands every line of a book to `sink` and returns how many there were. After 0 it is the
    /// whole book; after a number of the audit, what steps with higher numbers have changed.
    ///
    /// # Errors
    /// [`ExportFault`] when the database fails or a line cannot be written.
    pub async fn export(
        &mut self,
        book: Book,
        after: i64,
        sink: &mut Sink<'_>,
    ) -> Result<u64, ExportFault> {
        match book {
            Book::Gateway => self.export_transactions(after, sink).await,
            Book::Audit => self.export_audit(after, sink).await,
            Book::Ledger => self.export_ledger(after, sink).await,
            Book::Orders | Book::Stock | Book::Draws => Ok(0),
        }
    }

    /// A refund gives back, so its amount is below zero here, and its key is the merchant's.
    async fn export_transactions(
        &mut self,
        after: i64,
        sink: &mut Sink<'_>,
    ) -> Result<u64, ExportFault> {
        let question = "SELECT transactions.id, \
                        COALESCE(refund_requests.request_key, touches.request_key) AS key_of_it, \
                        transactions.code_digest, \
                        transactions.terminal, transactions.app, \
                        CASE WHEN purpose IN ('refund', 'void') THEN -ABS(amount_minor) \
                        ELSE amount_minor END AS amount, \
                        transactions.state, transactions.route, accepted_ms, final_ms \
                        FROM transactions LEFT JOIN touches ON touches.id = transactions.touch \
                        LEFT JOIN refund_requests \
                        ON refund_requests.transaction_id = transactions.id \
                        WHERE transactions.id > $1 AND EXISTS (SELECT 1 FROM audit \
                        WHERE audit.touch = transactions.touch AND audit.seq > $2) \
                        ORDER BY transactions.id LIMIT $3";
        let mut lines = 0;
        let mut last = String::new();
        loop {
            let binds = [Bind::Text(last), Bind::Number(after), Bind::Number(ROWS_READ_MAX)];
            let rows = self.page(question, &binds).await?;
            let Some(end) = rows.last() else { return Ok(lines) };
            last = text(end, "id")?;
            for row in &rows {
                sink(&transaction_line(row)?.to_string())?;
                lines += 1;
            }
        }
    }

    async fn export_audit(&mut self, after: i64, sink: &mut Sink<'_>) -> Result<u64, ExportFault> {
        let question =
            "SELECT seq, prev, hash, body FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2";
        let mut lines = 0;
        let mut last = after;
        loop {
            let binds = [Bind::Number(last), Bind::Number(ROWS_READ_MAX)];
            let rows = self.page(question, &binds).await?;
            let Some(end) = rows.last() else { return Ok(lines) };
            last = number(end, "seq")?;
            for row in &rows {
                let AuditRecord { seq, prev, hash, body } = AuditRecord::of(row)?;
                let (prev, hash) = (json!(prev), json!(hash));
                // The body goes out as it was hashed.
                let line =
                    format!("{{\"seq\":{seq},\"prev\":{prev},\"hash\":{hash},\"body\":{body}}}");
                sink(&line)?;
                lines += 1;
            }
        }
    }

    async fn export_ledger(&mut self, after: i64, sink: &mut Sink<'_>) -> Result<u64, ExportFault> {
        let question = "SELECT transaction_id, stage, line, account, currency, debit, credit \
                        FROM ledger WHERE (transaction_id, stage, line) > ($1, $2, $3) \
                        AND phase = 'posted' AND EXISTS (SELECT 1 FROM transactions \
                        JOIN audit ON audit.touch = transactions.touch AND audit.seq > $4 \
                        WHERE transactions.id = ledger.transaction_id) \
                        ORDER BY transaction_id, stage, line LIMIT $5";
        let mut lines = 0;
        let mut last = (String::new(), 0, 0);
        loop {
            let (id, stage, line) = last;
            let binds = [
                Bind::Text(id),
                Bind::Number(stage),
                Bind::Number(line),
                Bind::Number(after),
                Bind::Number(ROWS_READ_MAX),
            ];
            let rows = self.page(question, &binds).await?;
            let Some(end) = rows.last() else { return Ok(lines) };
            last = (text(end, "transaction_id")?, number(end, "stage")?, number(end, "line")?);
            for row in &rows {
                let line = json!({
                    "txn": text(row, "transaction_id")?,
                    "account": text(row, "account")?,
                    "currency": text(row, "currency")?,
                    "debit": number(row, "debit")?,
                    "credit": number(row, "credit")?,
                });
                sink(&line.to_string())?;
                lines += 1;
            }
        }
    }
}

fn transaction_line(row: &AnyRow) -> Result<Value, Fault> {
    let optional = |column| {
        let cells = snapshot::cells(row, &[column]);
        let unreadable = |column| crate::rows::unreadable(column, "it cannot be read");
        cells.map(|mut cells| cells.remove(column)).map_err(unreadable)
    };
    Ok(json!({
        "txn": text(row, "id")?,
        "key": optional("key_of_it")?,
        "code_digest": text(row, "code_digest")?,
        "terminal": text(row, "terminal")?,
        "app": text(row, "app")?,
        "amount": number(row, "amount")?,
        "state": text(row, "state")?,
        "route": text(row, "route")?,
        "accepted_at": number(row, "accepted_ms")?,
        "final_at": optional("final_ms")?,
    }))
}
