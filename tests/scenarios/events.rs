//! What a phone is told while it waits: server-sent events, and `Prefer: wait`.
//!
//! Owns order, numbers and resuming. Nothing is missed and nothing told twice.

use baton_gateway::demo::apps::card_code;
use baton_protocol::phone::TouchEvent;
use baton_protocol::work::State;
use baton_tests::{Store, Wishes, World, pay};
use futures_util::future::join;

#[tokio::test]
async fn the_stream_tells_every_step_once_with_growing_numbers_and_ends() -> anyhow::Result<()> {
    let world = World::with_counter().await?;

    told(&world).await
}

#[tokio::test]
async fn the_stream_on_postgres_is_the_same() -> anyhow::Result<()> {
    let Some(store) = Store::postgres() else { return Ok(()) };
    let mut world = World::start(Wishes { store, ..Wishes::default() }).await?;
    world.start_counter().await?;

    told(&world).await
}

#[tokio::test]
async fn whoever_listens_before_and_after_the_end_is_told_the_same() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let card = world.card();
    let body = pay(&world.cast.counter, &card, &card_code()?, 4_500);
    let touch = card.touch(&body).send().await?;
    let command = hand.command().await?;

    let first = card.stream(touch.touch()?, None).await?;
    let live = async { anyhow::Ok(first.text().await?) };
    let (live, approved) = join(live, hand.approve(&command)).await;
    approved?;
    let afterwards = card.stream(touch.touch()?, None).await?;

    assert_eq!(afterwards.headers()["content-type"], "text/event-stream; charset=utf-8");
    assert_eq!(live?, afterwards.text().await?);
    Ok(())
}

#[tokio::test]
async fn a_stream_that_resumes_misses_and_repeats_nothing() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let card = world.card();
    let body = pay(&world.cast.counter, &card, &card_code()?, 4_500);
    let touch = card.touch(&body).send().await?.touch()?;
    let command = hand.command().await?;
    let mut torn = card.stream(touch, None).await?;
    let mut text = String::new();
    while text.matches("id: ").count() < 2 {
        let chunk = torn.chunk().await?.unwrap_or_default();
        text.push_str(std::str::from_utf8(&chunk)?);
    }
    drop(torn);

    hand.approve(&command).await?;
    let whole = card.events(touch, None).await?;

    for (place, (id, _)) in whole.iter().enumerate() {
        assert_eq!(card.events(touch, Some(*id)).await?, whole[place + 1..], "after {id}");
    }
    assert_eq!(states(&whole), [State::Received, State::Dispatched, State::Approved]);
    Ok(())
}

#[tokio::test]
async fn a_preferred_wait_is_one_round_trip_and_ends_with_its_time() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let card = world.card();
    let body = |code: &str| pay(&world.cast.counter, &card, code, 4_500);

    let impatient = card.touch(&body("C-IMPATIENT")).prefer("wait=0").send().await?;
    let command = hand.command().await?;
    hand.approve(&command).await?;
    card.events(impatient.touch()?, None).await?;
    let patient = card.touch(&body("C-PATIENT")).prefer("respond-async, wait=20");
    let pays = async {
        let command = hand.command().await?;
        hand.approve(&command).await
    };
    let (patient, paid) = join(patient.send(), pays).await;
    paid?;
    let patient = patient?;

    assert_eq!((impatient.status, impatient.state()), (202, "dispatched"));
    assert_eq!((patient.status, patient.state()), (200, "approved"));
    Ok(())
}

async fn told(world: &World) -> anyhow::Result<()> {
    let card = world.card();
    let body = pay(&world.cast.counter, &card, &card_code()?, 4_500);

    let touch = card.touch(&body).send().await?;
    let events = card.events(touch.touch()?, None).await?;

    assert_eq!(states(&events), [State::Received, State::Dispatched, State::Approved]);
    assert!(events.is_sorted_by(|(one, _), (other, _)| one < other));
    assert!(events.is_sorted_by_key(|(_, event)| event.at_ms));
    for (_, event) in &events {
        assert_eq!(event.transaction_id, touch.transaction()?);
    }
    Ok(())
}

fn states(events: &[(i64, TouchEvent)]) -> Vec<State> {
    events.iter().map(|(_, event)| event.state).collect()
}
