//! What a device knows of its own work: kept with the transaction, shown to people, judged by none.
//!
//! Owns the scenarios of evidence and causes, with a hand in the terminal's place. Next:
//! [`super::suspense`].

use baton_gateway::demo::apps::card_code;
use baton_protocol::evidence::{Cause, Entry, Evidence, Fence, Outcome};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, FenceReason, Upward};
use baton_protocol::work::{State, UnknownReason, Verdict};
use baton_records::rows::Told;
use baton_tests::{Hand, Wishes, World, pay, until};

const SEEN: Evidence = Evidence { entry: Some(Entry::TypedExact), outcome: Outcome::Taken };

#[tokio::test]
async fn what_stands_behind_an_unknown_is_visible_also_after_it_was_told_again()
-> anyhow::Result<()> {
    let mut world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let command = commanded(&world, &mut hand).await?;
    let unknown = Verdict::Unknown { reason: UnknownReason::Unreadable };
    hand.report_seen(&command, unknown.clone(), Some(SEEN)).await?;
    let first = told(&world, command.transaction).await?;

    world.restart_gateway().await?;
    let mut again = world.take_place_again().await?;
    again.report_seen(&command, unknown.clone(), Some(SEEN)).await?;
    // One of before there was evidence says nothing of it, and takes nothing away.
    again.report(&command, unknown).await?;
    again.approve(&command).await?;
    again.word().await?;
    let row = world.records()?.lookup_transaction(command.transaction).await?;
    let row = row.expect("it is stored");

    assert_eq!(first.evidence, Some(SEEN));
    assert_eq!((row.stored.state, row.told.evidence), (State::Approved, Some(SEEN)));
    Ok(())
}

#[tokio::test]
async fn the_cause_of_a_fence_is_visible_also_after_it_was_told_again() -> anyhow::Result<()> {
    let mut world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let command = commanded(&world, &mut hand).await?;
    let transaction = command.transaction;
    let fence = Fence::because(FenceReason::PosNotReady, Cause::Modal);
    hand.say(&Upward::Accepted { transaction, epoch: command.epoch }).await?;
    hand.say(&Upward::fenced(transaction, fence)).await?;
    hand.word().await?;
    let first = told(&world, transaction).await?;

    world.restart_gateway().await?;
    let mut again = world.take_place_again().await?;
    again.say(&Upward::fenced(transaction, fence)).await?;
    again.say(&Upward::Ask { transaction }).await?;
    again.word().await?;
    let row = world.records()?.lookup_transaction(transaction).await?.expect("it is stored");

    assert_eq!(first.cause, Some(Cause::Modal));
    assert_eq!((row.stored.state, row.told.cause), (State::Cancelled, Some(Cause::Modal)));
    Ok(())
}

/// A payment at the counter, as far as the hand's command.
async fn commanded(world: &World, hand: &mut Hand) -> anyhow::Result<Command> {
    let card = world.card();
    card.touch(&pay(&world.cast.counter, &card, &card_code()?, 4_500)).send().await?;
    hand.command().await
}

/// What the store holds of what was told, once it holds something.
async fn told(world: &World, id: TransactionId) -> anyhow::Result<Told> {
    until("the device's word is kept", async || {
        let row = world.records()?.lookup_transaction(id).await?;
        Ok(row.map(|row| row.told).filter(|told| !told.is_nothing()))
    })
    .await
}
