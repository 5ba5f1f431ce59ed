//! Codes that a terminal's scanner reads (F6, F37), and amounts that are typed there (F7).
//!
//! Owns that a scan goes the way of a touch: to the destination or to the POS as Table 1 says, and
//! never twice. The scanner is a real serial line; where timing matters the terminal is a hand.

use super::flows::{assert_booked, assert_pos_sold};
use anyhow::Context;
use baton_core::relay::plan::Executor;
use baton_gateway::demo::apps::{card_code, wallet_code};
use baton_link::asks::Answer;
use baton_protocol::code::PaymentCode;
use baton_protocol::ids::{AgentId, AskId, TouchId};
use baton_protocol::link::{Command, Downward, Upward};
use baton_protocol::money::{Currency, Money};
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::admin::{Change, CodeRule};
use baton_simulators::pos::entry::Source;
use baton_tests::world::hand::{Hand, frame};
use baton_tests::world::tables::MEMBER;
use baton_tests::{Reply, Wishes, World, until};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::os::fd::OwnedFd;
use std::path::PathBuf;

/// The scanner's end of a serial line.
pub(super) struct Scanner {
    line: OwnedFd,
    pub(super) port: PathBuf,
}

impl Scanner {
    pub(super) fn plug() -> anyhow::Result<Self> {
        let line = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&line)?;
        unlockpt(&line)?;
        let port = PathBuf::from(ptsname(&line, Vec::new())?.into_string()?);
        Ok(Self { line, port })
    }

    pub(super) fn read(&self, code: &str) -> anyhow::Result<()> {
        let text = format!("{code}\r");
        anyhow::ensure!(rustix::io::write(&self.line, text.as_bytes())? == text.len());
        Ok(())
    }
}

/// Card codes are 20 letters and digits after a C, members begin with M-, the rest is the wallet's.
async fn rules(world: &World) -> anyhow::Result<()> {
    let rule = |app: String, shape: &str| {
        let rule = format!("{app} = {shape}");
        anyhow::Ok(CodeRule { app: app.parse()?, rule })
    };
    let rules = vec![
        rule(world.card().app(), "20 alphanumeric; 1: C")?,
        rule(world.points().app(), "6..64 visible; 1: M-")?,
        rule(world.wallet().app(), "6..64 visible")?,
    ];
    world.change(&Change::CodeRules(rules)).await
}

async fn world_with_scanner() -> anyhow::Result<(World, Scanner)> {
    let scanner = Scanner::plug()?;
    let port = Some(scanner.port.clone());
    let mut world = World::start(Wishes { scanner: port, ..Wishes::default() }).await?;
    rules(&world).await?;
    world.start_counter().await?;
    Ok((world, scanner))
}

/// Waits until the sale is paid and returns its payment.
async fn paid(world: &World, sale: &str) -> anyhow::Result<Reply> {
    until("the sale is paid", async || {
        let seen = world.merchant().look(sale).await?;
        if seen.state() != "paid" {
            return Ok(None);
        }
        let touch: TouchId = serde_json::from_value(seen.body["touch_id"].clone())?;
        Ok(Some(world.wallet().look(touch).await?))
    })
    .await
}

#[tokio::test]
async fn f6_a_scan_goes_to_the_destination_or_to_the_pos_as_table_1_says_meanwhile()
-> anyhow::Result<()> {
    let (mut world, scanner) = world_with_scanner().await?;
    world.start_till().await?;
    let pair =
        |agent: Option<AgentId>| Change::Pair { terminal: world.cast.counter.clone(), agent };
    let mut sold = Vec::new();

    for agent in [None, Some(world.cast.agent.clone()), None] {
        world.change(&pair(agent.clone())).await?;
        let sale = world.merchant().sale(&world.cast.counter, 3_000).await?;
        scanner.read(&wallet_code(&world.apps.wallet_url).await?)?;
        let payment = paid(&world, &sale).await?;
        assert_booked(&world, &payment, &world.servers.wallet, 3_000).await?;
        if agent.is_some() {
            assert_pos_sold(&world, &payment, Source::Window).await?;
        }
        sold.push(world.pos_sales().await?.len());
    }

    assert_eq!(sold, [0, 1, 1], "only the scan while paired went through the POS");
    Ok(())
}

