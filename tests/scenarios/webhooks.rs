//! Webhooks: who is told what, in which order, and what becomes of an event that is not taken.
//!
//! Owns the receiver's side over real sockets; events by cursor are in [`super::cursor`]. The
//! rules of order and pauses are held in `core/relay/delivery`, by random stories with crashes.

use baton_core::relay::lookup::Standing;
use baton_core::relay::plan::Executor;
use baton_destinations::Secret;
use baton_destinations::signature::{sign, verify};
use baton_gateway::clock::wall_ms;
use baton_gateway::config::Webhooks;
use baton_gateway::demo::apps::card_code;
use baton_protocol::event::Event;
use baton_protocol::ids::{TransactionId, WebhookId};
use baton_protocol::work::State;
use baton_records::admin::Change;
use baton_records::events::Tenant;
use baton_records::webhooks::WebhookChange;
use baton_tests::{Manner, Receiver, Store, Wishes, World, pay, until};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// The steps of a payment that goes well.
const STEPS: [State; 3] = [State::Received, State::Dispatched, State::Approved];

#[tokio::test]
async fn every_step_is_told_in_order_and_signed() -> anyhow::Result<()> {
    let world = World::with_counter().await?;

    told(&world).await
}

#[tokio::test]
async fn every_step_is_told_in_order_and_signed_on_postgres() -> anyhow::Result<()> {
    let Some(store) = Store::postgres() else { return Ok(()) };
    let mut world = World::start(Wishes { store, ..Wishes::default() }).await?;
    world.start_counter().await?;

    told(&world).await
}

async fn told(world: &World) -> anyhow::Result<()> {
    let receiver = Receiver::taking().await?;
    let secret = world.webhook("cafe-hook", shop(world), receiver.url()).await?;

    let transaction = paid(world).await?;
    let events = receiver.until_taken(3).await?;

    assert_eq!(states(&events), STEPS);
    assert!(events.is_sorted_by(|one, other| one.id < other.id));
    for event in &events {
        assert_eq!(event.transaction_id, transaction);
        assert_eq!(event.kind, Event::kind_of(event.state));
        assert_eq!((event.amount, event.purpose.as_str()), (4_500, "payment"));
        assert_eq!(event.terminal_id, world.cast.counter);
    }
    for delivery in receiver.deliveries() {
        let body = delivery.body.as_bytes();
        assert_eq!(verify(&secret, &delivery.signature, body, wall_ms(), 60_000), Ok(()));
        assert_eq!(delivery.attempt, 1);
    }
    Ok(())
}

#[tokio::test]
async fn an_event_that_is_not_taken_comes_again_and_holds_back_only_its_own_transaction()
-> anyhow::Result<()> {
    let mut world = World::start(hurried()).await?;
    world.start_counter().await?;
    let mended = Arc::new(AtomicBool::new(false));
    let first = Arc::new(Mutex::new(None));
    let receiver = Receiver::start({
        let mended = mended.clone();
        move |event, _| {
            let first = *first.lock().unwrap().get_or_insert(event.transaction_id);
            let refused = event.transaction_id == first && !mended.load(Ordering::SeqCst);
            Manner::Status(if refused { 500 } else { 200 })
        }
    })
    .await?;
    world.webhook("hook", shop(&world), receiver.url()).await?;

    let held = paid(&world).await?;
    let free = paid(&world).await?;
    let before = receiver.until_taken(3).await?;
    mended.store(true, Ordering::SeqCst);
    let after = receiver.until_taken(6).await?;

    assert_eq!(of(&before, free), STEPS);
    assert_eq!(of(&before, held), []);
    assert_eq!(of(&after, held), STEPS);
    let refused = receiver.deliveries().into_iter().filter(|one| one.met == Manner::Status(500));
    for one in refused {
        assert_eq!(one.event.state, State::Received, "a later event went before it");
    }
    Ok(())
}

