//! Whatever is changed behind the gateway's back is named: table, id and audit number.
//!
//! Owns the tests of `audit verify`: one character of each column of each table in turn on both
//! databases, and single bytes of the SQLite file at many places. Next: `export`.

use super::books::*;
use baton_records::Records;
use baton_records::Snapshot;
use baton_records::audit::{ChainCheck, Finding};
use baton_records::writer::Grouping;
use sqlx::{AnyPool, Column, Row};
use std::fs;

/// Tables whose every column is covered, and what names a row of them.
const COVERED: [(&str, &str); 6] = [
    ("audit", "seq"),
    ("touches", "id"),
    ("transactions", "id"),
    ("ledger", "transaction_id"),
    ("outbox", "transaction_id"),
    ("sales", "id"),
];

async fn check(address: &str) -> Result<ChainCheck, String> {
    let mut snapshot = Snapshot::open(address).await.map_err(|fault| fault.to_string())?;
    let check = snapshot.verify(&mut |_| ()).await.map_err(|fault| fault.to_string());
    snapshot.close().await;
    check
}

async fn finding(address: &str) -> Finding {
    match check(address).await.unwrap() {
        ChainCheck::Broken(finding) => finding,
        ChainCheck::Whole { .. } => panic!("it is called whole"),
    }
}

/// Changes one character or digit of a column, whatever its type, in every row that has one.
fn flipped(postgres: bool, table: &str, column: &str, key: &str, id: &str) -> String {
    let number = column.ends_with("_ms")
        || column.ends_with("_minor")
        || ["seq", "version", "prior", "reversal_decided", "stage", "line", "debit", "credit"]
            .contains(&column);
    let changed = if number {
        format!("{column} + 1")
    } else if postgres {
        format!("overlay({column} placing chr(ascii({column}) # 1) from 1)")
    } else {
        format!("char(unicode({column}) + 1) || substr({column}, 2)")
    };
    let key = if postgres { format!("{key}::text") } else { format!("CAST({key} AS TEXT)") };
    format!("UPDATE {table} SET {column} = {changed} WHERE {key} = '{id}'")
}

async fn columns(pool: &AnyPool, table: &str) -> Vec<String> {
    let question = format!("SELECT * FROM {table} LIMIT 1");
    let row = sqlx::query(sqlx::AssertSqlSafe(question)).fetch_one(pool).await.unwrap();
    row.columns().iter().map(|column| column.name().to_owned()).collect()
}

/// A row of the table, and whether the column says something there.
async fn row_with(pool: &AnyPool, table: &str, key: &str, column: &str) -> Option<String> {
    let question = format!(
        "SELECT CAST({key} AS TEXT) AS id FROM {table} WHERE {column} IS NOT NULL \
         ORDER BY {key} DESC LIMIT 1"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(question)).fetch_optional(pool).await.unwrap();
    row.map(|row| row.get("id"))
}

#[tokio::test]
async fn one_changed_character_in_any_column_is_named_with_its_table() {
    for (postgres, address) in addresses().await {
        let records = Records::open(&address, Grouping::Group).await.unwrap();
        write_books(&records).await;
        let whole = check(&address).await.unwrap();
        assert!(matches!(whole, ChainCheck::Whole { records } if records > 10), "{whole:?}");
        let pool = AnyPool::connect(&address).await.unwrap();
        unlock(&pool, postgres).await;
        let mut tried = 0;
        for (table, key) in COVERED {
            for column in columns(&pool, table).await {
                let Some(id) = row_with(&pool, table, key, &column).await else { continue };
                let before = dump(&pool, table).await;
                let flip = flipped(postgres, table, &column, key, &id);
                let done = sqlx::query(sqlx::AssertSqlSafe(flip.clone())).execute(&pool).await;
                if done.is_err() {
                    // The database's own rules do not let this column be changed like that.
                    continue;
                }
                assert_ne!(dump(&pool, table).await, before, "{flip} changed nothing");

                let found = finding(&address).await;

                tried += 1;
                assert_eq!(found.table, table, "{flip}: {found}");
                if key != column && table != "audit" {
                    assert_eq!(found.id, id, "{flip}: {found}");
                }
                restore(&pool, table, &before).await;
                let again = check(&address).await.unwrap();
                assert!(matches!(again, ChainCheck::Whole { .. }), "{flip}: {again:?}");
            }
        }
        assert!(tried > 45, "only {tried} columns were tried");
        records.close().await;
    }
}

