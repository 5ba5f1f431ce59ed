//! Double entry: every outcome that moves money or points becomes lines that sum to zero.
//!
//! Owns lines and the rule that an entry balances per currency. May not know who pays:
//! `relay/outcome.rs` chooses the accounts. Stored append-only by `baton-records`. Chapters:
//! [`account`] (where, and how low), [`chart`] (the accounts of whole capabilities), [`booking`]
//! (pending, posted, voided), [`books`] (balances and their floors).

pub mod account;
pub mod booking;
pub mod books;
pub mod chart;

pub use account::{Account, AccountUnknown};
pub use booking::{Booked, Booking, BookingRefused, Phase};
pub use books::{Books, Totals};

use baton_protocol::money::{Currency, Money};
use std::collections::BTreeMap;

/// Which side of an account a line stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Left.
    Debit,
    /// Right.
    Credit,
}

/// One line of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where.
    pub account: Account,
    /// On which side.
    pub side: Side,
    /// How much; never negative.
    pub amount: Money,
}

/// Lines that balance. There is no other way to hold them than [`Entry::new`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry(Vec<Line>);

/// Why lines are not an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryInvalid {
    /// A line is below zero.
    #[error("a line is negative: book it on the other side")]
    Negative,
    /// Debits and credits of this currency differ.
    #[error("debits and credits differ in {currency}")]
    Unbalanced {
        /// The first such currency.
        currency: Currency,
    },
}

impl Entry {
    /// Takes lines as an entry. Sums are 128 bits wide, so they cannot overflow.
    ///
    /// # Errors
    /// Each variant of [`EntryInvalid`] as it says.
    pub fn new(lines: Vec<Line>) -> Result<Self, EntryInvalid> {
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for line in &lines {
            if line.amount.minor < 0 {
                return Err(EntryInvalid::Negative);
            }
            let signed = match line.side {
                Side::Debit => i128::from(line.amount.minor),
                Side::Credit => -i128::from(line.amount.minor),
            };
            let sum = sums.entry(line.amount.currency).or_default();
            *sum = sum.saturating_add(signed);
        }
        let unbalanced = sums.into_iter().find(|(_, sum)| *sum != 0);
        unbalanced
            .map_or(Ok(Self(lines)), |(currency, _)| Err(EntryInvalid::Unbalanced { currency }))
    }

    /// Moves one amount from the credit account to the debit account.
    ///
    /// # Errors
    /// [`EntryInvalid::Negative`] for an amount below zero.
    pub fn transfer(debit: Account, credit: Account, amount: Money) -> Result<Self, EntryInvalid> {
        Self::new(vec![
            Line { account: debit, side: Side::Debit, amount },
            Line { account: credit, side: Side::Credit, amount },
        ])
    }

    /// Returns the lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
