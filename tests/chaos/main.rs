//! `chaos`: thousands of payments over real processes that are killed while they work.
//!
//! Owns the order of a run: set the stage, load and strike, heal, stop, search for codes, judge.
//! Reads in this order: `plan`, `stage`, `phone`, `blows`, `gather`, `check`, `report`. Ends with 1
//! when anything was broken.

mod blows;
mod book;
mod check;
mod clock;
mod dice;
mod gather;
mod history;
mod phone;
mod plan;
mod postgres;
mod process;
mod report;
#[path = "../secrecy/search.rs"]
mod secrecy;
mod stage;

use anyhow::Context;
use baton_gateway::clock::wall_ms;
use blows::Blows;
use book::Book;
use clap::Parser;
use clock::{Moment, pause};
use futures_util::StreamExt;
use phone::Phones;
use plan::{Payment, Place, SALES};
use report::End;
use secrecy::Secrets;
use stage::Stage;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// Phones at one terminal at a time: one pays, one finds it busy.
const PHONES_A_TERMINAL: usize = 2;
/// Pause between looks at progress and processes, in milliseconds.
const LOOK_MS: u64 = 10;
/// Pause between lines of progress, in milliseconds.
const NEWS_MS: u64 = 10_000;
/// How long transactions may take to become final after the last kill, in milliseconds.
const FINAL_MS_MAX: u64 = 120_000;
/// How long executors may take to hear every final word after that, in milliseconds.
const WORDS_MS_MAX: u64 = 10_000;

/// Payments over real processes that are killed while they work, judged by all their books.
#[derive(Debug, Parser)]
#[command(name = "chaos")]
struct Arguments {
    /// 400 payments and 3 kills of each kind, for every test run.
    #[arg(long)]
    short: bool,
    /// How many payments; 2,000 unless said otherwise.
    #[arg(long)]
    payments: Option<usize>,
    /// How many kills of gateway, devices, wallet, and card host or POS: 10 each.
    #[arg(long)]
    kills: Option<usize>,
    /// Repeats the plan of another run.
    #[arg(long)]
    seed: Option<u64>,
    /// A PostgreSQL server on which a database may be made, instead of SQLite.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Keeps the folder of the run even if it passes.
    #[arg(long)]
    keep: bool,
}

struct Wishes {
    payments: usize,
    kills: usize,
    seed: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (payments, kills) = if arguments.short { (400, 3) } else { (2_000, 10) };
    let wishes = Wishes {
        payments: arguments.payments.unwrap_or(payments),
        kills: arguments.kills.unwrap_or(kills),
        seed: arguments.seed.unwrap_or_else(|| wall_ms().unsigned_abs() % 1_000_000),
    };
    match run(&wishes, &arguments).await {
        Ok(End::Pass) => {
            println!("\nPASS  seed {}", wishes.seed);
            ExitCode::SUCCESS
        }
        Ok(End::Fail) => {
            println!("\nFAIL  seed {}", wishes.seed);
            ExitCode::FAILURE
        }
        Err(fault) => {
            println!("\nFAIL  seed {}: {fault:#}", wishes.seed);
            ExitCode::FAILURE
        }
    }
}

async fn run(wishes: &Wishes, arguments: &Arguments) -> anyhow::Result<End> {
    let mut folder = tempfile::Builder::new().prefix("baton-chaos-").tempdir()?;
    let end = run_in(folder.path(), wishes, arguments).await;
    let passed = matches!(end, Ok(End::Pass));
    if arguments.keep || !passed {
        println!("\nthe run's files stay in {}", folder.path().display());
        folder.disable_cleanup(true);
    }
    end
}

async fn run_in(folder: &Path, wishes: &Wishes, arguments: &Arguments) -> anyhow::Result<End> {
    let database = match &arguments.postgres {
        Some(server) => postgres::fresh(server).await?,
        None => format!("sqlite:{}", folder.join("baton.sqlite").display()),
    };
    let kind = if arguments.postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    println!(
        "chaos: {} payments, {} kills each of gateway, device, wallet, card host or POS; {kind}; \
         seed {}\nfolder {}\ntimers {:?}",
        wishes.payments,
        wishes.kills,
        wishes.seed,
        folder.display(),
        stage::timers(),
    );
    let started = Moment::now();
    let stage = Stage::set(folder, database, wishes.seed).await?;
    println!("every terminal is online after {} ms", started.passed_ms());
    let book = Book::default();
    let load = Moment::now();
    load_and_kill(&stage, &book, wishes).await?;
    println!("load over after {} ms; healing", load.passed_ms());
    let healed_ms = heal(&stage, &book).await?;
    std::fs::write(folder.join("metrics.txt"), metrics(&stage).await?)?;
    stage.stop();
    judge(&stage, &book, healed_ms, arguments.postgres.as_deref()).await
}

