//! Events by cursor: an app's backend and a shop read what became of their transactions.
//!
//! Owns paging, waiting and the wall between tenants. Webhooks are in [`super::webhooks`].

use baton_gateway::demo::apps::card_code;
use baton_protocol::event::EventPage;
use baton_protocol::work::State;
use baton_tests::{Merchant, Store, Wishes, World, pay};
use futures_util::future::join;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn pages_joined_are_every_step_once_in_order() -> anyhow::Result<()> {
    let world = World::with_counter().await?;

    paged(&world).await
}

#[tokio::test]
async fn pages_on_postgres_are_the_same() -> anyhow::Result<()> {
    let Some(store) = Store::postgres() else { return Ok(()) };
    let mut world = World::start(Wishes { store, ..Wishes::default() }).await?;
    world.start_counter().await?;

    paged(&world).await
}

async fn paged(world: &World) -> anyhow::Result<()> {
    let card = world.card();
    let mut touches = Vec::new();
    for _ in 0..2 {
        let body = pay(&world.cast.counter, &card, &card_code()?, 4_500);
        touches.push(card.finish(&body).await?);
    }

    let mut joined = Vec::new();
    let mut after = 0;
    loop {
        let page = page(world.merchant().get(&format!("/v1/events?after={after}&limit=2")).await?)?;
        assert!(page.events.len() <= 2);
        if page.events.is_empty() {
            assert_eq!(page.next, after);
            break;
        }
        after = page.next;
        joined.extend(page.events);
    }

    let whole = page(card.get("/v1/events").await?)?;
    assert_eq!(whole.events, joined, "the shop and the app see the same steps");
    assert_eq!(whole.next, after);
    assert!(joined.is_sorted_by(|one, other| one.id < other.id));
    for touch in &touches {
        let own =
            joined.iter().filter(|one| Ok(one.transaction_id) == touch.transaction().map_err(drop));
        let states: Vec<State> = own.map(|one| one.state).collect();
        assert_eq!(states, [State::Received, State::Dispatched, State::Approved]);
    }
    let streamed = card.events(touches[0].touch()?, None).await?;
    let numbers: Vec<i64> = streamed.iter().map(|(id, _)| *id).collect();
    assert_eq!(numbers, joined[..3].iter().map(|one| one.id).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn a_page_that_waits_comes_with_the_next_event() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let card = world.card();
    let touch = card.touch(&pay(&world.cast.counter, &card, &card_code()?, 4_500)).send().await?;
    let command = hand.command().await?;
    let seen = page(card.get("/v1/events").await?)?;

    let waits = |seconds: u32| {
        let path = format!("/v1/events?after={}", seen.next);
        let request = card.request(Method::GET, &path)?.header("Prefer", format!("wait={seconds}"));
        anyhow::Ok(request)
    };
    let impatient = page(world.exchange(waits(0)?).await?)?;
    let (patient, approved) = join(world.exchange(waits(20)?), hand.approve(&command)).await;
    approved?;
    let patient = page(patient?)?;

    assert_eq!(seen.events.len(), 2);
    assert_eq!((impatient.events.len(), impatient.next), (0, seen.next));
    assert_eq!(patient.events.len(), 1);
    assert_eq!(patient.events[0].state, State::Approved);
    assert_eq!(patient.events[0].transaction_id, touch.transaction()?);
    Ok(())
}

#[tokio::test]
async fn every_tenant_sees_its_own_transactions_only() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let card = world.card();
    card.finish(&pay(&world.cast.counter, &card, &card_code()?, 4_500)).await?;

    let own = [card.get("/v1/events").await?, world.merchant().get("/v1/events").await?];
    let other_shop = Merchant::new(&world, &world.cast.other_token);
    let others = [
        world.wallet().get("/v1/events").await?,
        world.points().get("/v1/events").await?,
        other_shop.get("/v1/events").await?,
    ];

    for reply in own {
        assert_eq!(page(reply)?.events.len(), 3);
    }
    for reply in others {
        assert_eq!((reply.status, &reply.body["events"]), (200, &json!([])));
    }
    Ok(())
}

#[tokio::test]
async fn without_a_token_or_with_nonsense_nothing_is_read() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let bare = world.exchange(world.anonymous(Method::GET, "/v1/events")?).await?;
    let stranger = Merchant::new(&world, "no token of anybody");

    assert_eq!(bare.refusal(), (401, "token_invalid"));
    assert_eq!(stranger.get("/v1/events").await?.refusal(), (401, "token_invalid"));
    let nonsense = [
        "after=-1",
        "after=x",
        "after=1.5",
        "after=",
        "limit=0",
        "limit=101",
        "limit=x",
        "after=1&after=2",
    ];
    for query in nonsense {
        let refused = world.merchant().get(&format!("/v1/events?{query}")).await?;
        assert_eq!(refused.refusal(), (400, "body_invalid"), "{query}");
    }
    Ok(())
}

fn page(reply: baton_tests::Reply) -> anyhow::Result<EventPage> {
    anyhow::ensure!(reply.status == 200, "{reply:?}");
    Ok(serde_json::from_value(reply.body)?)
}
