//! The windows of a Windows desktop: what is on the screen, and what is in front.
//!
//! Owns listing and raising. Titles come from Windows itself, so a hanging program is listed as
//! well as any. Next: [`super::controls`].

use super::handle;
use crate::entry::seams::{Fault, Window, WindowId, WindowSource};
use baton_win32::wait::pause;
use baton_win32::window::{Handle, all, front};
use std::time::Duration;

/// How long a window may take to come to the front, in milliseconds.
const RAISE_MS: u64 = 500;
/// How often it is looked for, in milliseconds.
const RAISE_LOOK_MS: u64 = 5;

/// Seam 1 on Windows.
#[derive(Debug)]
pub struct Win32Windows {
    monotonic_ms: fn() -> u64,
}

impl Win32Windows {
    /// Makes it.
    #[must_use]
    pub const fn new(monotonic_ms: fn() -> u64) -> Self {
        Self { monotonic_ms }
    }

    fn comes(&self, window: Handle) -> bool {
        let end = (self.monotonic_ms)().saturating_add(RAISE_MS);
        while front() != Some(window) {
            if (self.monotonic_ms)() >= end {
                return false;
            }
            pause(Duration::from_millis(RAISE_LOOK_MS));
        }
        true
    }
}

impl WindowSource for Win32Windows {
    fn list(&mut self) -> Result<Vec<Window>, Fault> {
        Ok(all().into_iter().filter(|window| window.is_visible()).map(seen).collect())
    }

    fn raise(&mut self, window: &Window) -> Result<(), Fault> {
        let wanted = handle(window)?;
        wanted.raise();
        if !self.comes(wanted) {
            // Windows lets only the program in front hand the front over; it is asked to.
            if let Some(ahead) = front() {
                wanted.raise_beside(ahead).ok();
            }
            self.comes(wanted);
        }
        Ok(())
    }

    fn watch(&mut self, wait: Duration) -> Result<(), Fault> {
        pause(wait);
        Ok(())
    }
}

fn seen(window: Handle) -> Window {
    // A palette stands over its window for ever, and takes nothing away from it.
    let over = window.owner().filter(|_| !window.is_tool());
    Window {
        id: WindowId(window.number()),
        title: window.title(),
        class: window.class(),
        process: window.owners().map(|(process, _)| process),
        over: over.map(|over| WindowId(over.number())),
    }
}
