//! Destinations that misbehave in every known way, and where each transaction ends.
//!
//! Owns the table of magic codes: final state, and what is charged in the end. "Approved" always
//! goes with one charge, everything else with none. Timers are shortened, not skipped.

use baton_protocol::link::Downward;
use baton_protocol::policy::Policy;
use baton_protocol::work::State;
use baton_tests::world::servers::Server;
use baton_tests::world::tables::MEMBER;
use baton_tests::{Phone, Reply, Wishes, World, accrue, pay, until};
use serde_json::{Value, json};

/// A code, the state in which it ends, and how often it is charged then.
type Row = (&'static str, State, i64);

/// What the magic codes do whichever way they travel; those in doubt are in the tests.
const CERTAIN: [Row; 12] = [
    ("X-FUNDS-1", State::Declined, 0),
    ("X-REFUSED-1", State::Declined, 0),
    ("X-EXPIRED-1", State::Declined, 0),
    ("X-NOMEMBER-1", State::Declined, 0),
    ("X-NOPOINTS-1", State::Declined, 0),
    ("X-DROP-1", State::Approved, 1),
    ("X-LATE20-1", State::Approved, 1),
    ("X-LATE70-1", State::Approved, 1),
    ("X-DUPLICATE-1", State::Approved, 1),
    ("X-WRONGAMOUNT-1", State::Approved, 1),
    ("X-NOREVERSAL-1", State::Approved, 1),
    ("X-REVERSALUNKNOWN-1", State::Approved, 1),
];
/// Codes whose payment the destination has never heard of when it is asked.
const NEVER_HEARD: [&str; 3] = ["X-USED-1", "X-91-0001", "X-SILENT-1"];

#[tokio::test]
async fn at_a_terminal_every_magic_card_code_ends_with_its_charge() -> anyhow::Result<()> {
    let world = hurried_counter().await?;
    let mut rows = CERTAIN.to_vec();
    rows.extend(NEVER_HEARD.map(|code| (code, State::Reversed, 0)));

    let body = |code: &str| pay(&world.cast.counter, &world.card(), code, 4_500);
    play(&world, world.card(), &world.servers.card, &rows, body).await
}

#[tokio::test]
async fn at_a_terminal_every_magic_wallet_code_ends_with_its_charge() -> anyhow::Result<()> {
    let world = hurried_counter().await?;
    let mut rows = CERTAIN.to_vec();
    // The wallet states when codes end, so "never heard" is proof once that has passed.
    rows.extend(NEVER_HEARD.map(|code| (code, State::Expired, 0)));

    let body = |code: &str| pay(&world.cast.counter, &world.wallet(), code, 4_500);
    play(&world, world.wallet(), &world.servers.wallet, &rows, body).await
}

#[tokio::test]
async fn at_a_terminal_every_magic_member_ends_with_its_points() -> anyhow::Result<()> {
    let world = hurried_counter().await?;
    let mut rows = CERTAIN.to_vec();
    rows.extend(NEVER_HEARD.map(|code| (code, State::Reversed, 0)));

    let body = |member: &str| accrue(&world.cast.counter, &world.points(), member, 30);
    play(&world, world.points(), &world.servers.points, &rows, body).await
}

#[tokio::test]
async fn at_a_pos_the_gateway_asks_forward_and_never_reverses() -> anyhow::Result<()> {
    let mut world = World::start(Wishes::hurried()).await?;
    world.start_till().await?;
    let mut rows = CERTAIN.to_vec();
    // The card host states no end of codes: what it never heard of is for people.
    rows.extend(NEVER_HEARD.map(|code| (code, State::Suspense, 0)));

    let body = |code: &str| pay(&world.cast.till, &world.card(), code, 4_500);
    play(&world, world.card(), &world.servers.card, &rows, body).await?;

    let reversed = world.servers.card.ledger().await?.iter().any(|entry| entry.reversed > 0);
    assert!(!reversed, "a POS payment was reversed");
    Ok(())
}

#[tokio::test]
async fn a_scanner_gives_no_result_so_the_destination_is_asked() -> anyhow::Result<()> {
    let mut world = World::start(Wishes::hurried()).await?;
    world.start_till().await?;
    let rows = [
        ("X-NOMEMBER-1", State::Declined, 0),
        ("X-DROP-1", State::Approved, 1),
        (MEMBER, State::Approved, 1),
    ];

    let body = |member: &str| accrue(&world.cast.till, &world.points(), member, 30);
    play(&world, world.points(), &world.servers.points, &rows, body).await
}

#[tokio::test]
async fn a_balance_is_told_and_moves_nothing() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let membership = |action: &str, points: Option<i64>| {
        let mut body = accrue(&world.cast.counter, &world.points(), MEMBER, 0);
        body["membership"]["action"] = json!(action);
        body["membership"]["points"] = json!(points);
        body
    };

    let balance = world.points().finish(&membership("balance", None)).await?;
    let too_much = world.points().finish(&membership("redeem", Some(1_001))).await?;
    let redeemed = world.points().finish(&membership("redeem", Some(400))).await?;

    assert_eq!(
        (balance.state(), too_much.state(), redeemed.state()),
        ("approved", "declined", "approved")
    );
    assert_eq!(world.books.lines(balance.transaction()?).await?, []);
    assert_eq!(world.servers.points.net(balance.transaction()?).await?, 0);
    let lines = world.books.lines(redeemed.transaction()?).await?;
    assert_eq!(lines[0], ("points_held:points".to_owned(), 400, 0, "PTS".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_result_that_comes_after_the_reversal_changes_nothing() -> anyhow::Result<()> {
    let Wishes { timers, .. } = Wishes::hurried();
    let timers = Policy { execute_standalone_ms: 200, decide_ms: 200, ..timers };
    let world = World::start(Wishes { timers, ..Wishes::hurried() }).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), "C-TOO-LATE", 4_500);
    let touch = world.card().touch(&body).send().await?;
    let command = hand.command().await?;

    let events = world.card().events(touch.touch()?, None).await?;
    let first = hand.word().await?;
    hand.approve(&command).await?;
    let second = hand.word().await?;

    let states: Vec<State> = events.iter().map(|(_, event)| event.state).collect();
    assert_eq!(
        states,
        [State::Received, State::Dispatched, State::Unknown, State::Reversing, State::Reversed]
    );
    let word = Downward::Commit { transaction: touch.transaction()?, state: State::Reversed };
    assert_eq!((first, second), (word.clone(), word));
    assert_eq!(world.card().look(touch.touch()?).await?.state(), "reversed");
    assert_eq!(world.books.lines(touch.transaction()?).await?, []);
    Ok(())
}

async fn hurried_counter() -> anyhow::Result<World> {
    let mut world = World::start(Wishes::hurried()).await?;
    world.start_counter().await?;
    Ok(world)
}

/// Plays every row, one after the other at the counter and all at once in doubt.
async fn play(
    world: &World,
    phone: Phone<'_>,
    server: &Server,
    rows: &[Row],
    body: impl Fn(&str) -> Value,
) -> anyhow::Result<()> {
    let mut sent = Vec::new();
    for (code, state, net) in rows {
        let touch = phone.touch(&body(code)).send().await?;
        until(&format!("{code} leaves the counter"), async || {
            let seen = phone.look(touch.touch()?).await?;
            Ok((seen.state() != "dispatched").then_some(()))
        })
        .await?;
        sent.push((code, touch, *state, *net));
    }
    for (code, touch, state, net) in sent {
        let end = phone.until_state(touch.touch()?, state).await;
        let end = end.map_err(|fault| fault.context(*code))?;
        assert_charged(world, server, code, &end, net).await?;
    }
    Ok(())
}

/// The destination and the ledger agree on what was charged.
async fn assert_charged(
    world: &World,
    server: &Server,
    code: &str,
    end: &Reply,
    net: i64,
) -> anyhow::Result<()> {
    let transaction = end.transaction()?;
    assert_eq!(server.net(transaction).await?, net, "{code} at the destination");
    let lines = world.books.lines(transaction).await?.len();
    assert_eq!(lines, if net == 1 { 2 } else { 0 }, "{code} in the ledger");
    Ok(())
}
