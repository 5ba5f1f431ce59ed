//! The load tool of Baton: `load run` pays at a rate, `load bench` fills the table of goals,
//! `load overload` offers three times too much, `load slow` holds a thousand slow connections.
//!
//! Owns the command line and which runs a bench has. Every run ends with a look into the gateway's
//! database: what phones were told must be what it holds. Reading order: `stage.rs` (what is set
//! up), `gateway.rs`, `phones.rs` (who pays), `http.rs`, `figures.rs` (what is told).

mod clock;
mod figures;
mod flood;
mod gateway;
mod http;
mod overload;
mod phones;
mod schedule;
mod siege;
mod stage;

use anyhow::ensure;
use baton_gateway::config::Commits;
use clap::{Args, Parser, Subcommand};
use figures::{Figures, Goal, row};
use phones::{Arrivals, Phones};
use schedule::{Spread, moments};
use stage::{Stage, Stored, Wishes};
use std::path::PathBuf;
use std::process::ExitCode;

/// Threads for phones, terminals and acquirer: as many as the gateway's for HTTP.
const THREADS: usize = 2;
/// Threads that write terminals' journals at the same time; they are in memory.
const JOURNAL_THREADS_MAX: usize = 16;
/// Files and sockets that this tool and the gateway may have open: 3 a terminal, 2 a phone.
const OPEN_FILES_MIN: u64 = 8_192;
/// Payments prepared for each second of a closed run: twice the goal.
const PAYMENTS_A_SECOND_MAX: u64 = 8_000;
/// In flight while grouping is compared and capacity is looked for.
const IN_FLIGHT: usize = 256;
/// The second number in flight at which capacity is looked for.
const IN_FLIGHT_MORE: usize = 512;
/// Terminals under the flood, at least: so many that one is free for every payment.
const FLOODED_TERMINALS: u16 = 1_500;
/// Seconds in which the peak is measured before the flood.
const PEAK_S: u64 = 10;
/// The rate at which the median is judged, in payments a second.
const CALM_RATE: u64 = 100;

#[derive(Parser)]
#[command(about = "Puts load on a real gateway and checks its database afterwards")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// One run: at a rate, or with so many in flight.
    Run(RunLine),
    /// The table of goals: grouping, capacity, median.
    Bench {
        #[command(flatten)]
        place: Place,
        /// Measured seconds of each run; each has 2 more to warm up.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=120))]
        seconds: u64,
    },
    /// The peak, then three times as much: goodput, refusals, and that nothing is lost.
    Overload {
        #[command(flatten)]
        place: Place,
        /// Seconds of the flood.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(5..=120))]
        seconds: u64,
    },
    /// Health, memory and payments while slow connections are held open.
    Slow {
        #[command(flatten)]
        place: Place,
        /// How many connections.
        #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u16).range(5..))]
        connections: u16,
        /// How long they are held, in seconds.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(5..=120))]
        seconds: u64,
    },
}

#[derive(Args)]
struct RunLine {
    #[command(flatten)]
    place: Place,
    /// Payments a second, at intended moments.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=20_000))]
    rate: u64,
    /// Measured seconds.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=120))]
    seconds: u64,
    /// How the moments lie.
    #[arg(long, value_enum, default_value_t = Spread::Even)]
    spread: Spread,
    /// Begins the random moments; the same seed gives the same ones.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Instead of a rate: so many in flight at any time.
    #[arg(long, conflicts_with = "rate")]
    in_flight: Option<usize>,
    /// One commit for each fact, to see what grouping brings.
    #[arg(long)]
    per_fact: bool,
}

#[derive(Args)]
struct Place {
    /// Where databases and logs go and stay; a temporary folder under target/load without it.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// A PostgreSQL address instead of SQLite.
    #[arg(long)]
    postgres: Option<String>,
    /// How many terminals there are.
    #[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u16).range(1..=2_000))]
    terminals: u16,
}

fn main() -> ExitCode {
    match play(Line::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("load: {fault:#}");
            ExitCode::FAILURE
        }
    }
}

fn play(line: Line) -> anyhow::Result<()> {
    allow_open_files()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .max_blocking_threads(JOURNAL_THREADS_MAX)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let work = async {
            match line.command {
                Command::Run(wish) => Box::pin(run(wish)).await,
                Command::Bench { place, seconds } => Box::pin(bench(place, seconds)).await,
                Command::Overload { place, seconds } => Box::pin(overload(place, seconds)).await,
                Command::Slow { place, connections, seconds } => {
                    Box::pin(slow(place, usize::from(connections), seconds)).await
                }
            }
        };
        tokio::select! {
            done = work => done,
            _ = tokio::signal::ctrl_c() => anyhow::bail!("stopped by Ctrl-C"),
        }
    })
}

async fn run(wish: RunLine) -> anyhow::Result<()> {
    let stage = Stage::set(&wish.place.into()).await?;
    println!("{}", stage.tell());
    let arrivals = match wish.in_flight {
        Some(in_flight) => closed(in_flight, wish.seconds),
        None => open(wish.rate, wish.seconds, wish.spread, wish.seed),
    };
    let commits = if wish.per_fact { Commits::PerFact } else { Commits::Group };
    one(&stage, "run", "run", commits, arrivals).await?;
    stage.clear().await;
    Ok(())
}

