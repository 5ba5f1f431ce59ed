//! The outcome: what the POS program shows after a submit, judged against the order.
//!
//! Owns the waiting and the judgement. An approval counts only with the order's amount; silence,
//! another amount or a vanished program are *unknown*. Next: [`crate::desk`], which reports it.

use super::seams::{Desk, Fault, Outcome, Screen, Showed, Window};
use super::{Entered, Work};
use crate::config::recipe::{Expected, Outcomes, Says};
use baton_protocol::evidence::Outcome as Seen;
use baton_protocol::money::Money;
use baton_protocol::work::{DeclineReason, UnknownReason, Verdict};
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest pause between two looks, in milliseconds: what a shopper does not notice.
const LOOK_MS: u64 = 20;

/// What was seen after a submit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// The POS program took the code; whether it was charged, it does not say.
    Taken,
    /// Charged.
    Approved {
        /// The POS program's reference.
        reference: String,
    },
    /// Conclusively not charged.
    Declined(DeclineReason),
    /// Nobody here can tell.
    Unknown(UnknownReason),
}

impl Observed {
    /// Returns the verdict for the journal.
    #[must_use]
    pub fn verdict(self, amount: Money) -> Verdict {
        match self {
            Self::Taken => Verdict::Unknown { reason: UnknownReason::Unreadable },
            Self::Approved { reference } => Verdict::Approved { amount, reference },
            Self::Declined(reason) => Verdict::Declined { reason },
            Self::Unknown(reason) => Verdict::Unknown { reason },
        }
    }

    /// Returns the short word for tables.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        self.outcome().word()
    }

    /// Returns it as the gateway is told.
    #[must_use]
    pub const fn outcome(&self) -> Seen {
        match self {
            Self::Taken => Seen::Taken,
            Self::Approved { .. } => Seen::Approved,
            Self::Declined(_) => Seen::Declined,
            Self::Unknown(_) => Seen::Unknown,
        }
    }
}

/// Waits for one of the recipe's outcomes.
pub fn observe(desk: &mut Desk, work: &Work<'_>, entered: &Entered) -> Observed {
    let end = (work.monotonic_ms)().saturating_add(work.recipe.outcome.within_ms);
    loop {
        let Desk { windows, controls, outcome, .. } = desk;
        let screen = Screen { windows: &mut **windows, controls: &mut **controls };
        // A look that fails says nothing; the next one may.
        let failed = match outcome.look(screen, &entered.window) {
            Ok(Some(showed)) => return judge(work, &showed),
            Ok(None) => None,
            Err(fault) => Some(fault),
        };
        if (work.monotonic_ms)() >= end {
            if let Some(fault) = failed {
                tracing::warn!(%fault, "nobody could see what came of the submit");
            }
            return Observed::Unknown(UnknownReason::Silent);
        }
        if desk.windows.watch(Duration::from_millis(LOOK_MS)).is_err() {
            return Observed::Unknown(UnknownReason::Cut);
        }
    }
}

fn judge(work: &Work<'_>, showed: &Showed) -> Observed {
    let expected = work.recipe.outcome.any.get(showed.which);
    let Some(expected) = expected else { return Observed::Unknown(UnknownReason::Garbled) };
    let slots = showed.pattern.as_ref().and_then(|pattern| pattern.fit(&showed.text));
    let slots = slots.unwrap_or_default();
    if slots.get("last4").is_some_and(|shown| !work.order.code.ends_with(shown.as_str())) {
        return Observed::Unknown(UnknownReason::Mismatch);
    }
    match (expected.says, expected.reason) {
        (Says::Taken, _) => Observed::Taken,
        (Says::Approved, _) => approval(work, &slots),
        (Says::Declined, Some(reason)) => Observed::Declined(reason),
        (Says::Declined, None) => Observed::Unknown(UnknownReason::Garbled),
        (Says::Unknown, _) => Observed::Unknown(UnknownReason::Inconclusive),
    }
}

fn approval(work: &Work<'_>, slots: &BTreeMap<&'static str, String>) -> Observed {
    let (Some(reference), Some(shown)) = (slots.get("reference"), slots.get("amount")) else {
        return Observed::Unknown(UnknownReason::Garbled);
    };
    // Compared by digits: programs write 4,500, 4500 or 4 500 for the same minor units.
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    match digits.parse::<i64>() {
        Ok(minor) if minor == work.order.amount.minor && !reference.is_empty() => {
            Observed::Approved { reference: reference.clone() }
        }
        Ok(_) => Observed::Unknown(UnknownReason::Mismatch),
        Err(_) => Observed::Unknown(UnknownReason::Garbled),
    }
}

/// Seam 5 by looking at windows and controls.
#[derive(Debug, Clone)]
pub struct OnScreen {
    outcomes: Vec<Expected>,
    gone: Gone,
}

/// Whether the input window was seen to be gone. A POS program that dies takes its windows with it
/// one by one, so a window that stays is looked at once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    No,
    Once,
}

impl OnScreen {
    /// Makes it from a recipe's outcomes.
    #[must_use]
    pub fn new(outcomes: &Outcomes) -> Self {
        Self { outcomes: outcomes.any.clone(), gone: Gone::No }
    }
}

impl Outcome for OnScreen {
    fn look(&mut self, screen: Screen<'_>, input: &Window) -> Result<Option<Showed>, Fault> {
        let windows = screen.windows.list()?;
        let before = self.gone;
        let closed = !windows.iter().any(|window| window.id == input.id);
        self.gone = if closed { Gone::Once } else { Gone::No };
        for (which, expected) in self.outcomes.iter().enumerate() {
            let at: Vec<&Window> = match &expected.window {
                Some(rule) => windows.iter().filter(|window| rule.fits(window)).collect(),
                None => windows.iter().filter(|window| window.id == input.id).collect(),
            };
            if expected.closes.is_some() && closed && before == Gone::Once && !at.is_empty() {
                return Ok(Some(Showed { which, text: String::new(), pattern: None }));
            }
            let Some(shows) = &expected.shows else { continue };
            for window in at {
                if let Some(text) = screen.controls.shown(window, shows)? {
                    let pattern = shows.name.clone();
                    return Ok(Some(Showed { which, text, pattern }));
                }
            }
        }
        Ok(None)
    }

    fn forget(&mut self) {
        self.gone = Gone::No;
    }
}
