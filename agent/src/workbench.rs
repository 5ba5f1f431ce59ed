//! Recipes by hand: try one, and check all of a shop's without submitting anything.
//!
//! Owns what a person sees of that. Nothing here can reach the gateway or the journal, and only
//! `submit` in [`Trial`] hands a code over. Next: [`crate::entry`]; `teach` beside this file
//! writes recipes.

use crate::clock::clock;
use crate::config::recipe::Recipe;
use crate::config::signature::RecipeRefused;
use crate::config::{Config, DriverKind};
use crate::entry::amount::{Amiss, quoted, shown};
use crate::entry::cause::Cause;
use crate::entry::prepare::{leave, prepare, undo};
use crate::entry::printer::{Open, with_printer};
use crate::entry::seams::{Desk, Fault, Window, WindowId};
use crate::entry::submit::{Ended, submit};
use crate::entry::{Evidence, GivenUp, Order, Refused, Residue, Work};
use crate::surface;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use std::fmt;
use std::time::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What is entered where no code is given: no destination issues it.
pub const CODE_DUMMY: &str = "BATON-doctor-0000";
/// How long a trial may take, in milliseconds.
const TRIAL_MS: u64 = 20_000;
/// How long an input window may take to close after its way back was taken, in milliseconds: a
/// large program takes as long as it took to open it, and Tryton took up to 1,100.
const CLOSE_MS: u64 = 5_000;
/// How often it is looked for, in milliseconds.
const LOOK_MS: u64 = 20;

/// What to try.
#[derive(Debug)]
pub struct Trial {
    /// What is entered.
    pub code: Zeroizing<String>,
    /// Whether it is handed over.
    pub hand_over: HandOver,
    /// What an approval must name and the POS must show, in minor units of the recipe's currency;
    /// without it no amount is compared.
    pub amount: Option<i64>,
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
        /// What was seen of the amount to pay.
        amount: AmountSeen,
        /// Which of its windows is still open.
        open: Behind,
    },
    /// It was submitted.
    Submitted(Ended),
    /// It was refused.
    Refused(Refused, Behind),
}

/// What a trial saw of the amount to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountSeen {
    /// The recipe does not say where it is.
    NotAsked,
    /// The POS program shows this.
    Shows(Money),
    /// Nothing stands there now, as where no sale is open.
    Empty,
    /// It cannot be read, and no entry would be submitted.
    Amiss(String),
}

/// Which input window a trial opened and could not close, by its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// None.
    Nothing,
    /// This one.
    Window(String),
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
        Self { code, hand_over: HandOver::Never, amount: None }
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
    let open = inputs(desk, recipe);
    let found = once(desk, recipe, trial, monotonic_ms);
    match found {
        Found::Ready { evidence, took_ms, residue, amount, .. } => {
            let open = closed(desk, recipe, &open, monotonic_ms);
            Found::Ready { evidence, took_ms, residue, amount, open }
        }
        Found::Refused(refused, _) => {
            Found::Refused(refused, closed(desk, recipe, &open, monotonic_ms))
        }
        Found::Submitted(_) => found,
    }
}

fn once(desk: &mut Desk, recipe: &Recipe, trial: &Trial, monotonic_ms: fn() -> u64) -> Found {
    let start = monotonic_ms();
    let written = recipe.amount.as_ref().map(|amount| amount.written.currency);
    let currency = written.unwrap_or(Currency::KRW);
    let mut followed = recipe.clone();
    followed.amount = followed.amount.filter(|_| trial.amount.is_some());
    let (asked, recipe) = (recipe, &followed);
    let order = Order {
        transaction: TransactionId::new(Uuid::nil()),
        code: trial.code.clone(),
        amount: Money::new(trial.amount.unwrap_or(0), currency),
        deadline_ms: start.saturating_add(TRIAL_MS),
        given_up: GivenUp::default(),
    };
    let work = Work { recipe, order: &order, monotonic_ms };
    let entered = match prepare(desk, &work) {
        Ok(entered) => entered,
        Err(refused) => return Found::Refused(refused, Behind::Nothing),
    };
    let took_ms = monotonic_ms().saturating_sub(start);
    if trial.hand_over == HandOver::Once {
        return Found::Submitted(submit(desk, &work, &entered));
    }
    let amount = seen(desk, asked, &entered.window);
    let residue = undo(desk, &work, &entered.window, &entered.field);
    leave(desk, &work, &entered.window, entered.opened);
    let (evidence, open) = (entered.evidence, Behind::Nothing);
    Found::Ready { evidence, took_ms, residue, amount, open }
}

