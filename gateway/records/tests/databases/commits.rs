//! What goes in through the writer comes out as it was, and what is excluded fails alone.
//!
//! Owns the tests of touches, transactions, outbox, tables, enrolments and sales. Next: `ledger`.

use super::parts::*;
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{AmountFrom, Destination, ExecuteAt, Standing};
use baton_core::relay::plan::Executor;
use baton_core::relay::sale::Sale;
use baton_protocol::enrol::Role;
use baton_protocol::evidence::{Cause, Entry, Evidence, Outcome};
use baton_protocol::ids::*;
use baton_protocol::money::{Currency, Money};
use baton_protocol::phone::{DestinationKind, SaleState};
use baton_protocol::target::{Target, Way};
use baton_protocol::work::State;
use baton_records::admin::Change;
use baton_records::audit::ChainCheck;
use baton_records::directory::{AppKey, Enrolment};
use baton_records::rows::*;
use baton_records::writer::{CommitFault, Conflict, Fact, Grouping};
use baton_records::{Obstacle, Records};
use sqlx::AnyPool;
use tempfile::TempDir;
use uuid::Uuid;

#[tokio::test]
async fn what_is_committed_is_read_as_it_was() {
    on_both(|records| async move {
        let committed = records.writer.commit(opening(7)).await.unwrap();

        assert_eq!(committed.audit_seqs, [1, 2]);
        let row = transaction(7, 2, State::Dispatched);
        assert_eq!(records.lookup_transaction(row.facts.id).await.unwrap(), Some(row.clone()));
        assert_eq!(records.transactions_of(row.facts.touch).await.unwrap().len(), 1);
        assert_eq!(records.lookup_touch(row.facts.touch).await.unwrap(), Some(touch(7)));
        assert_eq!(records.open_transactions().await.unwrap().len(), 1);
        assert_eq!(records.outbox_of(&row.facts.executor).await.unwrap().len(), 1);
        assert_eq!(records.events_of(row.facts.touch, 1).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_an_executor_told_is_kept_with_its_transaction_and_what_another_told_is_not() {
    on_both(|records| async move {
        let row = transaction(7, 2, State::Dispatched);
        let (own, id) = (row.facts.executor.clone(), row.facts.id);
        let evidence = Some(Evidence { entry: None, outcome: Outcome::NotPressed });
        let tell = |executor: &Executor, told| {
            let told = ToldRow { transaction: id, executor: executor.clone(), told };
            records.writer.commit(vec![Fact::Told(told)])
        };
        let held = async || records.lookup_transaction(id).await.unwrap().unwrap().told;
        records.writer.commit(opening(7)).await.unwrap();

        tell(&own, Told { evidence, cause: None }).await.unwrap();
        let other = Executor::Agent("t-1".parse().unwrap());
        let wrong = Evidence { entry: Some(Entry::TypedExact), outcome: Outcome::Approved };
        tell(&other, Told { evidence: Some(wrong), cause: None }).await.unwrap();
        assert_eq!(held().await, Told { evidence, cause: None });

        tell(&own, Told { evidence: None, cause: Some(Cause::Locked) }).await.unwrap();
        assert_eq!(held().await, Told { evidence, cause: Some(Cause::Locked) });
    })
    .await;
}

#[tokio::test]
async fn many_batches_at_once_keep_one_whole_chain() {
    on_both(|records| async move {
        let waiting: Vec<_> =
            (1..=300).map(|number| records.writer.submit(opening(number)).unwrap()).collect();
        for one in waiting {
            assert_eq!(one.await.unwrap().unwrap().audit_seqs.len(), 2);
        }

        assert_eq!(records.audit_verify().await.unwrap(), ChainCheck::Whole { records: 600 });
        assert_eq!(records.open_transactions().await.unwrap().len(), 300);
    })
    .await;
}

/// A desk that ends leaves batches in the queue; the next one must read what they wrote.
#[tokio::test]
async fn what_was_queued_before_is_read_once_the_writer_has_settled() {
    on_both(|records| async move {
        for number in 1..=300 {
            drop(records.writer.submit(opening(number)).unwrap());
        }

        records.writer.settled().await.unwrap();

        assert_eq!(records.open_transactions().await.unwrap().len(), 300);
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_the_store_excludes_fails_alone() {
    on_both(|records| async move {
        records.writer.commit(opening(1)).await.unwrap();
        let mut same_code = opening(3);
        let mut row = transaction(3, 2, State::Dispatched);
        row.facts.code_digest = "digest-1".to_owned();
        same_code[1] = Fact::Transaction(Box::new(row));
        let mut same_token = opening(4);
        same_token[0] = Fact::Touch(TouchRow { token_id: "token-1".to_owned(), ..touch(4) });
        let key = touch(1).key;
        let mut same_key = opening(5);
        same_key[0] = Fact::Touch(TouchRow { key, ..touch(5) });

        let batches = [opening(2), same_code, same_token, same_key, opening(6)];
        let waiting: Vec<_> =
            batches.into_iter().map(|batch| records.writer.submit(batch).unwrap()).collect();
        let mut answers = Vec::new();
        for one in waiting {
            answers.push(one.await.unwrap());
        }

        assert!(answers[0].is_ok() && answers[4].is_ok());
        let conflict = |which| Err(CommitFault::Conflict(which));
        assert_eq!(answers[1], conflict(Conflict::Code));
        assert_eq!(answers[2], conflict(Conflict::Token));
        assert_eq!(answers[3], conflict(Conflict::Key));
        assert_eq!(records.open_transactions().await.unwrap().len(), 3);
        assert_eq!(records.audit_verify().await.unwrap(), ChainCheck::Whole { records: 6 });
    })
    .await;
}

#[tokio::test]
async fn a_transaction_moves_only_from_the_version_it_was_read_at() {
    on_both(|records| async move {
        records.writer.commit(opening(1)).await.unwrap();
        let approve = || vec![Fact::Transaction(Box::new(transaction(1, 3, State::Approved)))];

        let first = records.writer.commit(approve()).await;
        let second = records.writer.commit(approve()).await;

        assert!(first.is_ok());
        assert_eq!(second, Err(CommitFault::Conflict(Conflict::Version)));
        assert_eq!(records.open_transactions().await.unwrap().len(), 0);
    })
    .await;
}

/// Cause: a machine whose step was refused had queued its next one, which counted to the version
/// that another machine had reached on another way.
#[tokio::test]
async fn a_transaction_moves_only_from_the_state_it_was_read_in() {
    on_both(|records| async move {
        records.writer.commit(opening(1)).await.unwrap();
        let step =
            |version, state| vec![Fact::Transaction(Box::new(transaction(1, version, state)))];
        records.writer.commit(step(3, State::Cancelled)).await.unwrap();

        let stale = records.writer.commit(step(4, State::Suspense)).await;

        assert_eq!(stale, Err(CommitFault::Conflict(Conflict::Version)));
        assert_eq!(records.open_transactions().await.unwrap().len(), 0);
    })
    .await;
}

/// Cause: a full disk refused a touch with its transaction, and the step that its machine had
/// queued behind it was written once there was room: a row without a touch and a beginning.
#[tokio::test]
async fn a_step_of_a_transaction_that_was_never_written_is_refused() {
    on_both(|records| async move {
        let step = vec![Fact::Transaction(Box::new(transaction(1, 3, State::Cancelled)))];

        let lost = records.writer.commit(step).await;

        assert_eq!(lost, Err(CommitFault::Conflict(Conflict::Version)));
        let id = transaction(1, 3, State::Cancelled).facts.id;
        assert_eq!(records.lookup_transaction(id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_outbox_keeps_one_message_a_transaction_and_forgets_the_code() {
    on_both(|records| async move {
        records.writer.commit(opening(1)).await.unwrap();
        let row = transaction(1, 2, State::Dispatched);
        let executor = row.facts.executor.clone();
        let word = OutboxRow {
            transaction: row.facts.id,
            executor: executor.clone(),
            message: OutboxMessage::Word,
        };

        records.writer.commit(vec![Fact::OutboxPut(word.clone())]).await.unwrap();
        assert_eq!(records.outbox_of(&executor).await.unwrap(), [word]);

        records.writer.commit(vec![Fact::OutboxRemove(row.facts.id)]).await.unwrap();
        assert_eq!(records.outbox_of(&executor).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn one_fact_a_commit_writes_the_same() {
    let folder = TempDir::new().unwrap();
    let file = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let records = Records::open(&file, Grouping::PerFact).await.unwrap();

    let committed = records.writer.commit(opening(1)).await.unwrap();

    assert_eq!(committed.audit_seqs, [1, 2]);
    assert_eq!(records.audit_verify().await.unwrap(), ChainCheck::Whole { records: 2 });
    records.close().await;
}

#[tokio::test]
async fn a_changed_byte_of_the_audit_is_found() {
    let folder = TempDir::new().unwrap();
    let file = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let records = Records::open(&file, Grouping::Group).await.unwrap();
    for number in 1..=3 {
        records.writer.commit(opening(number)).await.unwrap();
    }
    let pool = AnyPool::connect(&file).await.unwrap();
    for trigger in ["DROP TRIGGER audit_only_grows_UPDATE", "DROP TRIGGER audit_only_grows_DELETE"]
    {
        sqlx::query(trigger).execute(&pool).await.unwrap();
    }

    let tamper = "UPDATE audit SET body = replace(body, 'received', 'receiveD') WHERE seq = 3";
    sqlx::query(tamper).execute(&pool).await.unwrap();

    let found = records.audit_verify().await.unwrap();
    let ChainCheck::Broken(found) = found else { panic!("it is called whole") };
    assert_eq!((found.table, found.seq), ("audit", Some(3)));
    assert_eq!(found.why, "its body does not fit its hash");
    sqlx::query("DELETE FROM audit WHERE seq >= 3").execute(&pool).await.unwrap();
    let found = records.audit_verify().await.unwrap();
    assert!(matches!(&found, ChainCheck::Broken(one) if one.table == "audit_head"), "{found:?}");
    records.close().await;
}

#[tokio::test]
async fn tables_follow_each_change_with_its_history() {
    on_both(|records| async move {
        let shop: ShopId = "shop".parse().unwrap();
        let terminal: TerminalId = "t-1".parse().unwrap();
        let agent: AgentId = "pos-1".parse().unwrap();
        let host: DestinationId = "host".parse().unwrap();
        let destination = Destination {
            id: host.clone(),
            kind: DestinationKind::Acquirer,
            target: Target::new(host.clone(), Way::Iso8583 { address: "127.0.0.1:1".to_owned() }),
            capabilities: Capabilities::parse("C1,C2,C3,C4,C5").unwrap(),
            execute_at: ExecuteAt::Terminal,
            standing: Standing::Active,
        };
        let key = AppKey {
            algorithm: "EdDSA".to_owned(),
            key_id: "k1".to_owned(),
            public_key_pem: "pem".to_owned(),
        };
        let changes = [
            Change::ShopAdd { id: shop.clone(), name: "Café".to_owned() },
            Change::TerminalAdd {
                id: terminal.clone(),
                shop: shop.clone(),
                amount_from: AmountFrom::Phone,
            },
            Change::AgentAdd { id: agent.clone(), shop: shop.clone() },
            Change::Pair { terminal: terminal.clone(), agent: Some(agent.clone()) },
            Change::DestinationAdd(Box::new(destination.clone())),
            Change::AppAdd { id: "app".parse().unwrap(), destination: host, key: key.clone() },
        ];
        for change in &changes {
            records.change(change, "installer", NOW).await.unwrap();
        }

        let directory = records.directory().await.unwrap();
        assert_eq!(directory.tables.revision, records.tables_revision().await.unwrap());
        assert_eq!(directory.tables.terminals[&terminal].agent, Some(agent));
        let (_, found) = directory.tables.lookup_app(&"app".parse().unwrap()).unwrap();
        assert_eq!(*found, destination);
        assert_eq!(directory.app_keys[&"app".parse::<AppId>().unwrap()], key);
        assert_eq!(records.history(10).await.unwrap().len(), 6);
        let again = records.change(&changes[0], "installer", NOW).await;
        assert!(again.is_err());
    })
    .await;
}

#[tokio::test]
async fn an_enrolment_code_works_once_and_in_time() {
    on_both(|records| async move {
        let shop: ShopId = "shop".parse().unwrap();
        let terminal: TerminalId = "t-1".parse().unwrap();
        let device = Executor::Terminal(terminal.clone());
        let issue = |digest: &str, expires| Change::EnrolmentIssue {
            code_digest: digest.to_owned(),
            device: device.clone(),
            expires,
        };
        let amount_from = AmountFrom::Phone;
        for change in [
            Change::ShopAdd { id: shop.clone(), name: "Café".to_owned() },
            Change::TerminalAdd { id: terminal, shop, amount_from },
            issue("good", NOW.after_ms(1)),
            issue("old", NOW),
        ] {
            records.change(&change, "installer", NOW).await.unwrap();
        }

        let nobody = Executor::Agent("nosuch".parse().unwrap());
        let (code_digest, expires) = ("astray".to_owned(), NOW.after_ms(1));
        let astray = Change::EnrolmentIssue { code_digest, device: nobody, expires };
        let astray = records.change(&astray, "installer", NOW).await.unwrap_err();
        let said = Some(Role::Terminal);
        let old = records.enrol("old", "key", said, NOW).await.unwrap();
        let other = records.enrol("good", "agent's", Some(Role::Agent), NOW).await.unwrap();
        let kept = records.directory().await.unwrap().devices[&device].public_key.clone();
        let first = records.enrol("good", "key", said, NOW).await.unwrap();
        let second = records.enrol("good", "thief", None, NOW).await.unwrap();

        assert_eq!(astray.obstacle(), Obstacle::Absent);
        assert_eq!((other, kept), (Enrolment::RoleWrong { role: Role::Terminal }, None));
        assert_eq!((old, second), (Enrolment::CodeInvalid, Enrolment::CodeInvalid));
        assert!(matches!(first, Enrolment::Done { .. }));
        let directory = records.directory().await.unwrap();
        assert_eq!(directory.devices[&device].public_key.as_deref(), Some("key"));
        assert_eq!(records.next_epoch(&device, 0).await.unwrap(), 1);
        assert_eq!(records.next_epoch(&device, 1).await.unwrap(), 2);
        assert_eq!(records.next_epoch(&device, 40).await.unwrap(), 41);
        assert_eq!(records.next_epoch(&device, 3).await.unwrap(), 42);
    })
    .await;
}

#[tokio::test]
async fn a_sale_is_kept_and_leaves_the_open_ones_when_it_is_paid() {
    on_both(|records| async move {
        let terminal: TerminalId = "t-1".parse().unwrap();
        let sale = Sale {
            id: SaleId::new(Uuid::from_u128(9)),
            amount: Money::new(12_000, Currency::KRW),
            order_ref: "A-17".to_owned(),
            state: SaleState::Open,
            touch: None,
            expires_at: NOW.after_ms(1_000),
        };
        let row = SaleRow { terminal: terminal.clone(), sale: sale.clone() };

        records.writer.commit(vec![Fact::Sale(row.clone())]).await.unwrap();
        assert_eq!(records.open_sales_of(&terminal).await.unwrap(), [row]);

        let paid = Sale { state: SaleState::Paid, ..sale };
        let row = SaleRow { terminal: terminal.clone(), sale: paid };
        records.writer.commit(vec![Fact::Sale(row.clone())]).await.unwrap();
        assert_eq!(records.open_sales_of(&terminal).await.unwrap(), []);
        assert_eq!(records.lookup_sale(row.sale.id).await.unwrap(), Some(row));
    })
    .await;
}

/// A full disk makes SQLite roll back by itself, and the next statement fail without that; two
/// triggers stand in for it. The writer must not go on inside a transaction that is not there.
#[tokio::test]
async fn after_failed_commits_only_what_is_stored_is_acknowledged() {
    let folder = TempDir::new().unwrap();
    let file = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let records = Records::open(&file, Grouping::Group).await.unwrap();
    let witness = AnyPool::connect(&file).await.unwrap();
    for (word, way) in [("rolled-back", "ROLLBACK"), ("stuck", "ABORT")] {
        let trigger = format!(
            "CREATE TRIGGER \"{word}\" BEFORE INSERT ON touches WHEN NEW.fingerprint = '{word}' \
             BEGIN SELECT RAISE({way}, 'database or disk is full'); END"
        );
        sqlx::query(sqlx::AssertSqlSafe(trigger)).execute(&witness).await.unwrap();
    }

    for (number, word) in [(1, "rolled-back"), (2, "stuck"), (3, "stuck"), (4, "rolled-back")] {
        let mut facts = opening(number);
        facts[0] = Fact::Touch(TouchRow { fingerprint: word.to_owned(), ..touch(number) });
        let failed = records.writer.commit(facts).await;
        assert!(matches!(failed, Err(CommitFault::Failed(_))), "{failed:?}");
        records.writer.commit(opening(number + 10)).await.unwrap();
    }

    let count = "SELECT COUNT(*) FROM touches";
    let stored: i64 = sqlx::query_scalar(count).fetch_one(&witness).await.unwrap();
    assert_eq!(stored, 4, "an acknowledged touch is not in the file");
    records.close().await;
}
