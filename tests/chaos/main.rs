//! `chaos`: thousands of payments over real processes, links and disks that fail while they work.
//!
//! Owns the command line. Reads in this order: `run` (the order of a run), `plan`, `faults`,
//! `stage`, `phone`, `merchant`, `blows`, `gather`, `check`, `coverage`, `report`; `restart` stands
//! alone. Ends with 1 when anything was broken.

mod blows;
mod book;
mod check;
mod clock;
mod coverage;
mod dice;
mod disk;
mod faults;
mod gather;
mod heal;
mod history;
mod merchant;
mod phone;
mod plan;
mod postgres;
mod process;
mod proxy;
mod report;
mod restart;
mod run;
#[path = "../secrecy/search.rs"]
mod secrecy;
mod shim;
mod stage;

use baton_gateway::clock::wall_ms;
use clap::{Parser, Subcommand};
use report::End;
use run::Wishes;
use std::path::PathBuf;
use std::process::ExitCode;

/// Payments over real processes, links and disks that fail, judged by all their books.
#[derive(Debug, Parser)]
#[command(name = "chaos")]
struct Arguments {
    /// 20,000 payments and 200 faults.
    #[arg(long, conflicts_with = "long")]
    short: bool,
    /// 200,000 payments and 1,000 faults.
    #[arg(long)]
    long: bool,
    /// How many payments; 2,000 unless said otherwise.
    #[arg(long)]
    payments: Option<usize>,
    /// How many faults; 40 unless said otherwise.
    #[arg(long)]
    faults: Option<usize>,
    /// Repeats the plan of another run.
    #[arg(long)]
    seed: Option<u64>,
    /// A PostgreSQL server on which a database may be made, instead of SQLite.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Keeps the folder of the run even if it passes.
    #[arg(long)]
    keep: bool,
    #[command(subcommand)]
    task: Option<Task>,
}

/// What else can be measured.
#[derive(Debug, Subcommand)]
enum Task {
    /// Kills a gateway with a large database and measures how soon it is ready again.
    Restart {
        /// Transactions in the database.
        #[arg(long, default_value_t = 1_000_000)]
        rows: u64,
    },
    /// Judges the books of a run that was kept, without the programs or the database.
    Check {
        /// The folder with `export`, `journals` and `world` in it.
        books: PathBuf,
    },
}

impl Arguments {
    fn wishes(self) -> Wishes {
        let (payments, faults) = match (self.short, self.long) {
            (true, _) => (20_000, 200),
            (_, true) => (200_000, 1_000),
            _ => (2_000, 40),
        };
        Wishes {
            payments: self.payments.unwrap_or(payments),
            faults: self.faults.unwrap_or(faults),
            seed: self.seed.unwrap_or_else(|| wall_ms().unsigned_abs() % 1_000_000),
            postgres: self.postgres,
            keep: self.keep,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (end, whose) = match arguments.task {
        Some(Task::Restart { rows }) => (restart::run(rows).await, String::new()),
        Some(Task::Check { books }) => (run::check(&books), String::new()),
        None => {
            let wishes = arguments.wishes();
            (run::run(&wishes).await, format!("  seed {}", wishes.seed))
        }
    };
    match end {
        Ok(End::Pass) => {
            println!("\nPASS{whose}");
            ExitCode::SUCCESS
        }
        Ok(End::Fail) => {
            println!("\nFAIL{whose}");
            ExitCode::FAILURE
        }
        Err(fault) => {
            println!("\nFAIL{whose}: {fault:#}");
            ExitCode::FAILURE
        }
    }
}
