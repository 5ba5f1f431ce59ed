//! What a body of the audit says of rows in other tables, so that a changed row shows.
//!
//! Owns which columns are covered and where a body says them: under its own keys where they are
//! there (`amount`, `to`, `t`), under `rows` otherwise. A transaction's first body holds what never
//! changes of it and of its request; the last body of each commit holds where it stands then. The
//! writer adds both, so no caller can forget it. Next: `verify`.

use crate::rows::{
    OutboxMessage, RefundRow, SaleRow, TouchRow, TransactionRow, executor_words, prior_state_word,
    purpose_word, sale_word,
};
use crate::writer::Fact;
use aws_lc_rs::digest;
use baton_core::relay::transaction::ReversalDecided;
use baton_protocol::ids::TransactionId;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The key under which a body says what its own keys do not.
const ROWS: &str = "rows";

/// Columns of a transaction that its steps change; all others stay as they were first written.
pub(super) const MOVING: [&str; 9] = [
    "state",
    "version",
    "prior",
    "prior_state",
    "since_ms",
    "doubt_since_ms",
    "reversal_decided",
    "final_ms",
    "reason",
];

/// Columns that a body may say under a key of its own: table, column, key.
const SAID: &[(&str, &str, &str)] = &[
    ("touches", "id", "touch"),
    ("touches", "app", "app"),
    ("touches", "terminal", "terminal"),
    ("touches", "created_ms", "t"),
    ("transactions", "id", "txn"),
    ("transactions", "touch", "touch"),
    ("transactions", "terminal", "terminal"),
    ("transactions", "app", "app"),
    ("transactions", "shop", "shop"),
    ("transactions", "destination", "destination"),
    ("transactions", "route", "route"),
    ("transactions", "amount_minor", "amount"),
    ("transactions", "currency", "currency"),
    ("transactions", "code_digest", "code_digest"),
    ("transactions", "accepted_ms", "t"),
    ("transactions", "state", "to"),
    ("transactions", "since_ms", "t"),
    ("transactions", "final_ms", "t"),
    ("transactions", "reason", "reason"),
    ("transactions", "purpose", "purpose"),
    ("transactions", "original", "original"),
    ("refund_requests", "transaction_id", "txn"),
    ("refund_requests", "shop", "shop"),
    ("refund_requests", "created_ms", "t"),
];

