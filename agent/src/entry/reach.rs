//! The way to the field: the POS window, its screen, the activate steps, the input window.
//!
//! Owns what must hold on that way, and waiting. Nothing is written here. May not submit. Next:
//! [`super::prepare`], which writes into what was reached.

use super::amount::settled;
use super::cause::Cause;
use super::prepare::leave;
use super::seams::{Control, Desk, Fault, Found, Notice, Reading, Screen, Stop, Window};
use super::{Opened, Work};
use crate::config::recipe::{EntryWay, InputOpens, Selector, Starts, Step, WindowRule};
use std::time::Duration;

/// How long a person who types is waited for, in milliseconds: a price or a quantity takes less.
const PERSON_WAIT_MS: u64 = 3_000;
/// How long an input window or an awaited control may take to appear, in milliseconds.
const APPEAR_WAIT_MS: u64 = 3_000;
/// How often something awaited is looked for, in milliseconds: a tenth of what a person notices.
pub(super) const LOOK_MS: u64 = 10;

/// The input window and its field, found and fit to be written to.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub window: Window,
    pub field: Control,
    pub opened: Opened,
}

/// Goes all the way; everything on it can be left again.
pub(super) fn reach(desk: &mut Desk, work: &Work<'_>) -> Result<Placed, Cause> {
    let recipe = work.recipe;
    desk.outcome.forget();
    let main = one_window(desk, &recipe.window)?;
    let (window, opened) = match open_already(desk, work, &main)? {
        Some(window) => (window, Opened::ByPerson),
        None => (activate(desk, work, main)?, Opened::ByAgent),
    };
    match fit_field(desk, work, &window) {
        Ok(field) => Ok(Placed { window, field, opened }),
        Err(cause) => {
            leave(desk, work, &window, opened);
            Err(cause)
        }
    }
}

/// Finds the field in the input window, nothing in its way, and the order's amount.
fn fit_field(desk: &mut Desk, work: &Work<'_>, window: &Window) -> Result<Control, Cause> {
    let recipe = work.recipe;
    let Desk { windows, controls, outcome, .. } = desk;
    let screen = Screen { windows: &mut **windows, controls: &mut **controls };
    if outcome.look(screen, window)?.is_some() {
        return Err(Cause::ResultStale);
    }
    no_dialog(desk, window)?;
    let field = match recipe.entry.starts {
        Starts::Anyhow => one_control(desk, window, &recipe.field, "field")?,
        Starts::Empty => empty_field(desk, work, window)?,
    };
    usable(desk, &field, "field")?;
    settled(desk, work, window)?;
    Ok(field)
}

/// Brings the input window up from the POS window.
fn activate(desk: &mut Desk, work: &Work<'_>, main: Window) -> Result<Window, Cause> {
    let recipe = work.recipe;
    clear_way(desk, work, &main)?;
    for selector in &recipe.state {
        if !matches!(desk.controls.find(&main, selector)?, Found::One(_)) {
            return Err(Cause::ScreenWrong(describe(selector)));
        }
    }
    for step in &recipe.activate {
        still_wanted(work)?;
        take(desk, work, &main, step)?;
    }
    let Some(rule) = &recipe.input else { return Ok(main) };
    let window = until(desk, work, |desk| match one_window(desk, rule) {
        Ok(window) => Ok(Some(window)),
        Err(Cause::WindowMissing) => Ok(None),
        Err(other) => Err(other),
    })?;
    window.ok_or(Cause::WindowMissing)
}

/// Takes an input window that the cashier opened over the POS window, where the recipe lets them.
fn open_already(desk: &mut Desk, work: &Work<'_>, main: &Window) -> Result<Option<Window>, Cause> {
    let recipe = work.recipe;
    let (Some(rule), InputOpens::ByAnyone) = (&recipe.input, recipe.input_opens) else {
        return Ok(None);
    };
    let window = match one_window(desk, rule) {
        Ok(window) if window.over == Some(main.id) => window,
        Ok(_) | Err(Cause::WindowMissing) => return Ok(None),
        Err(other) => return Err(other),
    };
    clear_way(desk, work, &window)?;
    if recipe.activate.contains(&Step::Raise {}) {
        desk.windows.raise(&window)?;
    }
    Ok(Some(window))
}

fn empty_field(desk: &mut Desk, work: &Work<'_>, window: &Window) -> Result<Control, Cause> {
    let empty = until(desk, work, |desk| {
        let Found::One(field) = desk.controls.find(window, &work.recipe.field)? else {
            return Ok(None);
        };
        let empty = matches!(desk.controls.read(&field)?, Reading::Text(t) if t.is_empty());
        Ok(empty.then_some(field))
    })?;
    empty.ok_or_else(|| Cause::ScreenWrong("an empty field".to_owned()))
}

/// Waits for a person who types, refuses what does not pass by itself.
fn clear_way(desk: &mut Desk, work: &Work<'_>, window: &Window) -> Result<(), Cause> {
    let end = (work.monotonic_ms)().saturating_add(PERSON_WAIT_MS);
    loop {
        still_wanted(work)?;
        match desk.guard.preflight(window) {
            Ok(()) => break,
            Err(Stop::Guarded(Cause::PersonTyping)) if (work.monotonic_ms)() < end => {
                desk.guard.tell(Notice::Waiting)?;
                not_cancelled(desk)?;
                desk.windows.watch(Duration::from_millis(LOOK_MS))?;
            }
            Err(stop) => return Err(stop.into()),
        }
    }
    no_dialog(desk, window)
}

