//! What can be wrong with foreign bytes, and exactly where.
//!
//! Owns the fault list of the codec. A fault never carries the value itself, only its place: the
//! value may be a code. Next: [`super::message`], which raises them.

use std::fmt;

/// The place of a value: a field, or a part inside a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// The data element; 0 is the message type.
    pub field: u8,
    /// The two-character tag of a part inside field 48.
    pub part: Option<[u8; 2]>,
}

impl Path {
    /// Names a whole field.
    #[must_use]
    pub const fn field(field: u8) -> Self {
        Self { field, part: None }
    }

    /// Names a part of a field.
    #[must_use]
    pub const fn part(field: u8, part: [u8; 2]) -> Self {
        Self { field, part: Some(part) }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.field)?;
        match self.part {
            Some(part) => write!(f, ".{}", part.escape_ascii()),
            None => Ok(()),
        }
    }
}

/// Why bytes are not a message, or a message cannot become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormatFault {
    /// More bytes than any message may have.
    #[error("message of {bytes} bytes is over the limit")]
    MessageTooLarge {
        /// How many there were.
        bytes: usize,
    },
    /// The message type is not four digits.
    #[error("message type is not four digits")]
    TypeInvalid,
    /// The bitmap ends early or is not hexadecimal.
    #[error("bitmap is cut short or unreadable")]
    BitmapInvalid,
    /// The bitmap or the caller names a field that the table does not have.
    #[error("field {field} is not in the table of this dialect")]
    FieldUnknown {
        /// Which one.
        field: u8,
    },
    /// The bytes end inside a field.
    #[error("field {path} is cut short")]
    Cut {
        /// Where.
        path: Path,
    },
    /// The length digits are no digits.
    #[error("length of field {path} is unreadable")]
    LengthInvalid {
        /// Where.
        path: Path,
    },
    /// The value is longer than the table allows.
    #[error("field {path} is too long")]
    TooLong {
        /// Where.
        path: Path,
    },
    /// The value is shorter than the table demands and may not be padded.
    #[error("field {path} is too short")]
    TooShort {
        /// Where.
        path: Path,
    },
    /// A character that the field's class does not allow.
    #[error("field {path} has a character that is not allowed there")]
    CharacterInvalid {
        /// Where.
        path: Path,
    },
    /// The same part twice.
    #[error("field {path} is there twice")]
    Twice {
        /// Where.
        path: Path,
    },
    /// Bytes are left after the last field.
    #[error("{bytes} bytes are left after the last field")]
    Trailing {
        /// How many.
        bytes: usize,
    },
}
