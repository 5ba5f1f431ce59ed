//! The end of all faults: everything is mended, and the clock runs until nothing is open.
//!
//! Owns how long that may take. Times of single transactions come from the books later; what is
//! read here is only when to stop waiting. Next: `gather`.

use crate::book::Book;
use crate::clock::{Moment, pause};
use crate::gather;
use crate::stage::Stage;
use baton_gateway::clock::wall_ms;

/// How long transactions may take to become final after the last fault, in milliseconds.
const FINAL_MS_MAX: u64 = 120_000;
/// How long executors may take to hear every final word after that, in milliseconds.
const WORDS_MS_MAX: u64 = 10_000;
/// Pause between two looks, in milliseconds.
const LOOK_MS: u64 = 200;
/// Pause between lines of progress, in milliseconds.
const NEWS_MS: u64 = 5_000;

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub struct Healed {
    /// When the last fault ended, in milliseconds since 1970.
    pub at_ms: i64,
    /// Until no executor was owed a word, in milliseconds since then.
    pub told_ms: i64,
}

/// Waits until nothing is open any more. `at_ms` is when the last fault ended.
///
/// # Errors
/// When a terminal does not come back or the database fails.
pub async fn heal(stage: &Stage, book: &Book, at_ms: i64) -> anyhow::Result<Healed> {
    let began = Moment::now();
    stage.until_online().await?;
    let pool = gather::open(&stage.database).await?;
    let mut news = Moment::now();
    let mut final_at_ms = None;
    loop {
        let (open, owed) = gather::open_ends(&pool).await?;
        let passed_ms = began.passed_ms();
        if open == 0 && final_at_ms.is_none() {
            final_at_ms = Some(passed_ms);
        }
        let words_late = final_at_ms.is_some_and(|at| passed_ms > at + WORDS_MS_MAX);
        if (open == 0 && owed == 0) || words_late || passed_ms > FINAL_MS_MAX {
            pool.close().await;
            return Ok(Healed { at_ms, told_ms: wall_ms() - at_ms });
        }
        if news.passed_ms() >= NEWS_MS {
            news = Moment::now();
            println!("{open} transactions are open, {owed} messages wait for executors");
        }
        stage.look()?.into_iter().for_each(|ended| book.surprise(ended));
        pause(LOOK_MS).await;
    }
}
