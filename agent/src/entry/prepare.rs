//! Everything before the submit: preflight, activate, enter, read back. All of it can be undone.
//!
//! Owns the order of these steps and the undoing. May not submit. Next: [`super::submit`].

use super::amount::agrees;
use super::cause::Cause;
use super::reach::{
    LOOK_MS, Placed, no_dialog, not_cancelled, one_control, reach, still_wanted, take, until,
    usable,
};
use super::seams::{Answer, Control, Desk, Fault, Notice, Place, Reading, Stop, Window};
use super::{Entered, Evidence, Opened, Refused, Residue, Work};
use crate::config::recipe::{EntryWay, Submit};
use std::time::Duration;
use zeroize::Zeroizing;

/// How long clearing is tried, in milliseconds: a program that hangs this long is left to a person.
const CLEAR_WAIT_MS: u64 = 1_500;
/// How long a field must stay empty to count as cleared, in milliseconds: programs were seen to
/// take keys up to 20 later than they were sent.
const EMPTY_MS: u64 = 40;
/// Where clearing failed.
const CLEARING: &str = "clearing the field";

impl From<Stop> for Cause {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Guarded(cause) => cause,
            Stop::Failed(fault) => Self::Machinery(fault),
        }
    }
}

/// Enters the code and checks it; submits nothing.
///
/// # Errors
/// [`Refused`] with the cause; whatever was written was cleared, or the residue says otherwise.
///
/// **Repeat**: a field that holds a text is cleared first, so a second call enters anew.
pub fn prepare(desk: &mut Desk, work: &Work<'_>) -> Result<Entered, Refused> {
    let placed = reach(desk, work).map_err(|cause| {
        quiet(desk);
        let residue = Residue::Nothing;
        Refused { cause, residue }
    })?;
    match enter(desk, work, &placed)
        .and_then(|evidence| ready(desk, work, placed.clone(), evidence))
    {
        Ok(entered) => Ok(entered),
        Err(cause) => {
            let residue = undo(desk, work, &placed.window, &placed.field);
            leave(desk, work, &placed.window, placed.opened);
            Err(Refused { cause, residue })
        }
    }
}

/// Empties the field and makes sure of it: keys that were sent may still be on their way into it.
pub fn undo(desk: &mut Desk, work: &Work<'_>, window: &Window, field: &Control) -> Residue {
    let end = (work.monotonic_ms)().saturating_add(CLEAR_WAIT_MS);
    let mut empty_since = None;
    loop {
        let now = (work.monotonic_ms)();
        let last = match desk.controls.read(field) {
            Ok(Reading::Text(text)) if text.is_empty() => {
                let since = *empty_since.get_or_insert(now);
                if now.saturating_sub(since) >= EMPTY_MS {
                    return Residue::Nothing;
                }
                None
            }
            Ok(Reading::Text(_)) => {
                empty_since = None;
                clear(desk, window, field)
            }
            Ok(Reading::Hidden) => return Residue::Perhaps(clear(desk, window, field)),
            Err(fault) => Some(fault),
        };
        if now >= end {
            return Residue::Perhaps(last);
        }
        desk.windows.watch(Duration::from_millis(LOOK_MS)).ok();
    }
}

/// Clears by the first way that works; returns the last fault where none does.
fn clear(desk: &mut Desk, window: &Window, field: &Control) -> Option<Fault> {
    let Desk { controls, writers, guard, .. } = desk;
    let mut last = None;
    for writer in writers {
        let focused = controls.facts(field).is_ok_and(|facts| facts.focused.is_yes());
        // Keys go where the focus is; without it they would clear something else.
        if writer.way() == EntryWay::Keys && !focused {
            continue;
        }
        match writer.clear(Place { window, field }, &mut **guard) {
            Ok(()) => return None,
            Err(Stop::Failed(fault)) => last = Some(fault),
            Err(Stop::Guarded(cause)) => {
                last = Some(Fault::Broken { place: CLEARING, what: cause.to_string() });
            }
        }
    }
    last
}

/// Leaves the input window again, as far as it goes; the entry is refused already. A window that a
/// person opened stays open.
pub fn leave(desk: &mut Desk, work: &Work<'_>, window: &Window, opened: Opened) {
    quiet(desk);
    if opened == Opened::ByPerson {
        return;
    }
    for step in &work.recipe.cancel {
        if take(desk, work, window, step).is_err() {
            return;
        }
    }
}

/// Takes the notice away; one that stays is no reason to stop.
pub(super) fn quiet(desk: &mut Desk) {
    desk.guard.tell(Notice::None).ok();
}

/// Writes by the first way that can, and reads back what stands there.
fn enter(desk: &mut Desk, work: &Work<'_>, placed: &Placed) -> Result<Evidence, Cause> {
    let code = work.order.code.as_str();
    let editable = desk.controls.facts(&placed.field)?.editable;
    for way in &work.recipe.entry.ways {
        let able = *way != EntryWay::SetValue || editable.is_yes();
        let writer = desk.writers.iter_mut().find(|writer| writer.way() == *way);
        let Some(writer) = writer.filter(|_| able) else { continue };
        if writer.can_write(code)? == Answer::No {
            continue;
        }
        return match way {
            EntryWay::SetValue => set(desk, work, placed),
            EntryWay::Keys => typed(desk, work, placed),
        };
    }
    Err(Cause::Unwritable)
}

