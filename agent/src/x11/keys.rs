//! Keys into an X11 window, each one guarded.
//!
//! Owns the keyboard's map and the sending. May not decide whether a key may be sent: that is the
//! guard's. Next: [`crate::entry::prepare`].

use super::{Display, Fault, broken};
use crate::config::recipe::EntryWay;
use crate::entry::cause::Cause;
use crate::entry::seams::{Answer, Guard, Place, Stop, Window, Writer};
use std::collections::BTreeMap;
use std::rc::Rc;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT};
use x11rb::protocol::xtest::ConnectionExt as _;

/// Named keys and their keysyms. Source: `X11/keysymdef.h`.
const NAMED: &[(&str, u32)] = &[
    ("return", 0xff0d),
    ("tab", 0xff09),
    ("escape", 0xff1b),
    ("backspace", 0xff08),
    ("delete", 0xffff),
    ("home", 0xff50),
    ("end", 0xff57),
    ("shift", 0xffe1),
    ("ctrl", 0xffe3),
    ("alt", 0xffe9),
];
/// The keysym of F1; F2 to F12 follow it.
const F1: u32 = 0xffbe;

/// The levels of a key that are used: plain and with Shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Plain,
    Shift,
}

/// Seam 3 by keys on X11.
#[derive(Debug)]
pub struct X11Keys {
    display: Rc<Display>,
    map: BTreeMap<u32, (u8, Level)>,
}

impl X11Keys {
    /// Makes the writer.
    #[must_use]
    pub const fn new(display: Rc<Display>) -> Self {
        Self { display, map: BTreeMap::new() }
    }

    /// Reads the first layout's map; the guard refuses keys while another one is chosen.
    fn read_map(&mut self) -> Result<(), Fault> {
        let connection = &self.display.connection;
        let (first, last) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let number = last.saturating_sub(first).saturating_add(1);
        let reply = connection.get_keyboard_mapping(first, number)?.reply()?;
        let columns = usize::from(reply.keysyms_per_keycode.max(1));
        self.map.clear();
        for (code, symbols) in (first..=last).zip(reply.keysyms.chunks(columns)) {
            for (symbol, level) in symbols.iter().zip([Level::Plain, Level::Shift]) {
                self.map.entry(*symbol).or_insert((code, level));
            }
        }
        Ok(())
    }

    /// Presses and releases keys together: modifiers first, released last.
    fn chord(&self, codes: &[u8]) -> Result<(), Fault> {
        for code in codes {
            self.display.own(*code);
            self.send(KEY_PRESS_EVENT, *code)?;
        }
        for code in codes.iter().rev() {
            self.send(KEY_RELEASE_EVENT, *code)?;
        }
        // A round trip, so that the key is delivered before the guard lets the server go.
        self.display.connection.get_input_focus()?.reply()?;
        Ok(())
    }

    fn send(&self, kind: u8, code: u8) -> Result<(), Fault> {
        let (connection, root) = (&self.display.connection, self.display.root);
        connection.xtest_fake_input(kind, code, 0, root, 0, 0, 0)?;
        Ok(())
    }

    fn codes(&self, symbol: u32) -> Option<Vec<u8>> {
        let (code, level) = self.map.get(&symbol)?;
        match level {
            Level::Plain => Some(vec![*code]),
            Level::Shift => Some(vec![self.map.get(&named("shift")?)?.0, *code]),
        }
    }

    /// Reads `ctrl+a`, `Return`, `F10`.
    fn combination(&self, key: &str) -> Option<Vec<u8>> {
        let mut codes = Vec::new();
        for part in key.split('+') {
            let mut letters = part.chars();
            let symbol = match (letters.next(), letters.next()) {
                (Some(letter), None) if letter.is_ascii_graphic() => u32::from(letter),
                _ => named(&part.to_ascii_lowercase())?,
            };
            codes.extend(self.codes(symbol)?);
        }
        Some(codes)
    }
}

impl Writer for X11Keys {
    fn way(&self) -> EntryWay {
        EntryWay::Keys
    }

    fn can_write(&mut self, text: &str) -> Result<Answer, Fault> {
        self.read_map()?;
        let able = text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && self.codes(u32::from(byte)).is_some());
        Ok(Answer::of(able))
    }

    fn clear(&mut self, place: Place<'_>, guard: &mut dyn Guard) -> Result<(), Stop> {
        self.key(place.window, "ctrl+a", guard)?;
        self.key(place.window, "BackSpace", guard)
    }

    fn write(&mut self, place: Place<'_>, text: &str, guard: &mut dyn Guard) -> Result<(), Stop> {
        for byte in text.bytes() {
            let codes = self.codes(u32::from(byte));
            let codes = codes.ok_or(Stop::Guarded(Cause::Unwritable))?;
            guard.guarded(place.window, &mut || self.chord(&codes))?;
        }
        Ok(())
    }

    fn key(&mut self, window: &Window, key: &str, guard: &mut dyn Guard) -> Result<(), Stop> {
        if self.map.is_empty() {
            self.read_map()?;
        }
        let codes = self.combination(key);
        let codes = codes.ok_or_else(|| Stop::Failed(broken(&format!("no key is named {key}"))))?;
        guard.guarded(window, &mut || self.chord(&codes))
    }
}

fn named(name: &str) -> Option<u32> {
    let found = NAMED.iter().find(|(known, _)| *known == name).map(|(_, symbol)| *symbol);
    let function = || {
        let number: u32 = name.strip_prefix('f')?.parse().ok()?;
        (1..=12).contains(&number).then_some(F1.saturating_add(number).saturating_sub(1))
    };
    found.or_else(function)
}