#[tokio::test]
async fn rows_that_vanish_or_appear_are_named() {
    for (postgres, address) in addresses().await {
        let records = Records::open(&address, Grouping::Group).await.unwrap();
        write_books(&records).await;
        let pool = AnyPool::connect(&address).await.unwrap();
        unlock(&pool, postgres).await;
        let (first, open, sale) = (uuid_text(1), uuid_text(3), uuid_text(9));
        let copy = "INSERT INTO ledger SELECT 'nobody', stage, line, phase, account, currency, \
                    debit, credit FROM ledger WHERE stage = 1 LIMIT 1";
        for (change, table, id) in [
            (
                format!("DELETE FROM ledger WHERE transaction_id = '{first}'"),
                "ledger",
                first.as_str(),
            ),
            (format!("DELETE FROM transactions WHERE id = '{first}'"), "transactions", &first),
            (format!("DELETE FROM touches WHERE id = '{first}'"), "touches", &first),
            (format!("DELETE FROM outbox WHERE transaction_id = '{open}'"), "outbox", &open),
            ("DELETE FROM sales".to_owned(), "sales", &sale),
            (copy.to_owned(), "ledger", "nobody"),
        ] {
            let before = dump(&pool, table).await;
            sqlx::query(sqlx::AssertSqlSafe(change.clone())).execute(&pool).await.unwrap();

            let found = finding(&address).await;

            assert_eq!((found.table, found.id.as_str()), (table, id), "{change}: {found}");
            restore(&pool, table, &before).await;
        }
        sqlx::query("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)")
            .execute(&pool)
            .await
            .unwrap();
        assert_eq!(finding(&address).await.table, "audit_head");
        records.close().await;
    }
}

/// The file is copied with one byte changed, at places all over it.
#[tokio::test]
async fn no_single_changed_byte_of_the_file_is_called_whole_when_it_says_something_else() {
    let folder = tempfile::TempDir::new().unwrap();
    let address = format!("sqlite:{}", folder.path().join("books.sqlite").display());
    let records = Records::open(&address, Grouping::Group).await.unwrap();
    write_books(&records).await;
    records.close().await;
    let original = fs::read(folder.path().join("books.sqlite")).unwrap();
    let pool = AnyPool::connect(&address).await.unwrap();
    let truth = dump_all(&pool).await;
    pool.close().await;
    let damaged = folder.path().join("damaged.sqlite");
    let at = format!("sqlite:{}", damaged.display());
    let (mut named, mut harmless, mut unreadable) = (0, 0, 0);

    // A prime step visits every kind of page and every place in a page.
    for place in (0..original.len()).step_by(1_999) {
        let mut bytes = original.clone();
        bytes[place] ^= 1 << (place % 8);
        for old in ["damaged.sqlite-wal", "damaged.sqlite-shm"] {
            fs::remove_file(folder.path().join(old)).ok();
        }
        fs::write(&damaged, bytes).unwrap();

        match check(&at).await {
            Ok(ChainCheck::Broken(_)) => named += 1,
            Err(_) => unreadable += 1,
            Ok(ChainCheck::Whole { .. }) => {
                let pool = AnyPool::connect(&at).await.unwrap();
                assert_eq!(dump_all(&pool).await, truth, "byte {place} is called whole");
                pool.close().await;
                harmless += 1;
            }
        }
    }
    assert!(named > 20, "named {named}, harmless {harmless}, unreadable {unreadable}");
}

async fn dump_all(pool: &AnyPool) -> Vec<Dump> {
    let mut all = Vec::new();
    for (table, _) in COVERED {
        all.push(dump(pool, table).await);
    }
    all.push(dump(pool, "audit_head").await);
    all
}
