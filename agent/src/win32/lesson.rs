//! What a person showed by clicking into a field: the window, the field, its buttons.
//!
//! Owns that look. Next: [`crate::teach`], which writes it as a recipe.

use super::controls::{name_of, role};
use crate::entry::seams::Fault;
use crate::teach::amount::{Candidate, proposed};
use crate::teach::{Lesson, Pointed};
use baton_win32::window::{Handle, front};

/// The class of a terminal's window, where `teach` itself was started.
const CONSOLES: &[&str] = &["ConsoleWindowClass", "CASCADIA_HOSTING_WINDOW_CLASS"];

/// Describes the text field of the window in front that has the focus.
///
/// # Errors
/// [`Fault`] where the program does not answer.
pub fn lesson() -> Result<Option<Lesson>, Fault> {
    let Some(window) = front().filter(|window| !CONSOLES.contains(&window.class().as_str())) else {
        return Ok(None);
    };
    let focus = window.focus().and_then(|focus| focus.control);
    let field = focus.filter(|field| matches!(role(*field), "text" | "password text"));
    let Some(field) = field else { return Ok(None) };
    let visible: Vec<Handle> =
        window.parts().into_iter().filter(|part| part.is_visible()).collect();
    let named = |wanted: &str| -> Result<Vec<String>, Fault> {
        let parts = visible.iter().filter(|part| role(**part) == wanted);
        let names = parts.map(|part| name_of(*part)).collect::<Result<Vec<_>, _>>()?;
        Ok(names.into_iter().filter(|name| !name.is_empty()).collect())
    };
    let kind = role(field);
    let alike = |part: &&Handle| role(**part) == kind;
    let place = visible.iter().take_while(|part| **part != field).filter(alike).count();
    let of = visible.iter().filter(alike).count();
    // The text of a field is what it holds, not what it is called.
    let field = Pointed { role: kind.to_owned(), name: String::new(), place, of };
    Ok(Some(Lesson {
        title: window.title(),
        class: window.class(),
        field,
        state: named("label")?.into_iter().next(),
        buttons: named("push button")?,
        amount: proposed(&named("label")?.into_iter().map(Candidate::label).collect::<Vec<_>>()),
    }))
}