pub(super) fn no_dialog(desk: &mut Desk, window: &Window) -> Result<(), Cause> {
    let over = desk.windows.list()?.into_iter().find(|other| other.over == Some(window.id));
    if let Some(dialog) = over {
        return Err(Cause::Modal(dialog.title));
    }
    match desk.controls.modal(window)? {
        Some(title) => Err(Cause::Modal(title)),
        None => Ok(()),
    }
}

/// Takes one step of a recipe.
pub(super) fn take(
    desk: &mut Desk,
    work: &Work<'_>,
    window: &Window,
    step: &Step,
) -> Result<(), Cause> {
    match step {
        Step::Raise {} => Ok(desk.windows.raise(window)?),
        Step::Press(selector) => {
            let control = one_control(desk, window, selector, "control to press")?;
            usable(desk, &control, "control to press")?;
            step_press(desk, &control)
        }
        Step::PressIfEnabled(selector) => {
            let control = one_control(desk, window, selector, "control to press")?;
            match usable(desk, &control, "control to press") {
                Ok(()) => step_press(desk, &control),
                Err(Cause::ControlDisabled(_)) => Ok(()),
                Err(other) => Err(other),
            }
        }
        Step::Focus(selector) => {
            let control = one_control(desk, window, selector, "control to focus")?;
            Ok(desk.controls.focus(&control)?)
        }
        Step::Key(key) => press_key(desk, window, key),
        Step::Await(selector) => {
            let shown = until(desk, work, |desk| {
                let found = desk.controls.find(window, selector)?;
                Ok(matches!(found, Found::One(_)).then_some(()))
            })?;
            shown.ok_or_else(|| Cause::ScreenWrong(describe(selector)))
        }
    }
}

/// A program that is busy with what was pressed answers late; what is awaited next says more.
fn step_press(desk: &mut Desk, control: &Control) -> Result<(), Cause> {
    match desk.controls.press(control) {
        Ok(()) | Err(Fault::Silent(_)) => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}

fn press_key(desk: &mut Desk, window: &Window, key: &str) -> Result<(), Cause> {
    let keys = desk.writers.iter_mut().find(|writer| writer.way() == EntryWay::Keys);
    let keys = keys.ok_or(Cause::Unwritable)?;
    Ok(keys.key(window, key, &mut *desk.guard)?)
}

pub(super) fn still_wanted(work: &Work<'_>) -> Result<(), Cause> {
    if work.order.given_up.is_given_up() {
        return Err(Cause::Cancelled);
    }
    if (work.monotonic_ms)() >= work.order.deadline_ms {
        return Err(Cause::Expired);
    }
    Ok(())
}

/// The person at the POS may cancel for as long as the notice is there.
pub(super) fn not_cancelled(desk: &mut Desk) -> Result<(), Cause> {
    if desk.guard.cancelled()?.is_yes() { Err(Cause::CashierCancelled) } else { Ok(()) }
}

pub(super) fn one_window(desk: &mut Desk, rule: &WindowRule) -> Result<Window, Cause> {
    let mut fit: Vec<_> = desk.windows.list()?.into_iter().filter(|w| rule.fits(w)).collect();
    match (fit.pop(), fit.len()) {
        (None, _) => Err(Cause::WindowMissing),
        (Some(window), 0) => Ok(window),
        (Some(_), others) => Err(Cause::WindowMany(others.saturating_add(1))),
    }
}

pub(super) fn one_control(
    desk: &mut Desk,
    window: &Window,
    selector: &Selector,
    what: &'static str,
) -> Result<Control, Cause> {
    match desk.controls.find(window, selector)? {
        Found::One(control) => Ok(control),
        Found::None => Err(Cause::ControlMissing(what)),
        Found::Many(number) => Err(Cause::ControlMany(what, number)),
    }
}

pub(super) fn usable(desk: &mut Desk, control: &Control, what: &'static str) -> Result<(), Cause> {
    let facts = desk.controls.facts(control)?;
    if facts.enabled.is_yes() { Ok(()) } else { Err(Cause::ControlDisabled(what)) }
}

/// Looks again and again until something is there, or the wait is over.
pub(super) fn until<T>(
    desk: &mut Desk,
    work: &Work<'_>,
    mut look: impl FnMut(&mut Desk) -> Result<Option<T>, Cause>,
) -> Result<Option<T>, Cause> {
    let end = (work.monotonic_ms)().saturating_add(APPEAR_WAIT_MS);
    loop {
        still_wanted(work)?;
        match look(desk) {
            Ok(Some(there)) => return Ok(Some(there)),
            // A busy program, or one whose window is just being built.
            Ok(None) | Err(Cause::Machinery(Fault::Silent(_) | Fault::Gone(_))) => {}
            Err(other) => return Err(other),
        }
        if (work.monotonic_ms)() >= end {
            return Ok(None);
        }
        desk.windows.watch(Duration::from_millis(LOOK_MS))?;
    }
}

fn describe(selector: &Selector) -> String {
    let name = selector.name.as_ref().map(|name| name.text());
    let label = selector.label.as_ref().map(|label| label.text());
    let parts = [selector.role.as_deref(), name, label, selector.css.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
