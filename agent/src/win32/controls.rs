//! The controls in a window: found by role, number, text and label, asked and pressed by messages.
//!
//! Owns what a class of Windows is called in recipes. Controls that are no windows of their own
//! are not seen here, but in [`super::drawn`]. Next: [`super::writers`].

use super::{broken, handle, named, of};
use crate::config::recipe::Selector;
use crate::entry::seams::{Answer, Control, ControlTree, Facts, Fault, Found, Reading, Window};
use baton_win32::window::Handle;
use baton_win32::{Failed, message};
use std::time::Duration;
use zeroize::Zeroizing;

/// How long a program may take to answer a message: far longer than one that is not busy takes.
pub(super) const ANSWER_MAX: Duration = Duration::from_millis(300);
/// A field that does not show its text. Source: `ES_PASSWORD`.
const STYLE_PASSWORD: u32 = 0x0020;
/// A field that takes no text. Source: `ES_READONLY`.
const STYLE_READ_ONLY: u32 = 0x0800;
/// The bits of a button's style that say which kind it is. Source: `BS_TYPEMASK`.
const BUTTON_KIND: u32 = 0x000f;

/// Classes of Windows, Delphi, Visual Basic and rich text, and what they are in a recipe.
const ROLES: &[(&str, &str)] = &[
    ("edit", "text"),
    ("tedit", "text"),
    ("tmaskedit", "text"),
    ("thunderrt6textbox", "text"),
    ("richedit20w", "text"),
    ("richedit50w", "text"),
    ("richeditd2dpt", "text"),
    ("button", "push button"),
    ("tbutton", "push button"),
    ("tbitbtn", "push button"),
    ("thunderrt6commandbutton", "push button"),
    ("static", "label"),
    ("tstatictext", "label"),
    ("combobox", "combo box"),
    ("tcombobox", "combo box"),
    ("listbox", "list"),
    ("syslistview32", "table"),
    ("msctls_statusbar32", "status bar"),
];

/// Seam 2 on Windows.
#[derive(Debug)]
pub struct Controls;

impl ControlTree for Controls {
    fn find(&mut self, window: &Window, selector: &Selector) -> Result<Found, Fault> {
        let mut fit = Vec::new();
        walk(window, selector, |part, _| fit.push(part))?;
        if let Some(place) = selector.place {
            fit = fit.into_iter().skip(place).take(1).collect();
        }
        Ok(match (fit.first(), fit.len()) {
            (Some(part), 1) => Found::One(named(*part)),
            (None, _) => Found::None,
            (Some(_), many) => Found::Many(many),
        })
    }

    fn shown(&mut self, window: &Window, selector: &Selector) -> Result<Option<String>, Fault> {
        let mut first = None;
        walk(window, selector, |part, name| {
            first.get_or_insert((part, name));
        })?;
        let Some((part, name)) = first else { return Ok(None) };
        // Without a name in the selector none was read.
        Ok(Some(match name {
            Some(name) => name,
            None => name_of(part)?,
        }))
    }

    fn facts(&mut self, control: &Control) -> Result<Facts, Fault> {
        let part = of(control)?;
        let top = part.top().ok_or(Fault::Gone("the control"))?;
        let editable = role(part) == "text" && part.style() & STYLE_READ_ONLY == 0;
        let focus = part.focus().and_then(|focus| focus.control);
        Ok(Facts {
            showing: Answer::of(part.is_visible()),
            enabled: Answer::of(part.is_enabled() && top.is_enabled()),
            focused: Answer::of(focus == Some(part)),
            editable: Answer::of(editable),
        })
    }

    fn read(&mut self, control: &Control) -> Result<Reading, Fault> {
        let part = of(control)?;
        if role(part) == "password text" {
            return Ok(Reading::Hidden);
        }
        Ok(Reading::Text(Zeroizing::new(message::text(part, ANSWER_MAX)?)))
    }

