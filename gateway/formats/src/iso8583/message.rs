//! A whole message: its type and its fields, to and from bytes by the table of a dialect.
//!
//! Owns the walk over bitmap and fields. Values are kept exactly as sent, padding included, in one
//! piece of memory, so that a message costs the same however many fields it has; one that is used
//! again costs none. Next: [`super::private`], which opens field 48.

use super::bitmap::{self, FieldSet, SECOND, THIRD};
use super::cursor::Cursor;
use super::fault::FormatFault;
use super::framing::MESSAGE_BYTES_MAX;
use super::mti::Mti;
use super::spec::{Bitmaps, Spec};

/// Fields for which a new message has room: more than any of ours has.
const FIELDS_EXPECTED: usize = 32;

/// One ISO 8583 message. Prints masked.
#[derive(Clone)]
pub struct Message {
    /// Its type.
    pub mti: Mti,
    header: Vec<u8>,
    /// Ascending by number.
    entries: Vec<Entry>,
    values: Vec<u8>,
    /// The numbers of the entries, and the bits that announced bitmaps, as they were sent.
    set: FieldSet,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    number: u8,
    start: usize,
    end: usize,
}

impl Message {
    /// Makes a message without fields.
    #[must_use]
    pub fn new(mti: Mti) -> Self {
        Self {
            mti,
            header: Vec::new(),
            entries: Vec::new(),
            values: Vec::new(),
            set: FieldSet::default(),
        }
    }

    /// Returns the message with this field set.
    #[must_use]
    pub fn with(mut self, field: u8, value: impl AsRef<[u8]>) -> Self {
        self.set(field, value);
        self
    }

    /// Sets a field.
    pub fn set(&mut self, field: u8, value: impl AsRef<[u8]>) {
        let start = self.values.len();
        self.values.extend_from_slice(value.as_ref());
        let entry = Entry { number: field, start, end: self.values.len() };
        match self.entries.binary_search_by_key(&field, |entry| entry.number) {
            Ok(place) => {
                if let Some(old) = self.entries.get_mut(place) {
                    *old = entry;
                }
            }
            Err(place) => {
                self.set.insert(field);
                self.entries.insert(place, entry);
            }
        }
    }

    /// Takes a field out.
    pub fn remove(&mut self, field: u8) {
        if self.value(field).is_some() {
            self.set.remove(field);
            self.entries.retain(|entry| entry.number != field);
        }
    }

    /// Returns the fields in ascending order.
    pub fn fields(&self) -> impl Iterator<Item = (u8, &[u8])> {
        self.entries.iter().map(|entry| (entry.number, self.value_of(entry)))
    }

    /// Looks up a field's value: characters of a text, bytes of a binary field.
    #[must_use]
    pub fn value(&self, field: u8) -> Option<&[u8]> {
        let place = self.entries.binary_search_by_key(&field, |entry| entry.number).ok()?;
        self.entries.get(place).map(|entry| self.value_of(entry))
    }

    /// Looks up a field's value as text, padding included; binary values have no text.
    #[must_use]
    pub fn text(&self, field: u8) -> Option<&str> {
        self.value(field).and_then(|value| str::from_utf8(value).ok())
    }

    /// Looks up a field's value as a number.
    #[must_use]
    pub fn number(&self, field: u8) -> Option<i64> {
        self.text(field).and_then(|digits| digits.parse().ok())
    }

    /// Returns what stands before the message type.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// Sets what stands before the message type.
    pub fn set_header(&mut self, header: impl Into<Vec<u8>>) {
        self.header = header.into();
    }

    /// Reads a message; every byte must belong to it.
    ///
    /// # Errors
    /// The first [`FormatFault`] from left to right; it names the field.
    pub fn parse(spec: &Spec, bytes: &[u8]) -> Result<Self, FormatFault> {
        let mut message = Self::new(Mti::NETWORK);
        message.entries.reserve(FIELDS_EXPECTED);
        message.parse_into(spec, bytes)?;
        Ok(message)
    }

