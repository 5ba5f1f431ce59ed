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
                let mut parts = tagged(field, value, characters.into(), length.into());
                parts
                    .find_map(|part| match part {
                        Ok((found, value)) => (found == tag).then_some(Ok(value)),
                        Err(fault) => Some(Err(fault)),
                    })
                    .transpose()
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

/// Walks over parts of a tag, a length in digits and a value, up to the first that is wrong.
pub(super) fn tagged(
    field: u8,
    value: &[u8],
    tag_characters: usize,
    length_digits: usize,
) -> impl Iterator<Item = Result<(&[u8], &[u8]), FormatFault>> {
    let mut cursor = Cursor::new(value);
    let mut over = false;
    std::iter::from_fn(move || {
        if over || cursor.left() == 0 {
            return None;
        }
        let part = next_part(&mut cursor, field, tag_characters, length_digits);
        over = part.is_err();
        Some(part)
    })
}

fn next_part<'v>(
    cursor: &mut Cursor<'v>,
    field: u8,
    tag_characters: usize,
    length_digits: usize,
) -> Result<(&'v [u8], &'v [u8]), FormatFault> {
    let cut = FormatFault::Cut { path: Path::field(field) };
    let tag = cursor.take(tag_characters).ok_or(cut)?;
    let path = Path::part(field, tag);
    let digits = cursor.take(length_digits).ok_or(FormatFault::Cut { path })?;
    let length = decimal(digits).ok_or(FormatFault::LengthInvalid { path })?;
    let value = cursor.take(length).ok_or(FormatFault::Cut { path })?;
    Ok((tag, value))
}
