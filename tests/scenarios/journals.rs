//! Devices whose journal was put back, or begins anew: what they know nothing of may have happened.
//!
//! Owns the scenarios of journals that shrink, with the real terminal and with a hand in its
//! place. Next: [`super::suspense`].

use baton_core::relay::plan::Executor;
use baton_gateway::demo::apps::card_code;
use baton_link::enrol::JOURNAL_FILE;
use baton_protocol::VERSION_CURRENT;
use baton_protocol::link::{Downward, FenceReason, Upward};
use baton_protocol::work::State;
use baton_records::admin::Change;
use baton_tests::world::hand::{frame, hello};
use baton_tests::{Badge, Hand, Reply, Wishes, World, pay, until};
use serde_json::Value;

#[tokio::test]
async fn a_terminal_put_back_from_a_copy_is_refused_until_an_operator_accepts_it()
-> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    let journal = world.folder().join("counter-1").join(JOURNAL_FILE);
    let first = paid(&world).await?;
    world.books.until_shown().await?;
    let copy = std::fs::read(&journal)?;
    let second = paid(&world).await?;
    world.books.until_shown().await?;

    // Its greeting on a new connection says how far the journal has come.
    world.restart_gateway().await?;
    world.until_online(&world.cast.counter).await?;
    world.stop_devices().await;
    std::fs::write(&journal, copy)?;
    world.counter_again()?;
    let kim = world.person("kim").await?;
    let case = until("the case is there", async || {
        let case = kim.subject("terminal:counter-1").await?;
        Ok((case.status == 200).then_some(case))
    })
    .await?;
    let refused = paid(&world).await?;
    world.change(&accept(&world)?).await?;
    world.until_online(&world.cast.counter).await?;
    let third = paid(&world).await?;

    assert_eq!([first.state(), second.state(), third.state()], ["approved"; 3]);
    assert_eq!(refused.refusal(), (503, "terminal_offline"));
    assert_eq!(case.body["cases"][0]["kind"], "journal");
    let said = &case.body["evidence"][0]["said"];
    assert_eq!(said["why"], "shorter");
    assert!(said["held"]["seq"].as_u64() > said["said"]["seq"].as_u64(), "{said}");
    let closed = kim.subject("terminal:counter-1").await?;
    assert!(closed.body["cases"][0]["closed_at_ms"].is_i64());
    Ok(())
}

#[tokio::test]
async fn what_a_shorter_journal_never_heard_of_is_not_taken_as_never_done() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let mut hand = with_journal(&world, &badge, 5, 'a').await?.expect("the first is let in");
    let card = world.card();
    let body = pay(&world.cast.counter, &card, &card_code()?, 4_500);
    let touch = card.touch(&body).send().await?;
    let command = hand.command().await?;

    let shorter = with_journal(&world, &badge, 4, 'b').await?;
    let unknown = card.until_state(touch.touch()?, State::Unknown).await?;
    let other = with_journal(&world, &badge, 5, 'b').await?;
    let restored = with_journal(&world, &badge, 5, 'a').await?;
    world.change(&accept(&world)?).await?;
    let mut hand = with_journal(&world, &badge, 6, 'c').await?.expect("accepted");
    let transaction = command.transaction;
    hand.say(&Upward::fenced(transaction, FenceReason::Cancelled)).await?;
    hand.approve(&command).await?;
    let word = hand.word().await?;

    assert!(shorter.is_none() && other.is_none() && restored.is_none());
    assert_eq!(unknown.first()?.reason.as_deref(), Some("executor_forgot"));
    assert_eq!(word, Downward::Commit { transaction, state: State::Approved });
    Ok(())
}

/// Cause: a terminal that was enrolled again was sent the open command a second time, and its
/// fence ended what the terminal before it had perhaps submitted.
#[tokio::test]
async fn a_terminal_that_is_enrolled_again_neither_repeats_nor_fences_what_was_open()
-> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut old = world.hand_at_the_counter().await?;
    let card = world.card();
    let body = pay(&world.cast.counter, &card, &card_code()?, 4_500);
    let touch = card.touch(&body).send().await?;
    let command = old.command().await?;

    std::fs::remove_dir_all(world.folder().join("counter-1"))?;
    let mut new = world.hand_at_the_counter().await?;
    let said = new.next().await?;
    let transaction = command.transaction;
    new.say(&Upward::fenced(transaction, FenceReason::Cancelled)).await?;
    new.say(&Upward::Ask { transaction }).await?;
    let state = card.look(touch.touch()?).await?;
    new.approve(&command).await?;
    let word = new.word().await?;

    assert!(matches!(said, Some(Downward::Cancel { .. })), "{said:?}");
    assert_eq!(state.state(), "unknown");
    assert_eq!(word, Downward::Commit { transaction, state: State::Approved });
    Ok(())
}

