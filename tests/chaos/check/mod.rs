//! The outside checker: judges a finished run by the books of all programs. Pure.
//!
//! Owns one finding for each invariant of the trust document, with how many things were looked at,
//! so that a check that saw nothing is not taken for a check that passed. Chapters: `phones`
//! (I1, I2, I15, I19), `charges` (I3, I5 to I8, I14), `back` (F5, F9), `journals` (I9 to I12),
//! `trail` (I13), `books` (I4, I16, I17 and what must be gone at the end).

mod back;
mod books;
mod charges;
pub mod journals;
mod phones;
mod trail;

use crate::history::{Asked, History, Transaction};
use std::collections::BTreeMap;

/// Violations that are printed for each invariant: more say nothing new.
pub const SHOWN_MAX: usize = 8;

/// The judgement on one invariant.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its name in the trust document.
    pub invariant: &'static str,
    /// What it demands.
    pub demands: &'static str,
    /// How many things were looked at.
    pub checked: usize,
    /// What broke it.
    pub violations: Vec<String>,
}

impl Finding {
    const fn new(invariant: &'static str, demands: &'static str) -> Self {
        Self { invariant, demands, checked: 0, violations: Vec::new() }
    }

    /// Counts one look; a text is a violation.
    fn look(&mut self, violation: Option<String>) {
        self.checked += 1;
        self.violations.extend(violation);
    }

    /// Counts one look that demands something.
    fn demand(&mut self, held: Held, violation: impl FnOnce() -> String) {
        self.look((held == Held::No).then(violation));
    }
}

/// Whether a demand is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Yes,
    No,
}

impl From<bool> for Held {
    fn from(met: bool) -> Self {
        if met { Self::Yes } else { Self::No }
    }
}

type ByTransaction<'a> = BTreeMap<&'a str, &'a Transaction>;

/// What was asked for, by key and app.
struct Demands<'a>(BTreeMap<(&'a str, &'a str), &'a Asked>);

/// One wish as a transaction of it must be.
struct Wish<'a> {
    amount: i64,
    terminal: &'a str,
    code_sha: &'a str,
}

impl<'a> Demands<'a> {
    fn new(history: &'a History) -> Self {
        let asked = history.asked.iter();
        Self(asked.map(|one| ((one.key.as_str(), one.app.as_str()), one)).collect())
    }

    /// Returns what a transaction was made for. What gives back under the key of a touch undoes
    /// one of its two halves, so it is worth as much.
    fn of(&self, one: &Transaction) -> Option<Wish<'a>> {
        let (key, app) = (one.key.as_str(), one.app.as_str());
        let asked = self.0.get(&(key, app))?;
        let halves = self.0.range((key, "")..).take_while(|(at, _)| at.0 == key).count();
        let undoes = one.gives_back() && asked.amount >= 0;
        if undoes && halves < 2 {
            return None;
        }
        let amount = if undoes { -asked.amount } else { asked.amount };
        Some(Wish { amount, terminal: &asked.terminal, code_sha: &asked.code_sha })
    }
}

/// Judges every invariant.
pub fn all(history: &History) -> Vec<Finding> {
    let known: ByTransaction<'_> =
        history.transactions.iter().map(|one| (one.id.as_str(), one)).collect();
    vec![
        readable(history),
        phones::acknowledged_exists(history, &known),
        phones::one_key_one_transaction(history, &known),
        charges::one_code_one_charge(history),
        charges::one_code_one_live_transaction(history),
        books::all_final(history),
        charges::one_charge_a_transaction(history),
        charges::approved_is_charged(history),
        charges::negative_is_not_charged(history),
        charges::no_orphan_charge(history, &known),
        journals::dense_and_chained(history),
        journals::submitted_once(history),
        journals::epochs_never_go_back(history),
        journals::shown_only_if_approved(history, &known),
        journals::pos_agrees(history, &known),
        trail::chained(history),
        trail::legal(history, &known),
        charges::same_everywhere(history, &known),
        back::never_more_than_paid(history, &known),
        back::halves_end_as_one(history),
        phones::nothing_unasked(history, &known),
        books::entries_balance(history),
        books::merchant_posting(history),
        books::floors_hold(history),
        phones::nobody_told_otherwise(history, &known),
        books::codes_erased(history),
        books::words_delivered(history),
        books::sales_settled(history),
        surprises(history),
    ]
}

/// I0: every line of every book is as its format says.
fn readable(history: &History) -> Finding {
    let mut finding = Finding::new("I0", "every book can be read, line by line");
    finding.checked = history.lines;
    finding.violations.clone_from(&history.unreadable);
    finding
}

fn surprises(history: &History) -> Finding {
    let mut finding = Finding::new("run", "no program ended by itself, no answer was a surprise");
    finding.checked = history.asked.len();
    finding.violations.clone_from(&history.surprises);
    finding
}

#[cfg(test)]
mod tests;
