//! The message authentication code in the last field of the last bitmap, over everything before.
//!
//! Owns computing and comparing it, by AES-CMAC (NIST SP 800-38B, ISO/IEC 9797-1 algorithm 5, cut
//! to the eight bytes of the field) or by the retail MAC of [`super::retail`]. The bytes are those
//! that are sent, from the message type to the end of the last field before.
//! Next: [`super::ready`].

use super::fault::{FormatFault, Path};
use super::message::Message;
use super::retail::RetailKey;
use super::spec::{Field, Length, Spec};
use crate::aes128::AesKey;
use subtle::ConstantTimeEq;

pub use super::retail::RETAIL_KEY_BYTES;

/// Bytes of the code.
pub const MAC_BYTES: usize = 8;
/// Bytes of a code that is cut short: the left half (ANSI X9.19, ISO 16609).
pub const MAC_BYTES_SHORT: usize = 4;
/// The field, where a message has one bitmap.
pub const MAC_FIELD: u8 = 64;
/// The field, where it has two.
pub const MAC_FIELD_SECOND: u8 = 128;
/// The field, where it has three.
pub const MAC_FIELD_THIRD: u8 = 192;

/// A key for message authentication codes. Prints masked and is wiped when dropped.
#[derive(Debug, Clone)]
pub struct MacKey {
    algorithm: Algorithm,
    kept: Kept,
}

#[derive(Debug, Clone)]
enum Algorithm {
    AesCmac(AesKey),
    Retail(RetailKey),
}

/// How much of a code is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// All eight bytes.
    Whole,
    /// The four on the left; four zeros follow, where the field has eight bytes.
    Left,
}

/// Why a key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MacKeyFault {
    /// Both halves of a key of double length are the same, but for parity bits.
    #[error("both halves of the key are the same: a retail MAC needs two different keys")]
    HalvesEqual,
}

impl MacKey {
    /// Takes the sixteen bytes of a key for AES-CMAC.
    #[must_use]
    pub fn new(bytes: [u8; 16]) -> Self {
        Self { algorithm: Algorithm::AesCmac(AesKey::new(bytes)), kept: Kept::Whole }
    }

    /// Takes the two DES keys of a retail MAC (ANSI X9.19), the chain's first.
    ///
    /// # Errors
    /// [`MacKeyFault::HalvesEqual`] for two that are the same: that is single DES.
    pub fn retail(bytes: [u8; RETAIL_KEY_BYTES], kept: Kept) -> Result<Self, MacKeyFault> {
        Ok(Self { algorithm: Algorithm::Retail(RetailKey::new(bytes)?), kept })
    }

    /// Sets the code of a message and writes it.
    ///
    /// # Errors
    /// As [`Message::build`].
    pub fn seal(&self, spec: &Spec, message: &mut Message) -> Result<Vec<u8>, FormatFault> {
        let place = Place::of(spec, message)?;
        message.set(place.field, vec![0; place.bytes]);
        let code = self.code(&place.covered(spec, message)?);
        message.set(place.field, code.get(..place.bytes).unwrap_or_default());
        message.build(spec)
    }

    /// Checks the code of a message that was read from these bytes.
    ///
    /// # Errors
    /// [`FormatFault::MacMissing`] or [`FormatFault::MacWrong`].
    pub fn check(&self, spec: &Spec, message: &Message) -> Result<(), FormatFault> {
        let field = field_of(message);
        let code = message.value(field).ok_or(FormatFault::MacMissing { field })?;
        let place = Place::of(spec, message)?;
        let right = self.code(&place.covered(spec, message)?);
        let right: bool = right.get(..place.bytes).unwrap_or_default().ct_eq(code).into();
        if right { Ok(()) } else { Err(FormatFault::MacWrong { path: Path::field(field) }) }
    }

    fn code(&self, bytes: &[u8]) -> [u8; MAC_BYTES] {
        let whole = match &self.algorithm {
            Algorithm::AesCmac(key) => {
                let [a, b, c, d, e, f, g, h, ..] = key.cmac(bytes);
                [a, b, c, d, e, f, g, h]
            }
            Algorithm::Retail(key) => key.code(bytes),
        };
        match (self.kept, whole) {
            (Kept::Whole, whole) => whole,
            (Kept::Left, [a, b, c, d, ..]) => [a, b, c, d, 0, 0, 0, 0],
        }
    }
}

/// The last field that the bitmaps of a message can name.
fn field_of(message: &Message) -> u8 {
    match message.fields().last() {
        Some((number, _)) if number > MAC_FIELD_SECOND => MAC_FIELD_THIRD,
        Some((number, _)) if number > MAC_FIELD => MAC_FIELD_SECOND,
        _ => MAC_FIELD,
    }
}

/// Where a code stands.
struct Place<'s> {
    field: u8,
    row: &'s Field,
    bytes: usize,
}

impl<'s> Place<'s> {
    fn of(spec: &'s Spec, message: &Message) -> Result<Self, FormatFault> {
        let field = field_of(message);
        let row = spec.lookup(field).ok_or(FormatFault::FieldUnknown { field })?;
        let bytes = match row.length {
            Length::Fixed(MAC_BYTES_SHORT) => MAC_BYTES_SHORT,
            Length::Fixed(_) | Length::Variable(..) => MAC_BYTES,
        };
        Ok(Self { field, row, bytes })
    }

    /// The bytes that are sent before: reading keeps values exactly, so they are written anew.
    fn covered(&self, spec: &Spec, message: &Message) -> Result<Vec<u8>, FormatFault> {
        let mut bytes = message.build(spec)?;
        bytes.truncate(bytes.len().saturating_sub(self.row.bytes_sent(self.bytes)));
        Ok(bytes)
    }
}