async fn bench(place: Place, seconds: u64) -> anyhow::Result<()> {
    let stage = Stage::set(&place.into()).await?;
    println!("{}", stage.tell());
    let group = closed(IN_FLIGHT, seconds);
    let grouped = one(&stage, "group", "one commit for all who wait", Commits::Group, group);
    let grouped = grouped.await?;
    let each = closed(IN_FLIGHT, seconds);
    let each = one(&stage, "per-fact", "one commit for each fact", Commits::PerFact, each).await?;
    let more = closed(IN_FLIGHT_MORE, seconds);
    let more = one(&stage, "more", "twice as many in flight", Commits::Group, more).await?;
    let calm = open(CALM_RATE, seconds, Spread::Random, 1);
    let calm = one(&stage, "calm", "open loop at 100/s", Commits::Group, calm).await?;
    stage.clear().await;
    tell_goals(&grouped, &each, &more, &calm);
    Ok(())
}

async fn overload(mut place: Place, seconds: u64) -> anyhow::Result<()> {
    place.terminals = place.terminals.max(FLOODED_TERMINALS);
    let stage = Stage::set(&place.into()).await?;
    println!("{}", stage.tell());
    overload::overload(&stage, closed(IN_FLIGHT, PEAK_S), seconds).await?;
    stage.clear().await;
    Ok(())
}

async fn slow(place: Place, connections: usize, seconds: u64) -> anyhow::Result<()> {
    let stage = Stage::set(&place.into()).await?;
    println!("{}", stage.tell());
    siege::slow(&stage, connections, seconds).await?;
    stage.clear().await;
    Ok(())
}

fn tell_goals(grouped: &Figures, each: &Figures, more: &Figures, calm: &Figures) {
    let ratio = if each.rate() > 0.0 { grouped.rate() / each.rate() } else { 0.0 };
    let capacity = grouped.rate().max(more.rate());
    let rows = [
        row("(a) group commit, 256 in flight", grouped.rate(), "tx/s", None),
        row("    its p50", grouped.latency_ms(500), "ms", None),
        row("    its p99", grouped.latency_ms(990), "ms", None),
        row("(b) one commit for each fact, 256 in flight", each.rate(), "tx/s", None),
        row("    its p50", each.latency_ms(500), "ms", None),
        row("    its p99", each.latency_ms(990), "ms", None),
        row("    what grouping brings, a : b", ratio, "times", Some(Goal::AtLeast(8.0))),
        row("(c) capacity, 512 in flight", more.rate(), "tx/s", None),
        row("    the higher of a and c", capacity, "tx/s", Some(Goal::AtLeast(4_000.0))),
        row("(d) median at 100/s", calm.latency_ms(500), "ms", Some(Goal::AtMost(10.0))),
        row("    its p99", calm.latency_ms(990), "ms", None),
    ];
    println!("\n  {:<58} {:>9} {:<5} goal", "durable standalone payments", "figure", "");
    println!("{}", rows.join("\n"));
}

/// One run on a fresh gateway, told and then checked against its database.
async fn one(
    stage: &Stage,
    name: &str,
    title: &str,
    commits: Commits,
    arrivals: Arrivals,
) -> anyhow::Result<Figures> {
    println!("\n{title}");
    let run = stage.open(name, commits).await?;
    println!("  gateway process {}", run.gateway.process());
    let figures = Phones::pay(stage, &run.gateway, arrivals).await?;
    println!("{}", figures.tell());
    let stored = run.close().await?;
    check(&figures, stored)?;
    println!(
        "  checked: {} approved in the database, {} told to phones; audit chain of {} whole",
        stored.approved, figures.approved_in_all, stored.audit_records
    );
    Ok(figures)
}

/// What a phone was told is in the database, and nothing else beyond what phones do not know.
fn check(figures: &Figures, stored: Stored) -> anyhow::Result<()> {
    let approved = usize::try_from(stored.approved)?;
    let told = figures.approved_in_all;
    ensure!(
        (told..=told + figures.other_in_all).contains(&approved),
        "the database holds {approved} approved transactions and phones were told of {told}"
    );
    Ok(())
}

fn closed(in_flight: usize, seconds: u64) -> Arrivals {
    let payments_max = (seconds + phones::WARM_S) * PAYMENTS_A_SECOND_MAX;
    let payments_max = usize::try_from(payments_max).unwrap_or(usize::MAX);
    Arrivals::Closed { in_flight, seconds, payments_max }
}

fn open(rate: u64, seconds: u64, spread: Spread, seed: u64) -> Arrivals {
    Arrivals::Open { moments: moments(rate, seconds + phones::WARM_S, spread, seed), seconds }
}

impl From<Place> for Wishes {
    fn from(place: Place) -> Self {
        let Place { folder, postgres, terminals } = place;
        Self { folder, postgres, terminals: usize::from(terminals) }
    }
}

/// Raises the limit of open files as far as needed; the gateway inherits it.
fn allow_open_files() -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= OPEN_FILES_MIN) {
        return Ok(());
    }
    let wanted = Rlimit { current: Some(OPEN_FILES_MIN), maximum };
    setrlimit(Resource::Nofile, wanted)
        .map_err(|fault| anyhow::anyhow!("{OPEN_FILES_MIN} open files are needed: {fault}"))
}
