//! The simulation's program: many seeds, one seed again, or the faults page.
//!
//! Owns arguments, two threads and the last word. A run that breaks a promise prints its seed and
//! the story of that transaction, and ends with 1. Next: `lib.rs`.

use anyhow::Context;
use baton_simulation::{Coverage, Story, World, page};
use clap::{Parser, Subcommand};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Purchases of one run.
const PURCHASES: usize = 330;
/// Runs of the short simulation.
const SHORT_SEEDS: u64 = 2_000;
/// Runs of the long one: more than a million transactions.
const LONG_SEEDS: u64 = 6_500;
/// How often each transition and row must have been seen.
const SEEN_TIMES_MIN: u64 = 100;
/// Lines of a story that are printed.
const STORY_LINES_MAX: usize = 120;
/// Characters of such a line: frames are long, their beginnings say enough.
const LINE_CHARACTERS_MAX: usize = 230;

/// The relay simulated: faults by seed, invariants judged, coverage counted.
#[derive(Parser)]
#[command(name = "simulation", version)]
struct Arguments {
    /// The short simulation of `tests/run`.
    #[arg(long)]
    short: bool,
    /// More than a million transactions.
    #[arg(long)]
    long: bool,
    /// Run exactly this seed and tell its story if a promise breaks.
    #[arg(long)]
    seed: Option<u64>,
    /// Tell every step of the seed, broken or not.
    #[arg(long, requires = "seed")]
    story: bool,
    /// The first of the seeds.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many seeds.
    #[arg(long)]
    seeds: Option<u64>,
    /// Go on after a broken promise and count what breaks.
    #[arg(long)]
    all: bool,
    /// Threads, one seed each.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Where the counts are written.
    #[arg(long, default_value = "target/coverage/simulation.json")]
    out: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the faults page from the counts of simulation and chaos.
    Page {
        /// Folder of the counts.
        #[arg(long, default_value = "target/coverage")]
        coverage: PathBuf,
        /// The page.
        #[arg(long, default_value = "gateway/docs/faults.md")]
        out: PathBuf,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(Command::Page { coverage, out }) = &arguments.command {
        page::write(coverage, out)?;
        println!("{} is written", out.display());
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(seed) = arguments.seed {
        return one(seed, arguments.story);
    }
    many(&arguments)
}

/// Runs one seed with its story kept.
fn one(seed: u64, whole: bool) -> anyhow::Result<ExitCode> {
    let mut world = World::new(seed, PURCHASES, Story::Kept)?;
    world.run();
    tell(seed, &world, whole);
    println!(
        "seed {seed}: fingerprint {:016x}, {} promises broken",
        world.hash,
        world.broken.len()
    );
    Ok(if world.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(seed: u64, world: &World, whole: bool) {
    let Some(trace) = &world.trace else { return };
    if whole {
        for (at, about, line) in trace {
            let about = about.map_or_else(String::new, |id| format!(" {id}"));
            println!("{at:>9}{about} {line}");
        }
    }
    for broken in world.broken.iter().take(5) {
        let about = broken.transaction.map_or_else(|| "-".to_owned(), |id| id.to_string());
        println!("\nseed {seed}, transaction {about}, at {} ms: {}", broken.at_ms, broken.promise);
        let mine = trace
            .iter()
            .filter(|(_, about, _)| *about == broken.transaction || (about.is_none() && whole));
        let mine: Vec<_> = mine.filter(|(at, _, _)| *at <= broken.at_ms).collect();
        let hidden = mine.len().saturating_sub(STORY_LINES_MAX);
        for (place, (at, _, line)) in mine.iter().enumerate() {
            if place < STORY_LINES_MAX / 2 || place >= hidden + STORY_LINES_MAX / 2 {
                let line: String = line.chars().take(LINE_CHARACTERS_MAX).collect();
                println!("  {at:>9} ms  {line}");
            }
        }
    }
}

fn many(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let seeds = arguments.seeds.unwrap_or(if arguments.long { LONG_SEEDS } else { SHORT_SEEDS });
    let counted = arguments.short || arguments.long;
    let watch = page::Watch::start();
    let Total { coverage: total, failed, promises } = run_all(arguments, seeds)?;
    let seconds = watch.seconds();
    print!("{}", page::counts(&total));
    let times = total.simulated_ms as f64 / 1_000.0 / seconds.max(0.001);
    println!(
        "{} seeds, {} transactions, {:.0} s, {times:.0} times real time",
        total.seeds, total.transactions, seconds
    );
    write(&arguments.out, &total)?;
    for (promise, (times, first)) in &promises {
        println!("broken {times} times, first by seed {first}: {promise}");
    }
    if let Some(seed) = failed {
        let command = "cargo run --profile simulation -p baton-simulation -- --seed";
        println!("FAILED at seed {seed}; again: {command} {seed}");
        one(seed, false)?;
        return Ok(ExitCode::FAILURE);
    }
    let missing = total.missing(SEEN_TIMES_MIN);
    if counted && !missing.is_empty() {
        println!("FAILED: seen less than {SEEN_TIMES_MIN} times: {}", missing.join(", "));
        return Ok(ExitCode::FAILURE);
    }
    println!("0 promises broken");
    Ok(ExitCode::SUCCESS)
}

/// What all runs came to.
#[derive(Default)]
struct Total {
    coverage: Coverage,
    failed: Option<u64>,
    /// Each broken promise: how many runs broke it, and the first of them.
    promises: BTreeMap<&'static str, (u64, u64)>,
}

impl Total {
    fn add(&mut self, seed: u64, world: &World) {
        self.coverage.add(&world.coverage);
        for broken in &world.broken {
            self.failed = Some(self.failed.map_or(seed, |known| known.min(seed)));
            let (times, first) = self.promises.entry(broken.promise).or_insert((0, seed));
            *times += 1;
            *first = seed.min(*first);
        }
    }
}

fn run_all(arguments: &Arguments, seeds: u64) -> anyhow::Result<Total> {
    let from = arguments.from;
    let next = AtomicU64::new(from);
    let stop = AtomicBool::new(false);
    let total = Mutex::new(Total::default());
    let work = || -> anyhow::Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + seeds {
                return Ok(());
            }
            let mut world = World::new(seed, PURCHASES, Story::Dropped)?;
            world.run();
            total.lock().map_err(|_| anyhow::anyhow!("a thread died"))?.add(seed, &world);
            if !world.broken.is_empty() && !arguments.all {
                stop.store(true, Ordering::Relaxed);
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let runners: Vec<_> = (0..arguments.threads.max(1)).map(|_| scope.spawn(work)).collect();
        for runner in runners {
            runner.join().map_err(|_| anyhow::anyhow!("a thread died"))??;
        }
        anyhow::Ok(())
    })?;
    total.into_inner().map_err(|_| anyhow::anyhow!("a thread died"))
}

fn write(out: &std::path::Path, total: &Coverage) -> anyhow::Result<()> {
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let text = serde_json::to_string_pretty(&total.json())?;
    std::fs::write(out, text + "\n").with_context(|| out.display().to_string())
}