fn set(desk: &mut Desk, work: &Work<'_>, placed: &Placed) -> Result<Evidence, Cause> {
    match write(desk, EntryWay::SetValue, placed, &work.order.code) {
        // A call without an answer may have acted all the same: the field itself says.
        Ok(()) | Err(Stop::Failed(Fault::Silent(_))) => {}
        Err(stop) => return Err(stop.into()),
    }
    match read_back(desk, work, placed)? {
        Shown::Exact => Ok(Evidence::SetValueExact),
        Shown::Hidden => Ok(Evidence::Unverifiable),
        Shown::Other => Err(Cause::ReadBack),
    }
}

fn typed(desk: &mut Desk, work: &Work<'_>, placed: &Placed) -> Result<Evidence, Cause> {
    if matches!(desk.controls.read(&placed.field)?, Reading::Hidden) {
        return Err(Cause::Unreadable);
    }
    desk.controls.focus(&placed.field)?;
    let focused = until(desk, work, |desk| {
        Ok(desk.controls.facts(&placed.field)?.focused.is_yes().then_some(()))
    })?;
    focused.ok_or(Cause::FocusElsewhere)?;
    still_wanted(work)?;
    write(desk, EntryWay::Keys, placed, &work.order.code)?;
    match read_back(desk, work, placed)? {
        Shown::Exact => Ok(Evidence::TypedExact),
        Shown::Hidden => Err(Cause::Unreadable),
        Shown::Other => Err(Cause::ReadBack),
    }
}

fn write(desk: &mut Desk, way: EntryWay, placed: &Placed, text: &str) -> Result<(), Stop> {
    let place = Place { window: &placed.window, field: &placed.field };
    let Desk { controls, writers, guard, .. } = desk;
    let writer = writers.iter_mut().find(|writer| writer.way() == way);
    let Some(writer) = writer else { return Err(Stop::Guarded(Cause::Unwritable)) };
    let empty = matches!(controls.read(&placed.field)?, Reading::Text(t) if t.is_empty());
    if !empty {
        writer.clear(place, &mut **guard)?;
    }
    if way == EntryWay::SetValue {
        return writer.write(place, text, &mut **guard);
    }
    // The guard knows the window; which control in it has the focus is asked before every key, for
    // programs move it by themselves while a dialog comes up.
    for letter in text.chars() {
        if !controls.facts(&placed.field)?.focused.is_yes() {
            return Err(Stop::Guarded(Cause::FocusElsewhere));
        }
        writer.write(place, letter.encode_utf8(&mut [0; 4]), &mut **guard)?;
    }
    Ok(())
}

enum Shown {
    Exact,
    Other,
    Hidden,
}

/// Reads the named control until it shows the code or its time is over: an app takes keys later
/// than they are sent.
fn read_back(desk: &mut Desk, work: &Work<'_>, placed: &Placed) -> Result<Shown, Cause> {
    let end = (work.monotonic_ms)().saturating_add(work.recipe.entry.read_back_ms);
    loop {
        match desk.controls.read(&placed.field) {
            Ok(Reading::Hidden) => return Ok(Shown::Hidden),
            Ok(Reading::Text(text)) if *text == *work.order.code => return Ok(Shown::Exact),
            Ok(Reading::Text(_)) | Err(Fault::Silent(_)) => {}
            Err(fault) => return Err(fault.into()),
        }
        if (work.monotonic_ms)() >= end {
            return Ok(Shown::Other);
        }
        desk.windows.watch(Duration::from_millis(LOOK_MS))?;
    }
}

/// The last look before the journal says *submitted*.
fn ready(
    desk: &mut Desk,
    work: &Work<'_>,
    placed: Placed,
    evidence: Evidence,
) -> Result<Entered, Cause> {
    let Placed { window, field, opened } = placed;
    let submit = match &work.recipe.submit {
        Submit::Key(_) => None,
        Submit::Press(selector) => {
            let control = one_control(desk, &window, selector, "control that submits")?;
            usable(desk, &control, "control that submits")?;
            Some(control)
        }
    };
    let entered = Entered { window, opened, field, submit, evidence };
    check(desk, work, &entered)?;
    Ok(entered)
}

/// Checks that an entered code still stands where it should and nothing is in its way.
pub(super) fn check(desk: &mut Desk, work: &Work<'_>, entered: &Entered) -> Result<(), Cause> {
    still_wanted(work)?;
    not_cancelled(desk)?;
    desk.guard.preflight(&entered.window)?;
    no_dialog(desk, &entered.window)?;
    match desk.controls.read(&entered.field)? {
        Reading::Text(text) if *text == *work.order.code => {}
        Reading::Hidden if entered.evidence == Evidence::Unverifiable => {}
        Reading::Text(_) | Reading::Hidden => return Err(Cause::ReadBack),
    }
    if matches!(work.recipe.submit, Submit::Key(_)) {
        // A key goes where the focus is; everything that guards it is asked once without it.
        if !desk.controls.facts(&entered.field)?.focused.is_yes() {
            return Err(Cause::FocusElsewhere);
        }
        desk.guard.guarded(&entered.window, &mut || Ok(()))?;
    }
    agrees(desk, work, &entered.window)?;
    still_wanted(work)
}

/// Copies a code for an order; the copy is wiped when dropped.
#[must_use]
pub fn copied(code: &str) -> Zeroizing<String> {
    Zeroizing::new(code.to_owned())
}