#[tokio::test]
async fn a_code_belongs_to_the_app_of_the_first_rule_that_it_keeps() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    rules(&world).await?;
    let mut hand = world.hand_at_the_counter().await?;
    world.merchant().sale(&world.cast.counter, 3_000).await?;

    let (touch, command) = begun(&mut hand, scanned(&card_code()?)).await?;
    hand.approve(&command).await?;
    world.card().until_state(touch, State::Approved).await?;
    let (member, question) = begun(&mut hand, scanned(MEMBER)).await?;

    assert_eq!(command.app.to_string(), world.card().app());
    assert_eq!(command.work.amount(), won(3_000));
    assert_eq!(question.app.to_string(), world.points().app());
    assert_eq!(question.work.amount().minor, 0, "a member is shown, nothing is booked");
    assert_eq!(world.points().look(member).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn f37_the_same_code_scanned_twice_is_one_payment_and_says_where_it_stands()
-> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    rules(&world).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let code = card_code()?;
    world.merchant().sale(&world.cast.counter, 3_000).await?;
    let first = scanned(&code);
    let (touch, command) = begun(&mut hand, first.clone()).await?;

    let again = ask(&mut hand, first).await?;
    hand.approve(&command).await?;
    world.card().until_state(touch, State::Approved).await?;
    world.merchant().sale(&world.cast.counter, 3_000).await?;
    let other = ask(&mut hand, scanned(&code)).await?;

    assert_eq!(taken(&again)?, touch, "the same question has the same answer");
    let first = Some(State::Approved);
    assert_eq!(refused(&other)?, (RefusalCode::DuplicateCode, first));
    assert_eq!(world.records()?.transactions_of(touch).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_scan_is_refused_with_its_rule_where_nothing_can_be_paid() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;

    let no_rules = refused(&ask(&mut hand, scanned("CNOBODYSCODE12345678")).await?)?;
    rules(&world).await?;
    let no_sale = refused(&ask(&mut hand, scanned("CNOTHINGTOPAY1234567")).await?)?;
    let agent = Executor::Agent(world.cast.agent.clone());
    let mut agent = world.take_place(&world.badge(&agent).await?).await?;
    let from_agent = refused(&ask(&mut agent, scanned("CFROMANAGENT12345678")).await?)?;

    assert_eq!(no_rules, (RefusalCode::AppUnknown, None));
    assert_eq!(no_sale, (RefusalCode::AmountRequired, None));
    assert_eq!(from_agent, (RefusalCode::Forbidden, None));
    assert_eq!(world.records()?.open_transactions().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn f7_an_amount_typed_at_the_terminal_is_paid_by_the_next_scan() -> anyhow::Result<()> {
    let (world, scanner) = world_with_scanner().await?;
    let asks = world.asks()?;

    let opened = asks.open_sale(Some(won(7_500))).await;
    let seen = world.wallet().resolve(&world.cast.counter).await?;
    let second = asks.open_sale(Some(won(9_000))).await;
    let closed = asks.open_sale(None).await;
    asks.open_sale(Some(won(9_000))).await;
    scanner.read(&wallet_code(&world.apps.wallet_url).await?)?;
    until("it is paid", async || {
        let sale = world.wallet().resolve(&world.cast.counter).await?;
        Ok(sale.body["sale"].is_null().then_some(()))
    })
    .await?;

    let done = Answer::Taken { touch: None };
    let busy = Answer::Refused { code: RefusalCode::Busy, first: None };
    assert_eq!((opened, second, closed), (done, busy, done));
    assert_eq!(seen.body["sale"]["amount"], 7_500);
    let entries = until("the wallet was paid", async || {
        let entries = world.servers.wallet.ledger().await?;
        Ok((!entries.is_empty()).then_some(entries))
    })
    .await?;
    assert_eq!(entries.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_terminal_without_a_connection_asks_for_nothing() -> anyhow::Result<()> {
    let (mut world, _scanner) = world_with_scanner().await?;
    let asks = world.asks()?;
    let code = PaymentCode::parse("CWHILEOFFLINE1234567".to_owned())?;
    world.stop_gateway().await?;
    until("the terminal knows", async || {
        let answer = asks.pay(code.clone()).await;
        Ok((answer == Answer::Offline).then_some(()))
    })
    .await?;

    world.gateway_again().await?;
    world.until_online(&world.cast.counter).await?;

    let found = world.records()?.open_transactions().await?;
    assert_eq!(found.len(), 0, "nothing comes late");
    Ok(())
}

#[tokio::test]
async fn a_paired_terminal_is_told_what_the_pos_does_and_which_sale_waits() -> anyhow::Result<()> {
    let mut world = World::with_till().await?;
    rules(&world).await?;
    let sale = world.merchant().sale(&world.cast.till, 4_000).await?;
    let till = Executor::Terminal(world.cast.till.clone());
    let mut hand = world.take_place(&world.badge(&till).await?).await?;

    let waits = hand.next().await?.context("the gateway closed")?;
    let question = scanned(&wallet_code(&world.apps.wallet_url).await?);
    hand.raw(&frame(baton_protocol::VERSION_CURRENT, 0, 0, &question)?).await?;
    let mut states = Vec::new();
    while !states.last().is_some_and(|state: &State| state.is_final()) {
        let said = hand.next().await?.context("the gateway closed")?;
        if let Downward::News { state, amount, .. } = said {
            assert_eq!(amount, won(4_000));
            states.push(state);
        }
    }
    let touch = paid(&world, &sale).await?.touch()?;

    let amount = Some(won(4_000));
    assert!(matches!(waits, Downward::Sale { amount: shown, .. } if shown == amount), "{waits:?}");
    assert_eq!(states.last(), Some(&State::Approved), "{states:?}");
    assert_eq!(world.records()?.transactions_of(touch).await?.len(), 1);
    world.stop_devices().await;
    Ok(())
}

fn scanned(code: &str) -> Upward {
    let ask = AskId::new(baton_gateway::clock::new_id());
    Upward::Scanned { ask, code: PaymentCode::parse(code.to_owned()).unwrap() }
}

/// Asks as a terminal does, unnumbered, and reads up to the answer.
async fn ask(hand: &mut Hand, question: Upward) -> anyhow::Result<Downward> {
    hand.raw(&frame(baton_protocol::VERSION_CURRENT, 0, hand.received, &question)?).await?;
    loop {
        let said = hand.next().await?.context("the gateway closed")?;
        if matches!(said, Downward::Taken { .. } | Downward::Refused { .. }) {
            return Ok(said);
        }
    }
}

/// Asks and reads up to the answer and the command that came of it, whichever is first.
async fn begun(hand: &mut Hand, question: Upward) -> anyhow::Result<(TouchId, Command)> {
    hand.raw(&frame(baton_protocol::VERSION_CURRENT, 0, hand.received, &question)?).await?;
    let (mut touch, mut command) = (None, None);
    loop {
        let said = hand.next().await?.context("the gateway closed")?;
        if let Downward::Command(one) = said {
            command = Some(one);
        } else if matches!(said, Downward::Taken { .. } | Downward::Refused { .. }) {
            touch = Some(taken(&said)?);
        }
        if let (Some(touch), Some(command)) = (touch, command.clone()) {
            return Ok((touch, command));
        }
    }
}

fn taken(said: &Downward) -> anyhow::Result<TouchId> {
    let Downward::Taken { touch: Some(touch), .. } = said else { anyhow::bail!("{said:?}") };
    Ok(*touch)
}

fn refused(said: &Downward) -> anyhow::Result<(RefusalCode, Option<State>)> {
    let Downward::Refused { code, first, .. } = said else { anyhow::bail!("{said:?}") };
    Ok((*code, *first))
}

const fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}
