//! The numbers that name a thing: trade items, locations and logistic units.
//!
//! Owns three number types that are right by construction, and check digits. A trade item's number
//! is always held with 14 digits, so that two spellings of one item are equal. Next:
//! [`super::link`].

use super::check;
use super::fault::Gs1Fault;
use std::fmt;

/// Returns the check digit that must follow these digits, or nothing when one is no digit.
///
/// Source: GS1 General Specifications, section 7.9.1: modulo 10, weights 3 and 1 from the right.
#[must_use]
pub fn check_digit(payload: &str) -> Option<char> {
    check::check_digit(payload.as_bytes()).map(char::from)
}

/// Says whether all are digits and the last one is the check digit of the others.
#[must_use]
pub fn has_check_digit(number: &str) -> bool {
    check::is_right(number.as_bytes())
}

/// The number of a trade item, with 14 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin([u8; 14]);

/// The number of a party or location, with 13 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gln([u8; 13]);

/// The number of a logistic unit, with 18 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sscc([u8; 18]);

impl Gtin {
    /// Takes a GTIN-8, GTIN-12, GTIN-13 or GTIN-14.
    ///
    /// # Errors
    /// [`Gs1Fault::KeyLength`] at any other length, [`Gs1Fault::KeyCharacter`] and
    /// [`Gs1Fault::KeyCheckDigit`].
    pub fn parse(digits: &str) -> Result<Self, Gs1Fault> {
        if !matches!(digits.len(), 8 | 12 | 13 | 14) {
            return Err(Gs1Fault::KeyLength { digits: digits.len() });
        }
        examine(digits)?;
        let mut own = [b'0'; 14];
        for (place, digit) in own.iter_mut().rev().zip(digits.bytes().rev()) {
            *place = digit;
        }
        Ok(Self(own))
    }

    /// Makes the number from an indicator and twelve digits, and appends the check digit.
    ///
    /// # Errors
    /// [`Gs1Fault::KeyLength`] and [`Gs1Fault::KeyCharacter`].
    pub fn from_payload(payload: &str) -> Result<Self, Gs1Fault> {
        completed(payload).map(Self)
    }

    /// Returns the 14 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the digits in the shortest form in which the number can be given: 8, 12, 13 or 14.
    #[must_use]
    pub fn shortest(&self) -> &str {
        let all = self.as_str();
        let zeros = all.bytes().take_while(|digit| *digit == b'0').count();
        let skipped = match zeros {
            6.. => 6,
            2..=5 => 2,
            1 => 1,
            _ => 0,
        };
        all.get(skipped..).unwrap_or(all)
    }
}

impl Gln {
    /// Takes 13 digits.
    ///
    /// # Errors
    /// [`Gs1Fault::KeyLength`], [`Gs1Fault::KeyCharacter`] and [`Gs1Fault::KeyCheckDigit`].
    pub fn parse(digits: &str) -> Result<Self, Gs1Fault> {
        exact(digits).map(Self)
    }

    /// Makes the number from twelve digits and appends the check digit.
    ///
    /// # Errors
    /// [`Gs1Fault::KeyLength`] and [`Gs1Fault::KeyCharacter`].
    pub fn from_payload(payload: &str) -> Result<Self, Gs1Fault> {
        completed(payload).map(Self)
    }

    /// Returns the 13 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Sscc {
    /// Takes 18 digits.
    ///
    /// # Errors
    /// [`Gs1Fault::KeyLength`], [`Gs1Fault::KeyCharacter`] and [`Gs1Fault::KeyCheckDigit`].
    pub fn parse(digits: &str) -> Result<Self, Gs1Fault> {
        exact(digits).map(Self)
    }

    /// Makes the number from 17 digits and appends the check digit.
    ///
    /// # Errors
    /// [`Gs1Fault::KeyLength`] and [`Gs1Fault::KeyCharacter`].
    pub fn from_payload(payload: &str) -> Result<Self, Gs1Fault> {
        completed(payload).map(Self)
    }

    /// Returns the 18 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn examine(digits: &str) -> Result<(), Gs1Fault> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Gs1Fault::KeyCharacter);
    }
    if has_check_digit(digits) { Ok(()) } else { Err(Gs1Fault::KeyCheckDigit) }
}

fn exact<const LENGTH: usize>(digits: &str) -> Result<[u8; LENGTH], Gs1Fault> {
    let wrong = Gs1Fault::KeyLength { digits: digits.len() };
    let own = <[u8; LENGTH]>::try_from(digits.as_bytes()).map_err(|_| wrong)?;
    examine(digits)?;
    Ok(own)
}

fn completed<const LENGTH: usize>(payload: &str) -> Result<[u8; LENGTH], Gs1Fault> {
    let digit = check_digit(payload).ok_or(Gs1Fault::KeyCharacter)?;
    exact(&format!("{payload}{digit}"))
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Gln {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Sscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Gln {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Sscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
