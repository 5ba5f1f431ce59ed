//! One object after another, taken from bytes without copying them.
//!
//! Owns tag, length and value at one level; a fault ends the run. Next: [`mod@super::walk`], which
//! goes through all levels.

use super::fault::{Path, TlvFault};
use super::form::{Form, Lengths, Padding};
use super::tag::Tag;
use std::fmt;

/// The longest value in bytes: what two bytes of length can say, twenty times any field 55.
pub const VALUE_BYTES_MAX: usize = 65_535;

/// The bit of a first length byte that says that the length follows in further bytes.
const LENGTH_FOLLOWS: u8 = 0x80;
/// The most further bytes of a length: one above what the limit needs, for leading zeros.
const LENGTH_BYTES_MAX: usize = 3;

/// A tag and its value. Prints without the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    /// Its name.
    pub tag: Tag,
    /// Its value; of a constructed object, the objects in it.
    pub value: &'a [u8],
    path: Path,
    form: Form,
}

impl<'a> Object<'a> {
    /// Returns the way to it, itself included.
    #[must_use]
    pub const fn path(&self) -> Path {
        self.path
    }

    /// Opens a constructed object.
    ///
    /// # Errors
    /// [`TlvFault::KindOther`] when it is primitive.
    pub const fn objects(&self) -> Result<Objects<'a>, TlvFault> {
        if !self.tag.is_constructed() {
            return Err(TlvFault::KindOther { path: self.path });
        }
        Ok(Objects { rest: self.value, whole: self.value, path: self.path, form: self.form })
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.path, self.value.len())
    }
}

/// Objects that follow one another. After a fault there are no more.
#[derive(Clone, Copy)]
pub struct Objects<'a> {
    rest: &'a [u8],
    whole: &'a [u8],
    path: Path,
    form: Form,
}

/// Reads bytes as a run of objects.
#[must_use]
pub fn read(bytes: &[u8], form: Form) -> Objects<'_> {
    Objects { rest: bytes, whole: bytes, path: Path::default(), form }
}

impl<'a> Objects<'a> {
    /// Looks up the first object of this level with a tag.
    ///
    /// # Errors
    /// The first [`TlvFault`] before it.
    pub fn lookup(self, tag: Tag) -> Result<Option<Object<'a>>, TlvFault> {
        for object in self {
            let object = object?;
            if object.tag == tag {
                return Ok(Some(object));
            }
        }
        Ok(None)
    }

    /// Returns the way to the object that holds these.
    pub(super) const fn path(&self) -> Path {
        self.path
    }

    fn skip_padding(&mut self) {
        if self.form.padding == Padding::Zeros {
            let zeros = self.rest.iter().take_while(|byte| **byte == 0).count();
            self.rest = self.rest.get(zeros..).unwrap_or_default();
        }
    }

    fn take(&mut self) -> Result<Object<'a>, TlvFault> {
        let byte = self.whole.len().saturating_sub(self.rest.len());
        let unnamed = TlvFault::TagInvalid { path: self.path, byte };
        let (tag, rest) = Tag::split(self.rest).ok_or(unnamed)?;
        let path = self.path.under(tag).ok_or(TlvFault::TooDeep { path: self.path })?;
        let (length, rest) = self.take_length(rest, path)?;
        let (value, rest) = rest.split_at_checked(length).ok_or(TlvFault::Cut { path })?;
        self.rest = rest;
        Ok(Object { tag, value, path, form: self.form })
    }

    fn take_length(&self, bytes: &'a [u8], path: Path) -> Result<(usize, &'a [u8]), TlvFault> {
        let unreadable = TlvFault::LengthInvalid { path };
        let (first, rest) = bytes.split_first().ok_or(unreadable)?;
        if first & LENGTH_FOLLOWS == 0 {
            return Ok((usize::from(*first), rest));
        }
        // No further bytes would be the indefinite form, which EMV does not have.
        let count = usize::from(first & !LENGTH_FOLLOWS);
        if !(1..=LENGTH_BYTES_MAX).contains(&count) {
            return Err(unreadable);
        }
        let (digits, rest) = rest.split_at_checked(count).ok_or(unreadable)?;
        let length = digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit));
        if length > VALUE_BYTES_MAX {
            return Err(TlvFault::TooLong { path });
        }
        if self.form.lengths == Lengths::Shortest && count != further_bytes(length) {
            return Err(unreadable);
        }
        Ok((length, rest))
    }
}

impl<'a> Iterator for Objects<'a> {
    type Item = Result<Object<'a>, TlvFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_padding();
        if self.rest.is_empty() {
            return None;
        }
        let object = self.take();
        if object.is_err() {
            self.rest = &[];
        }
        Some(object)
    }
}

impl fmt::Debug for Objects<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.flatten()).finish()
    }
}

/// Returns how many bytes follow the first in the shortest writing of a length.
pub(super) const fn further_bytes(length: usize) -> usize {
    match length {
        0..=0x7F => 0,
        0x80..=0xFF => 1,
        _ => 2,
    }
}
