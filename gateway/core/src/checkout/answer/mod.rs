//! Matching free text: does an answer mean what is stored, in Korean and English.
//!
//! | kind | equal when | file |
//! |---|---|---|
//! | text | four fifths alike, digits equal, none nearer | [`text`], [`distance`] |
//! | number | one reading is the same number | [`number`] |
//! | amount | within a tenth | [`number`] |
//! | phone | the same digits, at home or with +82 | [`phone`] |
//! | date | a day more or less, or the month alone | [`date`], [`day`] |
//! | a declared fact | only keyed tags are kept of it | [`tag`] |
//!
//! What may not be typed at all is refused before: [`refused`].

pub mod date;
pub mod day;
pub mod distance;
pub mod hangul;
pub mod number;
pub mod phone;
pub mod plain;
pub mod refused;
pub mod tag;
pub mod text;

#[cfg(test)]
mod tests;

pub use day::Day;

/// What an answer is about; it decides how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A name of a good, shop, person or place.
    Text,
    /// A count, exact.
    Number,
    /// An amount of money, to within a tenth.
    Amount,
    /// A telephone number.
    Phone,
    /// A day.
    Date,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Text, Self::Number, Self::Amount, Self::Phone, Self::Date];

    /// Returns the word for it in files and command lines.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Amount => "amount",
            Self::Phone => "phone",
            Self::Date => "date",
        }
    }

    /// Finds a kind by its word.
    #[must_use]
    pub fn lookup(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Says whether an answer means what is stored; `pool` are the other plausible answers.
#[must_use]
pub fn matches(kind: Kind, stored: &str, answer: &str, pool: &[&str], today: Day) -> bool {
    match kind {
        Kind::Text => text::same(stored, answer, pool),
        Kind::Number => number::same(stored, answer),
        Kind::Amount => number::near(stored, answer),
        Kind::Phone => phone::same(stored, answer),
        Kind::Date => date::same(stored, answer, today),
    }
}
