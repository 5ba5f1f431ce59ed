use super::stage::{AMOUNT, Kind, LIMITS, Stage, authorize, inquire, issue, payment, reverse};
use crate::{EntryState, read_ledger};
use baton_destinations::{Client, Unreachable};
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};

fn reference(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Approved { reference, .. } => reference,
        other @ (Verdict::Declined { .. } | Verdict::Unknown { .. }) => {
            panic!("{other:?} is no approval")
        }
    }
}

#[tokio::test]
async fn a_restart_with_the_same_ledger_forgets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let before = Stage::with_ledger(Kind::Acquirer, &path).await;
    let client = before.client(LIMITS);
    let first = authorize(&client, 1, &payment("A1B2C3D4")).await;
    reverse(&client, 3, AMOUNT).await;
    before.running.stop().await;

    let after = Stage::with_ledger(Kind::Acquirer, &path).await;
    let client = after.client(LIMITS);
    let same = authorize(&client, 1, &payment("A1B2C3D4")).await;
    let other = authorize(&client, 2, &payment("A1B2C3D4")).await;
    let buried = authorize(&client, 3, &payment("A1B2C3D5")).await;

    assert_eq!(reference(&first), reference(&same));
    assert_eq!(other, Verdict::Unknown { reason: UnknownReason::CodeUsed });
    assert_eq!(buried, Verdict::Declined { reason: DeclineReason::Reversed });
    let entries = read_ledger(&path).unwrap();
    let states: Vec<_> = entries.iter().map(|entry| (entry.state, entry.charges)).collect();
    assert_eq!(states, [(EntryState::Approved, 1), (EntryState::Tombstone, 0)]);
}

#[tokio::test]
async fn a_wallet_restarts_with_the_codes_that_it_gave_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let before = Stage::with_ledger(Kind::Wallet, &path).await;
    let code = issue(&before, "{}").await;
    before.running.stop().await;

    let after = Stage::with_ledger(Kind::Wallet, &path).await;
    let verdict = authorize(&after.client(LIMITS), 1, &payment(&code)).await;

    assert!(matches!(verdict, Verdict::Approved { .. }), "{verdict:?}");
    let file = std::fs::read_to_string(&path).unwrap();
    assert!(!file.contains(&code), "the code itself is in the ledger file");
}

#[tokio::test]
async fn a_stopped_destination_is_unreachable_for_old_and_new_clients() {
    for kind in Kind::ALL {
        let stage = Stage::new(kind).await;
        let (client, target) = (stage.client(LIMITS), stage.target());
        client.prepare().await.unwrap();
        stage.running.stop().await;

        assert_eq!(client.echo().await, Err(Unreachable::Refused), "{kind:?}");
        let other = Client::new(&target, None, LIMITS).unwrap();
        assert_eq!(other.prepare().await, Err(Unreachable::Refused), "{kind:?}");
    }
}

#[tokio::test]
async fn every_destination_inquires_and_reverses() {
    for kind in Kind::ALL {
        let stage = Stage::new(kind).await;
        let client = stage.client(LIMITS);
        let code = if kind == Kind::Wallet { issue(&stage, "{}").await } else { plain(kind) };
        let work = stage.work(&code);
        let amount = work.amount();

        let unseen = inquire(&client, 1, amount).await;
        let approved = authorize(&client, 1, &work).await;
        let seen = inquire(&client, 1, amount).await;
        let reversed = [reverse(&client, 1, amount).await, reverse(&client, 1, amount).await];
        let gone = inquire(&client, 1, amount).await;

        let reference = reference(&approved).to_owned();
        assert_eq!(unseen, InquiryAnswer::NotFound, "{kind:?}");
        assert_eq!(seen, InquiryAnswer::Approved { amount, reference }, "{kind:?}");
        assert_eq!(reversed, [ReversalAnswer::Accepted; 2], "{kind:?}");
        let declined = InquiryAnswer::Declined { reason: DeclineReason::Reversed };
        assert_eq!(gone, declined, "{kind:?}");
    }
}

#[tokio::test]
async fn every_destination_remembers_a_reversal_that_came_first() {
    for kind in Kind::ALL {
        let stage = Stage::new(kind).await;
        let client = stage.client(LIMITS);
        let work = stage.work(&plain(kind));

        let reversed = reverse(&client, 1, work.amount()).await;
        let late = authorize(&client, 1, &work).await;

        assert_eq!(reversed, ReversalAnswer::Accepted, "{kind:?}");
        let declined = Verdict::Declined { reason: DeclineReason::Reversed };
        assert_eq!(late, declined, "{kind:?}");
    }
}

fn plain(kind: Kind) -> String {
    if kind == Kind::Membership { "M-1001".to_owned() } else { "A1B2C3D4".to_owned() }
}
