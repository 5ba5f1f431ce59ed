//! Step 7: what an outcome means for the books.
//!
//! Owns the choice of accounts for an approval. Everything that is not an approval books nothing:
//! a decline moved nothing, and a reversal undoes at the destination what was never booked here.

use super::transaction::{Facts, Purpose};
use crate::ledger::{Account, Entry};

/// Makes the entry of an approved transaction.
#[must_use]
pub fn approval_entry(facts: &Facts) -> Entry {
    let destination = || facts.destination.clone();
    let (debit, credit) = match facts.purpose {
        Purpose::Payment => {
            (Account::Clearing(destination()), Account::Merchant(facts.shop.clone()))
        }
        Purpose::Accrue => {
            (Account::PointsIssued(destination()), Account::PointsHeld(destination()))
        }
        Purpose::Redeem => {
            (Account::PointsHeld(destination()), Account::PointsIssued(destination()))
        }
        Purpose::Balance => return Entry::default(),
    };
    Entry::transfer(debit, credit, facts.amount).unwrap_or_default()
}
