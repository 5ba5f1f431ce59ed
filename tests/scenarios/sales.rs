//! An amount that a merchant opens on a terminal, and what may become of it.
//!
//! Owns the life of a sale: open, taken, paid; or open again, closed, expired. The payment itself
//! is in [`super::flows`].

use baton_gateway::demo::apps::card_code;
use baton_protocol::ids::TerminalId;
use baton_protocol::policy::Policy;
use baton_tests::{Merchant, Phone, Wishes, World, pay, until};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn a_sale_is_taken_while_a_touch_pays_it_and_open_again_when_that_is_declined()
-> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let (counter, card, merchant) = (&world.cast.counter, world.card(), world.merchant());
    let sale = merchant.sale(counter, 9_000).await?;
    let opened = merchant.look(&sale).await?;

    let touch = card.touch(&pays(counter, &card, "X-FUNDS-9", &sale)).send().await?;
    let command = hand.command().await?;
    let taken = merchant.look(&sale).await?;
    let closing = merchant.close(&sale).await?;
    let opening = merchant.open_with(&sale_body(counter, 1)).await?;
    hand.report(&command, declined()).await?;
    card.events(touch.touch()?, None).await?;
    let again = merchant.look(&sale).await?;
    let second = card.touch(&pays(counter, &card, &card_code()?, &sale)).send().await?;
    let command = hand.command().await?;
    hand.approve(&command).await?;
    card.events(second.touch()?, None).await?;
    let paid = merchant.look(&sale).await?;

    assert_eq!(opened.state(), "open");
    assert_eq!((taken.state(), &taken.body["touch_id"]), ("taken", &touch.body["touch_id"]));
    assert_eq!(closing.refusal(), (409, "state_wrong"));
    assert_eq!(opening.refusal(), (409, "busy"));
    assert_eq!((again.state(), &again.body["touch_id"]), ("open", &Value::Null));
    assert_eq!((paid.state(), &paid.body["touch_id"]), ("paid", &second.body["touch_id"]));
    assert_eq!(command.work.amount().minor, 9_000);
    Ok(())
}

#[tokio::test]
async fn a_touch_that_is_refused_leaves_the_sale_open() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let (counter, card, merchant) = (&world.cast.counter, world.card(), world.merchant());
    let sale = merchant.sale(counter, 9_000).await?;
    let body = pays(counter, &card, &card_code()?, &sale);

    let offline = card.touch(&body).send().await?;
    let after = merchant.look(&sale).await?;
    let _hand = world.hand_at_the_counter().await?;
    let taken = card.touch(&body).send().await?;

    assert_eq!(offline.refusal(), (503, "terminal_offline"));
    assert_eq!(after.state(), "open");
    assert_eq!((taken.status, taken.state()), (202, "dispatched"));
    Ok(())
}

#[tokio::test]
async fn ten_copies_of_a_touch_that_pays_a_sale_are_one_payment() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let (counter, card) = (&world.cast.counter, world.card());
    let sale = world.merchant().sale(counter, 9_000).await?;
    let body = pays(counter, &card, &card_code()?, &sale);
    let key = Uuid::new_v4().to_string();

    let copies = (0..10).map(|_| card.touch(&body).key(&key).wait().send());
    let replies = futures_util::future::try_join_all(copies).await?;

    for reply in &replies {
        assert_eq!(reply.body["touch_id"], replies[0].body["touch_id"], "{reply:?}");
    }
    assert_eq!(world.servers.card.ledger().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_closed_sale_and_an_expired_sale_are_paid_by_nobody() -> anyhow::Result<()> {
    let timers = Policy { sale_life_ms: 300, ..Policy::default() };
    let world = World::start(Wishes { timers, ..Wishes::default() }).await?;
    let _hand = world.hand_at_the_counter().await?;
    let (counter, card, merchant) = (&world.cast.counter, world.card(), world.merchant());

    let closed = merchant.sale(counter, 9_000).await?;
    let closing = merchant.close(&closed).await?;
    let expired = merchant.sale(counter, 9_000).await?;
    until("the sale expires", async || {
        Ok((merchant.look(&expired).await?.state() == "expired").then_some(()))
    })
    .await?;

    assert_eq!(closing.state(), "closed");
    assert_eq!(merchant.look(&closed).await?.state(), "closed");
    for sale in [&closed, &expired, &Uuid::new_v4().to_string()] {
        let refused = card.touch(&pays(counter, &card, "C-NO-SALE", sale)).send().await?;
        assert_eq!(refused.refusal(), (409, "sale_not_open"));
    }
    let shown = card.resolve(counter).await?;
    assert_eq!(shown.body["sale"], Value::Null);
    assert_eq!(merchant.close(&closed).await?.refusal(), (409, "state_wrong"));
    Ok(())
}

#[tokio::test]
async fn a_kiosk_pays_what_the_sale_says_and_nothing_else() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let (kiosk, counter, card) = (&world.cast.kiosk, &world.cast.counter, world.card());
    world.merchant().sale(kiosk, 700).await?;
    world.merchant().sale(counter, 800).await?;
    let unnamed = json!({
        "terminal_id": counter,
        "payment": {"app_id": card.app(), "code": card_code()?},
    });

    let other_amount = card.touch(&pay(kiosk, &card, "C-KIOSK-1", 701)).send().await?;
    let same_amount = card.touch(&pay(kiosk, &card, "C-KIOSK-1", 700)).send().await?;
    let paid = card.finish(&unnamed).await?;

    assert_eq!(other_amount.refusal(), (422, "amount_invalid"));
    assert_eq!(same_amount.refusal(), (503, "terminal_offline"));
    assert_eq!((paid.state(), paid.first()?.amount), ("approved", 800));
    Ok(())
}

