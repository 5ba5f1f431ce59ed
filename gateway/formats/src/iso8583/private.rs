//! Field 48 as Baton fills it: parts of tag (2 characters), length (3 digits), value.
//!
//! Owns the tags. Unknown tags are skipped when read, so that a destination may add its own; a part
//! that is there twice is refused. Prints tags only: tag 01 is a code. Next: [`super::response`].

use super::fault::{FormatFault, Path};
use super::parts::tagged;
use super::spec1987::PRIVATE_DATA;
use std::collections::BTreeMap;
use std::fmt;

/// Characters of a tag.
const TAG_CHARACTERS: usize = 2;
/// Digits of a length.
const LENGTH_DIGITS: usize = 3;
/// The longest value of a part, as three digits can say it.
const PART_BYTES_MAX: usize = 999;

/// A part of field 48.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// 01: the payment code.
    Code,
    /// 02: the app.
    App,
    /// 03: the member id.
    Member,
    /// 04: Baton's transaction id, as UUID text; the key of inquiries and reversals.
    Transaction,
    /// 05: `accrue`, `redeem` or `balance`.
    Action,
    /// 06: points; in the answer to a balance, the balance.
    Points,
    /// 07: the inquiry's id, as UUID text; its answer carries it back.
    Inquiry,
    /// 08: the transaction that a refund or void gives back, as UUID text.
    Original,
}

impl Tag {
    /// Every tag, in the order in which they are sent.
    pub const ALL: [Self; 8] = [
        Self::Code,
        Self::App,
        Self::Member,
        Self::Transaction,
        Self::Action,
        Self::Points,
        Self::Inquiry,
        Self::Original,
    ];

    /// Returns the two characters on the wire.
    #[must_use]
    pub const fn characters(self) -> [u8; 2] {
        match self {
            Self::Code => *b"01",
            Self::App => *b"02",
            Self::Member => *b"03",
            Self::Transaction => *b"04",
            Self::Action => *b"05",
            Self::Points => *b"06",
            Self::Inquiry => *b"07",
            Self::Original => *b"08",
        }
    }

    fn lookup(characters: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|tag| tag.characters() == characters)
    }
}

/// What field 48 holds.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PrivateData {
    parts: BTreeMap<Tag, String>,
}

impl PrivateData {
    /// Makes an empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { parts: BTreeMap::new() }
    }

    /// Returns it with this part set.
    #[must_use]
    pub fn with(mut self, tag: Tag, value: impl Into<String>) -> Self {
        self.parts.insert(tag, value.into());
        self
    }

    /// Looks up a part.
    #[must_use]
    pub fn text(&self, tag: Tag) -> Option<&str> {
        self.parts.get(&tag).map(String::as_str)
    }

    /// Reads the value of field 48.
    ///
    /// # Errors
    /// [`FormatFault`] with the path `48.TAG`.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormatFault> {
        let mut data = Self::new();
        for part in tagged(PRIVATE_DATA, bytes, TAG_CHARACTERS, LENGTH_DIGITS) {
            let (characters, value) = part?;
            let path = Path::part(PRIVATE_DATA, characters);
            let Some(tag) = Tag::lookup(characters) else { continue };
            let text = std::str::from_utf8(value);
            let text = text.map_err(|_| FormatFault::CharacterInvalid { path })?;
            if data.parts.insert(tag, text.to_owned()).is_some() {
                return Err(FormatFault::Twice { path });
            }
        }
        Ok(data)
    }

    /// Writes the value of field 48.
    ///
    /// # Errors
    /// [`FormatFault::TooLong`] when a part has over 999 bytes.
    pub fn build(&self) -> Result<Vec<u8>, FormatFault> {
        let mut out = Vec::with_capacity(128);
        for (tag, value) in &self.parts {
            let path = Path::part(PRIVATE_DATA, tag.characters());
            if value.len() > PART_BYTES_MAX {
                return Err(FormatFault::TooLong { path });
            }
            out.extend_from_slice(&tag.characters());
            out.extend_from_slice(format!("{:03}", value.len()).as_bytes());
            out.extend_from_slice(value.as_bytes());
        }
        Ok(out)
    }
}

impl fmt::Debug for PrivateData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.parts.keys()).finish()
    }
}
