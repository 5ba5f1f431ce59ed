//! Books with everything in them, and the means to change them behind the gateway's back.
//!
//! Owns what the chapters about `audit verify` and `export` share. Next: `verify`.

use super::parts::*;
use baton_core::ledger::Phase;
use baton_core::relay::sale::Sale;
use baton_protocol::ids::*;
use baton_protocol::money::{Currency, Money};
use baton_protocol::phone::SaleState;
use baton_protocol::work::State;
use baton_records::Records;
use baton_records::rows::*;
use baton_records::writer::Fact;
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Column, Row};
use tempfile::TempDir;
use uuid::Uuid;

/// A table as it is: names of columns, and rows with their values.
pub type Dump = (Vec<String>, Vec<Vec<Value>>);

/// Fresh databases of each kind; the SQLite file is forgotten, not removed.
pub async fn addresses() -> Vec<(bool, String)> {
    let folder = TempDir::new().unwrap().keep();
    let mut all = vec![(false, format!("sqlite:{}", folder.join("test.sqlite").display()))];
    match std::env::var("BATON_TEST_POSTGRES") {
        Ok(server) => all.push((true, fresh_postgres(&server).await)),
        Err(_) => eprintln!("BATON_TEST_POSTGRES is not set: PostgreSQL half not run"),
    }
    all
}

pub fn uuid_text(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

/// What a final step writes.
pub fn end(number: u128, state: State, phase: Option<Phase>) -> Vec<Fact> {
    let mut row = transaction(number, 3, state);
    row.reason = (state == State::Declined).then(|| "funds".to_owned());
    let id = row.facts.id;
    let mut body = json!({ "from": "dispatched", "to": state.word(), "t": NOW.ms() });
    let (some, zero) = (Money::new(4_500, Currency::KRW), Money::new(0, Currency::KRW));
    let lines = [("clearing:host", some, zero), ("merchant:shop", zero, some)];
    if let Some(phase) = phase {
        let word = |(account, debit, credit): (&str, Money, Money)| {
            json!({ "account": account, "currency": "KRW", "debit": debit.minor,
                    "credit": credit.minor })
        };
        body["booked"] = json!({ "phase": phase.word(), "lines": lines.map(word) });
    }
    let executor = row.facts.executor.clone();
    let mut facts = vec![
        Fact::Transaction(Box::new(row)),
        audit(number, &body.to_string()),
        Fact::OutboxPut(OutboxRow { transaction: id, executor, message: OutboxMessage::Word }),
    ];
    for (line, (account, debit, credit)) in (0..).zip(lines).filter(|_| phase.is_some()) {
        let (account, phase) = (account.to_owned(), phase.unwrap());
        facts.push(Fact::Ledger(LedgerRow {
            transaction: id,
            phase,
            line,
            account,
            debit,
            credit,
        }));
    }
    facts
}

/// 1 is approved and paid a sale, 2 is declined, 3 is open, 4 to 20 are approved; 1's word is out.
pub async fn write_books(records: &Records) {
    let commit = async |facts| records.writer.commit(facts).await.unwrap();
    let sale = |state| {
        let sale = Sale {
            id: SaleId::new(Uuid::from_u128(9)),
            amount: Money::new(4_500, Currency::KRW),
            order_ref: "주문 \"17\"\n".to_owned(),
            state,
            touch: Some(TouchId::new(Uuid::from_u128(1))),
            expires_at: NOW.after_ms(1_000),
        };
        Fact::Sale(SaleRow { terminal: "t-1".parse().unwrap(), sale })
    };
    let mut first = opening(1);
    first.push(sale(SaleState::Taken));
    commit(first).await;
    for number in 2..=20 {
        commit(opening(number)).await;
    }
    let mut paid = end(1, State::Approved, Some(Phase::Posted));
    paid.push(sale(SaleState::Paid));
    commit(paid).await;
    commit(end(2, State::Declined, None)).await;
    for number in 4..=20 {
        commit(end(number, State::Approved, Some(Phase::Posted))).await;
    }
    let told = TransactionId::new(Uuid::from_u128(4));
    commit(vec![Fact::OutboxRemove(told)]).await;
}

/// Does what someone with all rights can do: lets rows be changed.
pub async fn unlock(pool: &AnyPool, postgres: bool) {
    for table in ["audit", "ledger"] {
        let triggers: &[String] = &if postgres {
            vec![format!("DROP TRIGGER {table}_only_grows ON {table}")]
        } else {
            ["UPDATE", "DELETE"].map(|v| format!("DROP TRIGGER {table}_only_grows_{v}")).into()
        };
        for trigger in triggers {
            sqlx::query(sqlx::AssertSqlSafe(trigger.clone())).execute(pool).await.unwrap();
        }
    }
}

fn value(row: &AnyRow, column: &str) -> Value {
    if let Ok(number) = row.try_get::<Option<i64>, _>(column) {
        return json!(number);
    }
    row.try_get::<Option<String>, _>(column).map_or_else(
        |_| json!(row.try_get::<Vec<u8>, _>(column).unwrap_or_default()),
        |text| json!(text),
    )
}

/// Reads a whole table.
pub async fn dump(pool: &AnyPool, table: &str) -> Dump {
    let question = format!("SELECT * FROM {table} ORDER BY 1, 2, 3");
    let rows = sqlx::query(sqlx::AssertSqlSafe(question)).fetch_all(pool).await.unwrap();
    let names: Vec<String> = rows.first().map_or_else(Vec::new, |row| {
        row.columns().iter().map(|column| column.name().to_owned()).collect()
    });
    let read = |row: &AnyRow| names.iter().map(|name| value(row, name)).collect();
    let rows = rows.iter().map(read).collect();
    (names, rows)
}

/// Puts a table back as it was.
pub async fn restore(pool: &AnyPool, table: &str, (names, rows): &Dump) {
    let clear = format!("DELETE FROM {table}");
    sqlx::query(sqlx::AssertSqlSafe(clear)).execute(pool).await.unwrap();
    for row in rows {
        // PostgreSQL takes no text, not even an absent one, for a number.
        let mut places = Vec::new();
        let mut bound: Vec<&Value> = Vec::new();
        for value in row {
            if value.is_null() {
                places.push("NULL".to_owned());
            } else {
                bound.push(value);
                places.push(format!("${}", bound.len()));
            }
        }
        let insert =
            format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
        let query = sqlx::query(sqlx::AssertSqlSafe(insert));
        let query = bound.into_iter().fold(query, |query, value| match value.as_i64() {
            Some(number) => query.bind(number),
            None => query.bind(value.as_str().map(str::to_owned)),
        });
        query.execute(pool).await.unwrap();
    }
}
