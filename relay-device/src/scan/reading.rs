//! How readings are understood: codes, radio tags, each once while it stays, and beacons.
//!
//! Owns finding the tag's digits in a line, whatever else the reader writes beside them, and the
//! memory of what is in the field. The code itself is `baton-formats`'s. Next: [`super::port`].

use super::kind::{Kind, Refusal, classify};
use crate::beacon::{LineFault, Sighting};
use baton_formats::epc::Tag;
use std::collections::BTreeMap;

/// How long a tag may be unread and still count as never gone, in milliseconds: readers go through
/// their antennas and channels in about one second.
const GONE_MS_MIN: u64 = 3_000;
/// Tags in the field at a time: what a basket holds; beyond it the oldest is forgotten.
const TAGS_MAX: usize = 512;
/// Digits of the shortest tag code: 96 bits.
const DIGITS_MIN: usize = 24;

/// How the readings of one source are understood.
#[derive(Debug)]
pub enum Reading {
    /// As what scanners read.
    Codes,
    /// As lines of a UHF reader.
    Tags(Field),
    /// As lines of a Bluetooth sniffer.
    Sightings,
}

/// The tags that stay in the field.
#[derive(Debug, Default)]
pub struct Field {
    seen: BTreeMap<String, u64>,
}

impl Reading {
    /// Tells what a reading is; nothing for a tag that was reported and did not leave, and for a
    /// device in the air that is no beacon.
    ///
    /// # Errors
    /// [`Refusal`], as in [`classify`]; `Malformed` for a line without a tag that is known.
    pub fn classify(&mut self, text: &str, now_ms: u64) -> Result<Option<Kind>, Refusal> {
        match self {
            Self::Codes => classify(text).map(Some),
            Self::Sightings => match Sighting::parse(text, now_ms) {
                Ok(sighting) => Ok(Some(Kind::Beacon(sighting))),
                Err(LineFault::NoBeacon) => Ok(None),
                Err(LineFault::Form | LineFault::Frame(_)) => {
                    Err(Refusal::Malformed { format: "a sniffer's line" })
                }
            },
            Self::Tags(field) => {
                let (digits, tag) = tag(text)?;
                Ok(field.enter(digits, now_ms).then_some(Kind::Tag(tag)))
            }
        }
    }
}

impl Field {
    /// Tells whether a tag is new in the field.
    fn enter(&mut self, digits: String, now_ms: u64) -> bool {
        self.seen.retain(|_, last_ms| now_ms.saturating_sub(*last_ms) < GONE_MS_MIN);
        let stayed = self.seen.insert(digits, now_ms).is_some();
        if self.seen.len() > TAGS_MAX
            && let Some(oldest) = self.seen.iter().min_by_key(|(_, last_ms)| **last_ms)
        {
            let oldest = oldest.0.clone();
            self.seen.remove(&oldest);
        }
        !stayed
    }
}

/// The first word of the line that is a tag's code.
fn tag(line: &str) -> Result<(String, Tag), Refusal> {
    let words = line.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut codes = words.filter(|word| {
        word.len() >= DIGITS_MIN && word.bytes().all(|digit| digit.is_ascii_hexdigit())
    });
    let malformed = Refusal::Malformed { format: "a tag's code" };
    let digits = codes.next().ok_or(malformed)?.to_ascii_uppercase();
    let tag = Tag::parse_hex(&digits).map_err(|_| malformed)?;
    Ok((digits, tag))
}

#[cfg(test)]
mod tests;