#[tokio::test]
async fn a_shop_sees_and_opens_only_its_own_sales() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let sale = world.merchant().sale(&world.cast.counter, 9_000).await?;
    let before = world.books.rows().await?;
    let other = Merchant::new(&world, &world.cast.other_token);
    let stranger = Merchant::new(&world, "no token of anybody");

    let replies = [
        (other.look(&sale).await?, 404, "not_found"),
        (other.close(&sale).await?, 404, "not_found"),
        (other.open(&world.cast.counter, 1).await?, 404, "terminal_unknown"),
        (stranger.look(&sale).await?, 401, "token_invalid"),
        (stranger.close(&sale).await?, 401, "token_invalid"),
        (stranger.open(&world.cast.counter, 1).await?, 401, "token_invalid"),
        (world.merchant().look("nothing").await?, 404, "not_found"),
    ];

    for (reply, status, code) in replies {
        assert_eq!(reply.refusal(), (status, code));
    }
    assert_eq!(world.merchant().look(&sale).await?.state(), "open");
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_sale_has_a_payable_amount_and_a_short_order_number() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let before = world.books.rows().await?;
    let with = |key: &str, value: Value| {
        let mut body = sale_body(&world.cast.counter, 9_000);
        body[key] = value;
        body
    };
    let cases = [
        (with("amount", json!(0)), 422, "amount_invalid"),
        (with("amount", json!(-9_000)), 422, "amount_invalid"),
        (with("currency", json!("PTS")), 422, "amount_invalid"),
        (with("amount", json!(90.5)), 400, "body_invalid"),
        (with("currency", json!("won")), 400, "body_invalid"),
        (with("order_ref", json!("7".repeat(65))), 400, "body_invalid"),
        (with("terminal_id", json!("nowhere")), 404, "terminal_unknown"),
    ];

    for (body, status, code) in cases {
        let refused = world.merchant().open_with(&body).await?;
        assert_eq!(refused.refusal(), (status, code), "{body}");
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_repeated_opening_is_the_same_sale_and_another_one_has_to_wait() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let (merchant, counter) = (world.merchant(), &world.cast.counter);

    let first = merchant.open(counter, 9_000).await?;
    let again = merchant.open(counter, 9_000).await?;
    let other = merchant.open(counter, 9_001).await?;

    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.body, again.body);
    assert_eq!(other.refusal(), (409, "busy"));
    Ok(())
}

#[tokio::test]
async fn an_open_sale_outlives_the_gateway() -> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    let sale = world.merchant().sale(&world.cast.counter, 9_000).await?;

    world.restart_gateway().await?;
    world.until_online(&world.cast.counter).await?;
    let body = pays(&world.cast.counter, &world.card(), &card_code()?, &sale);
    let paid = world.card().finish(&body).await?;

    assert_eq!(paid.state(), "approved");
    assert_eq!(world.merchant().look(&sale).await?.state(), "paid");
    Ok(())
}

fn pays(terminal: &TerminalId, phone: &Phone<'_>, code: &str, sale: &str) -> Value {
    json!({
        "terminal_id": terminal,
        "payment": {"app_id": phone.app(), "code": code},
        "sale_id": sale,
    })
}

fn sale_body(terminal: &TerminalId, amount: i64) -> Value {
    json!({
        "terminal_id": terminal, "amount": amount, "currency": "KRW", "order_ref": "A-18",
    })
}

fn declined() -> baton_protocol::work::Verdict {
    use baton_protocol::work::{DeclineReason, Verdict};
    Verdict::Declined { reason: DeclineReason::Funds }
}
