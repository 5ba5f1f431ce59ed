//! Events of a tenant, and what the store remembers of webhooks.
//!
//! Owns the tests of the tenant rule, of progress and of the lease.

use super::parts::*;
use baton_core::relay::delivery::{Event, Kept, Progress, Trial};
use baton_core::relay::lookup::Standing;
use baton_protocol::ids::{TransactionId, WebhookId};
use baton_protocol::work::State;
use baton_records::Records;
use baton_records::admin::Change;
use baton_records::events::Tenant;
use baton_records::webhooks::{Lease, ProgressFault, WebhookBacklog, WebhookChange, WebhookRow};
use baton_records::writer::Fact;
use uuid::Uuid;

/// A payment at another shop through another app.
fn foreign(number: u128) -> Vec<Fact> {
    let mut facts = opening(number);
    for fact in &mut facts {
        if let Fact::Transaction(row) = fact {
            row.facts.app = "other-app".parse().unwrap();
            row.facts.shop = "other-shop".parse().unwrap();
        }
        if let Fact::Audit(row) = fact {
            row.app = "other-app".parse().unwrap();
            row.shop = "other-shop".parse().unwrap();
            row.body = r#"{"reason":"funds","t":5,"to":"declined"}"#.to_owned();
        }
    }
    facts
}

/// The same with bodies that are read as events.
fn own(number: u128) -> Vec<Fact> {
    let mut facts = opening(number);
    for fact in &mut facts {
        if let Fact::Audit(row) = fact {
            row.body = r#"{"t":5,"to":"received"}"#.to_owned();
        }
    }
    facts
}

fn shop(id: &str) -> Tenant {
    Tenant::Shop(id.parse().unwrap())
}

async fn with_shop(records: &Records) {
    let id = "shop".parse().unwrap();
    let add = Change::ShopAdd { id, name: "Shop".to_owned() };
    records.change(&add, "test", NOW).await.unwrap();
}

async fn change(records: &Records, change: WebhookChange) {
    records.change(&Change::Webhook(change), "test", NOW).await.unwrap();
}

fn add() -> WebhookChange {
    WebhookChange::Add {
        id: "hook".parse().unwrap(),
        tenant: shop("shop"),
        url: "https://shop.example/hook".to_owned(),
        secret: "sealed-1".to_owned(),
    }
}

fn kept(seq: i64, attempts: u32) -> Kept {
    let transaction = TransactionId::new(Uuid::from_u128(7));
    let trial = match attempts {
        0 => Trial::Untried,
        attempts => Trial::Failed { attempts, since: NOW, again_at: NOW.after_ms(9) },
    };
    Kept { event: Event { seq, transaction, at: NOW }, trial }
}

#[tokio::test]
async fn a_tenant_reads_its_own_events_after_a_number_and_no_others() {
    on_both(|records| async move {
        records.writer.commit(own(1)).await.unwrap();
        records.writer.commit(foreign(2)).await.unwrap();
        records.writer.commit(own(3)).await.unwrap();
        let seqs = async |tenant: Tenant, after, limit| {
            let read = records.events_after(&tenant, after, limit).await.unwrap();
            assert_eq!(read.head, 6);
            let seqs: Vec<i64> = read.events.into_iter().map(|event| event.seq).collect();
            (seqs, read.up_to)
        };
        let app = |id: &str| Tenant::App(id.parse().unwrap());

        assert_eq!(seqs(shop("shop"), 0, 10).await, (vec![1, 2, 5, 6], 6));
        assert_eq!(seqs(app("app"), 1, 2).await, (vec![2, 5], 5));
        assert_eq!(seqs(app("other-app"), 0, 10).await, (vec![3, 4], 6));
        assert_eq!(seqs(shop("nowhere"), 2, 10).await, (vec![], 6));
        assert_eq!(seqs(shop("shop"), 9, 10).await, (vec![], 9));
        assert_eq!(records.lookup_event(&shop("shop"), 3).await.unwrap(), None);
        let foreign = records.lookup_event(&app("other-app"), 4).await.unwrap().unwrap();
        assert_eq!((foreign.state, foreign.reason.as_deref()), (State::Declined, Some("funds")));
        assert_eq!(foreign.transaction, TransactionId::new(Uuid::from_u128(2)));
        assert_eq!(foreign.purpose, "payment");
    })
    .await;
}