/// Looks at the amount to pay; whose it is, nobody here can tell.
fn seen(desk: &mut Desk, recipe: &Recipe, input: &Window) -> AmountSeen {
    let Some(rule) = &recipe.amount else { return AmountSeen::NotAsked };
    match shown(desk, rule, input) {
        Ok(amount) => AmountSeen::Shows(amount),
        Err(Amiss::Unreadable(text, _)) if text.trim().is_empty() => AmountSeen::Empty,
        Err(Amiss::Unreadable(text, why)) => {
            AmountSeen::Amiss(format!("{}: {why}", quoted(&text, "")))
        }
        Err(Amiss::Missing) => AmountSeen::Amiss("it is not in the window".to_owned()),
        Err(Amiss::Stopped(cause)) => AmountSeen::Amiss(cause.to_string()),
    }
}

/// Returns the open input windows, where the recipe has one apart from the POS window.
fn inputs(desk: &mut Desk, recipe: &Recipe) -> Vec<(WindowId, String)> {
    let Some(rule) = &recipe.input else { return Vec::new() };
    let windows = desk.windows.list().unwrap_or_default();
    let fit = windows.into_iter().filter(|window| rule.fits(window));
    fit.map(|window| (window.id, window.title)).collect()
}

/// Waits for a bounded time until every input window that was not open before is gone: another
/// recipe for the same POS would find it in its way.
fn closed(
    desk: &mut Desk,
    recipe: &Recipe,
    before: &[(WindowId, String)],
    monotonic_ms: fn() -> u64,
) -> Behind {
    let end = monotonic_ms().saturating_add(CLOSE_MS);
    loop {
        let mut open = inputs(desk, recipe);
        open.retain(|(id, _)| before.iter().all(|(known, _)| known != id));
        let Some((_, title)) = open.pop() else { return Behind::Nothing };
        let waited = desk.windows.watch(Duration::from_millis(LOOK_MS));
        if waited.is_err() || monotonic_ms() >= end {
            return Behind::Window(title);
        }
    }
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
    Found::Refused(Refused { cause, residue }, Behind::Nothing)
}

impl Found {
    /// Tells whether the recipe did all that was asked of it.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        match self {
            Self::Ready { residue, amount, open, .. } => {
                matches!(residue, Residue::Nothing)
                    && !matches!(amount, AmountSeen::Amiss(_))
                    && matches!(open, Behind::Nothing)
            }
            Self::Submitted(ended) => matches!(ended, Ended::Submitted(_)),
            Self::Refused(..) => false,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { evidence, took_ms, residue, amount, open } => {
                write!(f, "entered and read back in {took_ms} ms ({})", evidence.word())?;
                if matches!(residue, Residue::Nothing) {
                    write!(f, ", cleared again")?;
                }
                write!(f, "{}; {amount}{open}", left(residue))
            }
            Self::Submitted(Ended::Submitted(seen)) => write!(f, "submitted: {}", seen.word()),
            Self::Submitted(Ended::NotPressed { cause, .. }) => {
                write!(f, "not submitted: {cause} ({})", cause.word())
            }
            Self::Refused(Refused { cause, residue }, open) => {
                write!(f, "refused: {cause} ({}){}{open}", cause.word(), left(residue))
            }
        }
    }
}

impl fmt::Display for AmountSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => write!(f, "amounts are not compared, the recipe has no [amount]"),
            Self::Shows(amount) => write!(f, "the pos shows {amount} to pay"),
            Self::Empty => write!(f, "the pos shows no amount to pay now"),
            Self::Amiss(why) => write!(f, "the amount to pay CANNOT BE READ: {why}"),
        }
    }
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Window(title) => {
                write!(f, "; its window \"{title}\" is STILL OPEN: close it by hand")
            }
        }
    }
}

const fn left(residue: &Residue) -> &'static str {
    match residue {
        Residue::Nothing => "",
        Residue::Perhaps(_) => ", NOT cleared: clear the field by hand",
    }
}