type Body = Map<String, Value>;
type Cells = Vec<(&'static str, Value)>;

/// Adds to the audit links of a batch what the batch writes into other tables.
pub(crate) fn attach(facts: &mut [Fact]) {
    let mut said: BTreeMap<usize, Vec<(&'static str, Cells)>> = BTreeMap::new();
    for fact in facts.iter() {
        for (place, table, cells) in witnessed(fact, facts) {
            said.entry(place).or_default().push((table, cells));
        }
    }
    for (place, fact) in facts.iter_mut().enumerate() {
        let Fact::Audit(row) = fact else { continue };
        let Ok(mut body) = serde_json::from_str::<Body>(&row.body) else { continue };
        body.insert("txn".to_owned(), json!(row.transaction.to_string()));
        body.insert("touch".to_owned(), json!(row.touch.to_string()));
        body.insert("app".to_owned(), json!(row.app.as_str()));
        body.insert("shop".to_owned(), json!(row.shop.as_str()));
        for (table, cells) in said.remove(&place).unwrap_or_default() {
            say(&mut body, table, cells);
        }
        row.body = Value::Object(body).to_string();
    }
}

/// Returns which link must speak of a fact, of which table, and what.
fn witnessed(fact: &Fact, facts: &[Fact]) -> Vec<(usize, &'static str, Cells)> {
    let first_of = |wanted: &dyn Fn(&crate::rows::AuditRow) -> bool| {
        facts.iter().position(|one| matches!(one, Fact::Audit(row) if wanted(row)))
    };
    let last_of = |wanted: &dyn Fn(&crate::rows::AuditRow) -> bool| {
        facts.iter().rposition(|one| matches!(one, Fact::Audit(row) if wanted(row)))
    };
    match fact {
        Fact::Touch(touch) => {
            let place = first_of(&|row| row.touch == touch.id);
            place.map(|place| (place, "touches", touch_cells(touch))).into_iter().collect()
        }
        Fact::Transaction(row) => {
            let own = |audit: &crate::rows::AuditRow| audit.transaction == row.facts.id;
            let (moving, fixed): (Cells, Cells) =
                transaction_cells(row).into_iter().partition(|(column, _)| MOVING.contains(column));
            let first = first_of(&own).filter(|_| row.prior == 0);
            let first = first.map(|place| (place, "transactions", fixed));
            let last = last_of(&own).map(|place| (place, "transactions", moving));
            first.into_iter().chain(last).collect()
        }
        Fact::OutboxPut(row) => {
            let OutboxMessage::Work { sealed } = &row.message else { return Vec::new() };
            let cells = vec![("sealed_digest", json!(sealed_digest(sealed)))];
            let place = first_of(&|audit| audit.transaction == row.transaction);
            place.map(|place| (place, "outbox", cells)).into_iter().collect()
        }
        Fact::Sale(row) => {
            let place = last_of(&|_| true);
            place.map(|place| (place, "sales", sale_cells(row))).into_iter().collect()
        }
        Fact::Refund(row) => {
            let place = first_of(&|audit| audit.transaction == row.transaction);
            let said = place.map(|place| (place, "refund_requests", refund_cells(row)));
            said.into_iter().collect()
        }
        Fact::Audit(_)
        | Fact::Ledger(_)
        | Fact::OutboxRemove(_)
        | Fact::Exception(_)
        | Fact::GivenBack { .. }
        | Fact::Told(_) => Vec::new(),
    }
}

fn say(body: &mut Body, table: &'static str, cells: Cells) {
    let mut rows = match body.remove(ROWS) {
        Some(Value::Object(rows)) => rows,
        Some(_) | None => Map::new(),
    };
    let mut said = match rows.remove(table) {
        Some(Value::Object(said)) => said,
        Some(_) | None => Map::new(),
    };
    for (column, value) in cells {
        if own_key(body, table, column) != value {
            said.insert(column.to_owned(), value);
        }
    }
    rows.insert(table.to_owned(), Value::Object(said));
    body.insert(ROWS.to_owned(), Value::Object(rows));
}

/// Tells whether a body speaks of a row of this table.
pub(super) fn speaks_of(body: &Body, table: &str) -> bool {
    body.get(ROWS).and_then(|rows| rows.get(table)).is_some()
}

/// Tells whether a body says this column under `rows`.
pub(super) fn says(body: &Body, table: &str, column: &str) -> bool {
    body.get(ROWS).and_then(|rows| rows.get(table)?.get(column)).is_some()
}

/// Returns what a body says of a column of this table.
pub(super) fn said(body: &Body, table: &str, column: &str) -> Value {
    let explicit = body.get(ROWS).and_then(|rows| rows.get(table)?.get(column));
    explicit.cloned().unwrap_or_else(|| own_key(body, table, column))
}

fn own_key(body: &Body, table: &str, column: &str) -> Value {
    let entry = SAID.iter().find(|(of, name, _)| *of == table && *name == column);
    entry.and_then(|(_, _, key)| body.get(*key)).cloned().unwrap_or(Value::Null)
}

/// A sealed command is long and secret enough to be named by its digest.
pub(super) fn sealed_digest(sealed: &str) -> String {
    hex::encode(digest::digest(&digest::SHA256, sealed.as_bytes()))
}

fn touch_cells(row: &TouchRow) -> Cells {
    vec![
        ("id", json!(row.id.to_string())),
        ("app", json!(row.app.as_str())),
        ("request_key", json!(row.key.to_string())),
        ("fingerprint", json!(row.fingerprint)),
        ("token_id", json!(row.token_id)),
        ("terminal", json!(row.terminal.as_str())),
        ("created_ms", json!(row.created.ms())),
    ]
}

fn transaction_cells(row: &TransactionRow) -> Cells {
    let facts = &row.facts;
    let stored = &row.stored;
    let (role, executor) = executor_words(&facts.executor);
    let final_ms = stored.state.is_final().then(|| stored.since.ms());
    let mut cells = vec![
        ("id", json!(facts.id.to_string())),
        ("touch", json!(facts.touch.to_string())),
        ("terminal", json!(facts.terminal.as_str())),
        ("executor_role", json!(role)),
        ("executor", json!(executor)),
        ("app", json!(facts.app.as_str())),
        ("shop", json!(facts.shop.as_str())),
        ("destination", json!(facts.destination.as_str())),
        ("capabilities", json!(facts.capabilities.to_string())),
        ("route", json!(facts.route.letter())),
        ("purpose", json!(purpose_word(facts.purpose))),
        ("amount_minor", json!(facts.amount.minor)),
        ("currency", json!(facts.amount.currency.letters())),
        ("code_digest", json!(facts.code_digest)),
        ("state", json!(stored.state.word())),
        ("version", json!(stored.version)),
        ("prior", json!(row.prior)),
        ("prior_state", json!(prior_state_word(row.prior_state))),
        ("since_ms", json!(stored.since.ms())),
        ("doubt_since_ms", json!(stored.doubt_since.map(|at| at.ms()))),
        ("reversal_decided", json!(i64::from(stored.reversal == ReversalDecided::Yes))),
        ("accepted_ms", json!(facts.accepted_at.ms())),
        ("final_ms", json!(final_ms)),
        ("reason", json!(row.reason)),
        ("original", id_cell(facts.links.original.map(|original| original.id))),
        ("original_purpose", json!(facts.links.original.map(|one| purpose_word(one.purpose)))),
        ("after_half", id_cell(facts.links.after)),
        ("then_half", id_cell(facts.links.then)),
    ];
    if row.prior == 0 {
        cells.push(("boot", json!(row.uptime.as_ref().map(|at| &at.boot))));
        cells.push(("boot_ms", json!(row.uptime.as_ref().map(|at| at.ms))));
    }
    cells
}

fn id_cell(id: Option<TransactionId>) -> Value {
    json!(id.map(|id| id.to_string()))
}

fn refund_cells(row: &RefundRow) -> Cells {
    vec![
        ("shop", json!(row.shop.as_str())),
        ("request_key", json!(row.key.to_string())),
        ("fingerprint", json!(row.fingerprint)),
        ("transaction_id", json!(row.transaction.to_string())),
        ("created_ms", json!(row.created.ms())),
    ]
}

fn sale_cells(row: &SaleRow) -> Cells {
    vec![
        ("id", json!(row.sale.id.to_string())),
        ("terminal", json!(row.terminal.as_str())),
        ("amount_minor", json!(row.sale.amount.minor)),
        ("currency", json!(row.sale.amount.currency.letters())),
        ("order_ref", json!(row.sale.order_ref)),
        ("state", json!(sale_word(row.sale.state))),
        ("touch", json!(row.sale.touch.map(|touch| touch.to_string()))),
        ("expires_ms", json!(row.sale.expires_at.ms())),
    ]
}