    /// The same in the memory of an earlier message.
    ///
    /// # Errors
    /// As [`Message::parse`]; what the message then holds means nothing.
    pub fn parse_into(&mut self, spec: &Spec, bytes: &[u8]) -> Result<(), FormatFault> {
        self.clear();
        if bytes.len() > MESSAGE_BYTES_MAX {
            return Err(FormatFault::MessageTooLarge { bytes: bytes.len() });
        }
        // Plain values stay where they are; packed digits need two characters more for each byte.
        self.values.reserve(bytes.len().saturating_mul(3));
        self.values.extend_from_slice(bytes);
        let mut cursor = Cursor::new(bytes);
        let header = cursor.take(spec.head.header_bytes).ok_or(FormatFault::HeaderInvalid)?;
        self.header.extend_from_slice(header);
        self.mti = Mti::read(spec.head.mti, &mut cursor)?;
        self.set = bitmap::read(spec.head, &mut cursor)?;
        let mut numbers = self.set.numbers();
        while let Some(number) = numbers.next() {
            if announces(spec.head.bitmaps, number) {
                if number == THIRD && spec.head.bitmaps == Bitmaps::ThirdAsField {
                    bitmap::read_third(spec.head, &mut self.set, &mut cursor)?;
                    numbers = self.set.numbers_after_third();
                }
                continue;
            }
            let row = spec.lookup(number).ok_or(FormatFault::FieldUnknown { field: number })?;
            let place = row.read(&mut cursor, &mut self.values)?;
            self.entries.push(Entry { number, start: place.start, end: place.end });
        }
        match cursor.left() {
            0 => Ok(()),
            bytes => Err(FormatFault::Trailing { bytes }),
        }
    }

    /// Writes the message.
    ///
    /// # Errors
    /// The first [`FormatFault`] in ascending field order, or [`FormatFault::MessageTooLarge`].
    pub fn build(&self, spec: &Spec) -> Result<Vec<u8>, FormatFault> {
        let mut out = Vec::with_capacity(self.values.len().saturating_add(FIELDS_EXPECTED * 4));
        self.build_into(spec, &mut out)?;
        Ok(out)
    }

    /// Appends the message to what is to be sent.
    ///
    /// # Errors
    /// As [`Message::build`]; a part of the message may have been appended.
    pub fn build_into(&self, spec: &Spec, out: &mut Vec<u8>) -> Result<(), FormatFault> {
        let start = out.len();
        if self.header.len() != spec.head.header_bytes {
            return Err(FormatFault::HeaderInvalid);
        }
        out.extend_from_slice(&self.header);
        self.mti.write(spec.head.mti, out);
        let set = bitmap::write(spec.head, self.set, out)?;
        let mut third = spec.head.bitmaps == Bitmaps::ThirdAsField && set.contains(THIRD);
        for (number, value) in self.fields() {
            if announces(spec.head.bitmaps, number) {
                return Err(FormatFault::FieldUnknown { field: number });
            }
            if third && number > THIRD {
                bitmap::write_third(spec.head, set, out);
                third = false;
            }
            let row = spec.lookup(number).ok_or(FormatFault::FieldUnknown { field: number })?;
            row.write(value, out)?;
        }
        if third {
            bitmap::write_third(spec.head, set, out);
        }
        match out.len().saturating_sub(start) {
            bytes if bytes > MESSAGE_BYTES_MAX => Err(FormatFault::MessageTooLarge { bytes }),
            _ => Ok(()),
        }
    }

    fn clear(&mut self) {
        self.header.clear();
        self.entries.clear();
        self.values.clear();
        self.set = FieldSet::default();
    }

    fn value_of(&self, entry: &Entry) -> &[u8] {
        self.values.get(entry.start..entry.end).unwrap_or_default()
    }
}

/// What a message says, wherever its values lie and whatever bitmaps announced them.
impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.mti == other.mti && self.header == other.header && self.fields().eq(other.fields())
    }
}

impl Eq for Message {}

/// Whether a bit says that another bitmap follows, or stands for a field.
const fn announces(bitmaps: Bitmaps, number: u8) -> bool {
    match number {
        SECOND => true,
        THIRD => matches!(bitmaps, Bitmaps::UpToThree | Bitmaps::ThirdAsField | Bitmaps::Always(3)),
        _ => false,
    }
}
