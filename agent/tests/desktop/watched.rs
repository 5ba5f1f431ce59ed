//! The agent's real guard and outcome, with a moment in which a villain can act.
//!
//! Owns only that moment: before a certain key, and at the first look after the submit. Each asks
//! the real seam afterwards and changes nothing of its answer. Next: `run`.

use crate::clock::now;
use baton_agent::entry::seams::{
    Answer, Fault, Guard, Notice, Outcome, Screen, Showed, Stop, Window,
};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

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
