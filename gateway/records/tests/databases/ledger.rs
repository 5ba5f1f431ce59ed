//! Two phases in the store: a pending entry ends once, and no row is ever changed or deleted.
//!
//! Owns the tests of the ledger's rules that the database itself holds. Next: `parts`.

use super::parts::*;
use baton_core::ledger::Phase;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_records::Records;
use baton_records::rows::LedgerRow;
use baton_records::writer::{CommitFault, Conflict, Fact, Grouping};
use sqlx::AnyPool;
use tempfile::TempDir;
use uuid::Uuid;

/// Both lines of an entry of 5 won.
fn lines(number: u128, phase: Phase) -> Vec<Fact> {
    let transaction = TransactionId::new(Uuid::from_u128(number));
    let (five, zero) = (Money::new(5, Currency::KRW), Money::new(0, Currency::KRW));
    let row = |line, account: &str, debit, credit| {
        Fact::Ledger(LedgerRow { transaction, phase, line, account: account.into(), debit, credit })
    };
    vec![row(0, "clearing:host", five, zero), row(1, "merchant:shop", zero, five)]
}

#[tokio::test]
async fn a_pending_entry_is_resolved_only_once() {
    on_both(|records| async move {
        let commit = |number, phase| records.writer.commit(lines(number, phase));
        let booked = Err(CommitFault::Conflict(Conflict::Booked));
        commit(1, Phase::Pending).await.unwrap();
        commit(2, Phase::Pending).await.unwrap();

        assert_eq!(commit(1, Phase::Pending).await, booked);
        commit(1, Phase::Posted).await.unwrap();
        commit(2, Phase::Voided).await.unwrap();
        for number in [1, 2] {
            assert_eq!(commit(number, Phase::Posted).await, booked);
            assert_eq!(commit(number, Phase::Voided).await, booked);
        }
        commit(3, Phase::Posted).await.unwrap();
        assert_eq!(commit(3, Phase::Posted).await, booked);
    })
    .await;
}

#[tokio::test]
async fn rows_of_ledger_audit_and_history_are_never_changed_or_deleted() {
    async fn refused(pool: &AnyPool) {
        for statement in [
            "UPDATE ledger SET debit = debit + 1",
            "DELETE FROM ledger",
            "UPDATE audit SET body = '{}'",
            "DELETE FROM audit",
            "UPDATE table_history SET who = 'nobody'",
            "DELETE FROM table_history",
        ] {
            let answer = sqlx::query(statement).execute(pool).await;
            let text = answer.unwrap_err().to_string();
            assert!(text.contains("only grows"), "{statement}: {text}");
        }
    }
    let folder = TempDir::new().unwrap();
    let file = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let mut addresses = vec![file];
    if let Ok(server) = std::env::var("BATON_TEST_POSTGRES") {
        addresses.push(fresh_postgres(&server).await);
    }
    for address in addresses {
        let records = Records::open(&address, Grouping::Group).await.unwrap();
        records.writer.commit(opening(1)).await.unwrap();
        records.writer.commit(lines(1, Phase::Posted)).await.unwrap();
        let shop = "shop".parse().unwrap();
        let change = baton_records::admin::Change::ShopAdd { id: shop, name: "Shop".to_owned() };
        records.change(&change, "installer", NOW).await.unwrap();

        refused(&AnyPool::connect(&address).await.unwrap()).await;
        records.close().await;
        // A second start finds the triggers and does not make them again.
        Records::open(&address, Grouping::Group).await.unwrap().close().await;
    }
}