#[tokio::test]
async fn redirects_silence_and_broken_answers_are_tried_again_with_the_same_event()
-> anyhow::Result<()> {
    let mut world = World::start(hurried()).await?;
    world.start_counter().await?;
    let elsewhere = Receiver::taking().await?;
    let elsewhere_url = elsewhere.url();
    let receiver = Receiver::start(move |event, attempt| match (event.state, attempt) {
        (State::Received, 1) => Manner::Redirect(elsewhere_url.clone()),
        (State::Received, 2) => Manner::Close,
        (State::Received, 3) => Manner::CloseMidway,
        (State::Received, 4) => Manner::Silence,
        (State::Received, 5) => Manner::Status(404),
        _ => Manner::Status(200),
    })
    .await?;
    world.webhook("hook", shop(&world), receiver.url()).await?;

    paid(&world).await?;
    let taken = receiver.until_taken(3).await?;

    assert_eq!(states(&taken), STEPS);
    let deliveries = receiver.deliveries();
    let attempts: Vec<u32> = deliveries.iter().map(|one| one.attempt).collect();
    assert_eq!(attempts, [1, 2, 3, 4, 5, 6, 1, 1]);
    for again in &deliveries[..6] {
        assert_eq!(again.body, deliveries[0].body);
    }
    assert_eq!(elsewhere.deliveries().len(), 0, "a redirect was followed");
    Ok(())
}

#[tokio::test]
async fn a_gateway_that_starts_again_tells_what_was_not_taken() -> anyhow::Result<()> {
    let mut world = World::start(hurried()).await?;
    world.start_counter().await?;
    let mended = Arc::new(AtomicBool::new(false));
    let receiver = Receiver::start({
        let mended = mended.clone();
        move |_, _| match mended.load(Ordering::SeqCst) {
            true => Manner::Status(200),
            false => Manner::Silence,
        }
    })
    .await?;
    world.webhook("hook", shop(&world), receiver.url()).await?;
    let transaction = paid(&world).await?;
    let lost = receiver.until_heard(1).await?;

    world.restart_gateway().await?;
    mended.store(true, Ordering::SeqCst);
    let taken = receiver.until_taken(3).await?;

    assert_eq!(lost[0].event, taken[0]);
    assert_eq!(of(&taken, transaction), STEPS);
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_answers_410_is_told_nothing_until_it_may_go_on() -> anyhow::Result<()> {
    let mut world = World::start(hurried()).await?;
    world.start_counter().await?;
    let back = Arc::new(AtomicBool::new(false));
    let receiver = Receiver::start({
        let back = back.clone();
        move |_, _| Manner::Status(if back.load(Ordering::SeqCst) { 200 } else { 410 })
    })
    .await?;
    world.webhook("hook", shop(&world), receiver.url()).await?;

    let first = paid(&world).await?;
    until("it is suspended", async || {
        let row = world.records()?.lookup_webhook(&id("hook")).await?;
        Ok(row.filter(|row| row.standing == Standing::Suspended))
    })
    .await?;
    let second = paid(&world).await?;
    let heard = receiver.deliveries().len();
    back.store(true, Ordering::SeqCst);
    world.change(&standing("hook", Standing::Active)).await?;
    let taken = receiver.until_taken(6).await?;

    assert_eq!(heard, 1);
    assert_eq!(
        (of(&taken, first).as_slice(), of(&taken, second).as_slice()),
        (&STEPS[..], &STEPS[..])
    );
    Ok(())
}

#[tokio::test]
async fn an_event_that_is_given_up_is_parked_and_can_be_read_and_sent_again() -> anyhow::Result<()>
{
    let webhooks = Webhooks { give_up_ms: 100, ..hurried().webhooks };
    let mut world = World::start(Wishes { webhooks, ..Wishes::default() }).await?;
    world.start_counter().await?;
    let mended = Arc::new(AtomicBool::new(false));
    let receiver = Receiver::start({
        let mended = mended.clone();
        move |event, _| {
            let refused = event.state == State::Received && !mended.load(Ordering::SeqCst);
            Manner::Status(if refused { 500 } else { 200 })
        }
    })
    .await?;
    world.webhook("hook", shop(&world), receiver.url()).await?;

    paid(&world).await?;
    let taken = receiver.until_taken(2).await?;
    until("one event is parked", async || {
        let backlog = world.records()?.webhook_backlog(&id("hook")).await?;
        Ok((backlog.parked == 1 && backlog.waiting == 0).then_some(()))
    })
    .await?;
    let page = world.merchant().get("/v1/events").await?;
    mended.store(true, Ordering::SeqCst);
    world.change(&standing("hook", Standing::Suspended)).await?;
    world.change(&standing("hook", Standing::Active)).await?;
    let again = receiver.until_taken(3).await?;

    assert_eq!(states(&taken), STEPS[1..]);
    assert_eq!(page.body["events"].as_array().unwrap().len(), 3);
    assert_eq!(again[2].state, State::Received);
    let metrics = reqwest::get(format!("{}/metrics", world.operator()?)).await?.text().await?;
    assert!(metrics.contains("baton_alarms_total{kind=\"webhook_parked\"}"), "no alarm");
    Ok(())
}

#[tokio::test]
async fn while_a_secret_is_changed_both_sign_and_later_only_the_new_one() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let receiver = Receiver::taking().await?;
    let old = world.webhook("hook", shop(&world), receiver.url()).await?;

    let rotate = |both_until| {
        let (text, secret) = world.new_secret(&id("hook"))?;
        let change = WebhookChange::Rotate { id: id("hook"), secret, both_until };
        anyhow::Ok((Secret::new(text), Change::Webhook(change)))
    };
    let (new, change) = rotate(world.now()?.after_ms(60_000))?;
    world.change(&change).await?;
    let both = signed_by(&world, &receiver, &new, &old).await?;
    let (newest, change) = rotate(world.now()?)?;
    world.change(&change).await?;
    let both_again = signed_by(&world, &receiver, &newest, &new).await?;

    assert!(both, "the old secret signs beside the new one");
    assert!(!both_again, "the old secret signs after its time");
    Ok(())
}

