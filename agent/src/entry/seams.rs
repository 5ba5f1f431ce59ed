//! The five seams between an entry and a screen, each a trait.
//!
//! Owns what the engine may ask of a surface. The calls block, for one thread serves one POS. May
//! not know any window system. Next: [`super::prepare`], which asks; `x11`, `atspi` and `web`,
//! which answer.

use super::Order;
use super::cause::Cause;
use crate::config::pattern::Pattern;
use crate::config::recipe::{EntryWay, Selector, WindowRule};
use std::time::Duration;
use zeroize::Zeroizing;

/// Machinery failed: a call to the window system, the accessibility bus or the browser.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No answer in time; it may have acted all the same.
    #[error("{0} did not answer in time")]
    Silent(&'static str),
    /// The object is gone.
    #[error("{0} is gone")]
    Gone(&'static str),
    /// Anything else.
    #[error("{place}: {what}")]
    Broken {
        /// Where.
        place: &'static str,
        /// What it said.
        what: String,
    },
}

/// A window system's or browser's number of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WindowId(pub u64);

/// A window that is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its number.
    pub id: WindowId,
    /// Its title.
    pub title: String,
    /// Its class, or a page's address.
    pub class: String,
    /// The process that owns it, where the window says so.
    pub process: Option<u32>,
    /// The window that it stands over, where it is a dialog.
    pub over: Option<WindowId>,
}

impl WindowRule {
    /// Tells whether a window is the one meant.
    #[must_use]
    pub fn fits(&self, window: &Window) -> bool {
        let class = self.class.as_ref().map_or(Some(()), |rule| rule.fit(&window.class).map(drop));
        self.title.fit(&window.title).is_some() && class.is_some()
    }
}

/// A control as its surface names it; only that surface can read the name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Control(pub String);

/// What a search for one control found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Exactly one.
    One(Control),
    /// None.
    None,
    /// So many, and a recipe never picks one of them by chance.
    Many(usize),
}

/// What a control says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// It is visible.
    pub showing: Answer,
    /// It can be used.
    pub enabled: Answer,
    /// It has the focus.
    pub focused: Answer,
    /// Its value can be set at once.
    pub editable: Answer,
}

/// A control's yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
}

impl Answer {
    /// Makes one of a condition.
    #[must_use]
    pub const fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }

    /// Tells whether it is a yes.
    #[must_use]
    pub const fn is_yes(self) -> bool {
        matches!(self, Self::Yes)
    }
}

/// What reading a control brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Its text; wiped when dropped.
    Text(Zeroizing<String>),
    /// It never shows its text: a password field.
    Hidden,
}

/// Seam 1: the windows.
pub trait WindowSource {
    /// Lists the windows on the screen.
    ///
    /// # Errors
    /// [`Fault`] where the window system fails.
    fn list(&mut self) -> Result<Vec<Window>, Fault>;

    /// Brings a window to the front; returns when it has the keyboard, or after a bounded wait.
    ///
    /// # Errors
    /// [`Fault`] where the window system fails.
    fn raise(&mut self, window: &Window) -> Result<(), Fault>;

    /// Waits until something about the windows changed, or for this long.
    ///
    /// # Errors
    /// [`Fault`] where the window system fails.
    fn watch(&mut self, wait: Duration) -> Result<(), Fault>;
}

/// Seam 2: the controls in a window.
pub trait ControlTree {
    /// Looks for exactly one visible control.
    ///
    /// # Errors
    /// [`Fault`] where the tree fails.
    fn find(&mut self, window: &Window, selector: &Selector) -> Result<Found, Fault>;

    /// Looks for visible controls that a selector describes; returns the first whose name fits the
    /// pattern, with its name. Unlike [`find`](Self::find) it asks nothing of their number.
    ///
    /// # Errors
    /// [`Fault`] where the tree fails.
    fn shown(&mut self, window: &Window, selector: &Selector) -> Result<Option<String>, Fault>;

    /// Asks a control about itself.
    ///
    /// # Errors
    /// [`Fault::Gone`] where it is no more, or another [`Fault`].
    fn facts(&mut self, control: &Control) -> Result<Facts, Fault>;

    /// Reads a control's text.
    ///
    /// # Errors
    /// As [`facts`](Self::facts).
    fn read(&mut self, control: &Control) -> Result<Reading, Fault>;

    /// Presses a control through the accessibility interface.
    ///
    /// # Errors
    /// As [`facts`](Self::facts); after [`Fault::Silent`] it may have been pressed.
    fn press(&mut self, control: &Control) -> Result<(), Fault>;

    /// Puts the focus into a control.
    ///
    /// # Errors
    /// As [`facts`](Self::facts).
    fn focus(&mut self, control: &Control) -> Result<(), Fault>;

