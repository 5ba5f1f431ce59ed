//! Money as whole minor units of one currency; there is no other way to hold an amount here.
//!
//! Owns checked arithmetic. May not round: whoever divides says where the rest goes. Floats never
//! become money, neither in code nor on the wire. Next: [`crate::code`].

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 currency by its three letters, or [`Currency::POINTS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// A text or number that is not money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyInvalid {
    /// The currency is not one that this gateway knows.
    #[error("unknown currency: use three capital letters of ISO 4217, for example KRW")]
    CurrencyUnknown,
    /// Two currencies met in one calculation.
    #[error("amounts of different currencies cannot be added")]
    CurrencyDiffers,
    /// The result does not fit 64 bits.
    #[error("amount out of range")]
    OutOfRange,
}

/// Letters, ISO 4217 number and minor digits. Source: ISO 4217 list one, the currencies that the
/// simulators and the first acquirers settle in; more are added by a line here.
const CURRENCIES: &[([u8; 3], u16, u8)] = &[
    (*b"AUD", 36, 2),
    (*b"CAD", 124, 2),
    (*b"CHF", 756, 2),
    (*b"CNY", 156, 2),
    (*b"EUR", 978, 2),
    (*b"GBP", 826, 2),
    (*b"HKD", 344, 2),
    (*b"IDR", 360, 2),
    (*b"INR", 356, 2),
    (*b"JPY", 392, 0),
    (*b"KRW", 410, 0),
    (*b"KWD", 414, 3),
    (*b"MYR", 458, 2),
    (*b"NZD", 554, 2),
    (*b"PHP", 608, 2),
    (*b"SGD", 702, 2),
    (*b"THB", 764, 2),
    (*b"TWD", 901, 2),
    (*b"USD", 840, 2),
    (*b"VND", 704, 0),
    (*b"PTS", 999, 0),
];

impl Currency {
    /// Korean won, which has no minor unit.
    pub const KRW: Self = Self(*b"KRW");
    /// Membership points. Not an ISO currency: a phone cannot pay in it.
    pub const POINTS: Self = Self(*b"PTS");

    /// Finds a currency by its three letters.
    ///
    /// # Errors
    /// [`MoneyInvalid::CurrencyUnknown`] when the letters are not in the table.
    pub fn from_letters(letters: &str) -> Result<Self, MoneyInvalid> {
        let found = CURRENCIES.iter().find(|(known, _, _)| known.as_slice() == letters.as_bytes());
        found.map(|(known, _, _)| Self(*known)).ok_or(MoneyInvalid::CurrencyUnknown)
    }

    /// Finds a currency by its ISO 4217 number, as ISO 8583 field 49 carries it.
    ///
    /// # Errors
    /// [`MoneyInvalid::CurrencyUnknown`] when the number is not in the table.
    pub fn from_number(number: u16) -> Result<Self, MoneyInvalid> {
        let found = CURRENCIES.iter().find(|(_, known, _)| *known == number);
        found.map(|(letters, _, _)| Self(*letters)).ok_or(MoneyInvalid::CurrencyUnknown)
    }

    /// Returns the three letters.
    #[must_use]
    pub fn letters(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Returns the ISO 4217 number; 999 ("no currency") for points.
    #[must_use]
    pub fn number(&self) -> u16 {
        self.row().map_or(999, |(_, number, _)| *number)
    }

    /// Returns how many decimal digits the minor unit stands for.
    #[must_use]
    pub fn digits(&self) -> u8 {
        self.row().map_or(0, |(_, _, digits)| *digits)
    }

    fn row(&self) -> Option<&'static ([u8; 3], u16, u8)> {
        CURRENCIES.iter().find(|(letters, _, _)| *letters == self.0)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letters())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letters())
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyInvalid;

    fn try_from(letters: String) -> Result<Self, MoneyInvalid> {
        Self::from_letters(&letters)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.letters().to_owned()
    }
}

/// An amount in minor units of its currency.
///
/// **Units** `minor` is won for KRW, cents for USD, points for [`Currency::POINTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Whole minor units.
    pub minor: i64,
    /// What they are units of.
    pub currency: Currency,
}

impl Money {
    /// Makes an amount.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Adds two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyInvalid::CurrencyDiffers`], or [`MoneyInvalid::OutOfRange`] on overflow.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyInvalid> {
        if self.currency != other.currency {
            return Err(MoneyInvalid::CurrencyDiffers);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyInvalid::OutOfRange)?;
        Ok(Self { minor, currency: self.currency })
    }
}

impl fmt::Display for Money {
    /// Prints the amount as people write it: `4,500 KRW`, `12.30 USD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::from(self.currency.digits());
        let text = format!("{:0>width$}", self.minor.unsigned_abs(), width = digits + 1);
        let (whole, part) = text.split_at(text.len() - digits);
        if self.minor < 0 {
            f.write_str("-")?;
        }
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place) % 3 == 0 {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if digits > 0 {
            write!(f, ".{part}")?;
        }
        write!(f, " {}", self.currency)
    }
}
