//! Opens the kind of screen that a recipe names, and hands its five seams over.
//!
//! Owns that choice. A surface is opened on the thread that will use it. Next:
//! [`crate::entry::prepare`].

use crate::config::recipe::{Recipe, Surface};
use crate::entry::seams::{Desk, Fault};

/// Opens a recipe's surface.
///
/// # Errors
/// [`Fault`] where the screen, the accessibility bus or the browser cannot be reached, or this
/// system has no such surface.
pub fn open(recipe: &Recipe, monotonic_ms: fn() -> u64) -> Result<Desk, Fault> {
    match recipe.surface {
        Surface::X11 => desktop(recipe, monotonic_ms),
        Surface::Web => Err(Fault::Broken { place: "browser", what: "not there yet".to_owned() }),
    }
}

#[cfg(target_os = "linux")]
fn desktop(recipe: &Recipe, monotonic_ms: fn() -> u64) -> Result<Desk, Fault> {
    use crate::atspi::{SetValue, Tree};
    use crate::entry::observe::OnScreen;
    use crate::x11::Display;
    use crate::x11::guard::X11Guard;
    use crate::x11::input_method::InputMethod;
    use crate::x11::keys::X11Keys;
    use crate::x11::windows::X11Windows;
    use std::rc::Rc;

    let display = Rc::new(Display::open(monotonic_ms)?);
    let tree = Tree::open()?;
    let value = SetValue::new(tree.bus());
    Ok(Desk {
        windows: Box::new(X11Windows(Rc::clone(&display))),
        controls: Box::new(tree),
        writers: vec![Box::new(value), Box::new(X11Keys::new(Rc::clone(&display)))],
        guard: Box::new(X11Guard::new(display, InputMethod::open())),
        outcome: Box::new(OnScreen::new(&recipe.outcome)),
    })
}

#[cfg(not(target_os = "linux"))]
fn desktop(_: &Recipe, _: fn() -> u64) -> Result<Desk, Fault> {
    let what = "this system has no X11 desktop".to_owned();
    Err(Fault::Broken { place: "x server", what })
}
