//! The guard of an X11 desktop: what must hold before anything, and before every single key.
//!
//! Owns the checks. While it checks and acts it holds the X server, so that no other program can
//! take the focus or the keyboard in between. May not send keys itself. Next: [`super::keys`].

use super::input_method::InputMethod;
use super::notice::Popup;
use super::windows::number;
use super::{Display, Fault, gone};
use crate::entry::cause::Cause;
use crate::entry::seams::{Answer, Guard, Notice, Stop, Window};
use std::rc::Rc;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ConnectionExt as _, GrabMode, GrabStatus, KeyButMask, QueryPointerReply, Window as Id,
};
use x11rb::{CURRENT_TIME, NONE};

/// How long nobody may have typed, in milliseconds: between two keys of a slow typist.
const QUIET_MS: u64 = 400;
/// The most windows between a focused one and its top: toolkits use two or three.
const DEPTH_MAX: usize = 16;
/// Bits 13 and 14 of a key mask say which keyboard layout is chosen. Source: XKB protocol, 2.2.2.
const LAYOUT_BITS: u16 = 0x6000;

/// Seam 4 on X11.
#[derive(Debug)]
pub struct X11Guard {
    display: Rc<Display>,
    input_method: InputMethod,
    popup: Popup,
}

impl X11Guard {
    /// Makes the guard.
    #[must_use]
    pub fn new(display: Rc<Display>, input_method: InputMethod) -> Self {
        let popup = Popup::new(Rc::clone(&display));
        Self { display, input_method, popup }
    }

    fn nobody_types(&self, since_ms: u64) -> Result<(), Stop> {
        self.display.hear()?;
        let foreign = self.display.heard.borrow().foreign_ms;
        match foreign {
            Some(at) if at.saturating_add(since_ms) > (self.display.monotonic_ms)() => {
                Err(Stop::Guarded(Cause::PersonTyping))
            }
            _ => Ok(()),
        }
    }

    /// Asks for the keyboard on behalf of a window that is never shown: the server says first
    /// whether another program holds it, and gives it to nobody. To take it and give it back would
    /// tell the POS program that it lost the focus, and some then check or change their field.
    fn keyboard_free(&self) -> Result<(), Stop> {
        let Display { connection, unseen, .. } = &*self.display;
        let mode = GrabMode::ASYNC;
        let asked = connection.grab_keyboard(false, *unseen, CURRENT_TIME, mode, mode);
        let status = asked.map_err(Fault::from)?.reply().map_err(Fault::from)?.status;
        if status == GrabStatus::NOT_VIEWABLE {
            return Ok(());
        }
        Err(Stop::Guarded(Cause::Locked))
    }

    fn keys_plain(&self, pointer: &QueryPointerReply) -> Result<(), Stop> {
        let mask = pointer.mask;
        if mask.contains(KeyButMask::LOCK) {
            return Err(Stop::Guarded(Cause::CapsLock));
        }
        let modifiers = KeyButMask::SHIFT
            | KeyButMask::CONTROL
            | KeyButMask::MOD1
            | KeyButMask::MOD4
            | KeyButMask::MOD5;
        if u16::from(mask) & (u16::from(modifiers) | LAYOUT_BITS) != 0 {
            return Err(Stop::Guarded(Cause::Layout));
        }
        Ok(())
    }

    /// Checks that the focus is in the window, with the server held.
    fn in_front(&self, window: &Window) -> Result<(), Stop> {
        let display = &self.display;
        let wanted = number(window.id)?;
        let asked = display.connection.get_input_focus().map_err(Fault::from)?;
        let mut at: Id = asked.reply().map_err(Fault::from)?.focus;
        let mut title = String::new();
        for _ in 0..DEPTH_MAX {
            if at == wanted {
                return Ok(());
            }
            if title.is_empty() {
                title = display.title(at)?;
            }
            let asked = display.connection.query_tree(at).map_err(Fault::from)?;
            match gone(asked.reply())?.map(|tree| tree.parent) {
                Some(parent) if parent != NONE && parent != display.root => at = parent,
                _ => break,
            }
        }
        Err(Stop::Guarded(Cause::InFront(title)))
    }

    fn held(
        &self,
        window: &Window,
        action: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Stop> {
        self.nobody_types(QUIET_MS)?;
        let pointer = self.display.connection.query_pointer(self.display.root);
        let pointer = pointer.map_err(Fault::from)?.reply().map_err(Fault::from)?;
        self.keys_plain(&pointer)?;
        self.in_front(window)?;
        self.keyboard_free()?;
        Ok(action()?)
    }
}

impl Guard for X11Guard {
    fn tell(&mut self, notice: Notice) -> Result<(), Fault> {
        match notice {
            Notice::Waiting => self.popup.show(),
            Notice::None => self.popup.hide(),
        }
    }

    fn cancelled(&mut self) -> Result<Answer, Fault> {
        Ok(Answer::of(self.popup.is_cancelled()?))
    }

    fn preflight(&mut self, _: &Window) -> Result<(), Stop> {
        self.input_method.refresh();
        self.nobody_types(QUIET_MS)?;
        self.keyboard_free()
    }

    fn guarded(
        &mut self,
        window: &Window,
        action: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Stop> {
        // Asked before the server is held, for the input method may wait for the server itself.
        if let Some(name) = self.input_method.active() {
            return Err(Stop::Guarded(Cause::InputMethod(name)));
        }
        self.display.connection.grab_server().map_err(Fault::from)?;
        let done = self.held(window, action);
        self.display.connection.ungrab_server().map_err(Fault::from)?;
        self.display.connection.flush().map_err(Fault::from)?;
        done
    }
}
