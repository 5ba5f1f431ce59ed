//! Destinations to which the gateway itself sends the work of terminals (`execute_at`).
//!
//! Owns that such a payment is sent once and comes to the same ends as one from a terminal: known,
//! or in doubt and then known, across restarts too. Its code is on no disk. No terminal runs here
//! unless a test says so: nobody asks it for anything.

use baton_core::relay::lookup::ExecuteAt;
use baton_gateway::demo::apps::{card_code, wallet_code};
use baton_protocol::policy::Policy;
use baton_protocol::target::Way;
use baton_protocol::work::State;
use baton_records::admin::Change;
use baton_simulators::Delays;
use baton_tests::world::tables::MEMBER;
use baton_tests::{Reply, Wishes, World, accrue, pay};
use serde_json::json;

/// A first question soon, and the next one long after every test.
const ASK_ONCE_MS: [u64; 2] = [50, 3_600_000];
const NEVER_ASK_MS: [u64; 1] = [3_600_000];

/// A world in which the gateway executes for all three destinations.
async fn central(wishes: Wishes) -> anyhow::Result<World> {
    let world = World::start(wishes).await?;
    let servers = &world.servers;
    for id in [&servers.card.id, &servers.wallet.id, &servers.points.id] {
        let (id, execute_at) = (id.clone(), ExecuteAt::Gateway);
        world.change(&Change::DestinationExecuteAt { id, execute_at }).await?;
    }
    Ok(world)
}

async fn by_card(world: &World, code: &str) -> anyhow::Result<Reply> {
    world.card().finish(&pay(&world.cast.counter, &world.card(), code, 4_500)).await
}

#[tokio::test]
async fn the_gateway_pays_over_both_ways_without_a_terminal() -> anyhow::Result<()> {
    let world = central(Wishes::default()).await?;

    let card = by_card(&world, &card_code()?).await?;
    let code = wallet_code(&world.apps.wallet_url).await?;
    let body = pay(&world.cast.counter, &world.wallet(), &code, 700);
    let wallet = world.wallet().finish(&body).await?;
    let points = accrue(&world.cast.counter, &world.points(), MEMBER, 30);
    let points = world.points().finish(&points).await?;

    let states = [card.state(), wallet.state(), points.state()];
    assert_eq!(states, ["approved", "approved", "approved"], "{:?}", card.body);
    assert_eq!(world.servers.card.net(card.transaction()?).await?, 1);
    assert_eq!(world.servers.wallet.net(wallet.transaction()?).await?, 1);
    assert_eq!(world.servers.points.net(points.transaction()?).await?, 1);
    let refund = json!({"amount": 500, "currency": "KRW"});
    let refund = world.merchant().refund(card.transaction()?, &refund).await?;
    assert_eq!(refund.body["state"], "approved", "{refund:?}");
    Ok(())
}

#[tokio::test]
async fn a_phone_learns_which_apps_are_ready_without_the_terminal() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let (id, execute_at) = (world.servers.wallet.id.clone(), ExecuteAt::Gateway);
    world.change(&Change::DestinationExecuteAt { id, execute_at }).await?;

    let place = world.wallet().resolve(&world.cast.counter).await?;

    let apps = place.body["apps"].as_array().unwrap().iter();
    let mut ready = apps.filter(|app| app["ready"] == true).map(|app| &app["app_id"]);
    assert_eq!(place.body["online"], false);
    assert_eq!(ready.next(), Some(&json!(world.wallet().app())));
    assert_eq!(ready.next(), None);
    Ok(())
}

#[tokio::test]
async fn a_decline_is_a_decline_and_a_used_code_is_no_second_payment() -> anyhow::Result<()> {
    let world = central(Wishes::default()).await?;

    let declined = by_card(&world, "X-FUNDS-1").await?;
    let body = pay(&world.cast.counter, &world.card(), "X-FUNDS-1", 4_500);
    let again = world.card().touch(&body).send().await?;

    assert_eq!(declined.state(), "declined");
    assert_eq!((again.status, &again.body["code"]), (409, &json!("duplicate_code")), "{again:?}");
    Ok(())
}

