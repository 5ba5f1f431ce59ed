//! The parts inside a field: BER-TLV objects of a chip, or tags and lengths in characters.
//!
//! Owns finding one part by its tag, without copying it. What a part means is its reader's; Baton's
//! own in field 48 are in [`super::private`]. Next: [`super::mask`].

use super::cursor::{Cursor, decimal};
use super::fault::{FormatFault, Path};
use super::message::Message;
use super::spec::{Parts, Spec};
use crate::tlv::{self, Form};

impl Message {
    /// Looks up a part of a field by its tag: characters, or the bytes of a BER tag.
    ///
    /// # Errors
    /// [`FormatFault`] with the path `FIELD.TAG` where the parts cannot be read, and
    /// [`FormatFault::FieldUnknown`] for a field that the dialect does not have.
    pub fn part(&self, spec: &Spec, field: u8, tag: &[u8]) -> Result<Option<&[u8]>, FormatFault> {
        let row = spec.lookup(field).ok_or(FormatFault::FieldUnknown { field })?;
        let Some(value) = self.value(field) else { return Ok(None) };
        match row.parts {
            Parts::Whole => Ok(None),
            Parts::Ber => ber(field, value, tag),
            Parts::Tagged { tag: characters, length } => {
                let sizes = (usize::from(characters), usize::from(length));
                tagged(field, value, sizes, tag)
            }
        }
    }
}

/// Looks on the first level, then deeper: what samples put in a template is not always objects.
fn ber<'v>(field: u8, value: &'v [u8], tag: &[u8]) -> Result<Option<&'v [u8]>, FormatFault> {
    let invalid = |_| FormatFault::PartsInvalid { path: Path::field(field) };
    for object in tlv::read(value, Form::EMV).chain(tlv::walk(value, Form::EMV)) {
        let object = object.map_err(invalid)?;
        if object.tag.bytes() == tag {
            return Ok(Some(object.value));
        }
    }
    Ok(None)
}

fn tagged<'v>(
    field: u8,
    value: &'v [u8],
    (tag_bytes, digits): (usize, usize),
    wanted: &[u8],
) -> Result<Option<&'v [u8]>, FormatFault> {
    let mut cursor = Cursor::new(value);
    while cursor.left() > 0 {
        let cut = FormatFault::Cut { path: Path::field(field) };
        let tag = cursor.take(tag_bytes).ok_or(cut)?;
        let path = Path::part(field, tag);
        let length = cursor.take(digits).ok_or(FormatFault::Cut { path })?;
        let length = decimal(length).ok_or(FormatFault::LengthInvalid { path })?;
        let part = cursor.take(length).ok_or(FormatFault::Cut { path })?;
        if tag == wanted {
            return Ok(Some(part));
        }
    }
    Ok(None)
}
