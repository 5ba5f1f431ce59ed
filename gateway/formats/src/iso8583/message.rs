//! A whole message: its type and its fields, to and from bytes by the table of a dialect.
//!
//! Owns the walk over bitmap and fields. Values are kept exactly as sent, padding included.
//! Next: [`super::private`], which opens field 48.

use super::bitmap;
use super::cursor::Cursor;
use super::fault::FormatFault;
use super::framing::MESSAGE_BYTES_MAX;
use super::mti::Mti;
use super::spec::Spec;
use std::collections::BTreeMap;

/// One ISO 8583 message. Prints masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its type.
    pub mti: Mti,
    /// The fields' values by number.
    pub fields: BTreeMap<u8, Vec<u8>>,
}

impl Message {
    /// Makes a message without fields.
    #[must_use]
    pub const fn new(mti: Mti) -> Self {
        Self { mti, fields: BTreeMap::new() }
    }

    /// Returns the message with this field set.
    #[must_use]
    pub fn with(mut self, field: u8, value: impl Into<Vec<u8>>) -> Self {
        self.set(field, value);
        self
    }

    /// Sets a field.
    pub fn set(&mut self, field: u8, value: impl Into<Vec<u8>>) {
        self.fields.insert(field, value.into());
    }

    /// Looks up a field's value as text, padding included; binary values have no text.
    #[must_use]
    pub fn text(&self, field: u8) -> Option<&str> {
        self.fields.get(&field).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Looks up a field's value as a number.
    #[must_use]
    pub fn number(&self, field: u8) -> Option<i64> {
        self.text(field).and_then(|digits| digits.parse().ok())
    }

    /// Reads a message; every byte must belong to it.
    ///
    /// # Errors
    /// The first [`FormatFault`] from left to right; it names the field.
    pub fn parse(spec: &Spec, bytes: &[u8]) -> Result<Self, FormatFault> {
        if bytes.len() > MESSAGE_BYTES_MAX {
            return Err(FormatFault::MessageTooLarge { bytes: bytes.len() });
        }
        let mut cursor = Cursor::new(bytes);
        let mti = Mti::parse(cursor.take(4).ok_or(FormatFault::TypeInvalid)?)?;
        let mut message = Self::new(mti);
        for number in bitmap::read(spec.bitmap, &mut cursor)? {
            let row = spec.lookup(number).ok_or(FormatFault::FieldUnknown { field: number })?;
            message.fields.insert(number, row.read(&mut cursor)?);
        }
        match cursor.left() {
            0 => Ok(message),
            bytes => Err(FormatFault::Trailing { bytes }),
        }
    }

    /// Writes the message.
    ///
    /// # Errors
    /// The first [`FormatFault`] in ascending field order, or [`FormatFault::MessageTooLarge`].
    pub fn build(&self, spec: &Spec) -> Result<Vec<u8>, FormatFault> {
        let mut out = Vec::with_capacity(256);
        out.extend_from_slice(self.mti.digits());
        bitmap::write(spec.bitmap, self.fields.keys().copied(), &mut out);
        for (number, value) in &self.fields {
            let row = spec.lookup(*number).ok_or(FormatFault::FieldUnknown { field: *number })?;
            row.write(value, &mut out)?;
        }
        if out.len() > MESSAGE_BYTES_MAX {
            return Err(FormatFault::MessageTooLarge { bytes: out.len() });
        }
        Ok(out)
    }
}
