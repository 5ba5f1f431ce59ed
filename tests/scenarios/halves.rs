//! F5: payment and membership in one touch.
//!
//! Owns the order of the halves and what is undone when one of them comes to nothing: redeemed
//! points come back, a payment stands.

use baton_gateway::demo::apps::wallet_code;
use baton_protocol::money::Currency;
use baton_protocol::phone::TransactionKind;
use baton_protocol::work::{MembershipAction, State};
use baton_simulators::EntryState;
use baton_tests::world::tables::MEMBER;
use baton_tests::{Reply, World, until};
use serde_json::{Value, json};

fn both(world: &World, code: &str, action: &str, points: i64) -> Value {
    json!({
        "terminal_id": world.cast.counter,
        "payment": {
            "app_id": world.wallet().app(), "code": code, "amount": 5_000, "currency": "KRW"
        },
        "membership": {
            "app_id": world.points().app(), "member_id": MEMBER, "action": action, "points": points
        },
    })
}

async fn touch(world: &World, code: &str, action: &str, points: i64) -> anyhow::Result<Reply> {
    world.wallet().finish(&both(world, code, action, points)).await
}

/// What the points server holds: how many points were redeemed, and how many came back.
async fn redeemed(world: &World) -> anyhow::Result<(i64, i64)> {
    let entries = world.servers.points.ledger().await?;
    let moved = |back: bool| {
        let those = entries.iter().filter(|entry| {
            entry.state == EntryState::Approved
                && entry.action == Some(MembershipAction::Redeem)
                && entry.original.is_some() == back
        });
        those.map(|entry| entry.amount).sum()
    };
    Ok((moved(false), moved(true)))
}

fn states(reply: &Reply) -> anyhow::Result<Vec<(Option<TransactionKind>, State)>> {
    let answer: baton_protocol::phone::TouchAnswer = serde_json::from_value(reply.body.clone())?;
    Ok(answer.transactions.iter().map(|one| (one.kind, one.state)).collect())
}

#[tokio::test]
async fn f5_points_are_added_after_the_payment() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let code = wallet_code(&world.apps.wallet_url).await?;

    let reply = touch(&world, &code, "accrue", 50).await?;

    assert_eq!(
        states(&reply)?,
        [
            (Some(TransactionKind::Payment), State::Approved),
            (Some(TransactionKind::Accrue), State::Approved)
        ]
    );
    let points = world.servers.points.ledger().await?;
    assert_eq!(points.iter().map(|entry| entry.amount).collect::<Vec<_>>(), [50]);
    assert_eq!(points.first().map(|entry| entry.currency), Some(Currency::POINTS));
    Ok(())
}

#[tokio::test]
async fn f5_points_are_redeemed_before_the_payment() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let code = wallet_code(&world.apps.wallet_url).await?;

    let reply = touch(&world, &code, "redeem", 30).await?;

    assert_eq!(
        states(&reply)?,
        [
            (Some(TransactionKind::Payment), State::Approved),
            (Some(TransactionKind::Redeem), State::Approved)
        ]
    );
    assert_eq!(redeemed(&world).await?, (30, 0));
    Ok(())
}

#[tokio::test]
async fn f5_redeemed_points_come_back_when_the_payment_is_declined() -> anyhow::Result<()> {
    let world = World::with_counter().await?;

    let reply = touch(&world, "X-FUNDS-1", "redeem", 30).await?;

    assert_eq!(
        states(&reply)?,
        [
            (Some(TransactionKind::Payment), State::Declined),
            (Some(TransactionKind::Redeem), State::Approved)
        ]
    );
    until("the points are back", async || Ok((redeemed(&world).await? == (30, 30)).then_some(())))
        .await?;
    let seen = world.wallet().look(reply.touch()?).await?;
    until("the phone sees them given back", async || {
        let seen = world.wallet().look(seen.touch()?).await?;
        Ok((seen.body["transactions"][1]["refunded_amount"] == 30).then_some(()))
    })
    .await
}

#[tokio::test]
async fn f5_redeemed_points_come_back_across_a_restart() -> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    touch(&world, "X-FUNDS-2", "redeem", 30).await?;

    world.restart_gateway().await?;

    until("the points are back", async || Ok((redeemed(&world).await? == (30, 30)).then_some(())))
        .await
}

#[tokio::test]
async fn f5_without_the_points_nothing_is_paid() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let code = wallet_code(&world.apps.wallet_url).await?;

    let reply = touch(&world, &code, "redeem", 1_000_000).await?;

    assert_eq!(
        states(&reply)?,
        [
            (Some(TransactionKind::Payment), State::Rejected),
            (Some(TransactionKind::Redeem), State::Declined)
        ]
    );
    assert_eq!(world.servers.wallet.ledger().await?.len(), 0);
    // The counter never heard of the second half, so nobody owes it that half's end.
    world.books.until_shown().await
}

#[tokio::test]
async fn f5_without_the_payment_no_points_are_added() -> anyhow::Result<()> {
    let world = World::with_counter().await?;

    let reply = touch(&world, "X-FUNDS-3", "accrue", 50).await?;

    assert_eq!(
        states(&reply)?,
        [
            (Some(TransactionKind::Payment), State::Declined),
            (Some(TransactionKind::Accrue), State::Rejected)
        ]
    );
    assert_eq!(world.servers.points.ledger().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn f5_the_stream_of_a_touch_ends_with_its_second_half() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let code = wallet_code(&world.apps.wallet_url).await?;
    let reply = touch(&world, &code, "accrue", 50).await?;

    let events = world.wallet().events(reply.touch()?, None).await?;

    let finals = events.iter().filter(|(_, event)| event.state == State::Approved);
    assert_eq!(finals.count(), 2);
    Ok(())
}

#[tokio::test]
async fn f5_the_payment_half_must_be_the_callers_own() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let code = wallet_code(&world.apps.wallet_url).await?;

    let refused = world.points().touch(&both(&world, &code, "accrue", 50)).send().await?;

    assert_eq!(refused.refusal(), (403, "forbidden"));
    assert_eq!(world.servers.wallet.ledger().await?.len(), 0);
    Ok(())
}