#[tokio::test]
async fn nobody_is_told_of_anothers_transactions_and_nobody_of_a_code() -> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    let receivers =
        [Receiver::taking().await?, Receiver::taking().await?, Receiver::taking().await?];
    let [cards, wallets, books] = &receivers;
    world.webhook("cards", Tenant::App(world.card().app().parse()?), cards.url()).await?;
    world.webhook("wallets", Tenant::App(world.wallet().app().parse()?), wallets.url()).await?;
    let other_shop = Tenant::Shop(world.cast.other_shop.clone());
    world.webhook("books", other_shop, books.url()).await?;

    let code = "C-NOT-IN-EVENTS";
    let card = world.card();
    let paid = card.finish(&pay(&world.cast.counter, &card, code, 4_500)).await?;
    let sold = sold_at_the_other_shop(&world).await?;
    let told = [cards.until_taken(3).await?, wallets.until_taken(3).await?];
    let books = books.until_taken(3).await?;
    world.stop().await;

    assert_eq!(of(&told[0], paid.transaction()?), STEPS);
    assert_eq!(of(&told[1], sold), STEPS);
    assert_eq!(books, told[1]);
    let counts: Vec<usize> = receivers.iter().map(|one| one.deliveries().len()).collect();
    assert_eq!(counts, [3, 3, 3], "somebody was told more than its own");
    let bodies: Vec<String> =
        receivers.iter().flat_map(Receiver::deliveries).map(|one| one.body).collect();
    assert!(bodies.iter().all(|body| !body.contains("NOT-IN") && !body.contains("digest")));
    Ok(())
}

/// A payment with the wallet app at the book shop, whose terminal is played by hand.
async fn sold_at_the_other_shop(world: &World) -> anyhow::Result<TransactionId> {
    let terminal = world.cast.other_counter.clone();
    let badge = world.badge(&Executor::Terminal(terminal.clone())).await?;
    let mut hand = world.take_place(&badge).await?;
    let wallet = world.wallet();
    let touch = wallet.touch(&pay(&terminal, &wallet, "W-NOT-IN-EVENTS", 700)).send().await?;
    let command = hand.command().await?;
    hand.approve(&command).await?;
    wallet.events(touch.touch()?, None).await?;
    touch.transaction()
}

