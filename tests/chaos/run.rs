//! One run: set the stage, load and strike, heal, stop, search for codes, judge.
//!
//! Owns that order. Next: `plan`, what phones do.

use crate::blows::{Blows, Dealt};
use crate::book::Book;
use crate::clock::{Moment, pause};
use crate::coverage;
use crate::faults;
use crate::heal::{self, Healed};
use crate::phone::Phones;
use crate::plan::{self, Payment, Place, sells};
use crate::report::{self, End};
use crate::secrecy::{Searched, Secrets};
use crate::stage::{self, Setting, Stage};
use crate::{check, gather, history, postgres};
use anyhow::Context;
use baton_gateway::clock::wall_ms;
use futures_util::StreamExt;
use std::collections::BTreeMap;
use std::path::Path;

/// Phones at one terminal at a time: one pays, one finds it busy.
const PHONES_A_TERMINAL: usize = 2;
/// Pause between looks at progress and processes, in milliseconds.
const LOOK_MS: u64 = 10;
/// Pause between lines of progress, in milliseconds.
const NEWS_MS: u64 = 10_000;
/// Above so many payments programs log what a shop would log, not all they can: a run of 20,000
/// would write 1.3 GB.
const TRACED_PAYMENTS_MAX: usize = 4_000;

/// Where the books of a run are, in its folder.
const BOOKS: &str = "books";

/// What was asked of the run.
pub struct Wishes {
    pub payments: usize,
    pub faults: usize,
    pub seed: u64,
    pub postgres: Option<String>,
    pub keep: bool,
}

/// Runs everything and judges it.
///
/// # Errors
/// When the run itself cannot go on.
pub async fn run(wishes: &Wishes) -> anyhow::Result<End> {
    let mut folder = tempfile::Builder::new().prefix("baton-chaos-").tempdir()?;
    let end = run_in(folder.path(), wishes).await;
    let passed = matches!(end, Ok(End::Pass));
    if wishes.keep || !passed {
        println!("\nthe run's files stay in {}", folder.path().display());
        folder.disable_cleanup(true);
    }
    end
}

async fn run_in(folder: &Path, wishes: &Wishes) -> anyhow::Result<End> {
    let database = match &wishes.postgres {
        Some(server) => postgres::fresh(server).await?,
        None => format!("sqlite:{}", folder.join("gateway/baton.sqlite").display()),
    };
    let kind = if wishes.postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    let traced = wishes.payments <= TRACED_PAYMENTS_MAX;
    let log_level = if traced { "trace" } else { "info" };
    println!(
        "chaos: {} payments at {} standalone and {} paired terminals, {} faults; {kind}; logs at \
         {log_level}; seed {}\nfolder {}\ntimers {:?}",
        wishes.payments,
        plan::COUNTERS,
        plan::TILLS,
        wishes.faults,
        wishes.seed,
        folder.display(),
        stage::timers(),
    );
    let started = Moment::now();
    let (payments, seed) = (wishes.payments, wishes.seed);
    let setting = Setting { database, policy: stage::timers(), log_level, payments, seed };
    let stage = Stage::set(folder, setting).await?;
    println!("every terminal is online after {} ms", started.passed_ms());
    let book = Book::default();
    let load = Moment::now();
    let (dealt, healed) = load_strike_heal(&stage, &book, wishes).await?;
    println!("load and healing took {} ms", load.passed_ms());
    std::fs::write(folder.join("metrics.txt"), metrics(&stage).await?)?;
    stage.stop();
    judge(&stage, &book, (&dealt, &healed), wishes).await
}

