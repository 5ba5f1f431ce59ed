//! The mall, tried without a shop: random histories against its promises, and a sales table.
//!
//! | step | what happens | file |
//! |---|---|---|
//! | 1 | three shops open with their goods | `fair` |
//! | 2 | moves are drawn from a seed and played | `history`, `dice` |
//! | 3 | customers and staff act; some of it must be refused | `people`, `clerks` |
//! | 4 | messages, money and time arrive in any order | `arrivals`, `world` |
//! | 5 | a second bookkeeping reckons along | `tally` |
//! | 6 | promises are checked after every move and at rest | `promises` |
//! | 7 | sums are printed, or the smallest history that fails | `replay`, `table`, `words` |
//!
//! Owns the command line. May not open files or sockets.

mod arrivals;
mod clerks;
mod dice;
mod fair;
mod history;
mod people;
mod promises;
mod replay;
mod table;
mod tally;
mod words;
mod world;

use anyhow::{Context, Result, anyhow, bail};
use baton_core::mall::sales::{By, Figure, Period, table as sales_table};
use baton_protocol::money::Currency;
use std::io::Write;

pub use world::Sabotage;

/// Histories that one run may play: a night on one core.
const HISTORIES_MAX: u64 = 100_000_000;

/// Tries the rules of the mall.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Plays random histories of three shops and checks every promise after every move.
    Replay {
        /// How many histories.
        #[arg(long, default_value_t = 1_000)]
        random: u64,
        /// The same seed plays the same histories.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Spoils something on purpose, to see that it is noticed.
        #[arg(long, value_enum, default_value_t = Sabotage::None)]
        sabotage: Sabotage,
    },
    /// Prints the sales of one shop in a month of play.
    Sales {
        /// Which shop: hanok-tea, seoul-shoes or jeju-farm.
        #[arg(long, default_value = "hanok-tea")]
        shop: String,
        /// In which order: day, month, supplier or goods.
        #[arg(long, value_enum, default_value_t = Order::Goods)]
        by: Order,
        /// How many histories the month is made of.
        #[arg(long, default_value_t = 20)]
        histories: u64,
        /// The same seed sells the same.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Writes CSV instead.
        #[arg(long)]
        csv: bool,
    },
}

/// What a sales table is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    /// Each day.
    Day,
    /// Each month.
    Month,
    /// Each supplier.
    Supplier,
    /// Each of the goods.
    Goods,
}

/// Runs one command.
///
/// # Errors
/// When a promise is broken, the arguments make no sense, or nothing can be written.
pub fn run(command: Command, out: &mut dyn Write) -> Result<()> {
    match command {
        Command::Replay { random, .. } if !(1..=HISTORIES_MAX).contains(&random) => {
            bail!("--random takes 1 to {HISTORIES_MAX} histories")
        }
        Command::Replay { random, seed, sabotage } => replay::run(random, seed, sabotage, out),
        Command::Sales { shop, by, histories, seed, csv } => {
            sales(&shop, by, histories, seed, Form::of(csv), out)
        }
    }
}

/// How a table is written.
#[derive(Debug, Clone, Copy)]
enum Form {
    Screen,
    Csv,
}

impl Form {
    const fn of(csv: bool) -> Self {
        if csv { Self::Csv } else { Self::Screen }
    }
}

fn sales(
    shop: &str,
    by: Order,
    histories: u64,
    seed: u64,
    form: Form,
    out: &mut dyn Write,
) -> Result<()> {
    let fair = fair::Fair::open()?;
    let known: Vec<String> = fair.fees.keys().map(ToString::to_string).collect();
    let id = fair.fees.keys().find(|known| known.as_str() == shop);
    let id = id.with_context(|| format!("no shop {shop}: there are {}", known.join(", ")))?;
    let mut seeds = dice::Dice::of(seed);
    let mut figures: Vec<Figure> = Vec::new();
    for _ in 0..histories {
        let played = history::play(&fair, &history::draw(seeds.roll()), Sabotage::None);
        figures.extend(played.map_err(|breach| anyhow!("{breach}"))?.figures);
    }
    let mine = figures.iter().filter(|one| one.shop == *id);
    let by = match by {
        Order::Day => By::Day,
        Order::Month => By::Month,
        Order::Supplier => By::Supplier,
        Order::Goods => By::Goods,
    };
    let rows = sales_table(mine, Currency::KRW, Period::always(), by);
    match form {
        Form::Csv => table::csv(&rows, &fair.names, out),
        Form::Screen => {
            writeln!(
                out,
                "{shop}: sales in won; refunds are counted on the day they are decided\n"
            )?;
            table::print(&rows, &fair.names, out)?;
            writeln!(out, "\nkept = gross - refunds = net + VAT")?;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
