//! Opens the kind of screen that a recipe names, and hands its five seams over.
//!
//! Owns that choice. A surface is opened on the thread that will use it. Next:
//! [`crate::entry::prepare`].

use crate::config::recipe::{EntryWay, Recipe, Surface};
use crate::entry::observe::OnScreen;
use crate::entry::seams::{Desk, Fault};
use crate::entry::view;
use crate::web::page::{Page, PageWriter, Tabs};
use crate::web::session::Browser;
use std::rc::Rc;

/// Opens a recipe's surface.
///
/// # Errors
/// [`Fault`] where the screen, the accessibility bus or the browser cannot be reached, or this
/// system has no such surface.
pub fn open(recipe: &Recipe, monotonic_ms: fn() -> u64) -> Result<Desk, Fault> {
    let mut desk = match recipe.surface {
        Surface::X11 => desktop(recipe, monotonic_ms),
        Surface::Win32 | Surface::Msaa | Surface::Uia => windows(recipe, monotonic_ms),
        Surface::Web => web(recipe),
    }?;
    desk.outcome = view::over(desk.outcome, &recipe.outcome)?;
    Ok(desk)
}

fn web(recipe: &Recipe) -> Result<Desk, Fault> {
    let browser = Browser::open(recipe.browser.as_deref().unwrap_or_default())?;
    let tabs = Rc::new(Tabs::new(browser));
    let page = Page(Rc::clone(&tabs));
    Ok(Desk {
        windows: Box::new(page.clone()),
        controls: Box::new(page.clone()),
        writers: vec![
            Box::new(PageWriter(Rc::clone(&tabs), EntryWay::SetValue)),
            Box::new(PageWriter(tabs, EntryWay::Keys)),
        ],
        guard: Box::new(page),
        outcome: Box::new(OnScreen::new(&recipe.outcome)),
    })
}

#[cfg(target_os = "linux")]
fn desktop(recipe: &Recipe, monotonic_ms: fn() -> u64) -> Result<Desk, Fault> {
    use crate::atspi::{SetValue, Tree};
    use crate::x11::Display;
    use crate::x11::guard::X11Guard;
    use crate::x11::input_method::InputMethod;
    use crate::x11::keys::X11Keys;
    use crate::x11::windows::X11Windows;

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

#[cfg(windows)]
fn windows(recipe: &Recipe, monotonic_ms: fn() -> u64) -> Result<Desk, Fault> {
    use crate::entry::seams::{ControlTree, Writer};
    use crate::win32::controls::Controls;
    use crate::win32::drawn::{Drawn, Memory, Part, PutValue};
    use crate::win32::guard::Win32Guard;
    use crate::win32::windows::Win32Windows;
    use crate::win32::writers::{Fields, SetText, Win32Keys};

    type Hands = (Box<dyn ControlTree>, Box<dyn Writer>, Fields);
    fn drawn<P: Part + 'static>() -> Hands {
        let memory = Rc::new(Memory::<P>::default());
        (Box::new(Drawn(Rc::clone(&memory))), Box::new(PutValue(memory)), Fields::Drawn)
    }

    let (controls, value, fields) = match recipe.surface {
        Surface::Msaa => drawn::<baton_win32::accessible::Part>(),
        Surface::Uia => drawn::<baton_win32::automation::Part>(),
        Surface::Win32 | Surface::X11 | Surface::Web => {
            (Box::new(Controls) as Box<dyn ControlTree>, Box::new(SetText) as _, Fields::Windows)
        }
    };
    Ok(Desk {
        windows: Box::new(Win32Windows::new(monotonic_ms)),
        controls,
        writers: vec![value, Box::new(Win32Keys::new(monotonic_ms, fields))],
        guard: Box::new(Win32Guard::open()?),
        outcome: Box::new(OnScreen::new(&recipe.outcome)),
    })
}

#[cfg(not(windows))]
fn windows(_: &Recipe, _: fn() -> u64) -> Result<Desk, Fault> {
    let what = "this system is not Windows".to_owned();
    Err(Fault::Broken { place: "windows", what })
}
