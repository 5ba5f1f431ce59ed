//! The brand of a card by the first digits of its number.
//!
//! Owns the comparison; the ranges are rows of `ranges.rs`. The longest row that fits wins, since
//! issuers of one country hold small blocks inside the large ones. Next: [`super::number`].

use super::ranges::{BRANDS, Range};

/// A card brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Brand {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
    /// American Express.
    AmericanExpress,
    /// Diners Club.
    DinersClub,
    /// Discover.
    Discover,
    /// JCB.
    Jcb,
    /// UnionPay.
    UnionPay,
    /// Verve, of Nigeria.
    Verve,
    /// Maestro.
    Maestro,
    /// Elo, of Brazil.
    Elo,
    /// Mir, of Russia.
    Mir,
    /// Hiper, of Brazil.
    Hiper,
    /// Hipercard, of Brazil.
    Hipercard,
    /// Naranja, of Argentina.
    Naranja,
    /// Troy, of Türkiye.
    Troy,
}

impl Brand {
    /// Returns the brand of a number, or of a prefix that is long enough to fill a row.
    #[must_use]
    pub fn of(digits: &[u8]) -> Option<Self> {
        let mut best: Option<(usize, Self)> = None;
        for row in BRANDS {
            let fitting = row.ranges.iter().filter(|range| range.holds(digits));
            let Some(width) = fitting.map(Range::width).max() else { continue };
            if best.is_none_or(|(widest, _)| width > widest) {
                best = Some((width, row.brand));
            }
        }
        best.map(|(_, brand)| brand)
    }

    /// Returns every brand that a number beginning so may have, in the order of the table.
    pub fn candidates(prefix: &[u8]) -> impl Iterator<Item = Self> {
        let open = |range: &Range| range.may_hold(prefix);
        BRANDS.iter().filter(move |row| row.ranges.iter().any(open)).map(|row| row.brand)
    }

    /// Returns whether numbers of this brand may have so many digits.
    #[must_use]
    pub fn has_length(self, digits: usize) -> bool {
        BRANDS.iter().any(|row| row.brand == self && row.lengths.contains(&digits))
    }

    /// Returns the name in lower case with hyphens, as configuration and reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Visa => "visa",
            Self::Mastercard => "mastercard",
            Self::AmericanExpress => "american-express",
            Self::DinersClub => "diners-club",
            Self::Discover => "discover",
            Self::Jcb => "jcb",
            Self::UnionPay => "unionpay",
            Self::Verve => "verve",
            Self::Maestro => "maestro",
            Self::Elo => "elo",
            Self::Mir => "mir",
            Self::Hiper => "hiper",
            Self::Hipercard => "hipercard",
            Self::Naranja => "naranja",
            Self::Troy => "troy",
        }
    }
}
