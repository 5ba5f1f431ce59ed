//! A history that breaks nothing, and what changes it.
//!
//! Owns one terminal with an approved payment of which a part was given back, a reversed payment,
//! and a touch whose payment was declined and whose points came back. Next: the tests beside it.

use crate::check::all;
use crate::check::journals::{ORIGIN, canonical, link};
use crate::history::*;
use serde_json::{Value, json};

/// Where a transaction went, one step after another.
pub type Way = (&'static str, &'static [&'static str]);

const STORIES: &[Way] = &[
    ("t-1", &["received", "dispatched", "approved"]),
    ("t-2", &["received", "dispatched", "unknown", "reversing", "reversed"]),
    ("t-3", &["received", "dispatched", "approved"]),
    ("t-4", &["received", "dispatched", "approved"]),
    ("t-5", &["received", "dispatched", "declined"]),
    ("t-6", &["received", "dispatched", "approved"]),
];

pub fn good() -> History {
    let mut history = History {
        cast: cast(),
        asked: vec![
            asked("k-1", "c-1", 500),
            asked("k-2", "c-2", 700),
            asked("r-1", "", -200),
            Asked { app: "points".to_owned(), uses: Uses::Often, ..asked("k-3", "m-1", 50) },
            asked("k-3", "c-3", 300),
        ],
        told: vec![
            told("k-1", "t-1", "approved", 500),
            told("k-2", "t-2", "reversing", 700),
            told("r-1", "t-3", "approved", -200),
        ],
        transactions: vec![
            transaction("t-1", "k-1", "approved", 500),
            transaction("t-2", "k-2", "reversed", 700),
            transaction("t-3", "r-1", "approved", -200),
            in_points(transaction("t-4", "k-3", "approved", 50)),
            transaction("t-5", "k-3", "declined", 300),
            in_points(transaction("t-6", "k-3", "approved", -50)),
        ],
        ledger: vec![
            line("t-1", "clearing:wallet", 500, 0),
            line("t-1", "merchant:shop", 0, 500),
            line("t-3", "clearing:wallet", 0, 200),
            line("t-3", "merchant:shop", 200, 0),
        ],
        sales: vec![SaleLine {
            id: "s-1".to_owned(),
            state: "paid".to_owned(),
            key: Some("k-1".to_owned()),
            amount: 500,
        }],
        journals: vec![journal()],
        charges: vec![
            charge("t-1", "c-1", 500, (1, 0)),
            charge("t-2", "c-2", 700, (1, 1)),
            Charge { original: Some("t-1".to_owned()), ..charge("t-3", "", 200, (1, 0)) },
            redeemed(charge("t-4", "m-1", 50, (1, 0))),
            charge("t-5", "c-3", 300, (0, 0)),
            Charge {
                original: Some("t-4".to_owned()),
                ..redeemed(charge("t-6", "m-1", 50, (1, 0)))
            },
        ],
        pos_sales: vec![PosSale { transaction: "t-1".into(), status: "approved".into() }],
        lines: 1,
        ..History::default()
    };
    tell_stories(&mut history, &[]);
    history
}

/// What the counter wrote down.
fn journal() -> Journal {
    let accepted = |id: &str, epoch: u64, amount: i64, currency: &str, digest: &str| {
        json!({"txn": id, "ev": "accepted", "epoch": epoch, "amount": amount,
               "currency": currency, "digest": digest})
    };
    chain_journal(&[
        accepted("t-1", 1, 500, "KRW", "d-1"),
        json!({"txn": "t-1", "ev": "submitted", "epoch": 1}),
        json!({"txn": "t-1", "ev": "result", "result": "approved", "epoch": 1}),
        json!({"txn": "t-1", "ev": "shown", "epoch": 1}),
        accepted("t-2", 2, 700, "KRW", "d-2"),
        json!({"txn": "t-2", "ev": "submitted", "epoch": 2}),
        accepted("t-4", 2, 50, "PTS", "d-4"),
        json!({"txn": "t-4", "ev": "submitted", "epoch": 2}),
        json!({"txn": "t-4", "ev": "result", "result": "approved", "epoch": 2}),
        accepted("t-5", 2, 300, "KRW", "d-5"),
        json!({"txn": "t-5", "ev": "submitted", "epoch": 2}),
        json!({"txn": "t-5", "ev": "result", "result": "declined", "epoch": 2}),
    ])
}

fn cast() -> Cast {
    let app = |destination: &str, currency: &str| AppOf {
        destination: destination.to_owned(),
        currency: currency.to_owned(),
    };
    let apps = [("app", app("wallet", "KRW")), ("points", app("points", POINTS))];
    let counter = || "counter".to_owned();
    Cast {
        shop: "shop".to_owned(),
        points_first: 50,
        apps: apps.into_iter().map(|(id, app)| (id.to_owned(), app)).collect(),
        devices: [(counter(), counter())].into(),
        epochs: [(counter(), 2)].into(),
        audit_head: (0, String::new()),
    }
}

pub fn asked(key: &str, code_sha: &str, amount: i64) -> Asked {
    let (app, terminal) = ("app".to_owned(), "counter".to_owned());
    let (key, code_sha) = (key.to_owned(), code_sha.to_owned());
    Asked { key, app, terminal, code_sha, uses: Uses::Once, amount }
}

pub fn told(key: &str, transaction: &str, state: &str, amount: i64) -> Told {
    Told {
        key: key.to_owned(),
        transaction: transaction.to_owned(),
        state: state.to_owned(),
        amount,
        currency: "KRW".to_owned(),
    }
}

fn transaction(id: &str, key: &str, state: &str, amount: i64) -> Transaction {
    Transaction {
        id: id.to_owned(),
        key: key.to_owned(),
        terminal: "counter".to_owned(),
        route: "S".to_owned(),
        app: "app".to_owned(),
        amount,
        code_digest: id.replace('t', "d"),
        state: state.to_owned(),
        accepted_ms: 1,
        final_ms: Some(2),
    }
}

fn in_points(one: Transaction) -> Transaction {
    Transaction { app: "points".to_owned(), ..one }
}

pub fn line(transaction: &str, account: &str, debit: i64, credit: i64) -> LedgerLine {
    let (transaction, currency) = (transaction.to_owned(), "KRW".to_owned());
    LedgerLine { transaction, account: account.to_owned(), currency, debit, credit }
}

pub fn charge(transaction: &str, code: &str, amount: i64, times: (u32, u32)) -> Charge {
    Charge {
        destination: "wallet".to_owned(),
        transaction: transaction.to_owned(),
        code_sha: code.to_owned(),
        uses: Uses::Once,
        action: String::new(),
        amount,
        currency: "KRW".to_owned(),
        charges: times.0,
        reversed: times.1,
        original: None,
    }
}

fn redeemed(one: Charge) -> Charge {
    let (destination, currency) = ("points".to_owned(), POINTS.to_owned());
    Charge { destination, currency, uses: Uses::Often, action: "redeem".to_owned(), ..one }
}

fn chain_journal(bodies: &[Value]) -> Journal {
    let mut prev = ORIGIN.to_owned();
    let mut lines = Vec::new();
    for (body, seq) in bodies.iter().zip(1..) {
        let hash = link(&prev, &canonical(body));
        lines.push(JournalLine { seq, prev, hash: hash.clone(), body: body.clone() });
        prev = hash;
    }
    Journal { device: "counter".to_owned(), lines }
}

pub fn append(journal: &mut Journal, body: Value) {
    let bodies = journal.lines.iter().map(|line| line.body.clone());
    *journal = chain_journal(&bodies.chain([body]).collect::<Vec<_>>());
}

pub fn rechain(journal: &mut Journal) {
    let bodies: Vec<Value> = journal.lines.iter().map(|line| line.body.clone()).collect();
    *journal = chain_journal(&bodies);
}

/// Writes the audit anew, with other stories for some transactions.
pub fn tell_stories(history: &mut History, others: &[Way]) {
    let mut prev = ORIGIN.to_owned();
    history.audit.clear();
    for usual in STORIES {
        let (txn, steps) = others.iter().find(|other| other.0 == usual.0).unwrap_or(usual);
        let mut from = Value::Null;
        for (to, seq) in steps.iter().zip(history.audit.len()..) {
            let body = json!({"txn": txn, "from": from, "to": to});
            let hash = link(&prev, &canonical(&body));
            let seq = i64::try_from(seq + 1).unwrap();
            history.audit.push(AuditLine { seq, prev, hash: hash.clone(), body });
            (prev, from) = (hash, json!(to));
        }
    }
    history.cast.audit_head = (i64::try_from(history.audit.len()).unwrap(), prev);
}

pub fn broken(history: &History) -> Vec<&'static str> {
    let findings = all(history).into_iter().filter(|one| !one.violations.is_empty());
    findings.map(|one| one.invariant).collect()
}