/// Cause: the connection of the old device ended after the new one had enrolled, and its head was
/// held against the new journal.
#[tokio::test]
async fn a_new_journal_is_not_held_to_what_the_old_device_still_wrote() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let mut old = with_journal(&world, &badge, 5, 'a').await?.expect("the first is let in");

    std::fs::remove_dir_all(world.folder().join("counter-1"))?;
    let badge = world.badge(&counter(&world)).await?;
    old.raw(&frame(VERSION_CURRENT, 0, 0, &Upward::Journal { seq: 9, hash: hash('d') })?).await?;
    old.raw(&frame(VERSION_CURRENT, 0, 0, &Upward::Later)?).await?;
    assert!(matches!(old.next().await?, Some(Downward::Version { .. })));
    drop(old);
    world.until_offline(&world.cast.counter).await?;
    let new = with_journal(&world, &badge, 0, '0').await?;

    assert!(new.is_some(), "a new journal was refused");
    Ok(())
}

#[tokio::test]
async fn what_a_device_wrote_while_connected_is_held_against_its_next_greeting()
-> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let mut hand = with_journal(&world, &badge, 5, 'a').await?.expect("the first is let in");
    let news = Upward::Journal { seq: 9, hash: hash('d') };
    hand.raw(&frame(VERSION_CURRENT, 0, 0, &news)?).await?;
    // What the gateway answers to comes after what it has read.
    hand.raw(&frame(VERSION_CURRENT, 0, 0, &Upward::Later)?).await?;
    assert!(matches!(hand.next().await?, Some(Downward::Version { .. })));
    drop(hand);
    until("the head is kept", async || {
        let known = world.journal_of(&counter(&world)).await?;
        Ok(known.head.filter(|head| head.seq == 9))
    })
    .await?;

    let shorter = with_journal(&world, &badge, 8, 'c').await?;

    assert!(shorter.is_none(), "a shorter journal was let in");
    Ok(())
}

#[tokio::test]
async fn a_journal_that_shrinks_while_connected_ends_the_connection() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let mut hand = with_journal(&world, &badge, 5, 'a').await?.expect("the first is let in");

    let news = Upward::Journal { seq: 4, hash: hash('b') };
    hand.raw(&frame(VERSION_CURRENT, 0, 0, &news)?).await?;

    assert_eq!(hand.next().await?, None);
    world.until_offline(&world.cast.counter).await
}

#[tokio::test]
async fn a_gateway_that_was_put_back_goes_above_the_epoch_of_its_devices() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let badge = world.badge(&counter(&world)).await?;
    let mut hand = world.dial(&badge.token()?).await?.open()?;
    let mut greeting = serde_json::to_value(hello(None, 0))?;
    greeting["epoch"] = Value::from(500);
    let greeting: Upward = serde_json::from_value(greeting)?;

    hand.raw(&frame(VERSION_CURRENT, 0, 0, &greeting)?).await?;

    let welcomed = hand.next().await?;
    assert!(matches!(welcomed, Some(Downward::Welcome { epoch: 501, .. })), "{welcomed:?}");
    Ok(())
}

async fn paid(world: &World) -> anyhow::Result<Reply> {
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    world.card().finish(&body).await
}

/// Greets with such a journal; nothing when the gateway closes instead of welcoming.
async fn with_journal(
    world: &World,
    badge: &Badge,
    seq: u64,
    letter: char,
) -> anyhow::Result<Option<Hand>> {
    let mut hand = world.dial(&badge.token()?).await?.open()?;
    let mut greeting = serde_json::to_value(hello(None, 0))?;
    greeting["journal_seq"] = Value::from(seq);
    greeting["journal_hash"] = Value::from(hash(letter));
    let greeting: Upward = serde_json::from_value(greeting)?;
    hand.raw(&frame(VERSION_CURRENT, 0, 0, &greeting)?).await?;
    match hand.next().await? {
        Some(Downward::Welcome { session, epoch, .. }) => {
            (hand.session, hand.epoch) = (session, epoch);
            Ok(Some(hand))
        }
        Some(other) => anyhow::bail!("no welcome came but {other:?}"),
        None => Ok(None),
    }
}

fn hash(letter: char) -> String {
    letter.to_string().repeat(64)
}

fn counter(world: &World) -> Executor {
    Executor::Terminal(world.cast.counter.clone())
}

fn accept(world: &World) -> anyhow::Result<Change> {
    let reason = "put back after a dead card".to_owned();
    Ok(Change::JournalAccept { device: counter(world), reason, at: world.now()? })
}
