//! The keypad itself: on a serial port, or as a keyboard that is taken for this program alone.
//!
//! Owns which letter or key of the kernel is which key of the pad, and opening anew after it was
//! unplugged; what was half typed then is forgotten by its age. Nothing comes next.

use super::typing::Key;
use super::{KeypadSettings, Typed, Wiring};
use crate::counter::Counter;
use crate::counter::display::Input;
use crate::scan::port::{PortName, UsbName};
use crate::scan::wedge;
use evdev::EventSummary;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::time::sleep;
use tokio_serial::SerialPortBuilderExt;

/// Pause before the keypad is tried again, in milliseconds.
const AGAIN_MS: u64 = 500;
/// Bytes of one read: keys come one by one.
const READ_BYTES: usize = 64;
/// Its name among the parts that need somebody.
const PART: &str = "keypad";
/// The event value of a key that goes down (`input.h`); held and released ones say nothing.
const DOWN: i32 = 1;

/// Reads keys until this future is dropped.
pub async fn run(settings: KeypadSettings, typed: Typed, counter: Counter) {
    let reading = async {
        let mut told = None;
        loop {
            let reason = match &settings.wiring {
                Wiring::Serial(port, baud) => serial(port, *baud, &typed, &counter).await,
                Wiring::Keyboard(usb) => keyboard(usb, &typed, &counter).await,
            };
            if told.as_ref() != Some(&reason) {
                tracing::warn!(%reason, "keypad");
                counter.tell(Input::PartTrouble(PART.to_owned()));
            }
            told = Some(reason);
            sleep(Duration::from_millis(AGAIN_MS)).await;
        }
    };
    tokio::select! {
        () = reading => {}
        () = forget(&typed) => {}
    }
}

/// Forgets amounts that are too old, so that the display does too.
async fn forget(typed: &Typed) {
    loop {
        let left_ms = typed.pass().unwrap_or(super::typing::WAITING_MS_MAX).max(1);
        // A key may have moved the end since; looking once a second is soon enough.
        sleep(Duration::from_millis(left_ms.min(1_000))).await;
    }
}

async fn serial(port: &PortName, baud: u32, typed: &Typed, counter: &Counter) -> String {
    let path = match port.find() {
        Ok(path) => path,
        Err(reason) => return reason,
    };
    let mut port = match tokio_serial::new(&path, baud).open_native_async() {
        Ok(port) => port,
        Err(fault) => return format!("{path}: {fault}"),
    };
    counter.tell(Input::PartReady(PART.to_owned()));
    let mut bytes = [0; READ_BYTES];
    loop {
        match port.read(&mut bytes).await {
            Ok(0) => return "the port was closed: the keypad was unplugged".to_owned(),
            Ok(count) => {
                let keys = bytes.get(..count).unwrap_or_default().iter().copied();
                keys.filter_map(letter).for_each(|key| typed.key(key));
            }
            Err(fault) => return format!("the keypad was unplugged: {fault}"),
        }
    }
}

async fn keyboard(usb: &UsbName, typed: &Typed, counter: &Counter) -> String {
    let mut device = match wedge::open(usb) {
        Ok(device) => device,
        Err(reason) => return reason,
    };
    counter.tell(Input::PartReady(PART.to_owned()));
    loop {
        match device.next_event().await {
            Ok(event) => {
                let EventSummary::Key(_, key, DOWN) = event.destructure() else { continue };
                if let Some(key) = number(key.code()) {
                    typed.key(key);
                }
            }
            Err(fault) => return format!("the keypad was unplugged: {fault}"),
        }
    }
}

/// What a serial keypad writes; blanks and what else it writes say nothing.
const fn letter(byte: u8) -> Option<Key> {
    match byte {
        b'0'..=b'9' => Some(Key::Digit(byte.wrapping_sub(b'0'))),
        b'\r' | b'\n' => Some(Key::Enter),
        b'C' | b'c' | b'\x1b' | b'\x7f' => Some(Key::Clear),
        b'\x08' => Some(Key::Back),
        _ => None,
    }
}

/// Keys by the numbers of Linux (`input-event-codes.h`): the row of digits and the number block,
/// both Enters, C, Escape, Delete and Backspace.
const fn number(code: u16) -> Option<Key> {
    match code {
        2..=10 => digit(code.wrapping_sub(1)),
        11 | 82 => digit(0),
        71..=73 => digit(code.wrapping_sub(64)),
        75..=77 => digit(code.wrapping_sub(71)),
        79..=81 => digit(code.wrapping_sub(78)),
        28 | 96 => Some(Key::Enter),
        46 | 1 | 111 => Some(Key::Clear),
        14 => Some(Key::Back),
        _ => None,
    }
}

const fn digit(number: u16) -> Option<Key> {
    let [digit, _] = number.to_le_bytes();
    Some(Key::Digit(digit))
}

#[cfg(test)]
mod tests;
