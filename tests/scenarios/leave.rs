//! How a shop's programs take leave of an acquirer, and what one says to the gateway unasked.
//!
//! Owns the session's end on both sides: a terminal and a gateway that stop sign off, a line that
//! is not needed any more does, and no sale is lost by either. The acquirer counts what it heard.

use baton_gateway::demo::apps::card_code;
use baton_protocol::target::Way;
use baton_records::admin::Change;
use baton_simulators::{Delays, acquirer};
use baton_tests::{World, pay, until};
use serde_json::json;
use std::net::SocketAddr;

async fn pay_by_card(world: &World) -> anyhow::Result<()> {
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let reply = world.card().finish(&body).await?;
    assert_eq!(reply.state(), "approved", "{:?}", reply.body);
    Ok(())
}

#[tokio::test]
async fn a_terminal_that_stops_signs_off_at_its_acquirer() -> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    pay_by_card(&world).await?;
    assert_eq!(world.servers.card.greetings().await?, [1, 0]);

    world.stop_devices().await;

    assert_eq!(world.servers.card.greetings().await?, [1, 1]);
    Ok(())
}

#[tokio::test]
async fn a_gateway_that_stops_signs_off_where_it_asked() -> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let paid = world.card().finish(&body).await?.transaction()?;
    let back = json!({"amount": 500, "currency": "KRW"});
    let refund = world.merchant().refund(paid, &back).await?;
    assert_eq!(refund.body["state"], "approved", "{refund:?}");
    assert_eq!(world.servers.card.greetings().await?, [2, 0]);

    world.restart_gateway().await?;

    assert_eq!(world.servers.card.greetings().await?, [2, 1]);
    Ok(())
}

#[tokio::test]
async fn a_terminal_signs_off_where_its_destination_was_before_it_moved() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    pay_by_card(&world).await?;
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let other = acquirer::start(acquirer::Config {
        listen: free,
        admin: None,
        ledger: None,
        delays: Delays::default(),
        members: Default::default(),
        speech: acquirer::Speech::default(),
    });
    let other = other.await?;

    let (id, address) = (world.servers.card.id.clone(), other.address.to_string());
    world.change(&Change::DestinationMove { id, address }).await?;
    pay_by_card(&world).await?;

    until("the first acquirer hears the sign-off", async || {
        Ok((world.servers.card.greetings().await? == [1, 1]).then_some(()))
    })
    .await
}

#[tokio::test]
async fn what_an_acquirer_says_unasked_is_counted_and_sales_go_on() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    assert!(matches!(world.servers.card.way, Way::Iso8583 { .. }));
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let paid = world.card().finish(&body).await?.transaction()?;
    let back = json!({"amount": 500, "currency": "KRW"});
    world.merchant().refund(paid, &back).await?;

    world.servers.card.announce("cut-over").await?;
    world.servers.card.announce("sign-off").await?;

    for word in ["cut_over", "signed_off"] {
        let line = format!("baton_notices_total{{destination=\"card-host\",notice=\"{word}\"}}");
        until("the notice is counted", async || {
            let metrics = reqwest::get(format!("{}/metrics", world.operator()?)).await?;
            Ok(metrics.text().await?.contains(&line).then_some(()))
        })
        .await?;
    }
    pay_by_card(&world).await?;
    let refund = world.merchant().refund(paid, &back).await?;
    assert_eq!(refund.body["state"], "approved", "{refund:?}");
    Ok(())
}
