//! The hubs, tried in a country of 17 hubs and 58 zones: our rule beside what the seed says.
//!
//! Owns the command line and what it prints. The rule itself is core's; the world around it is a
//! model with a queue of events. Next: `scenario.rs`.

pub mod alarm;
pub mod bound;
pub mod literal;
pub mod ours;
pub mod outcome;
mod page;
pub mod picture;
pub mod plan;
pub mod scenario;
pub mod server;
pub mod traffic;
pub mod world;

use anyhow::{Context, Result, ensure};
use baton_core::hub::held::Patience;
use literal::Literal;
use ours::Ours;
use outcome::Outcome;
use scenario::Country;
use std::io::Write;
use std::path::{Path, PathBuf};
use world::World;

/// Nodes of one run at most; beyond it a node sees too few orders to be worth one.
const NODES_MAX: u32 = 64;

/// Runs of one scenario at most; each takes some seconds.
const RUNS_MAX: u64 = 100;

/// Tries of the hubs' rule.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Plays a scenario with our rule and with what the seed says
    Simulate {
        /// Beginning of a scenario's name, as S04, or a file
        #[arg(required_unless_present = "all")]
        scenario: Option<String>,
        /// Plays every scenario that the program carries
        #[arg(long, conflicts_with = "scenario")]
        all: bool,
        /// Nodes that decide, each with its own stale view
        #[arg(long, default_value_t = 1)]
        nodes: u32,
        /// Where chance starts, instead of the scenario's own seed
        #[arg(long)]
        seed: Option<u64>,
        /// Plays so many times, with a seed each, and prints the mean and the range of J
        #[arg(long, default_value_t = 1)]
        runs: u64,
        /// Draws each hub's load against its threshold, and what was diverted
        #[arg(long)]
        svg: Option<PathBuf>,
        /// Also works out what nobody could do better who knew all orders beforehand; half a minute
        #[arg(long)]
        bound: bool,
    },
    /// Says how long orders wait at a hub without help, and how busy it may be
    Plan(plan::Question),
    /// Says how often the alarm before a rush is false, and how early it is
    Alarm(alarm::Question),
}

/// Carries a command out.
///
/// # Errors
/// A scenario that does not exist or has a mistake, a figure out of its range, or a file or output
/// that cannot be written.
pub fn run(command: Command, out: &mut dyn Write) -> Result<()> {
    match command {
        Command::Simulate { scenario, all, nodes, seed, runs, svg, bound } => {
            ensure!((1..=NODES_MAX).contains(&nodes), "--nodes must be 1 to {NODES_MAX}");
            ensure!((1..=RUNS_MAX).contains(&runs), "--runs must be 1 to {RUNS_MAX}");
            let countries = match (scenario, all) {
                (Some(name), false) => vec![Country::find(&name)?],
                (Some(_) | None, true) | (None, false) => Country::carried()?,
            };
            let one = svg.is_none() || countries.len() == 1;
            ensure!(one, "--svg draws one scenario: name it instead of --all");
            simulate(&countries, Run { nodes, seed, runs, bound }, svg.as_deref(), out)
        }
        Command::Plan(question) => plan::answer(&question, out),
        Command::Alarm(question) => alarm::answer(&question, out),
    }
}

/// How scenarios are played.
#[derive(Debug, Clone, Copy)]
struct Run {
    nodes: u32,
    seed: Option<u64>,
    runs: u64,
    bound: bool,
}

fn simulate(
    countries: &[Country],
    run: Run,
    svg: Option<&Path>,
    out: &mut dyn Write,
) -> Result<()> {
    page::head(run.nodes, out)?;
    for country in countries {
        let first = run.seed.unwrap_or(country.scenario.seed);
        let mut ours = Vec::new();
        for seed in (first..).take(usize::try_from(run.runs)?) {
            let (mine, literal) = play(country, seed, run.nodes, out)?;
            page::row(&country.scenario.name, seed, &mine, &literal, out)?;
            if run.bound {
                let least_s = bound::bound(country, &traffic::orders(country, seed))?;
                page::bound(mine.j_s, least_s, out)?;
            }
            if let Some(path) = svg {
                let picture = picture::picture(&country.scenario.name, &mine, &literal);
                std::fs::write(path, picture)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                writeln!(out, "  picture in {}", path.display())?;
            }
            ours.push(mine.j_s);
        }
        page::sum(&country.scenario.name, &ours, out)?;
    }
    page::foot(out)
}

/// Plays both rules over the same orders.
fn play(
    country: &Country,
    seed: u64,
    nodes: u32,
    out: &mut dyn Write,
) -> Result<(Outcome, Outcome)> {
    let orders = traffic::orders(country, seed);
    let mut ours = Ours::new(country, nodes, Patience::PHONE)?;
    let mut literal = Literal::new(country)?;
    let world = World::new(country.clone(), orders.clone())?;
    let mine = world.play(&mut ours, &mut |share| page::progress(share / 2.0, out));
    let world = World::new(country.clone(), orders)?;
    let literal = world.play(&mut literal, &mut |share| page::progress(0.5 + share / 2.0, out));
    page::progress(1.0, out);
    Ok((mine, literal))
}

#[cfg(test)]
mod tests;
