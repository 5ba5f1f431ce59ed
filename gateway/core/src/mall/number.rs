//! Numbers that others give out: a shop's business number and GLN, the GTIN of goods.
//!
//! Owns their check digits, nothing else of them; whether such a number is in force is known by who
//! gave it out. Next: [`super::shop`].

use std::fmt;

/// Weights of the first nine digits of a Korean business registration number (National Tax
/// Service); the ninth counts a second time, times five, by its tens.
const BUSINESS_WEIGHTS: [u32; 9] = [1, 3, 7, 1, 3, 7, 1, 3, 5];

/// A text that is no such number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberInvalid {
    /// It has other characters or another length.
    #[error("a {kind} has {digits} digits")]
    Shape {
        /// What was asked for.
        kind: &'static str,
        /// How many digits it has.
        digits: &'static str,
    },
    /// The last digit does not fit the others: somebody mistyped.
    #[error("the last digit of this {kind} does not fit the others")]
    CheckDigit {
        /// What was asked for.
        kind: &'static str,
    },
}

/// A Korean business registration number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BusinessNumber(String);

impl BusinessNumber {
    /// Reads a number, with or without hyphens.
    ///
    /// # Errors
    /// Each variant of [`NumberInvalid`] as it says.
    pub fn parse(text: &str) -> Result<Self, NumberInvalid> {
        let kind = "business number";
        let bare: String = text.chars().filter(|sign| *sign != '-').collect();
        let digits = digits(&bare).filter(|digits| digits.len() == 10);
        let Some((last, first)) = digits.as_deref().and_then(<[u32]>::split_last) else {
            return Err(NumberInvalid::Shape { kind, digits: "10" });
        };
        let weighed = first.iter().zip(BUSINESS_WEIGHTS).map(|(digit, weight)| digit * weight);
        let sum: u32 = weighed.sum();
        let tens = first.last().map_or(0, |ninth| ninth * 5 / 10);
        if (10 - (sum + tens) % 10) % 10 != *last {
            return Err(NumberInvalid::CheckDigit { kind });
        }
        Ok(Self(bare))
    }
}

impl fmt::Display for BusinessNumber {
    /// Prints it as people write it: `000-12-34560`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, digit) in self.0.chars().enumerate() {
            if place == 3 || place == 5 {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// A GS1 Global Location Number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gln(String);

impl Gln {
    /// Reads a number.
    ///
    /// # Errors
    /// Each variant of [`NumberInvalid`] as it says.
    pub fn parse(text: &str) -> Result<Self, NumberInvalid> {
        check(text, "location number", &[13], "13")?;
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Gln {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A GS1 Global Trade Item Number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gtin(String);

impl Gtin {
    /// Reads a number of 8, 12, 13 or 14 digits.
    ///
    /// # Errors
    /// Each variant of [`NumberInvalid`] as it says.
    pub fn parse(text: &str) -> Result<Self, NumberInvalid> {
        check(text, "trade item number", &[8, 12, 13, 14], "8, 12, 13 or 14")?;
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// GS1 General Specifications 7.9.1: from the right, digits weigh 3 and 1 in turn, and the check
/// digit fills the sum up to a multiple of ten.
fn check(
    text: &str,
    kind: &'static str,
    lengths: &[usize],
    told: &'static str,
) -> Result<(), NumberInvalid> {
    let digits = digits(text).filter(|digits| lengths.contains(&digits.len()));
    let Some((last, first)) = digits.as_deref().and_then(<[u32]>::split_last) else {
        return Err(NumberInvalid::Shape { kind, digits: told });
    };
    let weighed = first.iter().rev().zip([3_u32, 1].into_iter().cycle());
    let sum: u32 = weighed.map(|(digit, weight)| digit * weight).sum();
    if (10 - sum % 10) % 10 == *last { Ok(()) } else { Err(NumberInvalid::CheckDigit { kind }) }
}

/// At most 14 digits are read, so sums of them are small.
fn digits(text: &str) -> Option<Vec<u32>> {
    if text.len() > 14 {
        return None;
    }
    text.chars().map(|sign| sign.to_digit(10).filter(|_| sign.is_ascii_digit())).collect()
}

#[cfg(test)]
mod tests;