    fn press(&mut self, control: &Control) -> Result<(), Fault> {
        let part = of(control)?;
        if !matches!(role(part), "push button" | "check box" | "radio button") {
            return Err(broken(format!("a {} cannot be pressed; use a key", part.class())));
        }
        Ok(message::press(part)?)
    }

    fn focus(&mut self, control: &Control) -> Result<(), Fault> {
        Ok(of(control)?.take_focus()?)
    }

    fn modal(&mut self, window: &Window) -> Result<Option<String>, Fault> {
        let main = handle(window)?;
        if main.is_enabled() {
            return Ok(None);
        }
        let title = main.popup().map(Handle::title).filter(|title| !title.is_empty());
        Ok(Some(title.unwrap_or_else(|| "a dialog without a title".to_owned())))
    }
}

/// Visits the visible parts of a window that a selector describes, in reading order.
fn walk(
    window: &Window,
    selector: &Selector,
    mut visit: impl FnMut(Handle, Option<String>),
) -> Result<(), Fault> {
    let mut label = None;
    for part in handle(window)?.parts() {
        if !part.is_visible() {
            continue;
        }
        let before = label;
        if role(part) == "label" {
            label = Some(part);
        }
        if !fits_kind(part, selector) {
            continue;
        }
        // A part that went away meanwhile is no fault; one that does not answer is.
        match fits_text(part, before, selector) {
            Ok((true, name)) => visit(part, name),
            Ok((false, _)) | Err(Failed::Gone) => {}
            Err(failed) => return Err(failed.into()),
        }
    }
    Ok(())
}

/// Compares what Windows itself knows of a part.
fn fits_kind(part: Handle, selector: &Selector) -> bool {
    let id = selector.id.is_none_or(|id| part.control_id() == id);
    id && selector
        .role
        .as_ref()
        .is_none_or(|wanted| wanted == role(part) || part.class().eq_ignore_ascii_case(wanted))
}

/// Compares what its program says of a part; returns its name where it was asked for.
fn fits_text(
    part: Handle,
    label: Option<Handle>,
    selector: &Selector,
) -> Result<(bool, Option<String>), Failed> {
    if let Some(wanted) = &selector.label {
        let label = label.map(name_of).transpose()?;
        if label.is_none_or(|label| wanted.fit(&label).is_none()) {
            return Ok((false, None));
        }
    }
    let Some(wanted) = &selector.name else { return Ok((true, None)) };
    let name = name_of(part)?;
    Ok((wanted.fit(&name).is_some(), Some(name)))
}

/// Returns a part's text, without the mark of its access key.
pub(super) fn name_of(part: Handle) -> Result<String, Failed> {
    let text = message::text(part, ANSWER_MAX)?;
    Ok(if matches!(role(part), "text" | "password text") { text } else { unmarked(&text) })
}

/// `&Pay` is shown as Pay, `A && B` as A & B.
fn unmarked(text: &str) -> String {
    text.split("&&").map(|part| part.replace('&', "")).collect::<Vec<_>>().join("&")
}

/// Returns what a part is called in recipes; `unknown` where its class says nothing.
pub(super) fn role(part: Handle) -> &'static str {
    let class = part.class().to_ascii_lowercase();
    // Windows Forms wraps classes: WindowsForms10.EDIT.app.0.141b42a_r6_ad1.
    let inner = class.strip_prefix("windowsforms10.").and_then(|rest| rest.split('.').next());
    let class = inner.unwrap_or(&class);
    let known = ROLES.iter().find(|(name, _)| *name == class).map(|(_, role)| *role);
    match known {
        Some("text") if part.style() & STYLE_PASSWORD != 0 => "password text",
        Some("push button") => match part.style() & BUTTON_KIND {
            2 | 3 | 5 | 6 => "check box",
            4 | 9 => "radio button",
            7 => "panel",
            _ => "push button",
        },
        Some(role) => role,
        None => "unknown",
    }
}

#[cfg(test)]
mod tests;
