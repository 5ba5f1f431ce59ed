//! The message authentication code: eight bytes in field 64 or 128, over everything before them.
//!
//! Owns computing and comparing it. AES-CMAC (NIST SP 800-38B, ISO/IEC 9797-1 algorithm 5), cut to
//! the eight bytes of the field. The bytes are those that are sent, from the message type to the
//! end of the last field before. Next: [`super::ready`].

use super::fault::{FormatFault, Path};
use super::message::Message;
use super::spec::Spec;
use crate::aes128::AesKey;
use subtle::ConstantTimeEq;

/// Bytes of the code.
pub const MAC_BYTES: usize = 8;
/// The field, where a message has one bitmap.
pub const MAC_FIELD: u8 = 64;
/// The field, where it has two.
pub const MAC_FIELD_SECOND: u8 = 128;

/// A key for message authentication codes. Prints masked and is wiped when dropped.
#[derive(Debug, Clone)]
pub struct MacKey(AesKey);

impl MacKey {
    /// Takes the sixteen bytes of the key.
    #[must_use]
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(AesKey::new(bytes))
    }

    /// Sets the code of a message and writes it.
    ///
    /// # Errors
    /// As [`Message::build`].
    pub fn seal(&self, spec: &Spec, message: &mut Message) -> Result<Vec<u8>, FormatFault> {
        let field = field_of(message);
        message.set(field, [0; MAC_BYTES]);
        let before = covered(spec, message, field)?;
        message.set(field, self.code(&before));
        message.build(spec)
    }

    /// Checks the code of a message that was read from these bytes.
    ///
    /// # Errors
    /// [`FormatFault::MacMissing`] or [`FormatFault::MacWrong`].
    pub fn check(&self, spec: &Spec, message: &Message) -> Result<(), FormatFault> {
        let field = field_of(message);
        let code = message.value(field).ok_or(FormatFault::MacMissing { field })?;
        let before = covered(spec, message, field)?;
        let right: bool = self.code(&before).ct_eq(code).into();
        if right { Ok(()) } else { Err(FormatFault::MacWrong { path: Path::field(field) }) }
    }

    fn code(&self, bytes: &[u8]) -> [u8; MAC_BYTES] {
        let mut code = [0; MAC_BYTES];
        for (place, byte) in code.iter_mut().zip(self.0.cmac(bytes)) {
            *place = byte;
        }
        code
    }
}

/// The last field that the bitmaps of a message can name.
fn field_of(message: &Message) -> u8 {
    let second = message.fields().any(|(number, _)| number > MAC_FIELD);
    if second { MAC_FIELD_SECOND } else { MAC_FIELD }
}

/// The bytes that are sent before the code: reading keeps values exactly, so they are written anew.
fn covered(spec: &Spec, message: &Message, field: u8) -> Result<Vec<u8>, FormatFault> {
    let row = spec.lookup(field).ok_or(FormatFault::FieldUnknown { field })?;
    let mut bytes = message.build(spec)?;
    bytes.truncate(bytes.len().saturating_sub(row.bytes_sent(MAC_BYTES)));
    Ok(bytes)
}
