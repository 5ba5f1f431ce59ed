//! Thirty-two bytes: hashes, commitments, seeds and random numbers of a draw.
//!
//! Owns their text, which is lower-case hexadecimal. Next: [`super::beacon`].

use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// Thirty-two bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Digest(pub [u8; 32]);

/// A text that is not thirty-two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits")]
pub struct DigestInvalid;

impl Digest {
    /// Thirty-two zero bytes: the server's number where no server takes part.
    pub const ZERO: Self = Self([0; 32]);

    /// Hashes parts, one after the other, with SHA-256.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// Returns the bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = DigestInvalid;

    fn from_str(text: &str) -> Result<Self, DigestInvalid> {
        let digit =
            |byte: &u8| char::from(*byte).to_digit(16).and_then(|one| u8::try_from(one).ok());
        let digits: Option<Vec<u8>> = text.as_bytes().iter().map(digit).collect();
        let digits = digits.ok_or(DigestInvalid)?;
        let bytes: Vec<u8> = digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0_u8, |byte, digit| byte.wrapping_shl(4) | digit))
            .collect();
        if digits.len() != 64 {
            return Err(DigestInvalid);
        }
        bytes.try_into().map(Self).map_err(|_| DigestInvalid)
    }
}