async fn load_and_kill(stage: &Stage, book: &Book, wishes: &Wishes) -> anyhow::Result<()> {
    let payments = plan::payments(wishes.seed, wishes.payments);
    let blows = Blows::new(plan::hits(wishes.seed, wishes.payments, wishes.kills));
    let phones = Phones::new(stage, book)?;
    let mut queues: BTreeMap<Place, Vec<Payment>> = BTreeMap::new();
    for payment in payments {
        queues.entry(payment.place).or_default().push(payment);
    }
    let load = queues.into_iter().map(|(place, queue)| {
        let at_once = if place == SALES { 1 } else { PHONES_A_TERMINAL };
        let phones = &phones;
        futures_util::stream::iter(queue).for_each_concurrent(at_once, move |payment| async move {
            if let Err(fault) = phones.pay(&payment).await {
                book.surprise(format!("payment {}: {fault:#}", payment.number));
                book.acknowledged();
            }
            book.left();
        })
    });
    let load = futures_util::future::join_all(load);
    let (_, dealt) = tokio::join!(load, strike_all(stage, book, blows, wishes.payments));
    dealt
}

/// Deals the blows when their moments come, and watches until every phone has left.
async fn strike_all(
    stage: &Stage,
    book: &Book,
    mut blows: Blows,
    payments: usize,
) -> anyhow::Result<()> {
    let mut news = Moment::now();
    loop {
        let (acknowledged, left) = book.progress();
        if left >= payments && blows.over() {
            return Ok(());
        }
        if news.passed_ms() >= NEWS_MS {
            news = Moment::now();
            println!("{acknowledged} of {payments} payments acknowledged, {left} phones left");
        }
        stage.look()?.into_iter().for_each(|ended| book.surprise(ended));
        blows.deal(stage, acknowledged).await?;
        pause(LOOK_MS).await;
    }
}

/// Waits until nothing is open any more; returns when healing began.
async fn heal(stage: &Stage, book: &Book) -> anyhow::Result<i64> {
    let healed_ms = wall_ms();
    stage.until_online().await?;
    let pool = gather::open(&stage.database).await?;
    let began = Moment::now();
    let mut news = Moment::now();
    let mut final_at_ms = None;
    loop {
        let (open, owed) = gather::open_ends(&pool).await?;
        let passed_ms = began.passed_ms();
        if open == 0 && final_at_ms.is_none() {
            println!("every transaction is final; {owed} words are still owed");
            final_at_ms = Some(passed_ms);
        }
        let words_late = final_at_ms.is_some_and(|at| passed_ms > at + WORDS_MS_MAX);
        if (open == 0 && owed == 0) || words_late || passed_ms > FINAL_MS_MAX {
            break;
        }
        if news.passed_ms() >= NEWS_MS / 2 {
            news = Moment::now();
            println!("{open} transactions are open, {owed} messages wait for executors");
        }
        stage.look()?.into_iter().for_each(|ended| book.surprise(ended));
        pause(LOOK_MS * 20).await;
    }
    pool.close().await;
    Ok(healed_ms)
}

async fn metrics(stage: &Stage) -> anyhow::Result<String> {
    let url = format!("http://{}/metrics", stage.operator);
    let answer = reqwest::get(url).await.context("the gateway gives no metrics")?;
    Ok(answer.text().await?)
}

async fn judge(
    stage: &Stage,
    book: &Book,
    healed_ms: i64,
    server: Option<&str>,
) -> anyhow::Result<End> {
    let pages = book.read();
    if server.is_some() {
        let pool = gather::open(&stage.database).await?;
        postgres::dump(&pool, &stage.folder).await?;
        pool.close().await;
        println!("\nPostgreSQL's own files are not ours to read: its tables were written out");
    }
    // Before the checker opens it, so that SQLite's log is searched as the kill left it.
    let searched = search(&stage.folder, &pages.codes)?;
    let pool = gather::open(&stage.database).await?;
    let history = gather::history(stage, &pool, pages.clone()).await?;
    pool.close().await;
    if let Some(server) = server {
        postgres::drop(server, &stage.database).await?;
    }
    report::counts(&history, &pages, &stage.blows(), healed_ms);
    let judged = report::findings(&check::all(&history));
    let kept = report::secrecy(&searched);
    Ok(if judged == End::Pass && kept == End::Pass { End::Pass } else { End::Fail })
}

fn search(folder: &Path, codes: &[String]) -> anyhow::Result<secrecy::Searched> {
    let secrets = Secrets::new(codes).map_err(anyhow::Error::msg)?;
    Ok(secrets.search(folder)?)
}
