//! Amounts as codes write them: digits with at most one point.
//!
//! Owns the way between such a text and minor units; the currency's exponent is the caller's, since
//! codes name the currency only by its number. No floats. Next: [`super::rules`].

use std::fmt;

/// The most characters of an amount (EMVCo MPM 1.1, table 3.4).
pub const AMOUNT_CHARACTERS_MAX: usize = 13;

/// A decimal number as it was written, zeros at the end included.
///
/// Units: whole units of the currency are `digits` divided by ten to the power of `places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    digits: u64,
    places: u8,
}

impl Amount {
    /// Reads `98`, `98.` or `98.73`; a point needs a digit before it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > AMOUNT_CHARACTERS_MAX {
            return None;
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let all = whole.bytes().chain(part.bytes());
        let digits = all.clone().all(|byte| byte.is_ascii_digit()) && !whole.is_empty();
        let sum = |sum: u64, digit: u8| {
            sum.checked_mul(10)?.checked_add(u64::from(digit.checked_sub(b'0')?))
        };
        let digits = digits.then(|| all.into_iter().try_fold(0, sum)).flatten()?;
        Some(Self { digits, places: u8::try_from(part.len()).ok()? })
    }

    /// Makes an amount of minor units, written with all the currency's places.
    ///
    /// Returns nothing below zero, or when it has over [`AMOUNT_CHARACTERS_MAX`] characters.
    #[must_use]
    pub fn of_minor(minor: i64, exponent: u8) -> Option<Self> {
        let amount = Self { digits: u64::try_from(minor).ok()?, places: exponent };
        let fits = usize::from(exponent) < AMOUNT_CHARACTERS_MAX
            && amount.to_string().len() <= AMOUNT_CHARACTERS_MAX;
        fits.then_some(amount)
    }

    /// Returns the amount in minor units of a currency with so many places.
    ///
    /// Fewer places than the currency has are filled up; more are taken only when they are zeros,
    /// since an amount is never rounded. Otherwise there is none.
    #[must_use]
    pub fn minor(self, exponent: u8) -> Option<i64> {
        let power = 10_u64.checked_pow(u32::from(exponent.abs_diff(self.places)))?;
        let minor = if self.places <= exponent {
            self.digits.checked_mul(power)?
        } else {
            let whole = self.digits.checked_rem(power)? == 0;
            whole.then(|| self.digits.checked_div(power)).flatten()?
        };
        i64::try_from(minor).ok()
    }

    /// Returns whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.digits == 0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.places);
        let digits = format!("{:0width$}", self.digits, width = places.saturating_add(1));
        match digits.split_at_checked(digits.len().saturating_sub(places)) {
            Some((whole, part)) if !part.is_empty() => write!(f, "{whole}.{part}"),
            _ => f.write_str(&digits),
        }
    }
}
