//! How one dialect lays out its messages: rows of a table, no code.
//!
//! Owns the words that such a table is made of. A new dialect is a new table; only a new
//! [`Encoding`] needs code, in [`super::encoding`]. Next: [`super::notation`], how a row is written
//! in a file.

use super::fault::SpecFault;
use super::field::FILLER;
use std::borrow::Cow;

/// The highest field number: three bitmaps.
pub const FIELD_MAX: u8 = 192;
/// Digits of the longest prefix: every message is shorter.
const PREFIX_DIGITS_MAX: u8 = 4;
/// Places of an index by field number.
const PLACES: usize = FIELD_MAX as usize + 1;

/// One dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// How messages begin.
    pub head: Head,
    fields: Vec<Field>,
    places: [u8; PLACES],
}

/// How a message begins: what stands before the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Bytes of a fixed header before the message type; they are kept as they are.
    pub header_bytes: usize,
    /// How the message type is sent.
    pub mti: MtiForm,
    /// How bitmaps are sent.
    pub bitmap: BitmapForm,
    /// How many bitmaps there are.
    pub bitmaps: Bitmaps,
}

/// How the four digits of the message type are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MtiForm {
    /// Four ASCII bytes.
    Ascii,
    /// Four EBCDIC bytes.
    Ebcdic,
    /// Two bytes of packed digits.
    Bcd,
}

/// How a bitmap is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BitmapForm {
    /// Eight bytes.
    Binary,
    /// Sixteen hexadecimal digits in ASCII.
    HexAscii,
    /// Sixteen hexadecimal digits in EBCDIC.
    HexEbcdic,
}

/// How many bitmaps a message has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bitmaps {
    /// Bit 1 says that a second follows.
    OneOrTwo,
    /// Bit 1 says that a second follows, and bit 65 that a third follows the second.
    UpToThree,
    /// The same, but the third stands in the place of field 65: after 64 and before 66.
    ThirdAsField,
    /// Always this many, one to three; bits 1 and 65 say nothing.
    Always(u8),
}

/// One row of a dialect's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The data element's number, 2 to 192.
    pub number: u8,
    /// What the standard calls it.
    pub name: Cow<'static, str>,
    /// How long it is.
    pub length: Length,
    /// How its characters become bytes.
    pub encoding: Encoding,
    /// Which characters it may have.
    pub class: Class,
    /// How a value that is too short for a fixed field is filled.
    pub fill: Fill,
    /// What its value is made of.
    pub parts: Parts,
}

/// How long a field is, in units: characters or digits of a text, bytes of a binary value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Always this many units.
    Fixed(usize),
    /// A prefix says how many, at most this many.
    Variable(Prefix, usize),
}

/// The length in front of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// Digits of the length; bytes, if it is a binary number.
    pub digits: u8,
    /// How it is sent.
    pub form: PrefixForm,
    /// What it counts.
    pub counts: Counts,
}

/// How a length is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrefixForm {
    /// ASCII digits.
    Ascii,
    /// EBCDIC digits.
    Ebcdic,
    /// Packed digits, a zero in front of an odd number of them.
    Bcd,
    /// A big-endian number.
    Binary,
}

/// What a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// The units of the field: characters, digits, or bytes of a binary value.
    Units,
    /// Bytes as they are sent.
    SentBytes,
}

/// How the characters of a field become bytes. Grows at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// One ASCII byte a character.
    Ascii,
    /// One byte of EBCDIC, code page 037, a character.
    Ebcdic,
    /// UTF-8; a unit is a character.
    Utf8,
    /// Two digits a byte; an odd number has a digit of padding.
    Bcd(BcdPad),
    /// A sign character in ASCII, then two digits a byte.
    SignedBcd,
    /// Bytes as they are.
    Raw,
    /// Bytes as two hexadecimal digits in ASCII each.
    HexAscii,
    /// Bytes as two hexadecimal digits in EBCDIC each.
    HexEbcdic,
}

