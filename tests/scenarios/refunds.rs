//! F9: voids and refunds, from the merchant's wish to the destination's own books.
//!
//! Owns what a shop may give back, that it is given back once, and that nobody else may. What is in
//! doubt is pursued until it is known.

use baton_gateway::demo::apps::wallet_code;
use baton_protocol::ids::TransactionId;
use baton_protocol::work::State;
use baton_records::audit::ChainCheck;
use baton_simulators::EntryState;
use baton_tests::world::merchant::Merchant;
use baton_tests::{Reply, World, pay, until};
use serde_json::{Value, json};
use uuid::Uuid;

/// A payment of 5,000 won at the counter, approved.
async fn paid(world: &World, code: &str) -> anyhow::Result<TransactionId> {
    let body = pay(&world.cast.counter, &world.wallet(), code, 5_000);
    let reply = world.wallet().finish(&body).await?;
    assert_eq!(reply.state(), "approved", "{:?}", reply.body);
    reply.transaction()
}

async fn honest(world: &World) -> anyhow::Result<TransactionId> {
    paid(world, &wallet_code(&world.apps.wallet_url).await?).await
}

fn part(minor: i64) -> Value {
    json!({"amount": minor, "currency": "KRW"})
}

/// What the wallet gave back of a transaction, by its own ledger.
async fn given_back(world: &World, original: TransactionId) -> anyhow::Result<i64> {
    let entries = world.servers.wallet.ledger().await?;
    let back = entries
        .iter()
        .filter(|entry| entry.original == Some(original) && entry.state == EntryState::Approved);
    Ok(back.map(|entry| entry.amount).sum())
}

fn id_of(reply: &Reply) -> anyhow::Result<TransactionId> {
    Ok(reply.body["transaction_id"].as_str().unwrap_or_default().parse()?)
}

#[tokio::test]
async fn f9_a_partial_refund_arrives_and_is_booked_and_shown() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let original = honest(&world).await?;

    let reply = world.merchant().refund(original, &part(1_500)).await?;

    assert_eq!((reply.status, &reply.body["state"]), (200, &json!("approved")), "{reply:?}");
    assert_eq!(reply.body["kind"], "refund");
    assert_eq!(reply.body["original_transaction_id"], original.to_string());
    assert_eq!(given_back(&world, original).await?, 1_500);
    let lines = world.books.lines(id_of(&reply)?).await?;
    let debit: Vec<_> = lines.iter().filter(|line| line.1 > 0).collect();
    assert_eq!(debit, [&("merchant:corner-cafe".to_owned(), 1_500, 0, "KRW".to_owned())]);
    let seen = world.wallet().get(&format!("/v1/transactions/{original}")).await?;
    assert_eq!(seen.body["state"], "approved");
    assert_eq!(seen.body["refunded_amount"], 1_500);
    assert!(matches!(world.audit().await?, ChainCheck::Whole { .. }));
    Ok(())
}

#[tokio::test]
async fn refunds_together_never_exceed_the_payment() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let original = honest(&world).await?;

    let (merchant, other) = (world.merchant(), world.merchant());
    let (a, b) = (part(3_000), part(3_000));
    let (one, two) = tokio::join!(merchant.refund(original, &a), other.refund(original, &b));

    let mut statuses = [one?.status, two?.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(given_back(&world, original).await?, 3_000);
    let rest = world.merchant().refund(original, &json!({})).await?;
    assert_eq!(rest.body["amount"], 2_000);
    let more = world.merchant().refund(original, &json!({})).await?;
    assert_eq!(more.refusal(), (409, "refund_too_large"));
    Ok(())
}

#[tokio::test]
async fn a_void_undoes_all_of_it_and_only_what_is_untouched() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let (whole, touched) = (honest(&world).await?, honest(&world).await?);
    world.merchant().refund(touched, &part(1)).await?;

    let reply = world.merchant().void(whole).await?;
    let refused = world.merchant().void(touched).await?;

    assert_eq!((reply.status, &reply.body["kind"]), (200, &json!("void")), "{reply:?}");
    assert_eq!(given_back(&world, whole).await?, 5_000);
    assert_eq!(refused.refusal(), (409, "state_wrong"));
    Ok(())
}

#[tokio::test]
async fn the_same_key_finds_the_same_refund_and_another_wish_is_refused() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let original = honest(&world).await?;
    let key = Uuid::new_v4().to_string();

    let ask = async |body: Value| world.merchant().refund_with(original, &body, &key).await;
    let first = ask(part(700)).await?;
    let again = ask(part(700)).await?;
    let other = ask(part(800)).await?;

    assert_eq!(id_of(&first)?, id_of(&again)?);
    assert_eq!(other.refusal(), (422, "key_reused"));
    until("the refund arrived", async || {
        Ok((given_back(&world, original).await? >= 700).then_some(()))
    })
    .await?;
    assert_eq!(given_back(&world, original).await?, 700);
    Ok(())
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_asked_again_and_paid_once() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let original = paid(&world, "X-REFUNDDROP-1").await?;

    let reply = world.merchant().refund(original, &part(900)).await?;
    let refund = id_of(&reply)?;

    until("the refund is known", async || {
        let seen = world.merchant().transaction(refund).await?;
        Ok((seen.body["state"] == "approved").then_some(()))
    })
    .await?;
    assert_eq!(given_back(&world, original).await?, 900);
    Ok(())
}

#[tokio::test]
async fn a_declined_refund_leaves_everything_to_be_given_back() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let original = paid(&world, "X-NOREFUND-1").await?;

    let reply = world.merchant().refund(original, &part(900)).await?;

    assert_eq!(reply.body["state"], "declined");
    assert_eq!(world.books.lines(id_of(&reply)?).await?, []);
    let seen = world.wallet().get(&format!("/v1/transactions/{original}")).await?;
    assert_eq!(seen.body.get("refunded_amount"), None);
    Ok(())
}

#[tokio::test]
async fn a_refund_survives_a_restart_of_the_gateway() -> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    let original = paid(&world, "X-REFUNDDROP-2").await?;
    let key = Uuid::new_v4().to_string();
    let reply = world.merchant().refund_with(original, &part(900), &key).await?;
    let refund = id_of(&reply)?;

    world.restart_gateway().await?;

    until("the refund is known", async || {
        let seen = world.merchant().transaction(refund).await?;
        Ok((seen.body["state"] == "approved").then_some(()))
    })
    .await?;
    assert_eq!(given_back(&world, original).await?, 900);
    Ok(())
}

#[tokio::test]
async fn nobody_but_the_shop_itself_gives_back() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let original = honest(&world).await?;
    let stranger = Merchant::new(&world, &world.cast.other_token);
    let foreign = stranger.refund(original, &part(1)).await?;
    let nobody = Merchant::new(&world, "no-such-token").refund(original, &part(1)).await?;

    assert_eq!(foreign.refusal(), (404, "not_found"));
    assert_eq!(nobody.refusal(), (401, "token_invalid"));
    assert_eq!(given_back(&world, original).await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_is_not_approved_is_not_given_back() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let body = pay(&world.cast.counter, &world.wallet(), "X-FUNDS-1", 5_000);
    let declined = world.wallet().finish(&body).await?;

    let refused = world.merchant().refund(declined.transaction()?, &json!({})).await?;

    assert_eq!(declined.first()?.state, State::Declined);
    assert_eq!(refused.refusal(), (409, "state_wrong"));
    Ok(())
}
