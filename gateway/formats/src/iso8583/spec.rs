//! How one dialect lays out its messages: rows of a table, no code.
//!
//! Owns the words that such a table is written in. A new dialect is a new table; only a new
//! [`Encoding`] needs code, in [`super::field`]. Next: [`super::spec1987`].

/// One dialect.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// How bitmaps are sent.
    pub bitmap: BitmapForm,
    /// The rows, in ascending order of their numbers.
    pub fields: &'static [Field],
}

/// How a bitmap is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BitmapForm {
    /// Eight bytes.
    Binary,
    /// Sixteen hexadecimal digits in ASCII.
    HexAscii,
}

/// One row of a dialect's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The data element's number, 2 to 128.
    pub number: u8,
    /// What the standard calls it.
    pub name: &'static str,
    /// How long it is.
    pub length: Length,
    /// How its characters become bytes.
    pub encoding: Encoding,
    /// Which characters it may have.
    pub class: Class,
    /// How a value that is too short for a fixed field is filled.
    pub padding: Padding,
}

/// How long a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Always this many characters.
    Fixed(usize),
    /// Two length digits, then at most this many characters.
    LlVar(usize),
    /// Three length digits, then at most this many characters.
    LllVar(usize),
}

/// How the characters of a field, and its length digits, become bytes. Grows at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// One ASCII byte a character.
    Ascii,
    /// Bytes as they are; the length digits are ASCII.
    Binary,
}

/// Which characters a field may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Digits (`n`).
    Numeric,
    /// Visible ASCII and blanks (`ans`).
    Text,
    /// Any byte (`b`).
    Bytes,
}

/// How a fixed field is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Zeros on the left.
    ZeroLeft,
    /// Blanks on the right.
    BlankRight,
    /// Never: the value has the exact length.
    None,
}

impl Spec {
    /// Finds the row of a field.
    #[must_use]
    pub fn lookup(&self, number: u8) -> Option<&'static Field> {
        let place = self.fields.binary_search_by_key(&number, |field| field.number).ok()?;
        self.fields.get(place)
    }
}

impl Field {
    /// Makes a row of digits with a fixed length, zeros on the left.
    #[must_use]
    pub const fn numeric(number: u8, name: &'static str, length: usize) -> Self {
        Self {
            number,
            name,
            length: Length::Fixed(length),
            encoding: Encoding::Ascii,
            class: Class::Numeric,
            padding: Padding::ZeroLeft,
        }
    }

    /// Makes a row of text with a fixed length, blanks on the right.
    #[must_use]
    pub const fn text(number: u8, name: &'static str, length: usize) -> Self {
        Self {
            number,
            name,
            length: Length::Fixed(length),
            encoding: Encoding::Ascii,
            class: Class::Text,
            padding: Padding::BlankRight,
        }
    }

    /// Makes a row of text with its own length.
    #[must_use]
    pub const fn variable(number: u8, name: &'static str, length: Length) -> Self {
        Self {
            number,
            name,
            length,
            encoding: Encoding::Ascii,
            class: Class::Text,
            padding: Padding::None,
        }
    }
}
