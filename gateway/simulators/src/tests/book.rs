use super::stage::{AMOUNT, payment, transaction};
use crate::book::{Book, digest_hex};
use crate::ledger::Issued;
use crate::outcome::{Answer, Codes, Delivery, Known, Reversal};
use crate::{EntryState, read_ledger};
use baton_protocol::work::DeclineReason;
use std::collections::BTreeMap;
use std::io::Write;

fn open(codes: Codes) -> Book {
    Book::open(codes, &BTreeMap::new(), None).unwrap()
}

fn approved(answer: &Answer) -> bool {
    matches!(answer, Answer::Approved { .. })
}

#[test]
fn a_code_pays_once() {
    let mut book = open(Codes::Any);

    let (first, _) = book.authorize(transaction(1), &payment("A1B2C3D4"), 0);
    let second = book.authorize(transaction(2), &payment("A1B2C3D4"), 0);

    assert!(approved(&first));
    assert_eq!(second, (Answer::CodeUsed, Delivery::Now));
}

#[test]
fn a_decline_burns_the_code() {
    let mut book = open(Codes::Any);

    let (first, _) = book.authorize(transaction(1), &payment("X-FUNDS-1"), 0);
    let (second, _) = book.authorize(transaction(2), &payment("X-FUNDS-1"), 0);

    assert_eq!(first, Answer::Declined(DeclineReason::Funds));
    assert_eq!(second, Answer::CodeUsed);
}

#[test]
fn the_same_transaction_gets_the_same_answer_and_one_charge() {
    let mut book = open(Codes::Any);

    let first = book.authorize(transaction(1), &payment("A1B2C3D4"), 0);
    let again = book.authorize(transaction(1), &payment("A1B2C3D4"), 9);

    assert_eq!(first, again);
    assert_eq!(book.entries().map(|entry| entry.charges).sum::<u32>(), 1);
}

#[test]
fn the_same_transaction_with_another_code_is_told_nothing() {
    let mut book = open(Codes::Any);

    book.authorize(transaction(1), &payment("A1B2C3D4"), 0);
    let (other, _) = book.authorize(transaction(1), &payment("A1B2C3D5"), 0);

    assert_eq!(other, Answer::Inconclusive);
}

#[test]
fn a_reversal_that_comes_first_refuses_its_original_for_ever() {
    let mut book = open(Codes::Any);

    let reversed = book.reverse(transaction(1), AMOUNT);
    let (original, _) = book.authorize(transaction(1), &payment("A1B2C3D4"), 0);
    let (again, _) = book.authorize(transaction(1), &payment("A1B2C3D4"), 0);
    let (other, _) = book.authorize(transaction(2), &payment("A1B2C3D4"), 0);

    assert_eq!(reversed, Reversal::Accepted);
    assert_eq!(original, Answer::Declined(DeclineReason::Reversed));
    assert_eq!(again, original);
    assert_eq!(other, Answer::CodeUsed);
    assert_eq!(book.inquire(transaction(1)), Known::Reversed);
}

#[test]
fn a_reversal_counts_once_and_of_the_whole_amount_only() {
    let mut book = open(Codes::Any);
    book.authorize(transaction(1), &payment("A1B2C3D4"), 0);
    let mut part = AMOUNT;
    part.minor -= 1;

    let answers = [part, AMOUNT, AMOUNT].map(|amount| book.reverse(transaction(1), amount));

    assert_eq!(answers, [Reversal::Refused, Reversal::Accepted, Reversal::Accepted]);
    assert_eq!(book.entries().map(|entry| entry.reversed).sum::<u32>(), 1);
    let (repeat, _) = book.authorize(transaction(1), &payment("A1B2C3D4"), 0);
    assert_eq!(repeat, Answer::Declined(DeclineReason::Reversed));
}

#[test]
fn an_issued_code_ends_at_its_stated_moment() {
    let mut book = open(Codes::Issued);
    for code in ["CODE-1", "CODE-2"] {
        let code_digest = digest_hex(code);
        book.issue(Issued { code_digest, expires_at_ms: 100, amount: None, currency: None });
    }

    let (before, _) = book.authorize(transaction(1), &payment("CODE-1"), 99);
    let (at, _) = book.authorize(transaction(2), &payment("CODE-2"), 100);
    let (never, _) = book.authorize(transaction(3), &payment("CODE-3"), 0);

    assert!(approved(&before));
    assert_eq!(at, Answer::Declined(DeclineReason::CodeExpired));
    assert_eq!(never, Answer::Declined(DeclineReason::CodeUnknown));
}

#[test]
fn a_torn_last_line_is_forgotten_and_the_file_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let open = || Book::open(Codes::Any, &BTreeMap::new(), Some(&path)).unwrap();
    let mut book = open();
    book.authorize(transaction(1), &payment("A1B2C3D4"), 0);
    book.flush().unwrap();
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(br#"{"line":"entry","transac"#).unwrap();
    assert_eq!(read_ledger(&path).unwrap().len(), 1);

    let mut book = open();
    book.reverse(transaction(1), AMOUNT);
    book.reverse(transaction(2), AMOUNT);
    book.flush().unwrap();

    let states: Vec<_> = read_ledger(&path).unwrap().iter().map(|entry| entry.state).collect();
    assert_eq!(states, [EntryState::Reversed, EntryState::Tombstone]);
}

#[test]
fn a_ledger_damaged_in_the_middle_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    std::fs::write(&path, "rubbish\n").unwrap();

    assert!(Book::open(Codes::Any, &BTreeMap::new(), Some(&path)).is_err());
    assert!(read_ledger(&path).is_err());
}
