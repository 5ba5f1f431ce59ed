//! The amount that the POS program shows, compared with the order's before anything is pressed.
//!
//! Owns looking at it, once before the code is written and once more right before the submit. A
//! recipe without that part compares nothing. May not read texts into money:
//! [`crate::config::amount`] does. Next: [`super::submit`].

use super::Work;
use super::cause::Cause;
use super::reach::{LOOK_MS, one_control, one_window};
use super::seams::{Desk, Fault, Reading, Window};
use crate::config::amount::{Amount, AmountUnreadable};
use baton_protocol::money::Money;
use std::time::Duration;

/// How long an amount may take to appear in a window that was just opened, or to become the sale's,
/// in milliseconds: a dialog of Tryton fills its fields within 300.
const SETTLE_MS: u64 = 1_000;
/// The most letters of an unreadable amount that a cause repeats.
const TEXT_MAX: usize = 24;
/// More digits than an amount has: they may be a card's, and are not repeated.
const DIGITS_MAX: usize = 11;

/// Why there is no amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amiss {
    /// The window or the control is not there.
    Missing,
    /// What stands there is not an amount.
    Unreadable(String, AmountUnreadable),
    /// It cannot be looked for.
    Stopped(Cause),
}

/// Waits for a bounded time until the POS program shows the order's amount.
///
/// # Errors
/// The cause of [`agrees`] that still stands when the time is over.
pub(super) fn settled(desk: &mut Desk, work: &Work<'_>, input: &Window) -> Result<(), Cause> {
    let end = (work.monotonic_ms)().saturating_add(SETTLE_MS);
    loop {
        match agrees(desk, work, input) {
            Err(
                Cause::AmountMissing(_)
                | Cause::AmountUnreadable { .. }
                | Cause::AmountDiffers { .. },
            ) if (work.monotonic_ms)() < end => {
                desk.windows.watch(Duration::from_millis(LOOK_MS))?;
            }
            other => return other,
        }
    }
}

/// Compares what the POS program shows with the order, where the recipe says where to look.
///
/// # Errors
/// [`Cause::AmountDiffers`], [`Cause::AmountUnreadable`] or [`Cause::AmountMissing`]; another cause
/// where it cannot be looked for.
pub(super) fn agrees(desk: &mut Desk, work: &Work<'_>, input: &Window) -> Result<(), Cause> {
    let Some(rule) = &work.recipe.amount else { return Ok(()) };
    let asked = work.order.amount;
    match shown(desk, rule, input) {
        Ok(shown) if shown == asked => Ok(()),
        Ok(shown) => Err(Cause::AmountDiffers { shown, asked }),
        Err(Amiss::Missing) => Err(Cause::AmountMissing(asked)),
        Err(Amiss::Unreadable(text, why)) => {
            let shown = quoted(&text, &work.order.code);
            Err(Cause::AmountUnreadable { shown, why, asked })
        }
        Err(Amiss::Stopped(cause)) => Err(cause),
    }
}

/// Reads the amount that the POS program shows.
///
/// # Errors
/// Each variant of [`Amiss`] as it says.
pub fn shown(desk: &mut Desk, rule: &Amount, input: &Window) -> Result<Money, Amiss> {
    let text = text(desk, rule, input).map_err(|cause| {
        let missing = matches!(
            cause,
            Cause::WindowMissing | Cause::ControlMissing(_) | Cause::Machinery(Fault::Gone(_))
        );
        if missing { Amiss::Missing } else { Amiss::Stopped(cause) }
    })?;
    let Some(text) = text else {
        return Err(Amiss::Unreadable(String::new(), AmountUnreadable::Hidden));
    };
    rule.written.read(&text).map_err(|why| Amiss::Unreadable(text, why))
}

/// Returns the text that should be an amount; nothing where its control hides it.
fn text(desk: &mut Desk, rule: &Amount, input: &Window) -> Result<Option<String>, Cause> {
    let window = match &rule.window {
        Some(rule) => one_window(desk, rule)?,
        None => input.clone(),
    };
    let what = "amount to pay";
    let control = one_control(desk, &window, &rule.shows, what)?;
    if rule.is_in_name() {
        let name = desk.controls.shown(&window, &rule.shows)?;
        let pattern = rule.shows.name.as_ref();
        let slots = pattern.zip(name).and_then(|(pattern, name)| pattern.fit(&name));
        let amount = slots.and_then(|mut slots| slots.remove("amount"));
        return amount.map(Some).ok_or(Cause::ControlMissing(what));
    }
    match desk.controls.read(&control)? {
        Reading::Text(text) => Ok(Some(text.as_str().to_owned())),
        Reading::Hidden => Ok(None),
    }
}

/// Repeats a text for a person, unless it may hold what nobody should read in a log.
pub fn quoted(text: &str, code: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits > DIGITS_MAX || (!code.is_empty() && text.contains(code)) {
        return "something else".to_owned();
    }
    let short: String = text.trim().chars().take(TEXT_MAX).collect();
    format!("\"{short}\"")
}
