//! Touches, transactions, ledger, outbox and sales against the chain, a range of touches at a time.
//!
//! Owns which rows must be there and what must stand in them. The chain was checked before, so
//! what differs is the row's fault. Memory is bounded by the range. Next: `witness`.

use super::verify::{Finding, Progress, Stop, found};
use super::witness::{MOVING, said, says, sealed_digest, speaks_of};
use crate::rows::{number, stage, text};
use crate::snapshot::{Bind, Cells, Snapshot, cells};
use crate::writer::{LEDGER, OUTBOX, REFUNDS, SALES, TOUCHES, TRANSACTIONS, Table};
use baton_core::ledger::{Booked, Booking, Entry, Line, Phase, Side};
use baton_protocol::money::{Currency, Money};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Touches compared at a time: their rows and audit bodies are a few megabytes.
const TOUCHES_READ_MAX: i64 = 500;

type Body = Map<String, Value>;

/// The rows of a range of touches.
#[derive(Default)]
struct Range {
    /// Audit bodies by transaction, in order.
    said: BTreeMap<String, Vec<(i64, Body)>>,
    touches: BTreeMap<String, Cells>,
    transactions: BTreeMap<String, Cells>,
    ledger: Vec<Cells>,
    outbox: BTreeMap<String, Cells>,
    sales: BTreeMap<String, Cells>,
    refunds: BTreeMap<String, Cells>,
}

