//! A Linux desktop's windows and keys: EWMH windows, XTEST keys, and the guard before each key.
//!
//! Owns the connection to the X server, shared by three seams, and its event queue. May not read
//! controls: that is `atspi`. Next: [`windows`], [`guard`], [`keys`],
//! [`notice`].

pub mod guard;
pub mod input_method;
pub mod keys;
pub mod notice;
pub mod windows;

use crate::entry::seams::Fault;
use std::cell::RefCell;
use std::collections::VecDeque;
use x11rb::connection::Connection;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{ConnectionExt as _, Device, EventMask, XIEventMask};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, Window as Id,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;

/// How many of its own keys the agent remembers until the server has told them back: a code has at
/// most 128 characters, and each may need Shift.
const OWN_KEYS_MAX: usize = 512;
/// The most 32-bit words of a property that are read: titles and lists of windows are shorter.
const PROPERTY_WORDS_MAX: u32 = 4_096;

/// A connection to the X server.
#[derive(Debug)]
pub struct Display {
    connection: RustConnection,
    root: Id,
    /// A window that is never shown.
    unseen: Id,
    atoms: Atoms,
    monotonic_ms: fn() -> u64,
    heard: RefCell<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    /// Key codes that the agent sent and the server has not told back.
    own: VecDeque<u8>,
    /// When a key came that the agent did not send.
    foreign_ms: Option<u64>,
    /// Something about the windows changed since it was asked last.
    changed: bool,
    /// Clicks on windows of the agent's own, and where in them.
    clicks: Vec<(Id, i16, i16)>,
    /// Windows of the agent's own that must be drawn.
    bare: Vec<Id>,
}

#[derive(Debug, Clone, Copy)]
struct Atoms {
    clients: Atom,
    active: Atom,
    name: Atom,
    process: Atom,
    utf8: Atom,
}

impl Display {
    /// Connects to the display that the environment names.
    ///
    /// # Errors
    /// [`Fault::Broken`] where there is none, or it lacks XInput 2.
    pub fn open(monotonic_ms: fn() -> u64) -> Result<Self, Fault> {
        let (connection, screen) = x11rb::connect(None).map_err(|fault| broken(&fault))?;
        let root = connection.setup().roots.get(screen).map(|screen| screen.root);
        let root = root.ok_or_else(|| broken("no such screen"))?;
        let atom = |name: &str| -> Result<Atom, Fault> {
            let asked = connection.intern_atom(false, name.as_bytes())?;
            Ok(asked.reply()?.atom)
        };
        let atoms = Atoms {
            clients: atom("_NET_CLIENT_LIST")?,
            active: atom("_NET_ACTIVE_WINDOW")?,
            name: atom("_NET_WM_NAME")?,
            process: atom("_NET_WM_PID")?,
            utf8: atom("UTF8_STRING")?,
        };
        let unseen = connection.generate_id().map_err(|fault| broken(&fault))?;
        let (kind, looks) = (WindowClass::INPUT_ONLY, CreateWindowAux::new());
        connection.create_window(0, unseen, root, 0, 0, 1, 1, 0, kind, 0, &looks)?.check()?;
        let heard = RefCell::new(Heard::default());
        let display = Self { connection, root, unseen, atoms, monotonic_ms, heard };
        display.listen()?;
        Ok(display)
    }

    /// Asks for changes of windows, and for every key of every keyboard, before any grab.
    fn listen(&self) -> Result<(), Fault> {
        use x11rb::protocol::xproto::EventMask as Core;
        let attributes = ChangeWindowAttributesAux::new().event_mask(Core::PROPERTY_CHANGE);
        self.connection.change_window_attributes(self.root, &attributes)?.check()?;
        self.connection.xinput_xi_query_version(2, 2)?.reply()?;
        let keys = EventMask {
            deviceid: Device::ALL_MASTER.into(),
            mask: vec![XIEventMask::RAW_KEY_PRESS],
        };
        self.connection.xinput_xi_select_events(self.root, &[keys])?.check()?;
        Ok(())
    }

    /// Takes what the server has told so far.
    fn hear(&self) -> Result<(), Fault> {
        let mut heard = self.heard.borrow_mut();
        while let Some(event) = self.connection.poll_for_event()? {
            if let Event::PropertyNotify(_) = event {
                heard.changed = true;
            } else if let Event::ButtonPress(press) = event {
                heard.clicks.push((press.event, press.event_x, press.event_y));
            } else if let Event::Expose(expose) = event {
                heard.bare.push(expose.window);
            } else if let Event::XinputRawKeyPress(press) = event {
                let place = heard.own.iter().position(|own| u32::from(*own) == press.detail);
                match place {
                    // Keys are told in order: those before it were never told and will not be.
                    Some(place) => drop(heard.own.drain(..=place)),
                    None => heard.foreign_ms = Some((self.monotonic_ms)()),
                }
            }
        }
        Ok(())
    }

    /// Remembers a key that the agent is about to send.
    fn own(&self, code: u8) {
        let mut heard = self.heard.borrow_mut();
        if heard.own.len() >= OWN_KEYS_MAX {
            heard.own.pop_front();
        }
        heard.own.push_back(code);
    }

    fn text(&self, window: Id, property: Atom, kind: Atom) -> Result<Option<String>, Fault> {
        let asked =
            self.connection.get_property(false, window, property, kind, 0, PROPERTY_WORDS_MAX)?;
        let value = gone(asked.reply())?.map(|reply| reply.value);
        let value = value.filter(|value| !value.is_empty());
        Ok(value.map(|value| String::from_utf8_lossy(&value).into_owned()))
    }

    fn numbers(&self, window: Id, property: Atom) -> Result<Vec<u32>, Fault> {
        let any = AtomEnum::ANY;
        let asked =
            self.connection.get_property(false, window, property, any, 0, PROPERTY_WORDS_MAX)?;
        let reply = gone(asked.reply())?;
        Ok(reply.and_then(|reply| reply.value32().map(Iterator::collect)).unwrap_or_default())
    }

    fn title(&self, window: Id) -> Result<String, Fault> {
        let Atoms { name, utf8, .. } = self.atoms;
        if let Some(title) = self.text(window, name, utf8)? {
            return Ok(title);
        }
        let old = self.text(window, AtomEnum::WM_NAME.into(), AtomEnum::ANY.into())?;
        Ok(old.unwrap_or_default())
    }
}

/// A window that went away while it was asked about is no fault.
fn gone<T>(reply: Result<T, ReplyError>) -> Result<Option<T>, Fault> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(ReplyError::X11Error(_)) => Ok(None),
        Err(ReplyError::ConnectionError(fault)) => Err(fault.into()),
    }
}

fn broken(what: &(impl ToString + ?Sized)) -> Fault {
    Fault::Broken { place: "x server", what: what.to_string() }
}

impl From<ConnectionError> for Fault {
    fn from(fault: ConnectionError) -> Self {
        broken(&fault)
    }
}

impl From<ReplyError> for Fault {
    fn from(fault: ReplyError) -> Self {
        broken(&fault)
    }
}
