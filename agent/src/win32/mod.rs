//! A Windows desktop: its windows by Win32, its controls by messages, MSAA or UI Automation.
//!
//! Owns how `baton-win32` answers the five seams. Next: [`windows`], [`controls`], [`drawn`] over
//! [`msaa`] or [`automation`], [`writers`], [`guard`]; [`service`] and [`keep`] stand apart.

pub mod automation;
pub mod controls;
pub mod drawn;
pub mod guard;
pub mod keep;
pub mod lesson;
pub mod msaa;
pub mod service;
pub mod windows;
pub mod writers;

use crate::entry::seams::{Control, Fault, Window};
use baton_win32::Failed;
use baton_win32::window::Handle;

impl From<Failed> for Fault {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Silent => Self::Silent("the pos program"),
            Failed::Gone => Self::Gone("the window"),
            Failed::Missing(_) | Failed::Refused { .. } => broken(failed.to_string()),
        }
    }
}

fn broken(what: String) -> Fault {
    Fault::Broken { place: "windows", what }
}

fn handle(window: &Window) -> Result<Handle, Fault> {
    let handle = Handle::of(window.id.0).filter(|handle| handle.exists());
    handle.ok_or(Fault::Gone("the window"))
}

/// Names a control by its number, which Windows gives to no other while it lives.
fn named(handle: Handle) -> Control {
    Control(handle.number().to_string())
}

fn of(control: &Control) -> Result<Handle, Fault> {
    let handle = control.0.parse().ok().and_then(Handle::of);
    let handle = handle.ok_or_else(|| broken("this control is of another surface".to_owned()))?;
    if handle.exists() { Ok(handle) } else { Err(Fault::Gone("the control")) }
}
