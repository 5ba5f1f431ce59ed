//! Objects to bytes, each length in the fewest bytes.
//!
//! Owns the writing; what it writes reads under every [`super::Form`]. Next: [`crate::emv`],
//! which reads shoppers' codes with these objects.

use super::fault::{DEPTH_MAX, Path, TlvFault};
use super::form::Form;
use super::object::{VALUE_BYTES_MAX, further_bytes};
use super::tag::Tag;
use super::walk::walk;
use std::fmt;

/// A run of objects in the making. Prints tags and lengths only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Starts an empty run.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// Returns the run with a primitive object at its end.
    ///
    /// # Errors
    /// [`TlvFault::KindOther`] when the tag is constructed, [`TlvFault::TagInvalid`] when it is no
    /// tag, [`TlvFault::TooLong`] when the value is over [`VALUE_BYTES_MAX`].
    pub fn primitive(self, tag: Tag, value: &[u8]) -> Result<Self, TlvFault> {
        if tag.is_constructed() {
            return Err(TlvFault::KindOther { path: path(tag) });
        }
        self.object(tag, value)
    }

    /// Returns the run with a constructed object at its end.
    ///
    /// # Errors
    /// As [`Writer::primitive`], with the kinds exchanged; [`TlvFault::TooDeep`] when the objects
    /// in it are nested so deep that no reader would follow.
    pub fn constructed(self, tag: Tag, objects: &Self) -> Result<Self, TlvFault> {
        if !tag.is_constructed() {
            return Err(TlvFault::KindOther { path: path(tag) });
        }
        for object in walk(&objects.bytes, Form::STRICT) {
            let path = object?.path();
            if path.tags().len() >= DEPTH_MAX {
                return Err(TlvFault::TooDeep { path });
            }
        }
        self.object(tag, &objects.bytes)
    }

    /// Returns what was written.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Gives away what was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn object(mut self, tag: Tag, value: &[u8]) -> Result<Self, TlvFault> {
        if Tag::parse(tag.bytes()) != Some(tag) {
            return Err(TlvFault::TagInvalid { path: path(tag), byte: self.bytes.len() });
        }
        if value.len() > VALUE_BYTES_MAX {
            return Err(TlvFault::TooLong { path: path(tag) });
        }
        self.bytes.extend_from_slice(tag.bytes());
        let digits = value.len().to_be_bytes();
        let [.., high, low] = digits;
        match further_bytes(value.len()) {
            0 => self.bytes.push(low),
            1 => self.bytes.extend_from_slice(&[0x81, low]),
            _ => self.bytes.extend_from_slice(&[0x82, high, low]),
        }
        self.bytes.extend_from_slice(value);
        Ok(self)
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(walk(&self.bytes, Form::STRICT).flatten()).finish()
    }
}

fn path(tag: Tag) -> Path {
    Path::default().under(tag).unwrap_or_default()
}