#[tokio::test]
async fn a_webhook_is_told_from_now_on_and_keeps_its_former_secret_for_a_while() {
    on_both(|records| async move {
        with_shop(&records).await;
        records.writer.commit(own(1)).await.unwrap();

        change(&records, add()).await;
        let id: WebhookId = "hook".parse().unwrap();
        let secret = "sealed-2".to_owned();
        let both_until = NOW.after_ms(60);
        change(&records, WebhookChange::Rotate { id: id.clone(), secret, both_until }).await;

        let wanted = WebhookRow {
            id: id.clone(),
            tenant: shop("shop"),
            url: "https://shop.example/hook".to_owned(),
            secret: "sealed-2".to_owned(),
            former: Some(("sealed-1".to_owned(), both_until)),
            standing: Standing::Active,
            read_up_to: 2,
        };
        assert_eq!(records.webhooks().await.unwrap(), std::slice::from_ref(&wanted));
        assert_eq!(records.lookup_webhook(&id).await.unwrap(), Some(wanted));
        let history = format!("{:?}", records.history(10).await.unwrap());
        assert!(history.contains("webhook hook tells shop shop"), "{history}");
        assert!(!history.contains("sealed"), "a secret is in the history");
        let nowhere = WebhookChange::Add {
            id: "other".parse().unwrap(),
            tenant: shop("nowhere"),
            url: String::new(),
            secret: String::new(),
        };
        assert!(records.change(&Change::Webhook(nowhere), "test", NOW).await.is_err());
        assert!(records.change(&Change::Webhook(add()), "test", NOW).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn progress_is_written_whole_and_only_by_the_gateway_that_delivers() {
    on_both(|records| async move {
        with_shop(&records).await;
        change(&records, add()).await;
        let id: WebhookId = "hook".parse().unwrap();
        let until = NOW.after_ms(6_000);
        let first = Progress {
            cursor: 9,
            keep: vec![kept(3, 1), kept(5, 0)],
            done: vec![],
            parked: vec![kept(4, 7)],
        };

        assert_eq!(records.hold_webhooks("one", NOW, until).await.unwrap(), Lease::Ours);
        assert_eq!(records.hold_webhooks("two", NOW, until).await.unwrap(), Lease::Others);
        let refused = records.record_progress(&id, "two", &first, NOW).await;
        assert!(matches!(refused, Err(ProgressFault::NotHolder)));
        assert_eq!(records.webhook_events(&id).await.unwrap(), []);
        records.record_progress(&id, "one", &first, NOW).await.unwrap();
        assert_eq!(records.webhook_events(&id).await.unwrap(), [kept(3, 1), kept(5, 0)]);
        let second = Progress { cursor: 10, keep: vec![kept(3, 2)], done: vec![5], parked: vec![] };
        records.record_progress(&id, "one", &second, NOW).await.unwrap();

        assert_eq!(records.webhook_events(&id).await.unwrap(), [kept(3, 2)]);
        let backlog = records.webhook_backlog(&id).await.unwrap();
        assert_eq!(backlog, WebhookBacklog { waiting: 1, parked: 1 });
        assert_eq!(records.lookup_webhook(&id).await.unwrap().unwrap().read_up_to, 10);
        records.release_webhooks("two").await.unwrap();
        assert_eq!(records.hold_webhooks("two", NOW, until).await.unwrap(), Lease::Others);
        records.release_webhooks("one").await.unwrap();
        assert_eq!(records.hold_webhooks("two", NOW, until).await.unwrap(), Lease::Ours);
        let later = until.after_ms(1);
        assert_eq!(records.hold_webhooks("one", later, later).await.unwrap(), Lease::Ours);
    })
    .await;
}

#[tokio::test]
async fn going_on_tries_again_what_was_given_up_and_removing_forgets_all() {
    on_both(|records| async move {
        with_shop(&records).await;
        change(&records, add()).await;
        let id: WebhookId = "hook".parse().unwrap();
        let stands = |standing| WebhookChange::Standing { id: id.clone(), standing };
        records.hold_webhooks("one", NOW, NOW.after_ms(6_000)).await.unwrap();
        let parked = vec![kept(4, 7)];
        let progress = Progress { cursor: 9, keep: vec![], done: vec![], parked };
        records.record_progress(&id, "one", &progress, NOW).await.unwrap();

        change(&records, stands(Standing::Suspended)).await;
        assert_eq!(records.webhook_events(&id).await.unwrap(), []);
        change(&records, stands(Standing::Active)).await;
        assert_eq!(records.webhook_events(&id).await.unwrap(), [kept(4, 0)]);

        change(&records, WebhookChange::Remove { id: id.clone() }).await;
        assert_eq!(records.webhooks().await.unwrap(), []);
        assert_eq!(records.webhook_events(&id).await.unwrap(), []);
        let progress = Progress { cursor: 10, ..progress };
        let refused = records.record_progress(&id, "one", &progress, NOW).await;
        assert!(matches!(refused, Err(ProgressFault::NotHolder)), "it is gone");
    })
    .await;
}
