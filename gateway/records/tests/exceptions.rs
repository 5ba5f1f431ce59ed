//! Cases, evidence, proposals and journals on SQLite and PostgreSQL.
//!
//! PostgreSQL is used when `BATON_TEST_POSTGRES` holds an address of a server on which databases
//! may be made, as in `databases.rs`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use baton_core::relay::case::{Decision, Kind, Proposal};
use baton_core::relay::journal::{JournalHead, Suspicion};
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_protocol::ids::TransactionId;
use baton_protocol::work::State;
use baton_records::Records;
use baton_records::admin::Change;
use baton_records::exceptions::*;
use baton_records::writer::{CommitFault, Conflict, Fact, Grouping};
use sqlx::AnyPool;
use std::future::Future;
use tempfile::TempDir;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

async fn on_both<F: Future<Output = ()>>(test: impl Fn(Records) -> F) {
    let folder = TempDir::new().unwrap();
    let file = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let records = Records::open(&file, Grouping::Group).await.unwrap();
    test(records.clone()).await;
    records.close().await;
    let Ok(server) = std::env::var("BATON_TEST_POSTGRES") else {
        eprintln!("BATON_TEST_POSTGRES is not set: PostgreSQL half not run");
        return;
    };
    let pool = AnyPool::connect(&server).await.unwrap();
    let name = format!("baton_{}", Uuid::new_v4().simple());
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&pool).await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    let records = Records::open(&format!("{base}/{name}"), Grouping::Group).await.unwrap();
    test(records.clone()).await;
    records.close().await;
}

fn subject(number: u128) -> Subject {
    Subject::Transaction(TransactionId::new(Uuid::from_u128(number)))
}

fn piece(subject: &Subject, number: u128, body: &str) -> Piece {
    Piece {
        id: Uuid::from_u128(number),
        subject: subject.clone(),
        kind: "inquiry",
        operator: None,
        body: body.to_owned(),
        at: NOW,
    }
}

fn opened(subject: &Subject, number: u128, kind: Kind, body: &str) -> Fact {
    let case = CaseRow {
        id: Uuid::from_u128(number),
        subject: subject.clone(),
        kind,
        shop: "shop".parse().unwrap(),
        destination: Some("host".parse().unwrap()),
        opened: NOW,
        closed: None,
    };
    let piece = Piece { kind: kind.word(), ..piece(subject, 1_000 + number, body) };
    fact(Exception::Opened { case, piece })
}

fn fact(exception: Exception) -> Fact {
    Fact::Exception(Box::new(exception))
}

fn proposal(operator: &str, state: State) -> Proposal {
    let (operator, reason) = (operator.to_owned(), "statement".to_owned());
    Proposal { decision: Decision::Resolve(state), operator, reason, at: NOW }
}

#[tokio::test]
async fn the_same_evidence_again_is_counted_and_other_evidence_is_appended() {
    on_both(|records| async move {
        let subject = subject(1);
        let kept = |number, body: &str| fact(Exception::Evidence(piece(&subject, number, body)));

        let first = vec![kept(1, "{\"a\":1}"), kept(2, "{\"a\":1}"), kept(3, "{\"a\":2}")];
        records.writer.commit(first).await.unwrap();
        records.writer.commit(vec![kept(4, "{\"a\":1}")]).await.unwrap();

        let found = records.evidence_about(&subject).await.unwrap();
        let seen: Vec<_> = found.iter().map(|one| (one.body.as_str(), one.times)).collect();
        assert_eq!(seen, [("{\"a\":1}", 3), ("{\"a\":2}", 1)]);
    })
    .await;
}

