//! The text of every statement that the writer repeats, made once at start.
//!
//! Owns the tables' columns and how parameters are written. Rows go in chunks whose sizes are
//! powers of two, so that at most eight statements a table are ever prepared. Next: `apply`.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of one statement: 128 rows of 30 columns stay under SQLite's 32,766 parameters.
const ROWS_PER_STATEMENT_MAX: usize = 128;

/// How a database names parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameters {
    /// `?`, for SQLite: it looks numbered ones up by name, one after the other, at every binding.
    InOrder,
    /// `$1`, for PostgreSQL.
    Numbered,
}

/// A table, its columns, and what happens to a row that is there already.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
    present: &'static str,
}

pub(crate) const TOUCHES: Table = Table {
    name: "touches",
    columns: &["id", "app", "request_key", "fingerprint", "token_id", "terminal", "created_ms"],
    present: "",
};
pub(crate) const TRANSACTIONS: Table = Table {
    name: "transactions",
    columns: &[
        "id",
        "touch",
        "terminal",
        "executor_role",
        "executor",
        "app",
        "shop",
        "destination",
        "capabilities",
        "route",
        "purpose",
        "amount_minor",
        "currency",
        "code_digest",
        "state",
        "version",
        "prior",
        "prior_state",
        "since_ms",
        "doubt_since_ms",
        "reversal_decided",
        "accepted_ms",
        "final_ms",
        "reason",
        "original",
        "original_purpose",
        "after_half",
        "then_half",
        "boot",
        "boot_ms",
    ],
    present: "",
};
/// What a step changes, each with its type in both databases. The first is the row's key.
const STEP_COLUMNS: [(&str, &str); 10] = [
    ("id", "TEXT"),
    ("state", "TEXT"),
    ("version", "BIGINT"),
    ("prior", "BIGINT"),
    ("prior_state", "TEXT"),
    ("since_ms", "BIGINT"),
    ("doubt_since_ms", "BIGINT"),
    ("reversal_decided", "BIGINT"),
    ("final_ms", "BIGINT"),
    ("reason", "TEXT"),
];
pub(crate) const AUDIT: Table = Table {
    name: "audit",
    columns: &["seq", "prev", "hash", "transaction_id", "touch", "app", "shop", "body"],
    present: "",
};
pub(crate) const LEDGER: Table = Table {
    name: "ledger",
    columns: &[
        "transaction_id",
        "stage",
        "line",
        "phase",
        "account",
        "currency",
        "debit",
        "credit",
    ],
    present: "",
};
pub(crate) const OUTBOX: Table = Table {
    name: "outbox",
    columns: &["transaction_id", "executor_role", "executor", "message", "sealed"],
    present: " ON CONFLICT (transaction_id) DO UPDATE SET message = excluded.message, \
              sealed = excluded.sealed",
};
pub(crate) const SALES: Table = Table {
    name: "sales",
    columns: &[
        "id",
        "terminal",
        "amount_minor",
        "currency",
        "order_ref",
        "state",
        "touch",
        "expires_ms",
    ],
    present: " ON CONFLICT (id) DO UPDATE SET state = excluded.state, touch = excluded.touch",
};

pub(crate) const REFUNDS: Table = Table {
    name: "refund_requests",
    columns: &["shop", "request_key", "fingerprint", "transaction_id", "created_ms"],
    present: "",
};

/// Gives back, as long as there is something left. `amount_minor` bounds it in the same statement.
pub(super) const GIVE_BACK: &str = "UPDATE transactions SET refunded_minor = refunded_minor + $1 \
    WHERE id = $2 AND state = 'approved' AND refunded_minor + $1 >= 0 \
    AND refunded_minor + $1 <= amount_minor";

/// Keeps what a device told; what it does not say again stays.
pub(super) const TELL: &str = "UPDATE transactions \
    SET told_evidence = COALESCE($1, told_evidence), told_cause = COALESCE($2, told_cause) \
    WHERE id = $3 AND executor_role = $4 AND executor = $5";

