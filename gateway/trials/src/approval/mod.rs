//! The approval unit, tried without a shop: populations of persons and impostors, and the matcher.
//!
//! Owns the command line `approval`. May not decide anything: the rules are core's. Files:
//! [`model`] (the assumptions), [`population`] (who answers), [`runs`] (the play), [`table`],
//! [`flows`] and [`print`] (what is told).

pub mod flows;
pub mod model;
pub mod population;
pub mod print;
pub mod runs;
pub mod table;

use anyhow::{Context, ensure};
use baton_core::checkout::answer::{Day, Kind, matches};
use baton_core::checkout::dice::Dice;
use std::io::Write;
use std::path::PathBuf;

/// People of each kind in a simulation by default: a percent is then known to within a quarter.
const PEOPLE: u32 = 20_000;
/// People of each kind at most: more takes hours and shows nothing new.
const PEOPLE_MAX: u32 = 1_000_000;

/// What can be tried of the approval unit.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Plays persons and impostors against quizzes and the adaptive unit, and prints the tables
    Simulate {
        /// Any number; the same one gives the same figures
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Persons, and impostors of each class
        #[arg(long, default_value_t = PEOPLE)]
        people: u32,
        /// Also play what each part of the design is worth
        #[arg(long)]
        ablations: bool,
        /// Another file of assumptions
        #[arg(long)]
        model: Option<PathBuf>,
    },
    /// Says whether an answer means what is stored
    Match {
        /// What is stored
        stored: String,
        /// What was answered
        answer: String,
        /// text, number, amount, phone or date
        #[arg(long, default_value = "text")]
        kind: String,
        /// Another plausible answer, which may not be nearer; may be repeated
        #[arg(long)]
        pool: Vec<String>,
        /// The day of the answer, for words such as yesterday
        #[arg(long, default_value = REFERENCE_DAY)]
        today: String,
    },
}

/// The day that the reference answers were given.
const REFERENCE_DAY: &str = "2025-07-01";

/// Carries out a command.
///
/// # Errors
/// What is wrong with the command or its file, and what the writer says.
pub fn run(command: Command, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        Command::Simulate { seed, people, ablations, model } => {
            ensure!((1..=PEOPLE_MAX).contains(&people), "--people takes 1 to {PEOPLE_MAX}");
            let model = match model {
                None => model::embedded()?,
                Some(path) => {
                    let text = std::fs::read_to_string(&path)
                        .with_context(|| format!("cannot read {}", path.display()))?;
                    model::ModelFile::parse(&text)?.model()?
                }
            };
            let mut dice = Dice::new(seed);
            writeln!(
                out,
                "model {}, seed {seed}, {people} of each kind; in brackets: the specification\n",
                model.version
            )?;
            let rows = table::rows(&model, people, &mut dice);
            print::table("persons refused, impostors passed", &rows, out)?;
            for row in rows.iter().filter(|row| row.name == table::GOAL) {
                print::reached(row, out)?;
            }
            if ablations {
                let rows = table::ablations(&model, people, &mut dice);
                print::table("what each part is worth", &rows, out)?;
            }
            print::flows(&flows::rows(&model, people, &mut dice), out)?;
        }
        Command::Match { stored, answer, kind, pool, today } => {
            let kind = Kind::lookup(&kind).with_context(|| {
                format!("--kind {kind}: use {}", Kind::ALL.map(Kind::word).join(", "))
            })?;
            let today = day(&today).context("--today takes a day such as 2025-07-01")?;
            let pool: Vec<&str> = pool.iter().map(String::as_str).collect();
            let word =
                if matches(kind, &stored, &answer, &pool, today) { "match" } else { "no match" };
            writeln!(out, "{word}")?;
        }
    }
    Ok(())
}

/// Reads a day written as in ISO 8601.
#[must_use]
pub fn day(text: &str) -> Option<Day> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let day = Day::of(year, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?)?;
    parts.next().is_none().then_some(day)
}

#[cfg(test)]
mod tests;
