//! How a message prints: every field by number, those that could hold a secret as stars.
//!
//! Owns the list of masked fields; there is no other way to print a message. Next: `destinations`.

use super::message::Message;
use std::borrow::Cow;
use std::fmt;

/// Card number, track 2, private data (the code), PIN block and chip data.
pub const MASKED_FIELDS: [u8; 5] = [2, 35, 48, 52, 55];

/// Returns what may be shown of a field's value.
#[must_use]
pub fn shown(field: u8, value: &[u8]) -> Cow<'_, str> {
    if MASKED_FIELDS.contains(&field) {
        return Cow::Borrowed("***");
    }
    match std::str::from_utf8(value) {
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