#[tokio::test]
async fn evidence_is_bounded_and_what_people_do_has_room_of_its_own() {
    on_both(|records| async move {
        let subject = subject(1);
        let flood = (0..300).map(|number| {
            fact(Exception::Evidence(piece(&subject, number, &format!("{{\"a\":{number}}}"))))
        });
        records.writer.commit(flood.collect()).await.unwrap();
        let mut looked = piece(&subject, 999, "{}");
        looked.operator = Some("kim".to_owned());
        records.writer.commit(vec![fact(Exception::Evidence(looked))]).await.unwrap();

        let found = records.evidence_about(&subject).await.unwrap();

        let further = found.iter().find(|one| one.kind == "further").unwrap();
        assert_eq!((found.len(), further.times), (102, 200));
        assert_eq!(found.last().unwrap().operator.as_deref(), Some("kim"));
    })
    .await;
}

#[tokio::test]
async fn one_proposal_stands_and_is_taken_once() {
    on_both(|records| async move {
        let subject = subject(1);
        let propose = |operator: &str, state| {
            let (subject, proposal) = (subject.clone(), proposal(operator, state));
            vec![fact(Exception::Proposed { subject, proposal })]
        };
        let take = |operator: &str| {
            let (subject, operator) = (subject.clone(), operator.to_owned());
            let decision = Decision::Resolve(State::Declined);
            vec![fact(Exception::ProposalTaken { subject, decision, operator })]
        };
        let conflict = Err(CommitFault::Conflict(Conflict::Version));
        let commit = async |facts| records.writer.commit(facts).await.map(|_| ());

        assert_eq!(commit(propose("kim", State::Declined)).await, Ok(()));
        assert_eq!(commit(propose("lee", State::Approved)).await, conflict);
        assert_eq!(commit(take("lee")).await, conflict);
        let found = records.lookup_proposal(&subject).await.unwrap();
        assert_eq!(found, Some(proposal("kim", State::Declined)));
        assert_eq!(commit(take("kim")).await, Ok(()));
        assert_eq!(commit(take("kim")).await, conflict);
        assert_eq!(records.lookup_proposal(&subject).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_closed_case_opens_again_for_new_evidence_only() {
    on_both(|records| async move {
        let subject = subject(1);
        let kind = Kind::Contradiction;
        let close = || vec![fact(Exception::Closed { subject: subject.clone(), kind, at: NOW })];
        let alarm = |number, body| vec![opened(&subject, number, kind, body)];
        let open = async || records.cases_about(&subject).await.unwrap()[0].closed.is_none();

        records.writer.commit(alarm(1, "{\"a\":1}")).await.unwrap();
        let first = open().await;
        records.writer.commit(close()).await.unwrap();
        let closed = open().await;
        records.writer.commit(alarm(2, "{\"a\":1}")).await.unwrap();
        let again = open().await;
        records.writer.commit(alarm(3, "{\"a\":2}")).await.unwrap();

        assert_eq!((first, closed, again, open().await), (true, false, false, true));
        assert_eq!(records.cases_about(&subject).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn cases_are_found_by_what_they_are_about() {
    on_both(|records| async move {
        let facts = vec![
            opened(&subject(1), 1, Kind::Suspense, "{}"),
            opened(&subject(2), 2, Kind::Mismatch, "{}"),
            opened(&subject(3), 3, Kind::Suspense, "{}"),
        ];
        records.writer.commit(facts).await.unwrap();
        let over = Exception::Closed { subject: subject(3), kind: Kind::Suspense, at: NOW };
        records.writer.commit(vec![fact(over)]).await.unwrap();
        let found = async |filter: CaseFilter| {
            let found = records.cases(&filter, 10).await.unwrap();
            found.into_iter().map(|case| case.id.as_u128()).collect::<Vec<_>>()
        };
        let all = CaseFilter::default;
        let (kind, standing) = (Some(Kind::Suspense), Some(CaseStanding::Open));
        let closed = Some(CaseStanding::Closed);

        assert_eq!(found(all()).await, [1, 2, 3]);
        assert_eq!(found(CaseFilter { kind, ..all() }).await, [1, 3]);
        assert_eq!(found(CaseFilter { kind, standing, ..all() }).await, [1]);
        assert_eq!(found(CaseFilter { standing: closed, ..all() }).await, [3]);
        assert_eq!(found(CaseFilter { after: Some(Uuid::from_u128(1)), ..all() }).await, [2, 3]);
        assert_eq!(found(CaseFilter { shop: "other".parse().ok(), ..all() }).await, [0_u128; 0]);
        let host = "host".parse().ok();
        assert_eq!(found(CaseFilter { destination: host, ..all() }).await, [1, 2, 3]);
    })
    .await;
}

#[tokio::test]
async fn a_journal_is_kept_suspected_and_accepted() {
    on_both(|records| async move {
        let device = Executor::Terminal("t-1".parse().unwrap());
        let head = |seq, hash: &str| JournalHead { seq, hash: hash.to_owned() };
        let trusted_from = DeviceJournal::default().trusted_from;
        let keep_under = |trusted_from, seq, hash| {
            let (device, head) = (device.clone(), head(seq, hash));
            vec![fact(Exception::JournalKept { device, trusted_from, head })]
        };
        let keep = |seq, hash| keep_under(trusted_from, seq, hash);
        let said = head(4, "d");
        let why = Suspicion::Shorter;
        let suspect = Exception::JournalSuspected {
            device: device.clone(),
            trusted_from,
            why,
            said: said.clone(),
            at: NOW,
        };
        let accept = |at| {
            let (device, reason) = (device.clone(), "why".to_owned());
            Change::JournalAccept { device, reason, at }
        };

        records.writer.commit(keep(9, "a")).await.unwrap();
        records.writer.commit(keep(7, "b")).await.unwrap();
        let kept = records.device_journal(&device).await.unwrap();
        let early = records.change(&accept(NOW), "test", NOW).await;
        records.writer.commit(vec![fact(suspect)]).await.unwrap();
        let suspected = records.device_journal(&device).await.unwrap();
        // The clock of the program that accepts is behind: trust begins at the suspicion then.
        records.change(&accept(Timestamp::from_ms(5)), "test", NOW).await.unwrap();
        // The connection before it ends late and writes what it knew.
        records.writer.commit(keep(50, "z")).await.unwrap();
        let accepted = records.device_journal(&device).await.unwrap();
        records.writer.commit(keep_under(NOW, 6, "e")).await.unwrap();
        let went_on = records.device_journal(&device).await.unwrap();

        assert_eq!(went_on.head, Some(head(6, "e")));
        assert_eq!(kept.head, Some(head(9, "a")));
        assert!(early.is_err(), "a journal was accepted that nobody suspected");
        assert_eq!(suspected.suspected, Some((why, NOW, said.clone())));
        assert_eq!(
            accepted,
            DeviceJournal { head: Some(said), trusted_from: NOW, suspected: None }
        );
    })
    .await;
}

#[tokio::test]
async fn an_operators_name_is_given_once_and_what_a_removed_one_proposed_falls() {
    on_both(|records| async move {
        let add = |name: &str| Change::OperatorAdd {
            name: name.parse().unwrap(),
            token_digest: format!("digest of {name}"),
            at: NOW,
        };
        let remove = || Change::OperatorRemove { name: "kim".parse().unwrap(), at: NOW };
        let change = async |change| records.change(&change, "test", NOW).await.is_ok();
        let (subject, proposal) = (subject(1), proposal("kim", State::Declined));

        assert!(change(add("kim")).await);
        let known = records.directory().await.unwrap().operators;
        assert_eq!(known.get("digest of kim").map(|name| name.as_str()), Some("kim"));
        let proposed = Exception::Proposed { subject: subject.clone(), proposal };
        records.writer.commit(vec![fact(proposed)]).await.unwrap();
        assert!(change(remove()).await);

        assert_eq!(records.lookup_proposal(&subject).await.unwrap(), None);
        assert!(records.directory().await.unwrap().operators.is_empty());
        assert!(!change(add("kim")).await, "the name was given to somebody else");
        assert!(!change(remove()).await, "removed twice");
    })
    .await;
}
