//! Destinations that fall silent and come back, or that cannot tell.
//!
//! Owns what the gateway owes then: new requests are refused, nothing in doubt waits for its timer,
//! and whatever still comes is used. The wallet stands behind a plug that can be pulled.

use baton_core::relay::plan::Executor;
use baton_gateway::config::health::HealthSettings;
use baton_gateway::demo::apps::{card_code, wallet_code};
use baton_gateway::demo::plug::{Plug, Position};
use baton_protocol::policy::Policy;
use baton_protocol::target::Way;
use baton_protocol::work::State;
use baton_records::admin::Change;
use baton_simulators::Delays;
use baton_tests::{Reply, Wishes, World, pay, until};
use std::sync::Arc;

/// A first question soon, and the next one long after every test.
const ASK_ONCE_MS: [u64; 2] = [50, 3_600_000];

/// Probes often, so that a test need not wait.
fn watchful() -> HealthSettings {
    HealthSettings { echo_pause_ms: 100, rest_ms: 200, trial_ms: 200, ..HealthSettings::default() }
}

async fn world_with_plug(timers: Policy) -> anyhow::Result<(World, Arc<Plug>)> {
    let wishes = Wishes { timers, health: watchful(), ..Wishes::default() };
    let mut world = World::start(wishes).await?;
    let Way::Http { base_url } = &world.servers.wallet.way else {
        anyhow::bail!("the wallet speaks HTTP")
    };
    let plug = Plug::before(base_url.trim_start_matches("http://").parse()?).await?;
    let (id, address) = (world.servers.wallet.id.clone(), format!("http://{}", plug.address));
    world.change(&Change::DestinationMove { id, address }).await?;
    world.start_counter().await?;
    Ok((world, plug))
}

/// Pays at the counter, and pulls the plug after the wallet has charged.
async fn pay_and_pull(world: &World, plug: &Plug) -> anyhow::Result<Reply> {
    plug.put(Position::PulledInTheMiddle);
    let code = wallet_code(&world.apps.wallet_url).await?;
    let body = pay(&world.cast.counter, &world.wallet(), &code, 4_500);
    let touch = world.wallet().touch(&body).send().await?;
    plug.until_out().await;
    world.wallet().until_state(touch.touch()?, State::Unknown).await?;
    Ok(touch)
}

#[tokio::test]
async fn what_is_unknown_is_asked_at_once_when_its_destination_is_back() -> anyhow::Result<()> {
    let timers = Policy { inquiry_pauses_ms: ASK_ONCE_MS.to_vec(), ..Policy::default() };
    let (world, plug) = world_with_plug(timers).await?;
    let touch = pay_and_pull(&world, &plug).await?;
    until_metric(&world, "baton_destination_line{destination=\"wallet\"} 0").await?;

    plug.put(Position::In);
    world.wallet().until_state(touch.touch()?, State::Approved).await?;

    assert_eq!(world.servers.wallet.net(touch.transaction()?).await?, 1);
    until_metric(&world, "baton_destination_line{destination=\"wallet\"} 1").await
}

#[tokio::test]
async fn a_decided_reversal_goes_out_as_soon_as_its_destination_is_back() -> anyhow::Result<()> {
    let timers =
        Policy { inquiry_pauses_ms: ASK_ONCE_MS.to_vec(), decide_ms: 400, ..Policy::default() };
    let (world, plug) = world_with_plug(timers).await?;
    let touch = pay_and_pull(&world, &plug).await?;
    world.wallet().until_state(touch.touch()?, State::Reversing).await?;
    until_metric(&world, "baton_destination_line{destination=\"wallet\"} 0").await?;

    plug.put(Position::In);
    world.wallet().until_state(touch.touch()?, State::Reversed).await?;

    assert_eq!(world.servers.wallet.net(touch.transaction()?).await?, 0);
    Ok(())
}