pub(super) async fn tables(
    snapshot: &mut Snapshot,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Stop> {
    let next = "SELECT id FROM touches WHERE id > $1 ORDER BY id LIMIT $2";
    let last = "SELECT COALESCE(MAX(m), '') AS id FROM (SELECT MAX(id) AS m FROM touches \
                UNION ALL SELECT MAX(touch) FROM transactions \
                UNION ALL SELECT MAX(touch) FROM audit) AS all_m";
    let mut after = String::new();
    let mut compared = 0_i64;
    loop {
        let binds = [Bind::Text(after.clone()), Bind::Number(TOUCHES_READ_MAX)];
        let page = snapshot.page(next, &binds).await?;
        let full = i64::try_from(page.len()) == Ok(TOUCHES_READ_MAX);
        let end = if full { page } else { snapshot.page(last, &[]).await? };
        let Some(end) = end.last() else { break };
        let to = text(end, "id")?;
        let range = read(snapshot, &after, &to).await?;
        compared += i64::try_from(range.touches.len()).unwrap_or(0);
        if let Some(first) = range.findings().into_iter().min_by_key(order) {
            return Err(Stop::Found(first));
        }
        progress(Progress::Touches(compared));
        if !full {
            break;
        }
        after = to;
    }
    orphans(snapshot).await
}

fn order(finding: &Finding) -> i64 {
    finding.seq.unwrap_or(i64::MAX)
}

/// Rows about transactions that do not exist, and originals of which more or less is given back
/// than their refunds say.
async fn orphans(snapshot: &mut Snapshot) -> Result<(), Stop> {
    for (table, question) in [
        (
            "ledger",
            "SELECT transaction_id AS id FROM ledger WHERE NOT EXISTS \
             (SELECT 1 FROM transactions WHERE transactions.id = ledger.transaction_id) LIMIT 1",
        ),
        (
            "outbox",
            "SELECT transaction_id AS id FROM outbox WHERE NOT EXISTS \
             (SELECT 1 FROM transactions WHERE transactions.id = outbox.transaction_id) LIMIT 1",
        ),
        (
            "refund_requests",
            "SELECT transaction_id AS id FROM refund_requests WHERE NOT EXISTS (SELECT 1 \
             FROM transactions WHERE transactions.id = refund_requests.transaction_id) LIMIT 1",
        ),
    ] {
        if let Some(row) = snapshot.page(question, &[]).await?.first() {
            let id = text(row, "id").unwrap_or_default();
            return Err(found(table, id, None, "there is no such transaction"));
        }
    }
    let given_back = "SELECT id FROM transactions AS whole WHERE refunded_minor <> COALESCE( \
                      (SELECT SUM(part.amount_minor) FROM transactions AS part \
                      WHERE part.original = whole.id AND part.state NOT IN ('declined', \
                      'cancelled', 'reversed', 'expired', 'rejected')), 0) LIMIT 1";
    if let Some(row) = snapshot.page(given_back, &[]).await?.first() {
        let why = "its column refunded_minor is not the sum of its refunds";
        return Err(found("transactions", text(row, "id").unwrap_or_default(), None, why));
    }
    Ok(())
}

async fn read(snapshot: &mut Snapshot, after: &str, to: &str) -> Result<Range, Stop> {
    let binds = [Bind::Text(after.to_owned()), Bind::Text(to.to_owned())];
    let mut range = Range::default();
    let question = "SELECT seq, transaction_id, body FROM audit \
                    WHERE touch > $1 AND touch <= $2 ORDER BY touch, seq";
    for row in snapshot.page(question, &binds).await? {
        let body = serde_json::from_str(&text(&row, "body")?).unwrap_or_default();
        let said = range.said.entry(text(&row, "transaction_id")?).or_default();
        said.push((number(&row, "seq")?, body));
    }
    let question = "SELECT * FROM touches WHERE id > $1 AND id <= $2";
    range.touches = keyed(rows(snapshot, question, &binds, &TOUCHES).await?, "id");
    let question = "SELECT * FROM transactions WHERE touch > $1 AND touch <= $2";
    range.transactions = keyed(rows(snapshot, question, &binds, &TRANSACTIONS).await?, "id");
    let question = "SELECT ledger.* FROM transactions \
                    JOIN ledger ON ledger.transaction_id = transactions.id \
                    WHERE transactions.touch > $1 AND transactions.touch <= $2";
    range.ledger = rows(snapshot, question, &binds, &LEDGER).await?;
    let question = "SELECT outbox.* FROM transactions \
                    JOIN outbox ON outbox.transaction_id = transactions.id \
                    WHERE transactions.touch > $1 AND transactions.touch <= $2";
    range.outbox = keyed(rows(snapshot, question, &binds, &OUTBOX).await?, "transaction_id");
    let question = "SELECT * FROM sales WHERE touch > $1 AND touch <= $2";
    range.sales = keyed(rows(snapshot, question, &binds, &SALES).await?, "id");
    let question = "SELECT refund_requests.* FROM transactions \
                    JOIN refund_requests ON refund_requests.transaction_id = transactions.id \
                    WHERE transactions.touch > $1 AND transactions.touch <= $2";
    range.refunds = keyed(rows(snapshot, question, &binds, &REFUNDS).await?, "transaction_id");
    Ok(range)
}

async fn rows(
    snapshot: &mut Snapshot,
    question: &'static str,
    binds: &[Bind],
    table: &Table,
) -> Result<Vec<Cells>, Stop> {
    let rows = snapshot.page(question, binds).await?;
    let read = rows.iter().map(|row| {
        cells(row, table.columns).map_err(|column| {
            let id = table.columns.first().and_then(|key| text(row, key).ok());
            let why = format!("its column {column} cannot be read");
            found(table.name, id.unwrap_or_default(), None, &why)
        })
    });
    read.collect()
}

fn keyed(rows: Vec<Cells>, key: &str) -> BTreeMap<String, Cells> {
    let named = |row: Cells| (row.get(key).map(words).unwrap_or_default(), row);
    rows.into_iter().map(named).collect()
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Range {
    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.check_requests(&TOUCHES, "id", &self.touches, &mut findings);
        self.check_requests(&REFUNDS, "transaction_id", &self.refunds, &mut findings);
        for (id, said) in &self.said {
            self.check_transaction(id, said, &mut findings);
            self.check_outbox(id, said, &mut findings);
        }
        for id in self.transactions.keys().filter(|id| !self.said.contains_key(*id)) {
            findings.push(unknown("transactions", id));
        }
        self.check_ledger(&mut findings);
        self.check_sales(&mut findings);
        findings
    }

    fn bodies(&self) -> impl Iterator<Item = &(i64, Body)> {
        self.said.values().flatten()
    }

    /// Requests of phones and merchants: each is said once, when it begins something.
    fn check_requests(
        &self,
        table: &Table,
        key: &str,
        rows: &BTreeMap<String, Cells>,
        findings: &mut Vec<Finding>,
    ) {
        let mut known = BTreeSet::new();
        for (seq, body) in self.bodies().filter(|(_, body)| speaks_of(body, table.name)) {
            let id = words(&said(body, table.name, key));
            findings.extend(differs(table.name, &id, *seq, rows.get(&id), table.columns, body));
            known.insert(id);
        }
        let alien = rows.keys().filter(|id| !known.contains(*id));
        findings.extend(alien.map(|id| unknown(table.name, id)));
    }

    fn check_transaction(&self, id: &str, bodies: &[(i64, Body)], findings: &mut Vec<Finding>) {
        let table = "transactions";
        let row = self.transactions.get(id);
        let fixed = bodies.iter().find(|(_, body)| says(body, table, "executor_role"));
        let moving = bodies.iter().rev().find(|(_, body)| says(body, table, "version"));
        let (Some((first, fixed)), Some((last, moving))) = (fixed, moving) else {
            findings.extend(row.map(|_| unknown(table, id)));
            return;
        };
        let (steps, facts): (Vec<&str>, Vec<&str>) =
            TRANSACTIONS.columns.iter().copied().partition(|column| MOVING.contains(column));
        let bad = differs(table, id, *first, row, &facts, fixed);
        findings.extend(bad.or_else(|| differs(table, id, *last, row, &steps, moving)));
    }

    /// A command waits as it was sealed, or the final word does; both for the right executor.
    fn check_outbox(&self, id: &str, bodies: &[(i64, Body)], findings: &mut Vec<Finding>) {
        let table = "outbox";
        let sealed = bodies.iter().rev().find(|(_, body)| speaks_of(body, table));
        let Some((transaction, (seq, body))) = self.transactions.get(id).zip(sealed) else {
            return;
        };
        let mut bad = |why: &str| findings.push(finding(table, id, Some(*seq), why));
        let over = transaction.get("final_ms") != Some(&Value::Null);
        let Some(row) = self.outbox.get(id) else {
            if !over {
                bad("the command is missing");
            }
            return;
        };
        let column = |name: &str| row.get(name).unwrap_or(&Value::Null);
        let digest = column("sealed").as_str().map(sealed_digest);
        let right = if over {
            column("message") == "word" && column("sealed").is_null()
        } else {
            column("message") == "work" && json!(digest) == said(body, table, "sealed_digest")
        };
        if !right {
            bad("its message is not what was written");
        }
        for name in ["executor_role", "executor"] {
            if row.get(name) != transaction.get(name) {
                bad(&format!("its column {name} is not its transaction's"));
            }
        }
    }

    fn check_ledger(&self, findings: &mut Vec<Finding>) {
        let place = |cells: &Cells| {
            let column = |name| words(cells.get(name).unwrap_or(&Value::Null));
            (column("transaction_id"), column("stage"), column("line"))
        };
        let mut there: BTreeMap<_, &Cells> =
            self.ledger.iter().map(|row| (place(row), row)).collect();
        for (id, bodies) in &self.said {
            let mut booked = Booked::default();
            for (seq, body) in bodies {
                let Some(said) = body.get("booked") else { continue };
                let lawful = booking(said).is_some_and(|one| booked.take(&one).is_ok());
                if !lawful {
                    let why = "what it says was booked is no lawful booking";
                    findings.push(finding("audit", &seq.to_string(), Some(*seq), why));
                }
                for wanted in ledger_rows(id, said) {
                    let row = there.remove(&place(&wanted));
                    let column = LEDGER.columns.iter().find(|column| {
                        row.is_some_and(|row| row.get(*column) != wanted.get(*column))
                    });
                    let why = match (row, column) {
                        (None, _) => "a line is missing".to_owned(),
                        (_, Some(column)) => differing(column),
                        (Some(_), None) => continue,
                    };
                    findings.push(finding("ledger", id, Some(*seq), &why));
                }
            }
        }
        findings.extend(there.into_keys().map(|(id, _, _)| unknown("ledger", &id)));
    }

    /// Sales that a touch is paying or has paid; open ones are no money yet.
    fn check_sales(&self, findings: &mut Vec<Finding>) {
        let mut newest: BTreeMap<String, &(i64, Body)> = BTreeMap::new();
        for one in self.bodies().filter(|(_, body)| speaks_of(body, "sales")) {
            let id = words(&said(&one.1, "sales", "id"));
            let known = newest.entry(id).or_insert(one);
            if one.0 > known.0 {
                *known = one;
            }
        }
        for (id, (seq, body)) in newest {
            if !said(body, "sales", "touch").is_null() {
                let row = self.sales.get(&id);
                findings.extend(differs("sales", &id, *seq, row, SALES.columns, body));
            }
        }
    }
}

fn differs(
    table: &'static str,
    id: &str,
    seq: i64,
    row: Option<&Cells>,
    columns: &[&str],
    body: &Body,
) -> Option<Finding> {
    let Some(row) = row else { return Some(finding(table, id, Some(seq), "it is missing")) };
    let other = |column: &&&str| row.get(**column) != Some(&said(body, table, column));
    let column = columns.iter().find(other)?;
    Some(finding(table, id, Some(seq), &differing(column)))
}

fn differing(column: &str) -> String {
    format!("its column {column} is not what the audit says")
}

fn unknown(table: &'static str, id: &str) -> Finding {
    finding(table, id, None, "the audit knows nothing of it")
}

fn finding(table: &'static str, id: &str, seq: Option<i64>, why: &str) -> Finding {
    Finding { table, id: id.to_owned(), seq, why: why.to_owned() }
}

/// Reads what a body says was booked, if that is a balanced entry.
fn booking(said: &Value) -> Option<Booking> {
    let phase = Phase::lookup(said.get("phase")?.as_str()?)?;
    let lines: Option<Vec<Line>> = said.get("lines")?.as_array()?.iter().map(line).collect();
    Booking::of(phase, Entry::new(lines?).ok()?)
}

fn line(said: &Value) -> Option<Line> {
    let account = said.get("account")?.as_str()?.parse().ok()?;
    let currency = Currency::from_letters(said.get("currency")?.as_str()?).ok()?;
    let minor = |key| said.get(key)?.as_i64();
    let (side, minor) = match (minor("debit")?, minor("credit")?) {
        (debit, 0) => (Side::Debit, debit),
        (0, credit) => (Side::Credit, credit),
        _ => return None,
    };
    Some(Line { account, side, amount: Money::new(minor, currency) })
}

/// The rows that such a booking must have left.
fn ledger_rows(id: &str, said: &Value) -> Vec<Cells> {
    let phase = said.get("phase").cloned().unwrap_or_default();
    let lines = said.get("lines").and_then(Value::as_array).cloned().unwrap_or_default();
    let stage = phase.as_str().and_then(Phase::lookup).map(stage);
    let cell = |column: &str, place: usize, line: &Value| match column {
        "transaction_id" => json!(id),
        "stage" => json!(stage),
        "line" => json!(place),
        "phase" => phase.clone(),
        other => line.get(other).cloned().unwrap_or_default(),
    };
    let row = |(place, line): (usize, &Value)| {
        LEDGER.columns.iter().map(|column| (*column, cell(column, place, line))).collect()
    };
    lines.iter().enumerate().map(row).collect()
}
