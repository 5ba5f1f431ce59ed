//! Recipes by hand: try one, and check all of a shop's without submitting anything.
//!
//! Owns what a person sees of that. Nothing here can reach the gateway or the journal, and only
//! `submit` in [`Trial`] hands a code over. Next: [`crate::entry`]; `teach` beside this file
//! writes recipes.

use crate::clock::clock;
use crate::config::recipe::Recipe;
use crate::config::signature::RecipeRefused;
use crate::config::{Config, DriverKind};
use crate::entry::cause::Cause;
use crate::entry::prepare::{leave, prepare, undo};
use crate::entry::printer::{Open, with_printer};
use crate::entry::seams::{Desk, Fault};
use crate::entry::submit::{Ended, submit};
use crate::entry::{Evidence, GivenUp, Order, Refused, Residue, Work};
use crate::surface;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What is entered where no code is given: no destination issues it.
pub const CODE_DUMMY: &str = "BATON-doctor-0000";
/// How long a trial may take, in milliseconds.
const TRIAL_MS: u64 = 20_000;

/// What to try.
#[derive(Debug)]
pub struct Trial {
    /// What is entered.
    pub code: Zeroizing<String>,
    /// Whether it is handed over.
    pub hand_over: HandOver,
    /// What an approval must name, in minor units; pos windows show no currency to compare.
    pub amount: i64,
}

/// Whether a trial submits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOver {
    /// Enter, read back, clear.
    Never,
    /// Submit once and watch for the outcome.
    Once,
}

/// What came of a trial.
#[derive(Debug)]
pub enum Found {
    /// It was entered and read back, and cleared again.
    Ready {
        /// How sure it was.
        evidence: Evidence,
        /// From the start to the read-back, in milliseconds.
        took_ms: u64,
        /// What is left on the screen.
        residue: Residue,
    },
    /// It was submitted.
    Submitted(Ended),
    /// It was refused.
    Refused(Refused),
}

/// A line of [`doctor`].
#[derive(Debug)]
pub struct Diagnosis {
    /// Which app.
    pub app: String,
    /// What was found, or why its recipe is not followed.
    pub found: Result<Found, RecipeRefused>,
}

impl Trial {
    /// Makes one that enters the dummy code and never submits.
    #[must_use]
    pub fn dummy() -> Self {
        let code = Zeroizing::new(CODE_DUMMY.to_owned());
        Self { code, hand_over: HandOver::Never, amount: 0 }
    }
}

/// Follows a recipe once. Blocks; call it on a thread that may.
#[must_use]
pub fn attempt(recipe: &Recipe, trial: &Trial) -> Found {
    let monotonic_ms = clock().monotonic_ms;
    // Only a code that is handed over is printed; `doctor` leaves the port to a running agent.
    let printer = match trial.hand_over {
        HandOver::Once => Open::of(&recipe.outcome),
        HandOver::Never => Ok(None),
    };
    let opened = printer.and_then(|printer| {
        Ok(with_printer(surface::open(recipe, monotonic_ms)?, printer.as_ref()))
    });
    match opened {
        Ok(mut desk) => follow(&mut desk, recipe, trial, monotonic_ms),
        Err(fault) => refused(fault),
    }
}

/// Follows a recipe once on a desk that is open already.
#[must_use]
pub fn follow(desk: &mut Desk, recipe: &Recipe, trial: &Trial, monotonic_ms: fn() -> u64) -> Found {
    let start = monotonic_ms();
    let order = Order {
        transaction: TransactionId::new(Uuid::nil()),
        code: trial.code.clone(),
        amount: Money::new(trial.amount, Currency::KRW),
        deadline_ms: start.saturating_add(TRIAL_MS),
        given_up: GivenUp::default(),
    };
    let work = Work { recipe, order: &order, monotonic_ms };
    let entered = match prepare(desk, &work) {
        Ok(entered) => entered,
        Err(refused) => return Found::Refused(refused),
    };
    let took_ms = monotonic_ms().saturating_sub(start);
    if trial.hand_over == HandOver::Once {
        return Found::Submitted(submit(desk, &work, &entered));
    }
    let residue = undo(desk, &work, &entered.window, &entered.field);
    leave(desk, &work, &entered.window, entered.opened);
    Found::Ready { evidence: entered.evidence, took_ms, residue }
}

/// Tries every recipe of the settings with the dummy code; submits nothing. Blocks.
#[must_use]
pub fn doctor(config: &Config) -> Vec<Diagnosis> {
    let recipes = config.apps.iter().filter(|app| app.driver == DriverKind::Recipe);
    let diagnose = |app: &crate::config::AppDriver| {
        let loaded = config.recipes.load(&app.app);
        let found = loaded.map(|(recipe, _)| attempt(&recipe, &Trial::dummy()));
        Diagnosis { app: app.app.to_string(), found }
    };
    recipes.map(diagnose).collect()
}

fn refused(fault: Fault) -> Found {
    let (cause, residue) = (Cause::Machinery(fault), Residue::Nothing);
    Found::Refused(Refused { cause, residue })
}

impl Found {
    /// Tells whether the recipe did all that was asked of it.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        match self {
            Self::Ready { residue, .. } => matches!(residue, Residue::Nothing),
            Self::Submitted(ended) => matches!(ended, Ended::Submitted(_)),
            Self::Refused(_) => false,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { evidence, took_ms, residue } => {
                write!(f, "entered and read back in {took_ms} ms ({})", evidence.word())?;
                match residue {
                    Residue::Nothing => write!(f, ", cleared again"),
                    Residue::Perhaps(_) => write!(f, ", NOT cleared: clear the field by hand"),
                }
            }
            Self::Submitted(Ended::Submitted(seen)) => write!(f, "submitted: {}", seen.word()),
            Self::Submitted(Ended::NotPressed { cause, .. }) => {
                write!(f, "not submitted: {cause} ({})", cause.word())
            }
            Self::Refused(Refused { cause, residue }) => {
                write!(f, "refused: {cause} ({})", cause.word())?;
                match residue {
                    Residue::Nothing => Ok(()),
                    Residue::Perhaps(_) => write!(f, ", NOT cleared: clear the field by hand"),
                }
            }
        }
    }
}