/// Short pauses, so that failures are over within a test.
fn hurried() -> Wishes {
    let webhooks = Webhooks {
        answer_ms: 300,
        first_pause_ms: 20,
        pause_max_ms: 50,
        ..Wishes::default().webhooks
    };
    Wishes { webhooks, ..Wishes::default() }
}

fn shop(world: &World) -> Tenant {
    Tenant::Shop(world.cast.shop.clone())
}

fn id(id: &str) -> WebhookId {
    id.parse().unwrap()
}

fn standing(webhook: &str, standing: Standing) -> Change {
    Change::Webhook(WebhookChange::Standing { id: id(webhook), standing })
}

/// Pays at the counter and waits for the end.
async fn paid(world: &World) -> anyhow::Result<TransactionId> {
    let card = world.card();
    let paid = card.finish(&pay(&world.cast.counter, &card, &card_code()?, 4_500)).await?;
    assert_eq!(paid.state(), "approved");
    paid.transaction()
}

/// Pays until the new secret signs, and says whether the former one signs beside it.
async fn signed_by(
    world: &World,
    receiver: &Receiver,
    new: &Secret,
    former: &Secret,
) -> anyhow::Result<bool> {
    until("the new secret signs", async || {
        let before = receiver.taken().len();
        paid(world).await?;
        receiver.until_taken(before + 3).await?;
        let last = receiver.deliveries().pop().unwrap();
        let fits = |secret: &Secret| {
            verify(secret, &last.signature, last.body.as_bytes(), wall_ms(), 60_000).is_ok()
        };
        Ok(fits(new).then(|| fits(former)))
    })
    .await
}

fn states(events: &[Event]) -> Vec<State> {
    events.iter().map(|event| event.state).collect()
}

/// The states of one transaction, in the order in which they were told first.
fn of(events: &[Event], transaction: TransactionId) -> Vec<State> {
    let mut states: Vec<State> = Vec::new();
    for event in events.iter().filter(|event| event.transaction_id == transaction) {
        if !states.contains(&event.state) {
            states.push(event.state);
        }
    }
    states
}

/// The lines of `gateway/docs/webhooks.md` with which a receiver checks what came.
fn documented_check() -> anyhow::Result<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../gateway/docs/webhooks.md");
    let page = std::fs::read_to_string(page)?;
    let (_, rest) = page.split_once("```sh\n").unwrap();
    Ok(rest.split_once("```").unwrap().0.to_owned())
}

#[tokio::test]
async fn the_documented_check_takes_what_is_genuine_and_nothing_else() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let receiver = Receiver::taking().await?;
    world.webhook("hook", shop(&world), receiver.url()).await?;
    let (text, secret) = world.new_secret(&id("hook"))?;
    let both_until = world.now()?.after_ms(60_000);
    let rotated = WebhookChange::Rotate { id: id("hook"), secret, both_until };
    world.change(&Change::Webhook(rotated)).await?;
    paid(&world).await?;
    receiver.until_taken(3).await?;
    let came = receiver.deliveries().remove(0);
    let script = documented_check()?;
    let check = |secret: &str, signature: &str, body: &str| {
        let file = world.folder().join("body.json");
        std::fs::write(&file, body)?;
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(&script).env("secret", secret).env("signature", signature);
        let output = shell.env("body", &file).output()?;
        let said = [output.stdout, output.stderr].concat();
        anyhow::Ok((output.status.success(), String::from_utf8(said)?))
    };
    let old = sign(&Secret::new(text.clone()), wall_ms() - 301_000, came.body.as_bytes());

    assert_eq!(check(&text, &came.signature, &came.body)?, (true, "genuine\n".to_owned()));
    let forged = (false, "forged\n".to_owned());
    assert_eq!(check("another", &came.signature, &came.body)?, forged);
    assert_eq!(check(&text, &came.signature, &format!("{} ", came.body))?, forged);
    assert_eq!(check(&text, "t=1,v1=", &came.body)?, forged);
    assert_eq!(check(&text, &old, &came.body)?, (false, "too old\n".to_owned()));
    Ok(())
}