/// All texts, by table and number of rows.
pub(super) struct Statements {
    inserts: BTreeMap<(&'static str, usize), Arc<str>>,
    steps: BTreeMap<usize, Arc<str>>,
    removals: BTreeMap<usize, Arc<str>>,
}

impl Statements {
    /// Makes them all, in the way of one database.
    pub(super) fn new(parameters: Parameters) -> Self {
        let tables = [TOUCHES, TRANSACTIONS, AUDIT, LEDGER, OUTBOX, SALES, REFUNDS];
        let inserts = tables.iter().flat_map(|table| {
            let text = move |rows| ((table.name, rows), insertion(table, rows, parameters));
            sizes().map(text)
        });
        let steps = sizes().map(|rows| (rows, step(rows, parameters)));
        let removals = sizes().map(|rows| (rows, removal(rows, parameters)));
        Self { inserts: inserts.collect(), steps: steps.collect(), removals: removals.collect() }
    }

    /// Returns the insertion of a chunk that [`chunk`] has cut.
    pub(super) fn insertion(&self, table: &Table, rows: usize) -> Option<Arc<str>> {
        self.inserts.get(&(table.name, rows)).cloned()
    }

    /// Returns the step of so many transactions.
    pub(super) fn step(&self, rows: usize) -> Option<Arc<str>> {
        self.steps.get(&rows).cloned()
    }

    /// Returns the removal of so many messages from the outbox.
    pub(super) fn removal(&self, rows: usize) -> Option<Arc<str>> {
        self.removals.get(&rows).cloned()
    }
}

/// Cuts off the largest chunk that a statement takes, and the rest.
pub(super) fn chunk<R>(rows: &[R]) -> (&[R], &[R]) {
    let bounded = rows.len().clamp(1, ROWS_PER_STATEMENT_MAX);
    rows.split_at(rows.len().min(1 << bounded.ilog2()))
}

fn sizes() -> impl Iterator<Item = usize> {
    (0..=ROWS_PER_STATEMENT_MAX.ilog2()).map(|power| 1 << power)
}

fn insertion(table: &Table, rows: usize, parameters: Parameters) -> Arc<str> {
    let width = table.columns.len();
    let values: Vec<String> = (0..rows).map(|row| list(row * width, width, parameters)).collect();
    let (name, columns, values) = (table.name, table.columns.join(", "), values.join(", "));
    format!("INSERT INTO {name} ({columns}) VALUES {values}{}", table.present).into()
}

/// Moves rows that stand where they were read; a row that is not there is not made by a step.
fn step(rows: usize, parameters: Parameters) -> Arc<str> {
    let width = STEP_COLUMNS.len();
    let cast = |(column, (_, kind)): (usize, &(&str, &str)), row: usize| {
        format!("CAST({} AS {kind})", parameter(row * width + column + 1, parameters))
    };
    let value = |row: usize| {
        let columns = STEP_COLUMNS.iter().enumerate().map(|column| cast(column, row));
        format!("({})", columns.collect::<Vec<_>>().join(", "))
    };
    let values = (0..rows).map(value).collect::<Vec<_>>().join(", ");
    let set = STEP_COLUMNS.iter().enumerate().skip(1);
    let set = set.map(|(place, (name, _))| format!("{name} = step.column{}", place + 1));
    let set = set.collect::<Vec<_>>().join(", ");
    format!(
        "UPDATE transactions SET {set} FROM (VALUES {values}) AS step \
         WHERE transactions.id = step.column1 AND transactions.version = step.column4 \
         AND transactions.state = step.column5"
    )
    .into()
}

fn removal(rows: usize, parameters: Parameters) -> Arc<str> {
    let ids = list(0, rows, parameters);
    format!("DELETE FROM outbox WHERE transaction_id IN {ids}").into()
}

/// Writes so many parameters, in parentheses.
fn list(before: usize, count: usize, parameters: Parameters) -> String {
    let places: Vec<String> =
        (before + 1..=before + count).map(|place| parameter(place, parameters)).collect();
    format!("({})", places.join(", "))
}

fn parameter(place: usize, parameters: Parameters) -> String {
    match parameters {
        Parameters::InOrder => "?".to_owned(),
        Parameters::Numbered => format!("${place}"),
    }
}