    /// Returns the title of a dialog that stands over a window and takes its input, if one does.
    ///
    /// # Errors
    /// [`Fault`] where the tree fails.
    fn modal(&mut self, window: &Window) -> Result<Option<String>, Fault>;
}

/// Why a guarded action was not done, or how it failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The guard held it back.
    Guarded(Cause),
    /// Machinery failed.
    Failed(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

/// Where a writer writes.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The window that must be in front for keys.
    pub window: &'a Window,
    /// The field.
    pub field: &'a Control,
}

/// Seam 3: a way of writing.
pub trait Writer {
    /// Returns which way it is.
    fn way(&self) -> EntryWay;

    /// Tells whether every character can be written this way.
    ///
    /// # Errors
    /// [`Fault`] where the keyboard cannot be asked.
    fn can_write(&mut self, text: &str) -> Result<Answer, Fault>;

    /// Empties the field.
    ///
    /// # Errors
    /// [`Stop::Guarded`] where the guard held a key back, [`Stop::Failed`] where machinery failed.
    fn clear(&mut self, place: Place<'_>, guard: &mut dyn Guard) -> Result<(), Stop>;

    /// Writes the text into the empty field; never followed by anything that submits.
    ///
    /// # Errors
    /// As [`clear`](Self::clear); a part may have been written.
    fn write(&mut self, place: Place<'_>, text: &str, guard: &mut dyn Guard) -> Result<(), Stop>;

    /// Presses one named key.
    ///
    /// # Errors
    /// As [`clear`](Self::clear).
    fn key(&mut self, window: &Window, key: &str, guard: &mut dyn Guard) -> Result<(), Stop>;
}

/// What the person at the POS is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// An entry waits until nobody types; they may cancel it.
    Waiting,
    /// Nothing.
    None,
}

/// Seam 4: what must hold before anything is done, and before every key.
pub trait Guard {
    /// Tells the person at the POS what goes on. Never takes the focus. Where a surface cannot, it
    /// tells nothing.
    ///
    /// # Errors
    /// [`Fault`] where the window system fails.
    fn tell(&mut self, notice: Notice) -> Result<(), Fault> {
        let _ = notice;
        Ok(())
    }

    /// Tells whether that person has cancelled since an entry began to wait.
    ///
    /// # Errors
    /// [`Fault`] where the window system fails.
    fn cancelled(&mut self) -> Result<Answer, Fault> {
        Ok(Answer::No)
    }

    /// Checks what no way of writing may ignore: a locked screen, a person typing.
    ///
    /// # Errors
    /// [`Stop::Guarded`] with the cause, [`Stop::Failed`] where it cannot tell.
    fn preflight(&mut self, window: &Window) -> Result<(), Stop>;

    /// Checks everything that could change a key or its way, then acts, and lets nothing change in
    /// between where the window system can hold it.
    ///
    /// # Errors
    /// [`Stop::Guarded`] with the cause, and nothing was done; [`Stop::Failed`] where the check or
    /// the action failed.
    fn guarded(
        &mut self,
        window: &Window,
        action: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Stop>;
}

/// What the POS program showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Showed {
    /// Which of the recipe's outcomes, counted from 0.
    pub which: usize,
    /// The text in full.
    pub text: String,
    /// The pattern that it fits.
    pub pattern: Option<Pattern>,
}

/// Seam 5: where the result comes from.
pub trait Outcome {
    /// Looks whether one of the recipe's outcomes is there.
    ///
    /// # Errors
    /// [`Fault`] where it cannot be told now.
    fn look(&mut self, screen: Screen<'_>, input: &Window) -> Result<Option<Showed>, Fault>;

    /// Learns which order is about to be submitted, where results name no order.
    fn expect(&mut self, _order: &Order) {}

    /// Forgets what came so far and is not of the next submit: an earlier sale's receipt. What
    /// stands on a screen cannot be forgotten.
    fn forget(&mut self) {}
}

/// The two seams through which a screen is looked at.
pub struct Screen<'a> {
    /// Its windows.
    pub windows: &'a mut dyn WindowSource,
    /// Their controls.
    pub controls: &'a mut dyn ControlTree,
}

/// All seams of one POS.
pub struct Desk {
    /// Seam 1.
    pub windows: Box<dyn WindowSource>,
    /// Seam 2.
    pub controls: Box<dyn ControlTree>,
    /// Seam 3, in the recipe's order.
    pub writers: Vec<Box<dyn Writer>>,
    /// Seam 4.
    pub guard: Box<dyn Guard>,
    /// Seam 5.
    pub outcome: Box<dyn Outcome>,
}

impl Desk {
    /// Lends the screen's two seams.
    pub fn screen(&mut self) -> Screen<'_> {
        Screen { windows: &mut *self.windows, controls: &mut *self.controls }
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}