/// The digit that fills an odd number of packed digits. Both 0 and F are read; others are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BcdPad {
    /// Where it stands.
    pub side: Side,
    /// What is written, 0 to 15.
    pub nibble: u8,
}

/// A side of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Left,
    /// After it.
    Right,
}

/// Which characters a field may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Digits (`n`).
    Numeric,
    /// Letters, digits and blanks (`an`).
    AlphaNumeric,
    /// Visible ASCII and blanks (`ans`); with UTF-8, any character.
    Text,
    /// Digits and the separators of magnetic tracks 2 and 3, `=` or `D` (`z`).
    Track,
    /// A sign, `C` or `D` (`+` and `-` in some dialects), then digits (`x+n`).
    SignedAmount,
    /// Any byte (`b`).
    Bytes,
}

/// How a fixed field is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Zeros on the left.
    ZeroLeft,
    /// Blanks on the right.
    BlankRight,
    /// Never: the value has the exact length.
    Exact,
}

/// What a field's value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// One value.
    Whole,
    /// BER-TLV objects, as chip cards have them.
    Ber,
    /// Parts of a tag and a length, both in ASCII characters.
    Tagged {
        /// Characters of a tag, 1 to 4.
        tag: u8,
        /// Digits of a length, 1 to 4.
        length: u8,
    },
}

impl Spec {
    /// Makes a dialect of its rows.
    ///
    /// # Errors
    /// [`SpecFault`] names the row that cannot be: a number twice, 0, 1 or over 192, more bitmaps
    /// than three, a length that its prefix cannot say.
    pub fn new(head: Head, fields: Vec<Field>) -> Result<Self, SpecFault> {
        if matches!(head.bitmaps, Bitmaps::Always(0 | 4..)) {
            return Err(SpecFault::Bitmaps);
        }
        let mut places = [0; PLACES];
        for (place, field) in (1_u8..).zip(&fields) {
            field.check_row()?;
            let number = field.number;
            let slot = places.get_mut(usize::from(number)).filter(|_| number > 1);
            let slot = slot.ok_or(SpecFault::Number { field: number })?;
            if *slot != 0 {
                return Err(SpecFault::Twice { field: number });
            }
            *slot = place;
        }
        Ok(Self { head, fields, places })
    }

    /// Makes a dialect without any field.
    #[must_use]
    pub const fn empty(head: Head) -> Self {
        Self { head, fields: Vec::new(), places: [0; PLACES] }
    }

    /// Finds the row of a field.
    #[must_use]
    pub fn lookup(&self, number: u8) -> Option<&Field> {
        let place = usize::from(*self.places.get(usize::from(number))?);
        self.fields.get(place.checked_sub(1)?)
    }

    /// Returns the rows in the order in which they were given.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }
}

impl Field {
    /// Makes a row without padding of its own; [`super::notation`] says the rest.
    #[must_use]
    pub fn new(number: u8, name: impl Into<Cow<'static, str>>, length: Length) -> Self {
        Self {
            number,
            name: name.into(),
            length,
            encoding: Encoding::Ascii,
            class: Class::Text,
            fill: Fill::Exact,
            parts: Parts::Whole,
        }
    }

    fn check_row(&self) -> Result<(), SpecFault> {
        let field = self.number;
        let Length::Variable(prefix, max) = self.length else { return Ok(()) };
        let base: usize = if prefix.form == PrefixForm::Binary { 256 } else { 10 };
        let says = base.checked_pow(u32::from(prefix.digits)).unwrap_or(usize::MAX);
        if prefix.digits == 0 || prefix.digits > PREFIX_DIGITS_MAX || max >= says {
            return Err(SpecFault::Prefix { field });
        }
        if let (Counts::SentBytes, Encoding::Bcd(BcdPad { nibble: 0..FILLER, .. })) =
            (prefix.counts, self.encoding)
        {
            return Err(SpecFault::Padding { field });
        }
        Ok(())
    }
}
