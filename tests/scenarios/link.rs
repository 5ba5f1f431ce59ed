//! The device link as terminals and agents meet it: who is let in, who is cut, what is resumed.
//!
//! Owns the checks of tokens, epochs, sessions and versions over real sockets, played by a hand in
//! a device's place.

use baton_core::relay::lookup::Standing;
use baton_core::relay::plan::Executor;
use baton_gateway::demo::apps::card_code;
use baton_protocol::link::{Downward, Upward};
use baton_protocol::work::State;
use baton_protocol::{VERSION_CURRENT, VERSION_MIN};
use baton_records::admin::Change;
use baton_tests::world::hand::{frame, hello};
use baton_tests::{Badge, Dialled, Hand, Wishes, World, pay};

#[tokio::test]
async fn a_forged_or_used_token_is_not_let_in() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let counter = world.badge(&counter(&world)).await?;
    let other = Executor::Terminal(world.cast.other_counter.clone());
    let other = world.badge(&other).await?;
    let forged = Badge { identity: counter.identity.clone(), key: other.key }.token()?;
    let unknown = Executor::Terminal(world.cast.spare.clone());
    let mut identity = counter.identity.clone();
    identity.id = unknown.to_string();
    let unenrolled = Badge { identity, key: counter.key }.token()?;
    let used = Badge::load(&world.folder().join("counter-1"))?.token()?;
    let first = world.dial(&used).await?;

    assert!(matches!(first, Dialled::Open(_)), "a good token was refused");
    for token in ["", "x", &forged, &unenrolled, &used, &world.card().token()?] {
        let Dialled::Refused(status, kind) = world.dial(token).await? else {
            anyhow::bail!("let in with {token:.20}")
        };
        assert_eq!((status, kind.as_str()), (401, "application/problem+json"));
    }
    Ok(())
}

#[tokio::test]
async fn a_second_connection_raises_the_epoch_and_the_first_is_cut() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let mut first = world.take_place(&badge).await?;

    let mut second = world.take_place(&badge).await?;
    let told = first.next().await?;
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    world.card().touch(&body).send().await?;
    let command = second.command().await?;

    assert_eq!(told, None, "the first connection is still served");
    assert!(second.epoch > first.epoch, "{} after {}", second.epoch, first.epoch);
    assert_eq!(command.epoch, second.epoch);
    Ok(())
}

#[tokio::test]
async fn a_suspended_device_is_cut_at_once_and_stays_out_until_it_may_again() -> anyhow::Result<()>
{
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let mut hand = world.take_place(&badge).await?;
    let standing = |standing| Change::DeviceStanding { device: counter(&world), standing };

    world.change(&standing(Standing::Suspended)).await?;
    let told = hand.next().await?;
    let refused = world.dial(&badge.token()?).await?;
    world.change(&standing(Standing::Active)).await?;
    let back = world.take_place(&badge).await;

    assert_eq!(told, None, "a suspended device is still served");
    assert!(matches!(refused, Dialled::Refused(401, _)), "a suspended device was let in");
    assert!(back.is_ok(), "a device that may again was not let in");
    Ok(())
}

#[tokio::test]
async fn what_a_cut_connection_lost_is_delivered_on_the_next() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let mut hand = world.take_place(&badge).await?;
    let (session, card) = (hand.session.clone(), world.card());
    let body = pay(&world.cast.counter, &card, &card_code()?, 4_500);
    let touch = card.touch(&body).send().await?;
    let lost = hand.command().await?;

    let mut hand = parted(&world, &badge, hand, 0).await?;
    let again = hand.command().await?;
    hand.approve(&again).await?;
    card.events(touch.touch()?, None).await?;
    let lost_word = hand.word().await?;
    let mut hand = parted(&world, &badge, hand, 1).await?;
    let word = hand.word().await?;

    assert_eq!(hand.session, session, "the session went on");
    assert_eq!((again.transaction, &again.code_digest), (lost.transaction, &lost.code_digest));
    let transaction = touch.transaction()?;
    assert_eq!(lost_word, Downward::Commit { transaction, state: State::Approved });
    assert_eq!(word, lost_word);
    Ok(())
}

#[tokio::test]
async fn a_report_that_comes_twice_counts_once() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let touch = world.card().touch(&body).send().await?;
    let command = hand.command().await?;

    hand.approve(&command).await?;
    hand.approve(&command).await?;
    let words = [hand.word().await?, hand.word().await?];
    let events = world.card().events(touch.touch()?, None).await?;

    let (transaction, state) = (touch.transaction()?, State::Approved);
    let word = Downward::Commit { transaction, state };
    assert_eq!(words, [word.clone(), word]);
    assert_eq!(events.len(), 3);
    assert_eq!(world.books.lines(transaction).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_garbage_frame_closes_only_its_own_connection() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let garbage = ["", "{", "[]", "null", r#"{"v":1,"seq":1,"ack":0}"#, "\u{0}"];
    let gap = frame(VERSION_CURRENT, 7, 0, &Upward::Ack)?;
    let huge = format!(r#"{{"v":1,"seq":0,"ack":0,"body":"{}"}}"#, "x".repeat(17 * 1024));
    let other = Executor::Terminal(world.cast.other_counter.clone());
    let mut bystander = world.take_place(&world.badge(&other).await?).await?;
    let badge = world.badge(&counter(&world)).await?;

    for text in garbage.into_iter().chain([gap.as_str(), &huge]) {
        let mut hand = world.take_place(&badge).await?;
        hand.raw(text).await?;
        assert_eq!(hand.next().await?, None, "{text:.30} was taken");
    }

    let body = pay(&world.cast.other_counter, &world.card(), &card_code()?, 4_500);
    let touch = world.card().touch(&body).send().await?;
    let command = bystander.command().await?;
    assert_eq!(command.transaction, touch.transaction()?);
    Ok(())
}

#[tokio::test]
async fn another_version_and_an_unknown_message_get_a_version_answer() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let range = Downward::Version { min: VERSION_MIN, max: VERSION_CURRENT };

    let mut later = world.dial(&badge.token()?).await?.open()?;
    later.raw(&frame(999, 0, 0, &hello(None, 0))?).await?;
    let answers = [later.next().await?, later.next().await?];
    let mut hand = world.take_place(&badge).await?;
    hand.raw(r#"{"v":1,"seq":1,"ack":0,"body":{"type":"dance","speed":3}}"#).await?;
    let answer = hand.next().await?;

    assert_eq!(answers, [Some(range.clone()), None]);
    assert_eq!(answer, Some(range));
    Ok(())
}

#[tokio::test]
async fn an_enrolment_code_works_once() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let again = serde_json::json!({"code": "WRONG123", "public_key": badge.key.public()});
    let short = serde_json::json!({"code": "WRONG123", "public_key": "AAAA"});
    let before = world.books.rows().await?;

    let cases = [(again, 401, "enrolment_code_invalid"), (short, 400, "body_invalid")];
    for (body, status, code) in cases {
        let request = world.anonymous(reqwest::Method::POST, "/v1/enrol")?.json(&body);
        assert_eq!(world.exchange(request).await?.refusal(), (status, code));
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

fn counter(world: &World) -> Executor {
    Executor::Terminal(world.cast.counter.clone())
}

/// Loses the connection and comes back with so many gateway frames taken.
async fn parted(world: &World, badge: &Badge, hand: Hand, received: u64) -> anyhow::Result<Hand> {
    let was = hand.part(received);
    world.until_offline(&world.cast.counter).await?;
    world.come_back(badge, was).await
}
