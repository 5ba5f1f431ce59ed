//! `raffle replay`: plays a sale's life and prints its journal, or thousands of random ones.
//!
//! | step | what happens | file |
//! |---|---|---|
//! | 1 | a file says terms and steps | [`case`] |
//! | 2 | the steps are played, what is posted is booked | [`life`], [`books`] |
//! | 3 | the journal is compared and printed | [`audit`], [`print`] |
//! | 4 | random people play random lives | [`random`], [`wish`] |
//!
//! The rules are `baton_core::raffle`; nothing is decided here.

pub mod audit;
pub mod books;
pub mod case;
pub mod life;
pub mod print;
pub mod random;
mod wish;

use anyhow::{Context, bail};
use case::Case;
use std::io::Write;
use std::path::PathBuf;

/// The lives that come with the program: terms and steps of the reference's.
const LIVES: &str = include_str!("../../data/raffle/lives.json");

/// The commands on raffle sales.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Plays the life of a sale and prints its journal line by line, with the balances at the end
    Replay(Replay),
}

/// What is played.
#[derive(Debug, clap::Args)]
pub struct Replay {
    /// A life, or several under "cases"; left out, those that come with the program
    file: Option<PathBuf>,
    /// Which of them, by number from 0 or by name; left out, each in a line
    #[arg(long)]
    case: Option<String>,
    /// Play so many random lives instead, with every check
    #[arg(long, conflicts_with_all = ["file", "case"])]
    random: Option<u64>,
    /// The seed of the random lives
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs a command.
///
/// # Errors
/// A file that cannot be read, a life that makes no sense, or one that differs from what its file
/// expects.
pub fn run(command: Command, out: &mut dyn Write) -> anyhow::Result<()> {
    let Command::Replay(replay) = command;
    if let Some(lives) = replay.random {
        return run_random(lives, replay.seed, out);
    }
    let text = match &replay.file {
        Some(path) => std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?,
        None => LIVES.to_owned(),
    };
    let cases = case::read_all(&text).context("this is no life of a sale")?;
    match (&replay.case, cases.as_slice()) {
        (Some(wanted), all) => run_one(find(all, wanted)?, out),
        (None, [one]) => run_one(one, out),
        (None, all) => run_all(all, out),
    }
}

fn find<'a>(cases: &'a [Case], wanted: &str) -> anyhow::Result<&'a Case> {
    let number: Option<usize> = wanted.parse().ok();
    let by_number = number.and_then(|number| cases.get(number));
    let found = by_number.or_else(|| cases.iter().find(|case| case.id == wanted));
    let last = cases.len().saturating_sub(1);
    found.with_context(|| format!("there is no case {wanted}: say 0 to {last}, or a name"))
}

fn run_one(case: &Case, out: &mut dyn Write) -> anyhow::Result<()> {
    let played = life::play(case)?;
    print::life(case, &played, out)?;
    let Some(expected) = &case.expected else { return Ok(()) };
    let found = audit::compare(case, expected, &played);
    writeln!(out)?;
    print::comparison(case, &played, &found, out)?;
    if found.differences.is_empty() { Ok(()) } else { bail!("the life is not as expected") }
}

fn run_all(cases: &[Case], out: &mut dyn Write) -> anyhow::Result<()> {
    let mut different: usize = 0;
    let mut compared: usize = 0;
    for (number, case) in cases.iter().enumerate() {
        let played = life::play(case)?;
        write!(out, "{number:>3}  ")?;
        let Some(expected) = &case.expected else {
            let (state, posted) = (played.life.raffle.state().word(), played.life.books.journal());
            writeln!(out, "{:<30} {state:<20} {:>5} postings", case.id, posted.len())?;
            continue;
        };
        let found = audit::compare(case, expected, &played);
        print::comparison(case, &played, &found, out)?;
        compared = compared.saturating_add(1);
        different = different.saturating_add(usize::from(!found.differences.is_empty()));
    }
    if different > 0 {
        bail!("{different} of {compared} journals are not as expected");
    }
    if compared > 0 {
        writeln!(out, "{compared} of {compared} journals equal")?;
    }
    writeln!(out, "one of them line by line: --case NUMBER")?;
    Ok(())
}

fn run_random(lives: u64, seed: u64, out: &mut dyn Write) -> anyhow::Result<()> {
    let tally = random::play_many(lives, seed)?;
    let total: u64 = tally.postings.values().fold(0, |sum, count| sum.saturating_add(*count));
    writeln!(
        out,
        "{} lives from seed {seed}: {} steps taken, {} refused",
        tally.lives, tally.steps, tally.refused
    )?;
    writeln!(out, "{total} postings of {} lines, imbalance 0", tally.lines)?;
    writeln!(out, "escrow left after an end 0, liabilities below zero 0, sums that differ 0")?;
    writeln!(out, "{} steps handed in twice, changes 0", tally.repeated)?;
    for (state, count) in &tally.ends {
        writeln!(out, "    {state:<24} {count:>10}")?;
    }
    for (event, count) in &tally.postings {
        writeln!(out, "    {:<24} {count:>10}", event.word())?;
    }
    Ok(())
}
