//! `admin exceptions` and `admin transaction` as an operator types them: what is in doubt and why.
//!
//! Owns the words of the program; how a doubt comes about is told in the scenarios.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use baton_core::relay::capability::Capabilities;
use baton_core::relay::plan::{Executor, Route};
use baton_core::relay::transaction::{Facts, Links, Purpose, ReversalDecided, Stored};
use baton_core::time::Timestamp;
use baton_protocol::evidence::{Cause, Entry, Evidence, Outcome};
use baton_protocol::ids::{TouchId, TransactionId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::State;
use baton_records::Records;
use baton_records::rows::{Told, ToldRow, TransactionRow};
use baton_records::writer::{Fact, Grouping};
use std::path::Path;
use std::process::{Command, Output};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

fn admin(folder: &Path, words: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_baton-gateway"));
    program.current_dir(folder).arg("admin").args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

fn row(number: u128, state: State, reason: &str) -> TransactionRow {
    let facts = Facts {
        id: TransactionId::new(Uuid::from_u128(number)),
        touch: TouchId::new(Uuid::from_u128(number)),
        terminal: "counter-1".parse().unwrap(),
        app: "app".parse().unwrap(),
        shop: "shop".parse().unwrap(),
        destination: "host".parse().unwrap(),
        capabilities: Capabilities::parse("C1,C2,C3").unwrap(),
        route: Route::Paired,
        executor: Executor::Agent("pos-1".parse().unwrap()),
        purpose: Purpose::Payment,
        amount: Money::new(4_500, Currency::KRW),
        code_digest: format!("digest-{number}"),
        accepted_at: NOW,
        links: Links::default(),
    };
    let reversal = ReversalDecided::No;
    let doubt_since = (state == State::Unknown).then_some(NOW);
    let stored = Stored { state, version: 2, since: NOW, doubt_since, reversal };
    TransactionRow {
        facts,
        stored,
        prior: 0,
        prior_state: None,
        reason: Some(reason.to_owned()),
        refunded_minor: 0,
        uptime: None,
        told: Told::default(),
    }
}

fn told(row: &TransactionRow, told: Told) -> Fact {
    let (transaction, executor) = (row.facts.id, row.facts.executor.clone());
    Fact::Told(ToldRow { transaction, executor, told })
}

/// A folder whose database holds a doubt, and a payment that was refused at the till.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("baton.sqlite").display());
    let doubt = row(1, State::Unknown, "unreadable");
    let fenced = row(2, State::Cancelled, "pos_not_ready");
    let seen = Evidence { entry: Some(Entry::TypedExact), outcome: Outcome::Taken };
    let facts = vec![
        Fact::Transaction(Box::new(doubt.clone())),
        Fact::Transaction(Box::new(fenced.clone())),
        told(&doubt, Told { evidence: Some(seen), cause: None }),
        told(&fenced, Told { evidence: None, cause: Some(Cause::Locked) }),
    ];
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let records = Records::open(&database, Grouping::Group).await.unwrap();
        records.writer.commit(facts).await.unwrap();
        records.close().await;
    });
    folder
}

#[test]
fn a_doubt_is_listed_with_its_reason_its_evidence_and_since_when() {
    let shop = shop();

    let listed = admin(shop.path(), &["exceptions"]);

    let lines = said(&listed);
    assert!(listed.status.success(), "{lines}");
    assert_eq!(lines.lines().count(), 1, "what is over is not in doubt: {lines}");
    assert!(lines.contains(&Uuid::from_u128(1).to_string()), "{lines}");
    assert!(lines.contains("unknown since 1700000000000"), "{lines}");
    assert!(lines.contains("4,500 KRW at counter-1 by agent pos-1"), "{lines}");
    let why = "reason unreadable, evidence typed-exact then taken, cause -";
    assert!(lines.contains(why), "{lines}");
}

#[test]
fn one_transaction_is_shown_with_the_cause_of_its_fence() {
    let shop = shop();
    let id = Uuid::from_u128(2).to_string();

    let shown = said(&admin(shop.path(), &["transaction", &id]));

    let why = "reason pos_not_ready, evidence -, cause locked";
    assert!(shown.contains("cancelled") && shown.contains(why), "{shown}");
}

#[test]
fn where_nothing_is_in_doubt_that_is_said_and_an_id_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();

    let empty = admin(folder.path(), &["exceptions"]);
    let unknown = admin(folder.path(), &["transaction", &Uuid::from_u128(3).to_string()]);
    let wrong = admin(folder.path(), &["transaction", "'; DROP TABLE"]);

    assert!(empty.status.success() && said(&empty).contains("nothing is in doubt"));
    assert!(!unknown.status.success());
    assert!(said(&unknown).contains("there is no such transaction"), "{}", said(&unknown));
    assert!(!wrong.status.success());
}
