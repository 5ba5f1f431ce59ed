//! The guard of a Windows desktop: what must hold before anything, and before every single key.
//!
//! Owns the checks. The last one is not here: the keyboard's hook looks again at the moment when a
//! key is handed over, and keeps it back. CapsLock and layout are not asked about: letters are sent
//! as letters. May not send keys itself. Next: [`crate::surface`].

use super::controls::ANSWER_MAX;
use super::handle;
use crate::entry::cause::Cause;
use crate::entry::seams::{Answer, Fault, Guard, Notice, Stop, Window};
use baton_win32::notice::Popup;
use baton_win32::window::{Handle, front};
use baton_win32::{keyboard, message, session};

/// How long nobody may have typed, in milliseconds: between two keys of a slow typist.
const QUIET_MS: u64 = 400;
/// An input method writes another script: Hangul, kana, pinyin. Source: `IME_CMODE_NATIVE`.
const MODE_NATIVE: usize = 1;

/// Seam 4 on Windows.
#[derive(Debug)]
pub struct Win32Guard(Popup);

impl Win32Guard {
    /// Starts to listen to the keyboard.
    ///
    /// # Errors
    /// [`Fault::Broken`] where Windows sets no hook.
    pub fn open() -> Result<Self, Fault> {
        keyboard::listen()?;
        Ok(Self(Popup::default()))
    }
}

impl Guard for Win32Guard {
    fn tell(&mut self, notice: Notice) -> Result<(), Fault> {
        match notice {
            Notice::Waiting => Ok(self.0.show()?),
            Notice::None => {
                self.0.hide();
                Ok(())
            }
        }
    }

    fn cancelled(&mut self) -> Result<Answer, Fault> {
        Ok(Answer::of(self.0.is_cancelled()))
    }

    fn preflight(&mut self, window: &Window) -> Result<(), Stop> {
        if !session::is_on_screen() {
            return Err(Stop::Guarded(Cause::Locked));
        }
        let (process, _) = handle(window)?.owners().ok_or(Fault::Gone("the window"))?;
        if session::is_above(process).map_err(Fault::from)? {
            return Err(Stop::Guarded(Cause::Elevated));
        }
        nobody_types()
    }

    fn guarded(
        &mut self,
        window: &Window,
        action: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Stop> {
        let top = handle(window)?;
        nobody_types()?;
        if !session::is_on_screen() {
            return Err(Stop::Guarded(Cause::Locked));
        }
        if keyboard::is_modified() {
            return Err(Stop::Guarded(Cause::Layout));
        }
        in_front(top)?;
        no_input_method(top)?;
        Ok(action()?)
    }
}

fn nobody_types() -> Result<(), Stop> {
    if keyboard::is_typed_on(QUIET_MS) { Err(Stop::Guarded(Cause::PersonTyping)) } else { Ok(()) }
}

fn in_front(window: Handle) -> Result<(), Stop> {
    let ahead = front();
    if ahead != Some(window) {
        let title = ahead.map(Handle::title).unwrap_or_default();
        return Err(Stop::Guarded(Cause::InFront(title)));
    }
    // An open menu takes the keys of its window.
    match window.focus() {
        Some(focus) if !focus.busy => Ok(()),
        _ => Err(Stop::Guarded(Cause::Locked)),
    }
}

fn no_input_method(window: Handle) -> Result<(), Stop> {
    let focused = window.focus().and_then(|focus| focus.control).unwrap_or(window);
    match message::conversion(focused, ANSWER_MAX).map_err(Fault::from)? {
        Some(mode) if mode & MODE_NATIVE != 0 => {
            Err(Stop::Guarded(Cause::InputMethod("that this field uses".to_owned())))
        }
        _ => Ok(()),
    }
}
