//! Options of a question: the right one among others that are as likely to a stranger.
//!
//! Owns the rules for distractors and the share of questions whose answer is "none of these". An
//! item that is guessed too easily is not made. Floats, for risk only. Next: [`super::event`].

use super::{Prompt, Truth};
use crate::checkout::dice::Dice;
use std::collections::BTreeSet;

/// Options that name something; "none of these" is one more.
pub const NAMED_OPTIONS: usize = 5;
/// Questions whose answer is none of the named ones. Source: checkout specification, distractors.
const NONE_PERCENT: u8 = 15;
/// The best chance of guessing above which an item is not made. Source: the same.
pub const GUESS_MAX: f64 = 0.22;
/// The options of one question that come into question; more are not looked at.
const CANDIDATES_MAX: usize = 10_000;
/// The text of the last option; the page shows it in its language.
pub const NONE_OF_THESE: &str = "none of these";

/// Something that could be the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What it is called.
    pub name: String,
    /// Its category; for other things than goods, their kind.
    pub category: u32,
    /// Its price band; 0 where there is none.
    pub price_band: u8,
    /// Its tenth of popularity.
    pub decile: u8,
    /// How often it is chosen by people who know nothing: sales, visits, users.
    pub popularity: u32,
    /// The shop that has it; 0 where there is none.
    pub shop: u32,
}

/// How many questions of an account have which truth so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Truths {
    /// Questions with options.
    pub choices: u32,
    /// Of them, those whose answer is "none of these".
    pub none: u32,
}

/// A question's options and what is right.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The options.
    pub prompt: Prompt,
    /// The right one.
    pub truth: Truth,
    /// The best chance of guessing it.
    pub guess: f64,
}

/// Why no question with options can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoOptions {
    /// There are too few that are like it.
    #[error("too few others of the same category, price band and popularity")]
    TooFew,
    /// One of the options is far more likely than the others.
    #[error("the likeliest option would be guessed too often")]
    TooEasy,
}

/// Makes the options of a question. `own` are the names of the person's own events, which may never
/// be a wrong option.
///
/// # Errors
/// [`NoOptions::TooFew`] and [`NoOptions::TooEasy`] as they say.
pub fn options(
    right: &Candidate,
    others: &[Candidate],
    own: &BTreeSet<String>,
    so_far: Truths,
    dice: &mut Dice,
) -> Result<Options, NoOptions> {
    let none = may_be_none(so_far) && dice.percent(NONE_PERCENT);
    let wrong = if none { NAMED_OPTIONS } else { NAMED_OPTIONS.saturating_sub(1) };
    let mut named = distractors(right, others, own, dice);
    named.truncate(wrong);
    if named.len() < wrong {
        return Err(NoOptions::TooFew);
    }
    if !none {
        named.push(right);
    }
    dice.shuffle(&mut named);
    let guess = best_guess(&named);
    if guess > GUESS_MAX {
        return Err(NoOptions::TooEasy);
    }
    let place = named.iter().position(|one| one.name == right.name).unwrap_or(NAMED_OPTIONS);
    let names = named.iter().map(|one| one.name.clone()).chain([NONE_OF_THESE.to_owned()]);
    let truth = Truth::Option(u8::try_from(place).unwrap_or(u8::MAX));
    Ok(Options { prompt: Prompt::Choice(names.collect()), truth, guess })
}

/// "None" must stay the answer of fewer than half of the questions.
const fn may_be_none(so_far: Truths) -> bool {
    so_far.none.saturating_add(1).saturating_mul(2) < so_far.choices.saturating_add(1)
}

/// Those that are like the right one, of its own shop first, in an order that dice decided.
fn distractors<'a>(
    right: &Candidate,
    others: &'a [Candidate],
    own: &BTreeSet<String>,
    dice: &mut Dice,
) -> Vec<&'a Candidate> {
    let alike = |one: &&Candidate| {
        one.category == right.category
            && one.price_band == right.price_band
            && one.decile == right.decile
            && one.name != right.name
            && !own.contains(&one.name)
    };
    let mut seen = BTreeSet::new();
    let mut alike: Vec<&Candidate> = others
        .iter()
        .take(CANDIDATES_MAX)
        .filter(alike)
        .filter(|one| seen.insert(&one.name))
        .collect();
    dice.shuffle(&mut alike);
    alike.sort_by_key(|one| one.shop != right.shop);
    alike
}

/// A guesser who knows the shares takes the likeliest named option, or "none".
fn best_guess(named: &[&Candidate]) -> f64 {
    let none = f64::from(NONE_PERCENT) / 100.0;
    let weight = |one: &&Candidate| f64::from(one.popularity.max(1));
    let sum: f64 = named.iter().map(weight).sum();
    let likeliest = named.iter().map(weight).fold(0.0, f64::max);
    none.max((1.0 - none) * likeliest / sum)
}