#[tokio::test]
async fn a_destination_that_cannot_be_reached_ends_it_at_once() -> anyhow::Result<()> {
    let world = central(Wishes::default()).await?;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let (id, address) = (world.servers.card.id.clone(), nobody.to_string());
    world.change(&Change::DestinationMove { id, address }).await?;

    let cancelled = by_card(&world, &card_code()?).await?;

    assert_eq!(cancelled.state(), "cancelled");
    assert_eq!(world.servers.card.ledger().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_and_a_silent_destination_is_undone() -> anyhow::Result<()> {
    let world = central(Wishes::hurried()).await?;

    let dropped = by_card(&world, "X-DROP-1").await?;

    assert_eq!(dropped.state(), "approved", "{:?}", dropped.body);
    assert_eq!(world.servers.card.net(dropped.transaction()?).await?, 1);
    let body = pay(&world.cast.counter, &world.card(), "X-91-1", 4_500);
    let touch = world.card().touch(&body).send().await?;
    world.card().until_state(touch.touch()?, State::Reversed).await?;
    assert_eq!(world.servers.card.net(touch.transaction()?).await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_was_under_way_when_the_gateway_restarted_is_asked_and_not_sent_again()
-> anyhow::Result<()> {
    let timers = Policy { inquiry_pauses_ms: ASK_ONCE_MS.to_vec(), ..Policy::default() };
    let late = Delays { short_ms: 60_000, long_ms: 60_000 };
    let mut world = central(Wishes { timers, late, ..Wishes::default() }).await?;
    let body = pay(&world.cast.counter, &world.card(), "X-LATE20-1", 4_500);
    let touch = world.card().touch(&body).send().await?;
    let id = touch.transaction()?;
    baton_tests::until("it is charged", async || {
        Ok((world.servers.card.net(id).await? == 1).then_some(()))
    })
    .await?;

    world.restart_gateway().await?;
    world.card().until_state(touch.touch()?, State::Approved).await?;

    let entry = world.servers.card.entry(id).await?.unwrap();
    assert_eq!((entry.charges, entry.reversed), (1, 0));
    Ok(())
}

#[tokio::test]
async fn an_answer_after_the_deadline_concludes_it() -> anyhow::Result<()> {
    let timers = Policy {
        inquiry_pauses_ms: NEVER_ASK_MS.to_vec(),
        execute_standalone_ms: 300,
        ..Policy::default()
    };
    let late = Delays { short_ms: 900, long_ms: 900 };
    let world = central(Wishes { timers, late, ..Wishes::default() }).await?;
    let body = pay(&world.cast.counter, &world.card(), "X-LATE20-1", 4_500);

    let touch = world.card().touch(&body).send().await?;
    world.card().until_state(touch.touch()?, State::Unknown).await?;
    world.card().until_state(touch.touch()?, State::Approved).await?;

    assert_eq!(world.servers.card.net(touch.transaction()?).await?, 1);
    Ok(())
}

#[tokio::test]
async fn halves_that_two_places_would_execute_are_refused_before_anything_happens()
-> anyhow::Result<()> {
    let mut world = central(Wishes::default()).await?;
    world.start_counter().await?;
    let code = wallet_code(&world.apps.wallet_url).await?;
    let both = json!({
        "terminal_id": world.cast.counter,
        "payment": {
            "app_id": world.wallet().app(), "code": code, "amount": 5_000, "currency": "KRW"
        },
        "membership": {
            "app_id": world.points().app(), "member_id": MEMBER, "action": "accrue", "points": 9
        },
    });

    let refused = world.wallet().touch(&both).send().await?;
    let body = pay(&world.cast.counter, &world.wallet(), &code, 5_000);
    let alone = world.wallet().finish(&body).await?;

    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("halves_apart")));
    assert_eq!(world.servers.points.ledger().await?.len(), 0);
    assert_eq!(alone.state(), "approved", "the code was not spent: {:?}", alone.body);
    Ok(())
}

#[tokio::test]
async fn table_2_moves_the_work_while_everything_runs() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let at = async |execute_at| {
        let id = world.servers.card.id.clone();
        world.change(&Change::DestinationExecuteAt { id, execute_at }).await
    };

    let mut executors = Vec::new();
    for execute_at in [ExecuteAt::Terminal, ExecuteAt::Gateway, ExecuteAt::Terminal] {
        at(execute_at).await?;
        let paid = by_card(&world, &card_code()?).await?;
        assert_eq!(paid.state(), "approved");
        let row = world.records()?.lookup_transaction(paid.transaction()?).await?.unwrap();
        executors.push(row.facts.executor.to_string());
    }

    let terminal = format!("terminal {}", world.cast.counter);
    assert_eq!(executors, [terminal.as_str(), "gateway at card-host", terminal.as_str()]);
    Ok(())
}

#[tokio::test]
async fn a_code_that_the_gateway_sends_is_in_no_file() -> anyhow::Result<()> {
    let Way::Iso8583 { .. } = World::start(Wishes::default()).await?.servers.card.way else {
        anyhow::bail!("the card host speaks ISO 8583")
    };
    let mut world = central(Wishes::default()).await?;
    by_card(&world, "C-CENTRAL-SECRET").await?;
    world.stop().await;

    let mut read = 0;
    for entry in std::fs::read_dir(world.folder())? {
        let path = entry?.path();
        if !path.is_file() {
            continue;
        }
        let bytes = std::fs::read(&path)?;
        let found = bytes.windows(16).any(|window| window == b"C-CENTRAL-SECRET");
        assert!(!found, "{}", path.display());
        read += bytes.len();
    }
    assert!(read > 50_000, "the database was not read");
    Ok(())
}
