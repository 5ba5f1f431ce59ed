//! The agent's real windows, guard and outcome, with the moments in which a villain can act.
//!
//! Owns only those moments: before a certain key, and at the first look after the submit; and how
//! long the program took to open its input window. Each asks the real seam and changes nothing of
//! its answer. Next: `run`.

use crate::clock::now;
use baton_agent::config::recipe::WindowRule;
use baton_agent::entry::seams::{
    Answer, Fault, Guard, Notice, Outcome, Screen, Showed, Stop, Window, WindowSource,
};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What happens at a moment.
pub type Deed = Option<Box<dyn FnMut()>>;

/// The moments of one run.
#[derive(Default)]
pub struct Moments {
    /// Before how many more keys the deed is done.
    pub keys_left: usize,
    /// At that key.
    pub at_key: Deed,
    /// The submit is next, so that a look is one after it.
    pub submitting: bool,
    /// After the submit.
    pub after_submit: Deed,
    /// When the first look after the submit was.
    pub submitted_at: Option<Instant>,
    /// When the agent had brought the program to the front: what opens its input window is next.
    pub raised_at: Option<Instant>,
    /// How long the program then took until that window was there.
    pub opening: Option<Duration>,
}

/// Shared with the seams.
pub type Shared = Rc<RefCell<Moments>>;

/// Whether the real guard is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// As the agent does.
    Guarded,
    /// Never: shows what each condition does to keys that nobody guards.
    Blind,
}

/// The windows, with the rule of the input window where the recipe has one.
pub struct WatchedWindows(pub Box<dyn WindowSource>, pub Shared, pub Option<WindowRule>);

impl WindowSource for WatchedWindows {
    fn list(&mut self) -> Result<Vec<Window>, Fault> {
        let windows = self.0.list()?;
        let mut moments = self.1.borrow_mut();
        if let (Some(raised), None, Some(rule)) = (moments.raised_at, moments.opening, &self.2)
            && windows.iter().any(|window| rule.fits(window))
        {
            moments.opening = Some(raised.elapsed());
        }
        Ok(windows)
    }

    fn raise(&mut self, window: &Window) -> Result<(), Fault> {
        self.0.raise(window)?;
        self.1.borrow_mut().raised_at = Some(now());
        Ok(())
    }

    fn watch(&mut self, wait: Duration) -> Result<(), Fault> {
        self.0.watch(wait)
    }
}

pub struct WatchedGuard(pub Box<dyn Guard>, pub Shared, pub Sight);

impl Guard for WatchedGuard {
    fn tell(&mut self, notice: Notice) -> Result<(), Fault> {
        self.0.tell(notice)
    }

    fn cancelled(&mut self) -> Result<Answer, Fault> {
        self.0.cancelled()
    }

    fn preflight(&mut self, window: &Window) -> Result<(), Stop> {
        match self.2 {
            Sight::Guarded => self.0.preflight(window),
            Sight::Blind => Ok(()),
        }
    }

    fn guarded(
        &mut self,
        window: &Window,
        action: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Stop> {
        let mut moments = self.1.borrow_mut();
        if moments.keys_left > 0 {
            moments.keys_left -= 1;
        } else if let Some(mut deed) = moments.at_key.take() {
            deed();
        }
        drop(moments);
        match self.2 {
            Sight::Guarded => self.0.guarded(window, action),
            Sight::Blind => Ok(action()?),
        }
    }
}

pub struct WatchedOutcome(pub Box<dyn Outcome>, pub Shared);

impl Outcome for WatchedOutcome {
    fn look(&mut self, screen: Screen<'_>, input: &Window) -> Result<Option<Showed>, Fault> {
        let mut moments = self.1.borrow_mut();
        if moments.submitting {
            if moments.submitted_at.is_none() {
                moments.submitted_at = Some(now());
            }
            if let Some(mut deed) = moments.after_submit.take() {
                deed();
            }
        }
        drop(moments);
        self.0.look(screen, input)
    }

    fn forget(&mut self) {
        self.0.forget();
    }
}
