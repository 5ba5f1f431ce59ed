//! A silent destination: while nobody knows, nobody is offered another payment.
//!
//! Owns acceptance of "no path in the API offers retry while a state is unknown". The texts are
//! held by `http/problem`, the pages by `tests/tidy` and `tests/pages`.

use baton_protocol::policy::Policy;
use baton_protocol::work::State;
use baton_tests::{Reply, Wishes, World, pay};
use uuid::Uuid;

/// What nobody may be told about a payment that may have been charged.
const OFFERS: [&str; 4] = ["try again", "retry", "new key", "new code"];

/// A world in which a silent destination is given up after a moment, and decided on much later.
async fn patient() -> anyhow::Result<World> {
    let timers = Policy { inquiry_pauses_ms: vec![200], ..Policy::default() };
    let wishes = Wishes { timers, patience_ms: 300, ..Wishes::default() };
    let mut world = World::start(wishes).await?;
    world.start_counter().await?;
    Ok(world)
}

fn offers_nothing(answer: &Reply) {
    let text = answer.body.to_string();
    assert_eq!(answer.retry_after, None, "{text}");
    for offer in OFFERS {
        assert!(!text.contains(offer), "{offer}: {text}");
    }
}

#[tokio::test]
async fn while_a_destination_is_silent_no_answer_offers_to_pay_again() -> anyhow::Result<()> {
    let world = patient().await?;
    let (card, key) = (world.card(), Uuid::new_v4().to_string());
    let body = pay(&world.cast.counter, &card, "X-SILENT-9", 4_500);

    let first = card.touch(&body).key(&key).send().await?;
    let unknown = card.until_state(first.touch()?, State::Unknown).await?;
    let same_key = card.touch(&body).key(&key).send().await?;
    let by_key = card.find(&key).await?;
    let transaction = card.get(&format!("/v1/transactions/{}", first.transaction()?)).await?;
    let cancelled = card.cancel(first.transaction()?).await?;
    let reversing = card.look(first.touch()?).await?;

    for answer in [&unknown, &same_key, &by_key, &transaction] {
        assert_eq!(answer.state(), "unknown");
        offers_nothing(answer);
    }
    for answer in [&cancelled, &reversing] {
        assert!(["unknown", "reversing", "reversed"].contains(&answer.state()), "{answer:?}");
        offers_nothing(answer);
    }
    assert_eq!(same_key.touch()?, first.touch()?);
    assert_eq!(by_key.touch()?, first.touch()?);
    Ok(())
}

#[tokio::test]
async fn a_second_touch_with_the_code_hears_where_the_first_stands() -> anyhow::Result<()> {
    let world = patient().await?;
    let card = world.card();
    let at = |terminal| pay(terminal, &card, "X-SILENT-8", 4_500);
    let first = card.touch(&at(&world.cast.counter)).send().await?;
    card.until_state(first.touch()?, State::Unknown).await?;
    let before = world.books.rows().await?;

    // At the same terminal, at one that is not connected, and at one that nobody knows.
    let nowhere = "nowhere-1".parse()?;
    for terminal in [&world.cast.counter, &world.cast.spare, &nowhere] {
        let second = card.touch(&at(terminal)).send().await?;
        assert_eq!(second.refusal(), (409, "duplicate_code"), "{terminal}");
        assert_eq!(second.body["state"], "unknown", "{terminal}");
        assert_eq!(second.body["detail"].as_str().unwrap().matches("do not pay again").count(), 1);
        offers_nothing(&second);
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_code_that_was_paid_says_so_and_another_app_hears_nothing_of_it() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let card = world.card();
    let body = pay(&world.cast.counter, &card, "C-DOUBT-1", 4_500);
    let paid = card.finish(&body).await?;

    let again = card.touch(&body).send().await?;
    let foreign = world.wallet().touch(&body).send().await?;

    assert_eq!(paid.state(), "approved");
    assert_eq!(again.refusal(), (409, "duplicate_code"));
    assert_eq!(again.body["state"], "approved");
    offers_nothing(&again);
    assert_eq!(foreign.refusal(), (403, "forbidden"));
    assert_eq!(foreign.body.get("state"), None);
    Ok(())
}

#[tokio::test]
async fn a_key_that_nothing_came_of_is_not_found() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let key = Uuid::new_v4().to_string();
    let body = pay(&world.cast.counter, &world.card(), "C-DOUBT-2", 4_500);

    let before = world.card().find(&key).await?;
    world.card().touch(&body).key(&key).wait().send().await?;
    let other_app = world.wallet().find(&key).await?;
    let after = world.card().find(&key).await?;
    let unusable = world.card().find("no key").await?;

    assert_eq!(before.refusal(), (404, "not_found"));
    assert_eq!(other_app.refusal(), (404, "not_found"));
    assert_eq!(after.state(), "approved");
    assert_eq!(unusable.refusal(), (400, "key_invalid"));
    Ok(())
}
