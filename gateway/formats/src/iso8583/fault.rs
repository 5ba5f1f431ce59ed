//! What can be wrong with foreign bytes, and exactly where; and what can be wrong with a table.
//!
//! Owns the fault lists of the codec. A fault never carries the value itself, only its place: the
//! value may be a code. Next: [`super::message`], which raises them.

use std::fmt;

/// Bytes of the longest tag of a part.
const TAG_BYTES_MAX: usize = 4;

/// The place of a value: a field, or a part inside a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// The data element; 0 is the message type.
    pub field: u8,
    /// The tag of a part inside it.
    pub part: Option<PartTag>,
}

/// The tag of a part of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartTag {
    bytes: [u8; TAG_BYTES_MAX],
    length: u8,
}

impl PartTag {
    /// Takes a tag of one to four bytes; a longer one is cut.
    #[must_use]
    pub fn new(tag: &[u8]) -> Self {
        let mut bytes = [0; TAG_BYTES_MAX];
        let mut length = 0;
        for (slot, byte) in bytes.iter_mut().zip(tag) {
            *slot = *byte;
            length += 1;
        }
        Self { bytes, length }
    }

    /// Returns the bytes of the tag.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl fmt::Display for PartTag {
    /// Characters as they are, anything else in hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match str::from_utf8(self.bytes()) {
            Ok(text) if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) => f.write_str(text),
            _ => self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02X}")),
        }
    }
}

impl Path {
    /// Names a whole field.
    #[must_use]
    pub const fn field(field: u8) -> Self {
        Self { field, part: None }
    }

    /// Names a part of a field.
    #[must_use]
    pub fn part(field: u8, tag: impl AsRef<[u8]>) -> Self {
        Self { field, part: Some(PartTag::new(tag.as_ref())) }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.field)?;
        match self.part {
            Some(part) => write!(f, ".{part}"),
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
    /// The header in front of the message type is cut short or has another length.
    #[error("the header before the message type does not have its length")]
    HeaderInvalid,
    /// The message type is not four digits.
    #[error("message type is not four digits")]
    TypeInvalid,
    /// The bitmap ends early or is not hexadecimal.
    #[error("bitmap is cut short or unreadable")]
    BitmapInvalid,
    /// A field has a number for which the dialect has no bitmap.
    #[error("a field is beyond the bitmaps of this dialect")]
    BitmapTooShort,
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
    /// There is no message authentication code.
    #[error("field {field}, the message authentication code, is missing")]
    MacMissing {
        /// Where it would be.
        field: u8,
    },
    /// The message authentication code is another one.
    #[error("field {path}, the message authentication code, is wrong")]
    MacWrong {
        /// Where.
        path: Path,
    },
    /// The parts of a field cannot be told apart.
    #[error("the parts of field {path} cannot be read")]
    PartsInvalid {
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

/// Why a table is no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecFault {
    /// A number that no field can have.
    #[error("field {field}: numbers go from 2 to 192")]
    Number {
        /// Which one.
        field: u8,
    },
    /// Two rows of one number.
    #[error("field {field} has two rows")]
    Twice {
        /// Which one.
        field: u8,
    },
    /// A length that the prefix cannot say.
    #[error("field {field}: the length in front cannot say so many; give it more digits")]
    Prefix {
        /// Which one.
        field: u8,
    },
    /// A length in bytes over packed digits whose padding looks like a digit.
    #[error("field {field}: packed digits whose length counts bytes need the padding F")]
    Padding {
        /// Which one.
        field: u8,
    },
    /// More bitmaps than there are.
    #[error("a message has one to three bitmaps")]
    Bitmaps,
    /// A word of a row that means nothing.
    #[error("field {field}: \"{word}\" is not understood; {advice}")]
    Word {
        /// Which field.
        field: u8,
        /// The word.
        word: String,
        /// What could stand there.
        advice: &'static str,
    },
}
