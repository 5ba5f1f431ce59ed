//! Fresh databases of both kinds, and the rows that tests put into them.
//!
//! Owns what the chapters share. Next: `commits`.

use baton_core::relay::capability::Capabilities;
use baton_core::relay::plan::{Executor, Route};
use baton_core::relay::transaction::{Facts, Links, Purpose, ReversalDecided, Stored};
use baton_core::time::Timestamp;
use baton_protocol::ids::*;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::State;
use baton_records::Records;
use baton_records::rows::*;
use baton_records::uptime::Uptime;
use baton_records::writer::{Fact, Grouping};
use sqlx::AnyPool;
use std::future::Future;
use tempfile::TempDir;
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

/// Runs a test on a fresh database of each kind.
pub async fn on_both<F: Future<Output = ()>>(test: impl Fn(Records) -> F) {
    let folder = TempDir::new().unwrap();
    let file = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let records = Records::open(&file, Grouping::Group).await.unwrap();
    test(records.clone()).await;
    records.close().await;
    let Ok(server) = std::env::var("BATON_TEST_POSTGRES") else {
        eprintln!("BATON_TEST_POSTGRES is not set: PostgreSQL half not run");
        return;
    };
    let records = Records::open(&fresh_postgres(&server).await, Grouping::Group).await.unwrap();
    test(records.clone()).await;
    records.close().await;
}

pub async fn fresh_postgres(server: &str) -> String {
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(server).await.unwrap();
    let name = format!("baton_{}", Uuid::new_v4().simple());
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&pool).await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

pub fn touch(number: u128) -> TouchRow {
    TouchRow {
        id: TouchId::new(Uuid::from_u128(number)),
        app: "app".parse().unwrap(),
        key: RequestKey::new(Uuid::from_u128(number)),
        fingerprint: "f".to_owned(),
        token_id: format!("token-{number}"),
        terminal: "t-1".parse().unwrap(),
        created: NOW,
    }
}

pub fn transaction(number: u128, version: u32, state: State) -> TransactionRow {
    let facts = Facts {
        id: TransactionId::new(Uuid::from_u128(number)),
        touch: TouchId::new(Uuid::from_u128(number)),
        terminal: "t-1".parse().unwrap(),
        app: "app".parse().unwrap(),
        shop: "shop".parse().unwrap(),
        destination: "host".parse().unwrap(),
        capabilities: Capabilities::parse("C1,C2,C3").unwrap(),
        route: Route::Standalone,
        executor: Executor::Terminal("t-1".parse().unwrap()),
        purpose: Purpose::Payment,
        amount: Money::new(4_500, Currency::KRW),
        code_digest: format!("digest-{number}"),
        accepted_at: NOW,
        links: Links::default(),
    };
    let reversal = ReversalDecided::No;
    let stored = Stored { state, version, since: NOW, doubt_since: None, reversal };
    let prior = if version == 2 { 0 } else { version - 1 };
    let prior_state = (prior > 0).then_some(State::Dispatched);
    TransactionRow {
        facts,
        stored,
        prior,
        prior_state,
        reason: None,
        refunded_minor: 0,
        uptime: Some(Uptime { boot: "boot".to_owned(), ms: 70 }),
        told: Told::default(),
    }
}

pub fn audit(number: u128, body: &str) -> Fact {
    Fact::Audit(AuditRow {
        transaction: TransactionId::new(Uuid::from_u128(number)),
        touch: TouchId::new(Uuid::from_u128(number)),
        app: "app".parse().unwrap(),
        shop: "shop".parse().unwrap(),
        body: body.to_owned(),
    })
}

/// What a new standalone payment writes.
pub fn opening(number: u128) -> Vec<Fact> {
    let row = transaction(number, 2, State::Dispatched);
    let outbox = OutboxRow {
        transaction: row.facts.id,
        executor: row.facts.executor.clone(),
        message: OutboxMessage::Work { sealed: "sealed".to_owned() },
    };
    vec![
        Fact::Touch(touch(number)),
        Fact::Transaction(Box::new(row)),
        audit(number, r#"{"to":"received"}"#),
        audit(number, r#"{"to":"dispatched"}"#),
        Fact::OutboxPut(outbox),
    ]
}
