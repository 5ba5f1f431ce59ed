//! The export is exactly the format of trust.md, and strangers can check its hashes.
//!
//! Owns the tests of fields, of what counts, of `--after` and of the chain in Python's standard
//! library. Next: `parts`.

use super::books::*;
use super::parts::*;
use baton_core::ledger::Phase;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_records::export::Book;
use baton_records::rows::LedgerRow;
use baton_records::writer::{Fact, Grouping};
use baton_records::{Records, Snapshot};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use uuid::Uuid;

/// A stranger's check of the chain, from the sentence in trust.md alone.
const STRANGER: &str = r#"
import hashlib, json, sys
prev, seq = "0" * 64, 0
for line in sys.stdin.buffer:
    record = json.loads(line)
    body = json.dumps(record["body"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(record["prev"].encode() + body.encode()).hexdigest()
    seq += 1
    assert record["seq"] == seq and record["prev"] == prev and record["hash"] == digest, record
    prev = digest
print(seq)
"#;

async fn lines(snapshot: &mut Snapshot, book: Book, after: i64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut sink = |line: &str| {
        lines.push(line.to_owned());
        Ok(())
    };
    let told = snapshot.export(book, after, &mut sink).await.unwrap();
    assert_eq!(usize::try_from(told), Ok(lines.len()));
    lines
}

fn read(lines: &[String]) -> Vec<Value> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn fields(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn each_book_has_exactly_the_fields_of_the_format() {
    for (_, address) in addresses().await {
        let records = Records::open(&address, Grouping::Group).await.unwrap();
        write_books(&records).await;
        let mut snapshot = Snapshot::open(&address).await.unwrap();
        // What comes after the snapshot is not in it.
        records.writer.commit(opening(21)).await.unwrap();

        let gateway = read(&lines(&mut snapshot, Book::Gateway, 0).await);
        let audit = read(&lines(&mut snapshot, Book::Audit, 0).await);
        let ledger = read(&lines(&mut snapshot, Book::Ledger, 0).await);

        assert_eq!((gateway.len(), audit.len(), ledger.len()), (20, 59, 36));
        for (book, names) in [
            (
                &gateway,
                &[
                    "txn",
                    "key",
                    "code_digest",
                    "terminal",
                    "app",
                    "amount",
                    "state",
                    "route",
                    "accepted_at",
                    "final_at",
                ][..],
            ),
            (&audit, &["seq", "prev", "hash", "body"]),
            (&ledger, &["txn", "account", "currency", "debit", "credit"]),
        ] {
            for line in book {
                assert_eq!(fields(line), names.iter().copied().collect());
            }
        }
        assert_eq!(gateway[0]["state"], "approved");
        assert_eq!(gateway[0]["key"], uuid_text(1));
        assert_eq!(gateway[2]["final_at"], Value::Null);
        assert_eq!(audit[0]["body"]["txn"], uuid_text(1));
        for empty in [Book::Orders, Book::Stock, Book::Draws] {
            assert_eq!(lines(&mut snapshot, empty, 0).await, [""; 0]);
        }
        snapshot.close().await;
        records.close().await;
    }
}

#[tokio::test]
async fn only_ledger_lines_that_count_are_exported() {
    for (_, address) in addresses().await {
        let records = Records::open(&address, Grouping::Group).await.unwrap();
        write_books(&records).await;
        let (five, zero) = (Money::new(5, Currency::KRW), Money::new(0, Currency::KRW));
        for phase in [Phase::Pending, Phase::Voided] {
            let transaction = TransactionId::new(Uuid::from_u128(3));
            let account = "merchant:shop".to_owned();
            let row = LedgerRow { transaction, phase, line: 0, account, debit: five, credit: zero };
            records.writer.commit(vec![Fact::Ledger(row)]).await.unwrap();
        }
        let mut snapshot = Snapshot::open(&address).await.unwrap();

        let ledger = read(&lines(&mut snapshot, Book::Ledger, 0).await);

        assert_eq!(ledger.len(), 36);
        assert!(ledger.iter().all(|line| line["txn"] != uuid_text(3)));
        snapshot.close().await;
        records.close().await;
    }
}

#[tokio::test]
async fn after_a_number_come_the_later_steps_and_what_they_changed() {
    for (_, address) in addresses().await {
        let records = Records::open(&address, Grouping::Group).await.unwrap();
        write_books(&records).await;
        records.writer.commit(opening(21)).await.unwrap();
        let mut snapshot = Snapshot::open(&address).await.unwrap();

        let audit = read(&lines(&mut snapshot, Book::Audit, 58).await);
        let gateway = read(&lines(&mut snapshot, Book::Gateway, 58).await);
        let ledger = read(&lines(&mut snapshot, Book::Ledger, 58).await);

        assert_eq!(audit.iter().map(|one| one["seq"].as_i64()).next(), Some(Some(59)));
        let ids: Vec<&Value> = gateway.iter().map(|line| &line["txn"]).collect();
        assert_eq!(ids, [&uuid_text(20), &uuid_text(21)]);
        assert_eq!(ledger.len(), 2);
        snapshot.close().await;
        records.close().await;
    }
}

#[tokio::test]
async fn a_stranger_recomputes_every_hash_from_the_export_alone() {
    let (_, address) = addresses().await.swap_remove(0);
    let records = Records::open(&address, Grouping::Group).await.unwrap();
    write_books(&records).await;
    let odd = r#"{"to":"received","why":"é 한글 𝄞 \" \\ \u0001 \u001f \b \t / \u007f"}"#;
    records.writer.commit(vec![audit(99, odd)]).await.unwrap();
    let mut snapshot = Snapshot::open(&address).await.unwrap();
    let audit = lines(&mut snapshot, Book::Audit, 0).await;
    snapshot.close().await;
    records.close().await;
    let mut python = Command::new("python3");
    python.args(["-c", STRANGER]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut python) = python.spawn() else {
        return eprintln!("python3 is not here: the stranger's check is not run");
    };

    let mut input = python.stdin.take().unwrap();
    input.write_all((audit.join("\n") + "\n").as_bytes()).unwrap();
    drop(input);
    let mut said = String::new();
    std::io::Read::read_to_string(&mut python.stdout.take().unwrap(), &mut said).unwrap();

    assert!(python.wait().unwrap().success());
    assert_eq!(said.trim(), audit.len().to_string());
}
