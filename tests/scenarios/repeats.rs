//! The same request again: a phone that heard no answer asks once more and learns the truth.
//!
//! Owns the idempotency of touches (acceptance 6): one key is one transaction, one code is one
//! payment, whatever is in the way.

use baton_gateway::demo::apps::card_code;
use baton_tests::{Store, Wishes, World, accrue, pay};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

#[tokio::test]
async fn the_same_key_and_body_is_the_same_transaction_whatever_the_token() -> anyhow::Result<()> {
    let world = World::with_counter().await?;

    paid_once(&world).await
}

#[tokio::test]
async fn the_same_key_on_postgres_is_the_same_transaction() -> anyhow::Result<()> {
    let Some(store) = Store::postgres() else { return Ok(()) };
    let mut world = World::start(Wishes { store, ..Wishes::default() }).await?;
    world.start_counter().await?;

    paid_once(&world).await
}

#[tokio::test]
async fn a_retry_while_the_terminal_is_busy_with_it_learns_where_it_stands() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let key = key();
    let first = world.card().touch(&body).key(&key).send().await?;
    let command = hand.command().await?;

    let again = world.card().touch(&body).key(&key).send().await?;
    hand.approve(&command).await?;
    world.card().events(first.touch()?, None).await?;
    drop(hand);
    world.until_offline(&world.cast.counter).await?;
    let offline = world.card().touch(&body).key(&key).send().await?;

    assert_eq!((again.status, again.state()), (202, "dispatched"));
    assert_eq!((offline.status, offline.state()), (200, "approved"));
    let transactions = [first.transaction()?, again.transaction()?, offline.transaction()?];
    assert_eq!(BTreeSet::from(transactions).len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_retry_after_the_gateway_restarted_learns_where_it_stands() -> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let (key, token) = (key(), world.card().token()?);
    let paid = world.card().touch(&body).key(&key).token(&token).wait().send().await?;

    world.restart_gateway().await?;
    let again = world.card().touch(&body).key(&key).send().await?;
    let replayed = world.card().touch(&body).key(&key).token(&token).send().await?;
    let other = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let reused = world.card().touch(&other).token(&token).send().await?;
    let booked = world.servers.card.net(paid.transaction()?).await?;

    assert_eq!(paid.state(), "approved");
    assert_eq!((again.status, &again.body), (200, &paid.body));
    assert_eq!((replayed.status, &replayed.body), (200, &paid.body));
    assert_eq!(booked, 1);
    world.until_online(&world.cast.counter).await?;
    assert!(!reused.body.to_string().contains("transaction_id"), "a used token paid: {reused:?}");
    Ok(())
}

#[tokio::test]
async fn a_touch_that_was_under_way_when_the_gateway_restarted_comes_to_its_end()
-> anyhow::Result<()> {
    let mut world = World::start(Wishes::default()).await?;
    let hand = world.hand_at_the_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let key = key();
    let first = world.card().touch(&body).key(&key).send().await?;
    drop(hand);

    world.restart_gateway().await?;
    let between = world.card().touch(&body).key(&key).send().await?;
    let mut hand = world.take_place_again().await?;
    let command = hand.command().await?;
    hand.approve(&command).await?;
    let events = world.card().events(first.touch()?, None).await?;

    assert_eq!((between.status, between.state()), (202, "dispatched"));
    assert_eq!(command.transaction, first.transaction()?);
    assert_eq!(events.len(), 3);
    assert_eq!(world.card().look(first.touch()?).await?.state(), "approved");
    Ok(())
}

#[tokio::test]
async fn another_body_under_a_key_and_another_key_for_a_code_are_refused() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let code = card_code()?;
    let body = pay(&world.cast.counter, &world.card(), &code, 4_500);
    let key = key();
    let paid = world.card().touch(&body).key(&key).wait().send().await?;
    world.books.until_shown().await?;
    let before = world.books.rows().await?;

    let more = pay(&world.cast.counter, &world.card(), &code, 4_501);
    let other_body = world.card().touch(&more).key(&key).send().await?;
    let other_key = world.card().touch(&body).send().await?;
    let other_both = world.card().touch(&more).send().await?;

    assert_eq!(other_body.refusal(), (422, "key_reused"));
    for refused in [other_key, other_both] {
        assert_eq!(refused.refusal(), (409, "duplicate_code"));
        let id = paid.transaction()?.to_string();
        assert!(!refused.body.to_string().contains(&id), "a stranger learns the transaction");
    }
    assert_eq!(world.books.rows().await?, before);
    assert_eq!(world.servers.card.net(paid.transaction()?).await?, 1);
    Ok(())
}

#[tokio::test]
async fn two_apps_may_use_the_same_key_and_the_same_code() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let key = key();
    let code = baton_gateway::demo::apps::wallet_code(&world.apps.wallet_url).await?;
    let counter = &world.cast.counter;

    let card = pay(counter, &world.card(), &code, 100);
    let card = world.card().touch(&card).key(&key).wait().send().await?;
    let wallet = pay(counter, &world.wallet(), &code, 100);
    let wallet = world.wallet().touch(&wallet).key(&key).wait().send().await?;

    assert_eq!((card.state(), wallet.state()), ("approved", "approved"));
    assert_ne!(card.transaction()?, wallet.transaction()?);
    Ok(())
}

#[tokio::test]
async fn a_member_may_come_as_often_as_it_likes() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let body = accrue(&world.cast.counter, &world.points(), "M-1002", 10);

    let first = world.points().finish(&body).await?;
    let second = world.points().finish(&body).await?;

    assert_eq!((first.state(), second.state()), ("approved", "approved"));
    assert_ne!(first.transaction()?, second.transaction()?);
    Ok(())
}

#[tokio::test]
async fn ten_copies_of_a_request_at_once_are_one_payment() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let key = key();

    let copies = (0..10).map(|_| world.card().touch(&body).key(&key).wait().send());
    let replies = futures_util::future::try_join_all(copies).await?;

    let mut transactions = BTreeSet::new();
    for reply in &replies {
        assert!(matches!(reply.status, 200 | 202), "{reply:?}");
        transactions.insert(reply.transaction()?);
    }
    assert_eq!(transactions.len(), 1);
    let ledger = world.servers.card.ledger().await?;
    assert_eq!(ledger.iter().map(|entry| entry.charges).sum::<u32>(), 1);
    Ok(())
}

async fn paid_once(world: &World) -> anyhow::Result<()> {
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let (key, token) = (key(), world.card().token()?);
    let paid = world.card().touch(&body).key(&key).token(&token).wait().send().await?;
    world.books.until_shown().await?;
    let before = world.books.rows().await?;
    let spaced = serde_json::to_vec_pretty(&body)?;

    let new_token = world.card().touch(&body).key(&key).send().await?;
    let same_token = world.card().touch(&body).key(&key).token(&token).send().await?;
    let other_blanks = world.card().touch_raw(spaced).key(&key).send().await?;
    let quoted = world.card().touch(&body).key(&format!("\"{key}\"")).send().await?;

    assert_eq!((paid.status, paid.state()), (200, "approved"));
    for again in [new_token, same_token, other_blanks, quoted] {
        assert_eq!((again.status, &again.body), (200, &paid.body));
    }
    assert_eq!(world.books.rows().await?, before);
    assert_eq!(world.servers.card.net(paid.transaction()?).await?, 1);
    assert_ne!(paid.body, Value::Null);
    Ok(())
}

fn key() -> String {
    Uuid::new_v4().to_string()
}
