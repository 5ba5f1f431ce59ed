//! The code that a customer says to the driver at the door.
//!
//! Owns its form, and that nobody reads it in a log. May not make one; a shell draws it. Next:
//! nothing below this.

use std::fmt;

/// Six digits, drawn for one delivery.
#[derive(Clone, Copy)]
pub struct DeliveryCode([u8; 6]);

/// A text that is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a delivery code has six digits")]
pub struct CodeInvalid;

impl DeliveryCode {
    /// Returns the digits, to be told to the customer.
    #[must_use]
    pub fn digits(&self) -> String {
        self.0.iter().map(|digit| char::from(*digit)).collect()
    }
}

impl std::str::FromStr for DeliveryCode {
    type Err = CodeInvalid;

    fn from_str(text: &str) -> Result<Self, CodeInvalid> {
        let digits: [u8; 6] = text.as_bytes().try_into().map_err(|_| CodeInvalid)?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits)).ok_or(CodeInvalid)
    }
}

/// Every digit is compared, so the time it takes tells nothing.
impl PartialEq for DeliveryCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |off, (a, b)| off | (a ^ b)) == 0
    }
}

impl Eq for DeliveryCode {}

impl fmt::Debug for DeliveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeliveryCode(******)")
    }
}
