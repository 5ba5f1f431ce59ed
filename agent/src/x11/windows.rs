//! The windows of an X11 desktop, as the window manager lists them.
//!
//! Owns listing, raising and watching. May not send keys. Next: [`super::guard`].

use super::{Display, Fault, gone};
use crate::entry::seams::{Window, WindowId, WindowSource};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::os::fd::AsFd;
use std::rc::Rc;
use std::time::Duration;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, MapState, Window as Id,
};

/// How long a window manager may take to raise a window, in milliseconds; it was seen to take 5.
const RAISE_MS: u64 = 500;
/// How often the raised window is asked for, in milliseconds.
const RAISE_LOOK_MS: u64 = 4;
/// "The request comes from a pager": window managers then obey it also without a click. Source:
/// EWMH, `_NET_ACTIVE_WINDOW`.
const SOURCE_PAGER: u32 = 2;

/// Seam 1 on X11.
#[derive(Debug)]
pub struct X11Windows(pub Rc<Display>);

impl X11Windows {
    fn window(&self, id: Id) -> Result<Option<Window>, Fault> {
        let display = &self.0;
        let asked = display.connection.get_window_attributes(id)?;
        let Some(attributes) = gone(asked.reply())? else { return Ok(None) };
        if attributes.map_state != MapState::VIEWABLE {
            return Ok(None);
        }
        let class = display.text(id, AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into())?;
        let class = class.unwrap_or_default().trim_end_matches('\0').replace('\0', ".");
        let process = display.numbers(id, display.atoms.process)?.first().copied();
        let over = display.numbers(id, AtomEnum::WM_TRANSIENT_FOR.into())?.first().copied();
        let over = over.filter(|over| *over != 0 && *over != display.root);
        Ok(Some(Window {
            id: WindowId(id.into()),
            title: display.title(id)?,
            class,
            process,
            over: over.map(|over| WindowId(over.into())),
        }))
    }

    /// Returns the window in front.
    ///
    /// # Errors
    /// [`Fault`] where the window system fails.
    pub fn front(&self) -> Result<Option<Window>, Fault> {
        let active = self.active()?.filter(|id| *id != 0);
        Ok(active.map(|id| self.window(id)).transpose()?.flatten())
    }

    fn active(&self) -> Result<Option<Id>, Fault> {
        let display = &self.0;
        Ok(display.numbers(display.root, display.atoms.active)?.first().copied())
    }
}

impl WindowSource for X11Windows {
    fn list(&mut self) -> Result<Vec<Window>, Fault> {
        let clients = self.0.numbers(self.0.root, self.0.atoms.clients)?;
        let windows = clients.into_iter().map(|id| self.window(id));
        windows.filter_map(Result::transpose).collect()
    }

    fn raise(&mut self, window: &Window) -> Result<(), Fault> {
        let id = number(window.id)?;
        if self.active()? == Some(id) {
            return Ok(());
        }
        let display = Rc::clone(&self.0);
        let data = [SOURCE_PAGER, 0, 0, 0, 0];
        let message = ClientMessageEvent::new(32, id, display.atoms.active, data);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        display.connection.send_event(false, display.root, mask, message)?.check()?;
        let end = (display.monotonic_ms)().saturating_add(RAISE_MS);
        while self.active()? != Some(id) && (display.monotonic_ms)() < end {
            self.watch(Duration::from_millis(RAISE_LOOK_MS))?;
        }
        Ok(())
    }

    fn watch(&mut self, wait: Duration) -> Result<(), Fault> {
        let display = &self.0;
        display.hear()?;
        if std::mem::take(&mut display.heard.borrow_mut().changed) {
            return Ok(());
        }
        display.connection.flush()?;
        let stream = display.connection.stream();
        let mut waited = [PollFd::from_borrowed_fd(stream.as_fd(), PollFlags::IN)];
        let wait = Timespec::try_from(wait).unwrap_or(Timespec { tv_sec: 1, tv_nsec: 0 });
        // Interrupted by a signal is as good as changed: whoever waits looks again.
        poll(&mut waited, Some(&wait)).ok();
        display.hear()?;
        display.heard.borrow_mut().changed = false;
        Ok(())
    }
}

pub(super) fn number(id: WindowId) -> Result<Id, Fault> {
    Id::try_from(id.0).map_err(|_| Fault::Gone("the window"))
}
