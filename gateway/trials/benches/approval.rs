//! How long the approval unit takes for one decision and for one comparison of an answer.
//!
//! Owns its figures only; nothing is asserted. Run it with
//! `cargo bench -p baton-trials --bench approval`.

#![expect(clippy::expect_used, reason = "a bench that cannot begin has no figures")]

use baton_core::checkout::answer::{Kind, matches};
use baton_core::checkout::dice::Dice;
use baton_core::checkout::risk::dialogue::{Dialogue, Next, Outcome};
use baton_core::checkout::risk::model::{FamilyId, Model, PerClass};
use baton_core::checkout::risk::rule::{Acceptable, Policy};
use baton_core::checkout::risk::score::Answered;
use baton_trials::approval::{day, model};
use std::hint::black_box;
use std::time::Instant;

/// Runs of one measurement: some tenths of a second.
const RUNS: u32 = 5_000;
/// Measurements; the best counts, for the others were disturbed.
const ROUNDS: usize = 5;
/// What is to be reached, in microseconds a decision.
const GOAL_US: f64 = 50.0;

fn main() {
    let model = model::embedded().expect("the embedded model is whole");
    let best = (0..ROUNDS).map(|_| decision_us(&model)).fold(f64::INFINITY, f64::min);
    println!("one decision over {} families, best of {ROUNDS}:", model.families.len());
    println!("  {best:>8.2} us  {:.2} of the goal of {GOAL_US} us", best / GOAL_US);
    for (kind, stored, answer) in [
        (Kind::Text, "파리바게뜨 강남역점", "vkflqkrpEm rkdskadurwjadldy"),
        (Kind::Amount, "23900", "이만사천원 정도요"),
        (Kind::Date, "2025-06-03", "작년 유월 삼일쯤이요"),
    ] {
        let us = (0..ROUNDS).map(|_| match_us(kind, stored, answer)).fold(f64::INFINITY, f64::min);
        println!("  {us:>8.2} us to compare a {}", kind.word());
    }
}

/// Plays runs with right and wrong answers in turn; a decision takes the answer and chooses what
/// next.
fn decision_us(model: &Model) -> f64 {
    let policy = Policy::default();
    let all: Vec<FamilyId> = model.families().map(|(family, _)| family).collect();
    let (mut dice, mut decisions) = (Dice::new(1), 0_u32);
    let start = now();
    for run in 0..RUNS {
        let limit = Acceptable::risk(1e-5);
        let mut dialogue = Dialogue::begin(model, &policy, PerClass::default(), limit);
        while let Next::Ask(family) = dialogue.next(model, &policy, &all, &mut dice) {
            decisions = decisions.saturating_add(1);
            let wrong = run.wrapping_add(decisions) % 4 == 0;
            let answered = if wrong { Answered::Wrong } else { Answered::Right };
            if let Some(probe) = model.lookup(family) {
                dialogue.take(model, probe, Outcome::Answered(answered));
            }
        }
        decisions = decisions.saturating_add(1);
        black_box(&dialogue);
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(decisions)
}

fn match_us(kind: Kind, stored: &str, answer: &str) -> f64 {
    let today = day("2025-07-01").expect("a day");
    let start = now();
    for _ in 0..RUNS {
        black_box(matches(kind, black_box(stored), black_box(answer), &["올리브영"], today));
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS)
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}
