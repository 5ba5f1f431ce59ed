//! A card number that cannot be printed or left in memory by accident.
//!
//! Owns what is a card number, and its mask. Next: [`mod@super::find`], which looks for one.

use super::brand::Brand;
use super::luhn;
use std::fmt;
use zeroize::Zeroizing;

/// The fewest digits of a card number: the shortest in use (Maestro).
pub const PAN_DIGITS_MIN: usize = 12;
/// The most digits of a card number: ISO/IEC 7812-1, 4.1.
pub const PAN_DIGITS_MAX: usize = 19;

/// Digits shown at the front: PCI DSS 4.0, 3.4.1 permits the issuer's and the last four.
const SHOWN_FIRST: usize = 6;
/// Digits shown at the end, by the same clause.
const SHOWN_LAST: usize = 4;
/// The fewest digits that stay hidden, so that a short number is not read off its mask.
const HIDDEN_MIN: usize = 6;

/// Why a text is not a card number. The text itself is never part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PanInvalid {
    /// Other characters than digits with single blanks or hyphens between them.
    #[error("a card number has digits only, in groups at most")]
    Character,
    /// Under 12 or over 19 digits.
    #[error("a card number has 12 to 19 digits")]
    Length,
    /// The last digit does not fit the others.
    #[error("the check digit is wrong")]
    CheckDigit,
    /// No brand has numbers that begin so, or none so long.
    #[error("no brand has such numbers")]
    BrandUnknown,
}

/// A card number. Prints masked, is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Pan {
    digits: Zeroizing<Vec<u8>>,
    brand: Brand,
}

impl Pan {
    /// Takes a text as a card number, with blanks or hyphens between its groups or without.
    ///
    /// # Errors
    /// [`PanInvalid::Character`], [`PanInvalid::Length`], [`PanInvalid::CheckDigit`] and
    /// [`PanInvalid::BrandUnknown`], in this order.
    pub fn parse(text: &str) -> Result<Self, PanInvalid> {
        let mut digits = Zeroizing::new(Vec::with_capacity(PAN_DIGITS_MAX));
        let mut between = true;
        for character in text.bytes() {
            let separator = matches!(character, b' ' | b'-');
            if !character.is_ascii_digit() && (!separator || between) {
                return Err(PanInvalid::Character);
            }
            between = separator;
            if separator {
                continue;
            }
            if digits.len() == PAN_DIGITS_MAX {
                return Err(PanInvalid::Length);
            }
            digits.push(character);
        }
        if between {
            return Err(PanInvalid::Character);
        }
        let brand = check(&digits)?;
        Ok(Self { digits, brand })
    }

    /// Returns the brand.
    #[must_use]
    pub const fn brand(&self) -> Brand {
        self.brand
    }

    /// Returns what may be shown: at most the first six and last four digits.
    #[must_use]
    pub fn masked(&self) -> String {
        masked(&self.digits)
    }

    /// Shows the number itself, for the one place that sends it on.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.digits
    }
}

impl fmt::Debug for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pan({})", self.masked())
    }
}

impl fmt::Display for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Returns the brand of digits that are a card number.
pub(super) fn check(digits: &[u8]) -> Result<Brand, PanInvalid> {
    if !(PAN_DIGITS_MIN..=PAN_DIGITS_MAX).contains(&digits.len()) {
        return Err(PanInvalid::Length);
    }
    if !luhn::holds(digits) {
        return Err(PanInvalid::CheckDigit);
    }
    let brand = Brand::of(digits).filter(|brand| brand.has_length(digits.len()));
    brand.ok_or(PanInvalid::BrandUnknown)
}

/// Returns a number's mask. Of one so short that under six digits would stay hidden, fewer of the
/// first are shown.
fn masked(digits: &[u8]) -> String {
    let hidden_from = digits.len().saturating_sub(SHOWN_LAST + HIDDEN_MIN).min(SHOWN_FIRST);
    let shown_from = digits.len().saturating_sub(SHOWN_LAST);
    let places = digits.iter().enumerate();
    let shown = |(place, digit): (usize, &u8)| match place {
        place if place < hidden_from || place >= shown_from => char::from(*digit),
        _ => '*',
    };
    places.map(shown).collect()
}