/// Phones pay while blows fall; once the last phone has left, everything is mended.
async fn load_strike_heal(
    stage: &Stage,
    book: &Book,
    wishes: &Wishes,
) -> anyhow::Result<(Vec<Dealt>, Healed)> {
    let payments = plan::payments(wishes.seed, wishes.payments);
    let hits = faults::hits(wishes.seed, wishes.payments, wishes.faults);
    let (mut blows, skipped) = Blows::new(stage, hits);
    if skipped > 0 {
        println!(
            "SKIPPED {skipped} faults: full disks need a user who may mount, clock steps need \
             libfaketime, a failing fsync needs cc"
        );
    }
    let phones = Phones::new(stage, book)?;
    let mut queues: BTreeMap<Place, Vec<Payment>> = BTreeMap::new();
    for payment in payments {
        queues.entry(payment.place).or_default().push(payment);
    }
    let load = queues.into_iter().map(|(place, queue)| {
        let at_once = if sells(place) { 1 } else { PHONES_A_TERMINAL };
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
    let (_, healed_ms) = tokio::join!(load, strike_all(stage, book, &mut blows, wishes.payments));
    let healed = heal::heal(stage, book, healed_ms?).await?;
    Ok((blows.dealt().to_vec(), healed))
}

/// Deals the blows when their moments come, at the end many at once, mends everything, and watches
/// until every phone has left. Returns when the last fault ended.
async fn strike_all(
    stage: &Stage,
    book: &Book,
    blows: &mut Blows,
    payments: usize,
) -> anyhow::Result<i64> {
    let salvo_at = payments - payments / 40;
    let mut healed_ms = None;
    let mut news = Moment::now();
    loop {
        let (acknowledged, left) = book.progress();
        if let Some(at_ms) = healed_ms
            && left >= payments
        {
            return Ok(at_ms);
        }
        if news.passed_ms() >= NEWS_MS {
            news = Moment::now();
            let dealt = blows.dealt().len();
            println!(
                "{acknowledged} of {payments} acknowledged, {left} phones left, {dealt} faults"
            );
        }
        stage.look()?.into_iter().for_each(|ended| book.surprise(ended));
        blows.deal(stage, acknowledged).await?;
        blows.surprises().into_iter().for_each(|what| book.surprise(what));
        if healed_ms.is_none() && acknowledged >= salvo_at && blows.all_dealt() {
            blows.salvo(stage, faults::salvo()).await?;
            blows.heal(stage)?;
            healed_ms = Some(wall_ms());
            println!("{acknowledged} of {payments} acknowledged: all faults are over, healing");
        }
        pause(LOOK_MS).await;
    }
}

/// Judges the books of a run that was kept.
///
/// # Errors
/// Names the book that is missing.
pub fn check(books: &Path) -> anyhow::Result<End> {
    let history = history::read::read(books)?;
    println!("{} lines in {}", history.lines, books.display());
    Ok(report::findings(&check::all(&history)))
}

async fn metrics(stage: &Stage) -> anyhow::Result<String> {
    let url = format!("http://{}/metrics", stage.addresses.operator);
    let answer = reqwest::get(url).await.context("the gateway gives no metrics")?;
    Ok(answer.text().await?)
}

async fn judge(
    stage: &Stage,
    book: &Book,
    (dealt, healed): (&[Dealt], &Healed),
    Wishes { postgres: server, keep, .. }: &Wishes,
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
    let books = stage.folder.join(BOOKS);
    gather::collect(stage, &pages, &books).await?;
    let exported = search(&books, &pages.codes)?;
    let history = history::read::read(&books)?;
    if let Some(server) = server {
        postgres::drop(server, &stage.database).await?;
    }
    report::counts(&history, &pages);
    report::healing(&history, healed);
    let findings = check::all(&history);
    let covered = coverage::of(&history, &pages, dealt, &findings);
    report::faults(dealt, stage.tally(), &covered);
    covered.write()?;
    let judged = report::findings(&findings);
    let kept = [report::secrecy("the run", &searched), report::secrecy("the books", &exported)];
    let passed = judged == End::Pass && kept == [End::Pass; 2];
    if *keep || !passed {
        stage.keep_disks()?;
    }
    Ok(if passed { End::Pass } else { End::Fail })
}

fn search(folder: &Path, codes: &[String]) -> anyhow::Result<Searched> {
    let secrets = Secrets::new(codes).map_err(anyhow::Error::msg)?;
    Ok(secrets.search(folder)?)
}
