//! What can be wrong with a merchant-presented code, and in which object.
//!
//! Owns the fault list. A fault names the place, never the value. Next: `codes`.

use super::id::Id;
use std::fmt;

/// The place of an object: at the outermost level, or in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The template that holds it.
    pub template: Option<Id>,
    /// Its own id.
    pub id: Id,
}

impl Place {
    /// Names an object of the outermost level.
    #[must_use]
    pub const fn outer(id: Id) -> Self {
        Self { template: None, id }
    }

    /// Names a part of a template.
    #[must_use]
    pub const fn part(template: Id, id: Id) -> Self {
        Self { template: Some(template), id }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.template {
            Some(template) => write!(f, "{template}.{}", self.id),
            None => self.id.fmt(f),
        }
    }
}

/// Why a text is not a code, breaks a rule of EMVCo, or cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QrFault {
    /// Longer than any QR code holds.
    #[error("code is over {limit} characters")]
    TooLarge {
        /// How many there may be.
        limit: usize,
    },
    /// Id or length are not two digits each.
    #[error("no id and length of two digits each {}", whereabouts(*after))]
    HeadInvalid {
        /// The object before, or the template when its first part is meant; none at the start.
        after: Option<Place>,
    },
    /// The text ends inside a value.
    #[error("object {place} is cut short")]
    Cut {
        /// Where.
        place: Place,
    },
    /// The same id twice at one level.
    #[error("object {place} is there twice")]
    Twice {
        /// Where.
        place: Place,
    },
    /// A control character.
    #[error("object {place} has a control character")]
    Control {
        /// Where.
        place: Place,
    },
    /// The first object is not the payload format indicator.
    #[error("object 00 is not the first")]
    FormatNotFirst,
    /// The payload format indicator names another version than 01.
    #[error("object 00 names a version that is not known")]
    VersionUnknown,
    /// The last object is not a checksum of four characters.
    #[error("object 63 with four characters is not the last")]
    ChecksumAbsent,
    /// The checksum does not fit the text.
    #[error("object 63 does not fit the code")]
    ChecksumWrong,
    /// A mandatory object is not there.
    #[error("object {place} is missing")]
    Missing {
        /// Where.
        place: Place,
    },
    /// An object that another one rules out.
    #[error("object {place} may not be there")]
    Unexpected {
        /// Where.
        place: Place,
    },
    /// Too few or too many characters.
    #[error("object {place} has a length that is not allowed")]
    LengthInvalid {
        /// Where.
        place: Place,
    },
    /// Characters or a value that the rules do not allow there.
    #[error("object {place} has a value that is not allowed")]
    ValueInvalid {
        /// Where.
        place: Place,
    },
}

fn whereabouts(after: Option<Place>) -> String {
    after.map_or_else(|| "at the start".to_owned(), |place| format!("after object {place}"))
}
