//! How long a program takes to open its input window, once the agent has brought it to the front.
//!
//! Owns the clock beside the real windows; changes nothing of their answers. Next: `run`.

use crate::clock::now;
use baton_agent::config::recipe::WindowRule;
use baton_agent::entry::seams::{Fault, Window, WindowSource};
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What was seen of one entry.
#[derive(Debug, Clone, Copy, Default)]
pub struct Opening {
    raised_at: Option<Instant>,
    /// How long the program took, once it opened.
    pub took: Option<Duration>,
}

/// The windows, with the rule of the input window where the recipe has one.
pub struct TimedWindows {
    pub windows: Box<dyn WindowSource>,
    pub seen: Rc<Cell<Opening>>,
    pub input: Option<WindowRule>,
}

impl WindowSource for TimedWindows {
    fn list(&mut self) -> Result<Vec<Window>, Fault> {
        let windows = self.windows.list()?;
        let seen = self.seen.get();
        if let (Some(raised), None, Some(rule)) = (seen.raised_at, seen.took, &self.input)
            && windows.iter().any(|window| rule.fits(window))
        {
            self.seen.set(Opening { took: Some(raised.elapsed()), ..seen });
        }
        Ok(windows)
    }

    fn raise(&mut self, window: &Window) -> Result<(), Fault> {
        self.windows.raise(window)?;
        self.seen.set(Opening { raised_at: Some(now()), ..self.seen.get() });
        Ok(())
    }

    fn watch(&mut self, wait: Duration) -> Result<(), Fault> {
        self.windows.watch(wait)
    }
}
