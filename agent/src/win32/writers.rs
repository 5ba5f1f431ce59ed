//! Writing into a control of a Windows program: its text set by a message, or keys one by one.
//!
//! Owns both ways. A key goes on only when the field shows the one before it. May not decide
//! whether a key may be sent: the guard does. Next: [`super::guard`].

use super::controls::ANSWER_MAX;
use super::{broken, handle, of};
use crate::config::recipe::EntryWay;
use crate::entry::cause::Cause;
use crate::entry::seams::{Answer, Control, Fault, Guard, Place, Stop, Window, Writer};
use baton_win32::keyboard::{Aim, Key, Stroke, Undelivered, send};
use baton_win32::message::{select_all, set_text, text as text_of};
use baton_win32::wait::pause;
use baton_win32::window::front;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long a field may take to show a key, in milliseconds: a program that is busy for longer
/// would take the rest at a moment that nobody guards.
const SHOW_MS: u64 = 300;
/// How often the field is looked at, in milliseconds.
const SHOW_LOOK_MS: u64 = 2;

/// Seam 3 by WM_SETTEXT.
#[derive(Debug)]
pub struct SetText;

impl Writer for SetText {
    fn way(&self) -> EntryWay {
        EntryWay::SetValue
    }

    fn can_write(&mut self, _: &str) -> Result<Answer, Fault> {
        Ok(Answer::Yes)
    }

    fn clear(&mut self, place: Place<'_>, guard: &mut dyn Guard) -> Result<(), Stop> {
        self.write(place, "", guard)
    }

    fn write(&mut self, place: Place<'_>, text: &str, _: &mut dyn Guard) -> Result<(), Stop> {
        set_text(of(place.field)?, text, ANSWER_MAX).map_err(Fault::from)?;
        Ok(())
    }

    fn key(&mut self, _: &Window, _: &str, _: &mut dyn Guard) -> Result<(), Stop> {
        Err(Stop::Guarded(Cause::Unwritable))
    }
}

/// Seam 3 by keys on Windows.
#[derive(Debug)]
pub struct Win32Keys {
    monotonic_ms: fn() -> u64,
    fields: Fields,
}

/// What fields are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    /// Windows, which are asked what they hold after each letter.
    Windows,
    /// Drawn; only single keys are sent, for nothing could tell where a letter went.
    Drawn,
}

impl Win32Keys {
    /// Makes the writer.
    #[must_use]
    pub const fn new(monotonic_ms: fn() -> u64, fields: Fields) -> Self {
        Self { monotonic_ms, fields }
    }

    /// Waits until the field shows all that was typed so far.
    fn shows(&self, field: &Control, typed: &str) -> Result<(), Stop> {
        let end = (self.monotonic_ms)().saturating_add(SHOW_MS);
        loop {
            let shown = text_of(of(field)?, ANSWER_MAX).map(Zeroizing::new);
            if shown.map_err(Fault::from)?.starts_with(typed) {
                return Ok(());
            }
            if (self.monotonic_ms)() >= end {
                return Err(Stop::Guarded(Cause::ReadBack));
            }
            pause(Duration::from_millis(SHOW_LOOK_MS));
        }
    }
}

impl Writer for Win32Keys {
    fn way(&self) -> EntryWay {
        EntryWay::Keys
    }

    fn can_write(&mut self, text: &str) -> Result<Answer, Fault> {
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        Ok(Answer::of(plain && self.fields == Fields::Windows))
    }

    fn clear(&mut self, place: Place<'_>, guard: &mut dyn Guard) -> Result<(), Stop> {
        let field = of(place.field)?;
        select_all(field, ANSWER_MAX).map_err(Fault::from)?;
        let key = named("BackSpace")?;
        let aim = Aim { window: handle(place.window)?, control: Some(field) };
        guarded(place.window, &[Stroke::Down(key), Stroke::Up(key)], aim, guard)
    }

    fn write(&mut self, place: Place<'_>, text: &str, guard: &mut dyn Guard) -> Result<(), Stop> {
        let field = of(place.field)?;
        let aim = Aim { window: handle(place.window)?, control: Some(field) };
        // The engine may give a code letter by letter: what stands there already must stay.
        let before = Zeroizing::new(text_of(field, ANSWER_MAX).map_err(Fault::from)?);
        // Room for all of it, so that growing leaves no copy of a code behind.
        let room = before.len().saturating_add(text.len());
        let mut shown = Zeroizing::new(String::with_capacity(room));
        shown.push_str(&before);
        for letter in text.chars() {
            let mut units = [0; 2];
            let strokes: Vec<_> =
                letter.encode_utf16(&mut units).iter().map(|unit| Stroke::Letter(*unit)).collect();
            guarded(place.window, &strokes, aim, guard)?;
            shown.push(letter);
            self.shows(place.field, &shown)?;
        }
        Ok(())
    }

    fn key(&mut self, window: &Window, key: &str, guard: &mut dyn Guard) -> Result<(), Stop> {
        let keys: Vec<_> = key.split('+').map(named).collect::<Result<_, _>>()?;
        let down = keys.iter().map(|key| Stroke::Down(*key));
        let strokes: Vec<_> = down.chain(keys.iter().rev().map(|key| Stroke::Up(*key))).collect();
        let top = handle(window)?;
        // What has the focus now must have it when the key arrives.
        let control = top.focus().and_then(|focus| focus.control);
        guarded(window, &strokes, Aim { window: top, control }, guard)
    }
}

fn named(key: &str) -> Result<Key, Stop> {
    let named = Key::named(&key.to_ascii_lowercase());
    named.ok_or_else(|| Stop::Failed(broken(format!("no key is named {key}"))))
}

fn guarded(
    window: &Window,
    strokes: &[Stroke],
    aim: Aim,
    guard: &mut dyn Guard,
) -> Result<(), Stop> {
    let mut sent = Ok(());
    guard.guarded(window, &mut || {
        sent = send(strokes, aim);
        Ok(())
    })?;
    sent.map_err(|undelivered| match undelivered {
        Undelivered::Elsewhere => {
            Stop::Guarded(Cause::InFront(front().map(|front| front.title()).unwrap_or_default()))
        }
        Undelivered::Nowhere => Stop::Guarded(Cause::Locked),
        Undelivered::Failed(failed) => Stop::Failed(failed.into()),
    })
}