#[tokio::test]
async fn while_the_line_is_down_new_requests_are_refused_and_leave_nothing() -> anyhow::Result<()> {
    let (world, plug) = world_with_plug(Policy::default()).await?;
    let touch = pay_and_pull(&world, &plug).await?;
    until_metric(&world, "baton_destination_circuit{destination=\"wallet\"} 2").await?;
    let body = async || {
        let code = wallet_code(&world.apps.wallet_url).await?;
        Ok(pay(&world.cast.counter, &world.wallet(), &code, 4_500))
    };
    let before = world.books.rows().await?;
    let refused = world.wallet().finish(&body().await?).await?;
    let after = world.books.rows().await?;
    let card = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let other = world.card().finish(&card).await?;

    plug.put(Position::In);
    world.wallet().until_state(touch.touch()?, State::Approved).await?;
    let again = world.wallet().until_taken(body).await?;

    assert_eq!(refused.refusal(), (503, "destination_down"));
    assert_eq!((before["touches"], before["sales"]), (after["touches"], after["sales"]));
    assert_eq!(other.state(), "approved", "another destination is not concerned");
    assert_eq!(again.state(), "approved");
    Ok(())
}

#[tokio::test]
async fn a_destination_that_cannot_tell_rests_and_a_repeated_request_is_still_answered()
-> anyhow::Result<()> {
    let mut world = World::start(Wishes { health: watchful(), ..Wishes::default() }).await?;
    world.start_counter().await?;
    let card = world.card();
    let mut touches = Vec::new();
    for number in 0..5 {
        let body = pay(&world.cast.counter, &card, &format!("X-91-{number}"), 4_500);
        let touch = card.touch(&body).key(&key(number)).send().await?;
        let seen =
            async || Ok((card.look(touch.touch()?).await?.state() == "unknown").then_some(()));
        until("the card host could not tell", seen).await?;
        touches.push((body, touch.touch()?));
    }
    until_metric(&world, "baton_destination_opened_total{destination=\"card-host\"}").await?;

    let (body, first) = &touches[0];
    let repeated = card.touch(body).key(&key(0)).send().await?;
    let fresh = async || Ok(pay(&world.cast.counter, &card, &card_code()?, 4_500));
    let taken = card.until_taken(fresh).await?;

    assert_eq!(repeated.touch()?, *first);
    assert_eq!(taken.state(), "approved", "a few are tried after its rest");
    Ok(())
}

#[tokio::test]
async fn an_answer_that_comes_after_its_wait_concludes_the_payment() -> anyhow::Result<()> {
    let timers = Policy { inquiry_pauses_ms: vec![3_600_000], ..Policy::default() };
    let late = Delays { short_ms: 900, long_ms: 900 };
    let wishes = Wishes { timers, late, patience_ms: 300, ..Wishes::default() };
    let mut world = World::start(wishes).await?;
    world.start_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), "X-LATE20-1", 4_500);

    let touch = world.card().touch(&body).send().await?;
    world.card().until_state(touch.touch()?, State::Unknown).await?;
    world.card().until_state(touch.touch()?, State::Approved).await?;

    assert_eq!(world.servers.card.net(touch.transaction()?).await?, 1);
    Ok(())
}

#[tokio::test]
async fn one_terminals_broken_network_does_not_rest_a_destination() -> anyhow::Result<()> {
    use baton_protocol::link::{FenceReason, Upward};
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&Executor::Terminal(world.cast.counter.clone())).await?;
    let mut hand = world.take_place(&badge).await?;
    let mut refused = 0;
    for number in 0..8 {
        let body = pay(&world.cast.counter, &world.card(), &format!("C-CUT-OFF-{number}"), 4_500);
        let touch = world.card().touch(&body).send().await?;
        refused += i32::from(touch.status >= 300);
        let transaction = hand.command().await?.transaction;
        hand.say(&Upward::fenced(transaction, FenceReason::Unreachable)).await?;
        hand.word().await?;
    }

    assert_eq!(refused, 0);
    Ok(())
}

/// A request key by number.
fn key(number: u8) -> String {
    format!("0198f2a0-0000-7000-8000-0000000000{number:02}")
}

/// Waits until the operator's metrics contain a line that begins so.
async fn until_metric(world: &World, line: &str) -> anyhow::Result<()> {
    let url = format!("{}/metrics", world.operator()?);
    until(line, async || {
        let text = reqwest::get(&url).await?.text().await?;
        Ok(text.lines().any(|one| one.starts_with(line)).then_some(()))
    })
    .await
}
