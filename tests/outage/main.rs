//! How long an unknown outcome stays unknown after its destination is reachable again.
//!
//! Owns one measurement with the timers as shipped: outcomes are lost while a destination's plug is
//! out; then it is put in, and every end is timed. The wallet charges, and inquiries find out; with
//! `--undo` the card host never hears of the payments, and reversals end them. Run by hand:
//! `cargo run --release -p baton-tests --bin outage -- --payments 40 --outage-s 90`.

mod clock;

use anyhow::{Context, ensure};
use baton_destinations::{Authorize, Client, Limits};
use baton_gateway::clock::wall_ms;
use baton_gateway::config::health::HealthSettings;
use baton_gateway::demo::apps::{card_code, wallet_code};
use baton_gateway::demo::plug::{Plug, Position};
use baton_protocol::ids::TouchId;
use baton_protocol::link::Command;
use baton_protocol::target::{Target, Way};
use baton_protocol::work::{State, UnknownReason, Verdict};
use baton_records::admin::Change;
use baton_tests::{Hand, Wishes, World, pay};
use clap::Parser;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

/// Pause between looks at the books, in milliseconds: small beside the seconds that are measured.
const LOOK_MS: u64 = 50;
/// How long the ends may take, in milliseconds: over the longest pause of the timers.
const END_MS: i64 = 120_000;

#[derive(Parser)]
#[command(about = "Measures how soon unknown outcomes are known after an outage")]
struct Line {
    /// Payments whose outcome is lost; one terminal has at most 1,000 open.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    payments: u64,
    /// How long the wallet cannot be reached, in seconds.
    #[arg(long, default_value_t = 90)]
    outage_s: u64,
    /// The payments never arrive, so that each must be reversed.
    #[arg(long)]
    undo: bool,
}

struct Scene {
    world: World,
    plug: Arc<Plug>,
    /// What charges; without it payments never arrive, at the card host.
    wallet: Option<Client>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let line = Line::parse();
    let scene = Scene::set(line.undo).await?;
    let mut hand = scene.world.hand_at_the_counter().await?;
    scene.plug.put(Position::Out);
    let mut touches = Vec::new();
    for number in 1..=line.payments {
        let lost = scene.lose_one(&mut hand).await;
        touches.push(lost.with_context(|| format!("payment {number} of {}", line.payments))?);
    }
    clock::pass(line.outage_s * 1_000).await;
    let before = scene.world.books.states().await?;
    scene.plug.put(Position::In);
    let back_ms = wall_ms();
    let ends = scene.until_over(touches.len(), back_ms).await?;
    report(&line, &before, &scene.world.books.states().await?, &ends)
}

impl Scene {
    /// The usual world, with a plug before the destination. New requests are let through all the
    /// outage, because this tool makes them; everything else is as shipped.
    async fn set(undo: bool) -> anyhow::Result<Self> {
        let health = HealthSettings { echo_misses: u32::MAX, ..HealthSettings::default() };
        let world = World::start(Wishes { health, ..Wishes::default() }).await?;
        let server = if undo { &world.servers.card } else { &world.servers.wallet };
        let target = Target::new(server.id.clone(), server.way.clone());
        let (plug, address) = match &target.way {
            Way::Http { base_url } => {
                let plug = Plug::before(base_url.trim_start_matches("http://").parse()?).await?;
                let address = format!("http://{}", plug.address);
                (plug, address)
            }
            Way::Iso8583 { address } => {
                let plug = Plug::before(address.parse()?).await?;
                let address = plug.address.to_string();
                (plug, address)
            }
            Way::Plugin { .. } => anyhow::bail!("nothing can be put before a plugin"),
        };
        let id = target.destination.clone();
        world.change(&Change::DestinationMove { id, address }).await?;
        let wallet = (!undo).then(|| Client::new(&target, None, Limits::default())).transpose()?;
        Ok(Self { world, plug, wallet })
    }

    /// A payment whose outcome the terminal never hears.
    async fn lose_one(&self, hand: &mut Hand) -> anyhow::Result<TouchId> {
        let (phone, code) = match self.wallet {
            Some(_) => (self.world.wallet(), wallet_code(&self.world.apps.wallet_url).await?),
            None => (self.world.card(), card_code()?),
        };
        let body = pay(&self.world.cast.counter, &phone, &code, 4_500);
        let sent = phone.touch(&body).send().await?;
        let (touch, transaction) = (sent.touch()?, sent.transaction()?);
        let mut command = hand.command().await?;
        while command.transaction != transaction {
            // The one before, delivered again on a busy machine.
            command = hand.command().await?;
        }
        if let Some(wallet) = &self.wallet {
            let verdict = wallet.authorize(&self.charge(&command)).await;
            ensure!(matches!(verdict, Verdict::Approved { .. }), "the wallet said {verdict:?}");
        }
        let lost = Verdict::Unknown { reason: UnknownReason::Silent };
        hand.report(&command, lost).await?;
        // The terminal is free for the next one when the gateway has heard it.
        phone.until_state(touch, State::Unknown).await?;
        Ok(touch)
    }

    fn charge(&self, command: &Command) -> Authorize {
        Authorize {
            transaction: command.transaction,
            terminal: self.world.cast.counter.clone(),
            app: command.app.clone(),
            work: command.work.clone(),
            at_ms: wall_ms(),
        }
    }

    /// Waits until so many are over; returns when each was, from the return, in milliseconds.
    async fn until_over(&self, count: usize, back_ms: i64) -> anyhow::Result<Vec<i64>> {
        loop {
            let mut ends = self.world.books.ends_ms().await?;
            if ends.len() >= count {
                ends.sort_unstable();
                return Ok(ends.into_iter().map(|end_ms| end_ms - back_ms).collect());
            }
            ensure!(wall_ms() - back_ms < END_MS, "{} of {count} are over", ends.len());
            clock::pass(LOOK_MS).await;
        }
    }
}

fn report(
    line: &Line,
    before: &BTreeMap<String, i64>,
    after: &BTreeMap<String, i64>,
    ends: &[i64],
) -> anyhow::Result<()> {
    let at = |percent: usize| ends.get((ends.len() * percent).div_ceil(100).max(1) - 1).copied();
    let figure = |percent| at(percent).context("nothing was measured");
    let last = figure(100)?;
    let first = ends.first().copied().context("nothing was measured")?;
    let drained = i64::try_from(ends.len())? * 1_000 / (last - first).max(1);
    let mut out = std::io::stdout();
    writeln!(out, "{} payments, outage of {} s", line.payments, line.outage_s)?;
    writeln!(out, "when it ended: {before:?}; in the end: {after:?}")?;
    writeln!(
        out,
        "known after the return: p50 {} ms, p95 {} ms, last {last} ms; {drained} a second",
        figure(50)?,
        figure(95)?,
    )?;
    ensure!(figure(95)? <= 15_000, "p95 is over 15 s");
    Ok(())
}
