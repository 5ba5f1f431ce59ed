//! Sightings of beacons: what was heard, how strong, when.
//!
//! Owns the type, and the line in which a sniffer or a recording writes one. Frames themselves are
//! `baton-formats`'s. May not judge how near a beacon is, nor whose it is: the store's server does,
//! from signed reports of these. Next: [`recorded`], then [`sightings`], the door to all sources,
//! then [`report`], which tells the gateway.

#[cfg(feature = "bluez")]
pub mod bluez;
pub mod recorded;
pub mod report;
pub mod sightings;

#[cfg(test)]
mod tests;

use baton_formats::beacon::{Frame, FrameFault};

pub use sightings::{Noticed, SightingSource, Sightings};

/// The weakest and the strongest signal that receivers report, in dBm (Core Specification, vol 4,
/// part E, 7.7.65.2: 127 means that there is none).
const SIGNALS_DBM: std::ops::RangeInclusive<i8> = -127..=20;
/// Digits of the shortest advertisement that carries a frame: one structure of a maker.
const DIGITS_MIN: usize = 8;

/// A beacon that was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// What it said.
    pub frame: Frame,
    /// How strong. **Units** dBm.
    pub signal_dbm: i8,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
}

/// Why a line is no sighting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// No signal, or no advertisement in hexadecimal digits.
    #[error("a line has a signal in dBm and an advertisement in hexadecimal digits")]
    Form,
    /// The advertisement or its frame is broken.
    #[error(transparent)]
    Frame(#[from] FrameFault),
    /// A device that is no beacon.
    #[error("the advertisement is no beacon's")]
    NoBeacon,
}

impl Sighting {
    /// Reads the line of a sniffer: the signal and the advertisement, in any order, whatever else
    /// stands beside them.
    ///
    /// # Errors
    /// [`LineFault`], each as it says.
    pub fn parse(line: &str, at_ms: u64) -> Result<Self, LineFault> {
        let apart = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
        let words: Vec<&str> = line.split(apart).filter(|word| !word.is_empty()).collect();
        let mut signals = words.iter().filter_map(|word| word.parse::<i8>().ok());
        let signal_dbm = signals.rfind(|signal| SIGNALS_DBM.contains(signal));
        let bytes = words.iter().rev().find_map(|word| advertisement(word));
        let (Some(signal_dbm), Some(bytes)) = (signal_dbm, bytes) else {
            return Err(LineFault::Form);
        };
        let frame = Frame::parse(&bytes)?.ok_or(LineFault::NoBeacon)?;
        Ok(Self { frame, signal_dbm, at_ms })
    }
}

fn advertisement(word: &str) -> Option<Vec<u8>> {
    let (pairs, []) = word.as_bytes().as_chunks::<2>() else { return None };
    if word.len() < DIGITS_MIN {
        return None;
    }
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    pairs.iter().map(|[high, low]| Some((nibble(*high)? << 4) | nibble(*low)?)).collect()
}
