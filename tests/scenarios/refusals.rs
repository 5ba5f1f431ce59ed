//! What nobody may ask: each refusal has its status and its stable word, and leaves nothing behind.
//!
//! Owns the rules of the relay as a phone meets them. Bytes that are no request at all are in
//! [`super::hostile`], tokens in [`super::callers`].

use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{Destination, ExecuteAt, Standing};
use baton_gateway::demo::apps::AppSigner;
use baton_protocol::ids::{DestinationId, TerminalId};
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::Target;
use baton_records::admin::Change;
use baton_tests::world::tables::{AUDIENCE, MEMBER};
use baton_tests::{Wishes, World, accrue, pay};
use serde_json::{Value, json};

#[tokio::test]
async fn an_offline_terminal_is_said_to_be_and_nothing_is_stored() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let before = world.books.rows().await?;
    let body = |terminal: &TerminalId| pay(terminal, &world.card(), "C-OFFLINE", 4_500);

    let spare = world.card().touch(&body(&world.cast.spare)).send().await?;
    let till = world.card().touch(&body(&world.cast.till)).wait().send().await?;

    assert_eq!(spare.refusal(), (503, "terminal_offline"));
    assert_eq!(till.refusal(), (503, "terminal_offline"));
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_code_refused_offline_still_pays_when_the_terminal_is_back() -> anyhow::Result<()> {
    let mut world = World::start(Wishes::default()).await?;
    let body = pay(&world.cast.counter, &world.card(), "C-COMES-AGAIN", 4_500);
    let key = "0198f2a0-0000-7000-8000-000000000001";
    let refused = world.card().touch(&body).key(key).send().await?;

    world.start_counter().await?;
    let paid = world.card().touch(&body).key(key).wait().send().await?;

    assert_eq!(refused.refusal(), (503, "terminal_offline"));
    assert_eq!(paid.state(), "approved");
    Ok(())
}

#[tokio::test]
async fn a_second_touch_at_a_busy_terminal_is_told_so_and_leaves_nothing() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let body = |code: &str| pay(&world.cast.counter, &world.card(), code, 4_500);
    let first = world.card().touch(&body("C-FIRST-1")).send().await?;
    let command = hand.command().await?;
    let before = world.books.rows().await?;

    let second = world.card().touch(&body("C-SECOND-1")).send().await?;
    let after = world.books.rows().await?;
    hand.approve(&command).await?;
    world.card().events(first.touch()?, None).await?;
    let third = world.card().touch(&body("C-SECOND-1")).send().await?;

    assert_eq!(second.refusal(), (409, "busy"));
    assert_eq!(after, before);
    assert_eq!((third.status, third.state()), (202, "dispatched"));
    Ok(())
}

#[tokio::test]
async fn whoever_names_something_unknown_or_anothers_is_refused_by_name() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let (card, points, cast) = (world.card(), world.points(), &world.cast);
    let nowhere: TerminalId = "nowhere".parse()?;
    let cases = [
        (pay(&nowhere, &card, "C-NOWHERE", 1), 404, "terminal_unknown"),
        (pay(&cast.counter, &world.wallet(), "C-FOREIGN", 1), 403, "forbidden"),
        (accrue(&cast.counter, &points, MEMBER, 1), 403, "forbidden"),
        (accrue(&cast.counter, &card, MEMBER, 1), 422, "app_kind_wrong"),
    ];

    for (body, status, code) in cases {
        let refused = card.touch(&body).send().await?;
        assert_eq!(refused.refusal(), (status, code), "{body}");
    }
    let pays_with_points = pay(&cast.counter, &points, "C-POINTS", 1);
    let refused = points.touch(&pays_with_points).send().await?;
    assert_eq!(refused.refusal(), (422, "app_kind_wrong"));
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn an_app_whose_destination_is_stopped_is_unknown_here() -> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    let stopped: DestinationId = "stopped".parse()?;
    let way = world.servers.card.way.clone();
    world
        .change(&Change::DestinationAdd(Box::new(Destination {
            id: stopped.clone(),
            kind: DestinationKind::Acquirer,
            target: Target::new(stopped.clone(), way),
            capabilities: Capabilities::parse("C1,C2,C3")?,
            execute_at: ExecuteAt::Terminal,
            standing: Standing::Suspended,
        })))
        .await?;
    let app = AppSigner::generate("stopped-app".parse()?, AUDIENCE)?;
    let (id, key) = (app.app().clone(), app.public());
    world.change(&Change::AppAdd { id, destination: stopped, key }).await?;
    world.apps.card = app;

    let body = pay(&world.cast.counter, &world.card(), "C-STOPPED", 1);
    let refused = world.card().touch(&body).send().await?;

    assert_eq!(refused.refusal(), (404, "app_unknown"));
    Ok(())
}

#[tokio::test]
async fn an_amount_is_whole_positive_in_money_and_from_the_right_side() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let payment = |terminal: &TerminalId, amount: Value, currency: Value| {
        let mut body = pay(terminal, &world.card(), "C-AMOUNT-1", 1);
        body["payment"]["amount"] = amount;
        body["payment"]["currency"] = currency;
        body
    };
    let (counter, kiosk) = (&world.cast.counter, &world.cast.kiosk);
    let cases = [
        (payment(counter, json!(null), json!(null)), 422, "amount_required"),
        (payment(kiosk, json!(4_500), json!("KRW")), 422, "amount_required"),
        (payment(counter, json!(4_500), json!(null)), 422, "amount_invalid"),
        (payment(counter, json!(null), json!("KRW")), 422, "amount_invalid"),
        (payment(counter, json!(0), json!("KRW")), 422, "amount_invalid"),
        (payment(counter, json!(-1), json!("KRW")), 422, "amount_invalid"),
        (payment(counter, json!(1_000_000_000_000_i64), json!("KRW")), 422, "amount_invalid"),
        (payment(counter, json!(4_500), json!("PTS")), 422, "amount_invalid"),
        (payment(counter, json!(4_500), json!("XXX")), 400, "body_invalid"),
        (payment(counter, json!("4500"), json!("KRW")), 400, "body_invalid"),
    ];

    for (body, status, code) in cases {
        let refused = world.card().touch(&body).send().await?;
        assert_eq!(refused.refusal(), (status, code), "{body}");
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn points_follow_the_action() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let membership = |action: &str, points: Value| {
        let mut body = accrue(&world.cast.counter, &world.points(), MEMBER, 1);
        body["membership"]["action"] = json!(action);
        body["membership"]["points"] = points;
        body
    };
    let cases = [
        (membership("accrue", json!(null)), 422, "amount_required"),
        (membership("redeem", json!(0)), 422, "amount_invalid"),
        (membership("balance", json!(5)), 422, "amount_invalid"),
        (membership("steal", json!(5)), 400, "body_invalid"),
    ];

    for (body, status, code) in cases {
        let refused = world.points().touch(&body).send().await?;
        assert_eq!(refused.refusal(), (status, code), "{body}");
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_touch_has_a_half_and_never_a_card_number() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let card = world.card();
    let none = json!({"terminal_id": world.cast.counter});
    let pan = pay(&world.cast.counter, &card, "4111111111111111", 1);

    for body in [none, pan] {
        let refused = card.touch(&body).send().await?;
        assert_eq!(refused.refusal(), (400, "body_invalid"), "{body}");
        assert!(!refused.body.to_string().contains("4111"), "the answer repeats the code");
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}
