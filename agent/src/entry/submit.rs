//! The submit: once, after the journal says *submitted*, and what came of it.
//!
//! Owns the single press or key and the rule that every doubt after it is *unknown*. May not press
//! twice. Next: [`super::observe`].

use super::cause::Cause;
use super::observe::{Observed, observe};
use super::prepare::{check, quiet, undo};
use super::seams::{Desk, Fault, Stop};
use super::{Entered, Residue, Work};
use crate::config::recipe::{EntryWay, Submit};

/// How an entry ended after the journal said *submitted*.
#[derive(Debug)]
pub enum Ended {
    /// It was submitted and this was seen.
    Submitted(Observed),
    /// Nothing was pressed, though the journal says *submitted*: unknown to the gateway, which asks
    /// the destination.
    NotPressed {
        /// Why.
        cause: Cause,
        /// What is left on the screen.
        residue: Residue,
    },
}

/// Submits an entered code, once, and waits for its outcome.
///
/// **Order**: the journal says *submitted* before this is called. **Repeat**: never.
pub fn submit(desk: &mut Desk, work: &Work<'_>, entered: &Entered) -> Ended {
    if let Err(cause) = check(desk, work, entered) {
        let residue = undo(desk, work, &entered.window, &entered.field);
        quiet(desk);
        return Ended::NotPressed { cause, residue };
    }
    desk.outcome.expect(work.order);
    desk.outcome.forget();
    quiet(desk);
    match press(desk, work, entered) {
        // Whatever failed in the press itself, it may have acted.
        Ok(()) | Err(Stop::Failed(Fault::Silent(_) | Fault::Gone(_) | Fault::Broken { .. })) => {
            Ended::Submitted(observe(desk, work, entered))
        }
        Err(Stop::Guarded(cause)) => {
            let residue = undo(desk, work, &entered.window, &entered.field);
            Ended::NotPressed { cause, residue }
        }
    }
}

fn press(desk: &mut Desk, work: &Work<'_>, entered: &Entered) -> Result<(), Stop> {
    match (&work.recipe.submit, &entered.submit) {
        (Submit::Press(_), Some(control)) => Ok(desk.controls.press(control)?),
        (Submit::Press(_), None) => {
            Err(Stop::Guarded(Cause::ControlMissing("control that submits")))
        }
        (Submit::Key(key), _) => {
            let keys = desk.writers.iter_mut().find(|writer| writer.way() == EntryWay::Keys);
            let Some(keys) = keys else { return Err(Stop::Guarded(Cause::Unwritable)) };
            keys.key(&entered.window, key, &mut *desk.guard)
        }
    }
}
