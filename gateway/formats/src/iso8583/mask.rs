//! How a message prints: every field by number, those that could hold a secret as stars, and
//! every other value in which a card number is found.
//!
//! Owns the list of masked fields; there is no other way to print a message. Next: `destinations`.

use super::message::Message;
use crate::pan;
use std::borrow::Cow;
use std::fmt;

/// Card number, its long form, tracks 2, 3 and 1, private data (the code), PIN block, chip data,
/// account numbers.
pub const MASKED_FIELDS: [u8; 10] = [2, 34, 35, 36, 45, 48, 52, 55, 102, 103];

/// Returns what may be shown of a field's value.
#[must_use]
pub fn shown(field: u8, value: &[u8]) -> Cow<'_, str> {
    if MASKED_FIELDS.contains(&field) {
        return Cow::Borrowed("***");
    }
    match std::str::from_utf8(value) {
        Ok(text) if pan::find(text).is_some() => Cow::Borrowed("***"),
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(format!("({} bytes)", value.len())),
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.mti)?;
        let shown = self.fields().map(|(field, value)| (field, shown(field, value)));
        f.debug_map().entries(shown).finish()
    }
}
