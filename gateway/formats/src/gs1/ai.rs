//! Application identifiers: the two to four digits that say what the value after them means.
//!
//! Owns the identifier as a value and the lengths that every reader must know by heart. Knows no
//! single identifier's rules: those are rows of `dictionary.rs`. Next: [`super::shape`].

use super::fault::Gs1Fault;
use std::fmt;

/// Digits of the shortest identifier.
pub(super) const DIGITS_MIN: usize = 2;
/// Digits of the longest identifier.
pub(super) const DIGITS_MAX: usize = 4;

/// An application identifier; shorter ones are padded with zero bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ai([u8; DIGITS_MAX]);

impl Ai {
    /// Serial shipping container code.
    pub const SSCC: Self = Self([b'0', b'0', 0, 0]);
    /// Trade item number.
    pub const GTIN: Self = Self([b'0', b'1', 0, 0]);
    /// Trade item number of what a logistic unit contains.
    pub const CONTENT: Self = Self([b'0', b'2', 0, 0]);
    /// Batch or lot.
    pub const LOT: Self = Self([b'1', b'0', 0, 0]);
    /// Expiry date, `YYMMDD`.
    pub const EXPIRY: Self = Self([b'1', b'7', 0, 0]);
    /// Serial number of a trade item.
    pub const SERIAL: Self = Self([b'2', b'1', 0, 0]);
    /// Extension of a physical location.
    pub const GLN_EXTENSION: Self = Self([b'2', b'5', b'4', 0]);
    /// Physical location.
    pub const GLN: Self = Self([b'4', b'1', b'4', 0]);
    /// Digital signature.
    pub const SIGNATURE: Self = Self(*b"8030");

    /// Takes two to four digits.
    ///
    /// # Errors
    /// [`Gs1Fault::AiMalformed`] when they are fewer, more or no digits.
    pub fn parse(text: &str) -> Result<Self, Gs1Fault> {
        let fits = (DIGITS_MIN..=DIGITS_MAX).contains(&text.len());
        if !fits || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Gs1Fault::AiMalformed);
        }
        let mut digits = [0; DIGITS_MAX];
        for (place, digit) in digits.iter_mut().zip(text.bytes()) {
            *place = digit;
        }
        Ok(Self(digits))
    }

    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let digits = self.0.split(|digit| *digit == 0).next().unwrap_or_default();
        std::str::from_utf8(digits).unwrap_or_default()
    }

    /// Returns how long the value is when the first two digits settle it; such a value ends without
    /// a separator.
    ///
    /// Source: GS1 General Specifications, element strings with predefined length.
    #[must_use]
    pub const fn predefined_length(self) -> Option<usize> {
        let [first, second, ..] = self.0;
        match (first, second) {
            (b'0', b'0') => Some(18),
            (b'0', b'1'..=b'3') => Some(14),
            (b'0', b'4') => Some(16),
            (b'1', b'1'..=b'9') | (b'3', b'1'..=b'6') => Some(6),
            (b'2', b'0') => Some(2),
            (b'4', b'1') => Some(13),
            _ => None,
        }
    }

    /// Says whether the identifier fits a pattern such as `31nn`, where `n` is any digit.
    #[must_use]
    pub(super) fn fits(self, pattern: &str) -> bool {
        let own = self.as_str().bytes();
        own.len() == pattern.len() && own.zip(pattern.bytes()).all(|(a, b)| b == b'n' || a == b)
    }
}

impl fmt::Display for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({self})")
    }
}
