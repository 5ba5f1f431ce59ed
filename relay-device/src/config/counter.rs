//! Settings of what people at the counter see, hear and type.
//!
//! Owns their names, and what is said when one of them cannot be used. Next: [`crate::counter`].

use super::ConfigFault;
use super::scanner::usb_name;
use crate::counter::FaceSettings;
use crate::counter::customer::CustomerSettings;
use crate::counter::lamp::Lamps;
use crate::counter::lines::Speech;
use crate::keypad::{KeypadSettings, Wiring};
use crate::scan::PortName;
use baton_protocol::money::Currency;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The narrowest and the widest display in letters.
const COLUMNS: std::ops::RangeInclusive<usize> = 16..=40;

/// The page for a browser on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenSettings {
    /// Its loopback address as `127.0.0.1:7300`; empty, there is none.
    pub listen: String,
}

/// The customer's display.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DisplaySettings {
    /// The path of its serial port; empty, there is none.
    pub port: String,
    /// Speed of the serial port, in bits a second.
    pub baud: u32,
    /// Letters in each of its two lines.
    pub columns: usize,
    /// How it is told.
    pub speech: DisplaySpeech,
}

/// How a display is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DisplaySpeech {
    /// Epson's commands for line displays.
    #[default]
    Epson,
    /// Those of CD 5220.
    Cd5220,
}

impl Default for DisplaySettings {
    fn default() -> Self {
        let speech = DisplaySpeech::default();
        Self { port: String::new(), baud: 9600, columns: 20, speech }
    }
}

/// Folders of lamps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LampSettings {
    /// Lit while a payment can be taken.
    pub ready: PathBuf,
    /// Lit while one is on its way or being checked.
    pub busy: PathBuf,
    /// Lit while the gateway's "approved" stands.
    pub approved: PathBuf,
    /// Lit while a refusal stands.
    pub refused: PathBuf,
}

/// Tones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SoundSettings {
    /// A program that plays the WAV file on its standard input, with its arguments; empty, none.
    pub command: Vec<String>,
}

/// The keypad.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeypadConfig {
    /// The path of its serial port; empty, it has none.
    pub port: String,
    /// Speed of the serial port, in bits a second.
    pub baud: u32,
    /// Maker and product of its USB device; empty, it has none.
    pub usb: String,
    /// The serial number of its USB device; empty, any.
    pub usb_serial: String,
    /// What is typed: whole minor units of this currency.
    pub currency: String,
}

impl Default for KeypadConfig {
    fn default() -> Self {
        let (port, usb, usb_serial) = (String::new(), String::new(), String::new());
        Self { port, baud: 9600, usb, usb_serial, currency: "KRW".to_owned() }
    }
}

fn wrong(key: &str, advice: &str) -> ConfigFault {
    ConfigFault::Value { key: key.to_owned(), advice: advice.to_owned() }
}

impl ScreenSettings {
    fn address(&self) -> Result<Option<SocketAddr>, ConfigFault> {
        if self.listen.is_empty() {
            return Ok(None);
        }
        let advice = "write address and port, as \"127.0.0.1:7300\"";
        let address: SocketAddr =
            self.listen.parse().map_err(|_| wrong("screen.listen", advice))?;
        if !address.ip().is_loopback() {
            let advice = "only this machine may see the screen: write \"127.0.0.1:7300\" or \
                          \"[::1]:7300\"; for another machine's browser use a tunnel";
            return Err(wrong("screen.listen", advice));
        }
        Ok(Some(address))
    }
}

impl DisplaySettings {
    fn customer(&self) -> Result<Option<CustomerSettings>, ConfigFault> {
        if self.port.is_empty() {
            return Ok(None);
        }
        if !COLUMNS.contains(&self.columns) {
            return Err(wrong("display.columns", "write 20 (from 16 to 40)"));
        }
        let speech = match self.speech {
            DisplaySpeech::Epson => Speech::Epson,
            DisplaySpeech::Cd5220 => Speech::Cd5220,
        };
        let (port, baud, columns) = (PortName::Path(self.port.clone()), self.baud, self.columns);
        Ok(Some(CustomerSettings { port, baud, columns, speech }))
    }
}

impl KeypadConfig {
    /// Returns what the keypad is started with, or nothing when none is set up.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn keypad(&self) -> Result<Option<KeypadSettings>, ConfigFault> {
        let wiring = match (self.port.as_str(), self.usb.as_str()) {
            ("", "") => return Ok(None),
            (path, "") => Wiring::Serial(PortName::Path(path.to_owned()), self.baud),
            ("", usb) => {
                let advice = "write maker and product as lsusb shows them, as \"0c2e:0b61\"";
                let usb = usb_name(usb, &self.usb_serial);
                Wiring::Keyboard(usb.ok_or_else(|| wrong("keypad.usb", advice))?)
            }
            (_, _) => return Err(wrong("keypad.port", "write either port or usb, not both")),
        };
        let advice = "write three capital letters of ISO 4217, as \"KRW\"";
        let currency = Currency::from_letters(&self.currency);
        let currency = currency.map_err(|_| wrong("keypad.currency", advice))?;
        Ok(Some(KeypadSettings { wiring, currency }))
    }
}

/// Returns what the faces are started with.
///
/// # Errors
/// [`ConfigFault::Value`].
pub(super) fn faces(
    screen: &ScreenSettings,
    display: &DisplaySettings,
    lamp: &LampSettings,
    sound: &SoundSettings,
) -> Result<FaceSettings, ConfigFault> {
    let LampSettings { ready, busy, approved, refused } = lamp.clone();
    if sound.command.first().is_some_and(String::is_empty) {
        return Err(wrong("sound.command", "write a program, as [\"aplay\", \"-q\"], or []"));
    }
    Ok(FaceSettings {
        screen: screen.address()?,
        customer: display.customer()?,
        lamps: Lamps { ready, busy, approved, refused },
        sound: sound.command.clone(),
    })
}
