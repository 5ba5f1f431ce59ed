//! What a scan names: a product, a shop, one piece. Check digits are proven once, here.
//!
//! Owns the newtypes that a basket is made of. The shells read QR, links and tags with
//! `baton-formats` and hand the digits in. Next: [`super::basket`].

use std::fmt;

/// Letters of a serial number. Source: GS1 General Specifications, AI (21).
const SERIAL_LETTERS_MAX: usize = 20;
/// Signs that a serial number may have beside letters and digits. Source: the same, figure 7.11-1.
const SERIAL_SIGNS: &str = "!\"%&'()*+,-./:;<=>?_";

/// A product number of 14 digits (GTIN); shorter ones are filled with zeros in front.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gtin(u64);

/// A shop's unique number of 13 digits (GLN, AI 414).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gln(u64);

/// The number of one piece (AI 21, or the serial of an SGTIN-96).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Serial(String);

/// Why a number is none of GS1's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberInvalid {
    /// It has the wrong number of digits, or something else than digits.
    #[error("a {what} has {digits} digits")]
    Digits {
        /// Which kind.
        what: &'static str,
        /// How many, as words.
        digits: &'static str,
    },
    /// The last digit does not check the others.
    #[error("the check digit of this {what} is wrong")]
    CheckDigit {
        /// Which kind.
        what: &'static str,
    },
    /// It is no serial number.
    #[error("a serial number has 1 to {SERIAL_LETTERS_MAX} letters, digits and signs of GS1's set")]
    Serial,
}

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits.
    ///
    /// # Errors
    /// [`NumberInvalid::Digits`] and [`NumberInvalid::CheckDigit`] as they say.
    pub fn parse(text: &str) -> Result<Self, NumberInvalid> {
        let long = matches!(text.len(), 8 | 12 | 13 | 14);
        checked(text, long, "product number", "8, 12, 13 or 14").map(Self)
    }
}

impl Gln {
    /// Reads 13 digits.
    ///
    /// # Errors
    /// [`NumberInvalid::Digits`] and [`NumberInvalid::CheckDigit`] as they say.
    pub fn parse(text: &str) -> Result<Self, NumberInvalid> {
        checked(text, text.len() == 13, "shop number", "13").map(Self)
    }
}

impl Serial {
    /// Reads a serial number.
    ///
    /// # Errors
    /// [`NumberInvalid::Serial`] when it is empty, too long or has other signs.
    pub fn parse(text: &str) -> Result<Self, NumberInvalid> {
        let known = |one: char| one.is_ascii_alphanumeric() || SERIAL_SIGNS.contains(one);
        let fits = (1..=SERIAL_LETTERS_MAX).contains(&text.len()) && text.chars().all(known);
        if fits { Ok(Self(text.to_owned())) } else { Err(NumberInvalid::Serial) }
    }

    /// Returns its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// GS1 General Specifications 7.9: weights 3 and 1 from the right, the sum ends in 0.
fn checked(
    text: &str,
    long: bool,
    what: &'static str,
    digits: &'static str,
) -> Result<u64, NumberInvalid> {
    if !long || !text.chars().all(|one| one.is_ascii_digit()) {
        return Err(NumberInvalid::Digits { what, digits });
    }
    let weighed = text.chars().rev().filter_map(|one| one.to_digit(10)).zip([1, 3].iter().cycle());
    let sum: u32 = weighed.map(|(digit, weight)| digit.saturating_mul(*weight)).sum();
    let number = text.parse().map_err(|_| NumberInvalid::Digits { what, digits })?;
    if sum.is_multiple_of(10) { Ok(number) } else { Err(NumberInvalid::CheckDigit { what }) }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014}", self.0)
    }
}

impl fmt::Display for Gln {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:013}", self.0)
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gtin {self}")
    }
}

impl fmt::Debug for Gln {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gln {self}")
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "serial {}", self.0)
    }
}

#[cfg(test)]
mod tests;
