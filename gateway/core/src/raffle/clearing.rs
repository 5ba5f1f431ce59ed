//! What the payment gateway keeps and pays out, which belongs to no single sale.
//!
//! Owns two rows of the table of postings. Whoever reconciles the gateway's statement posts them.

use super::posting::{Event, Lines, Posting, Unbalanced};
use crate::ledger::chart::RaffleAccount as A;

/// Posts what the payment gateway kept for its work. **Units** won; zero posts nothing.
///
/// # Errors
/// [`Unbalanced`] for a negative amount.
pub fn fee(won: i64) -> Result<Option<Posting>, Unbalanced> {
    Lines::new().debit(A::PgFee, won).credit(A::PgClearing, won).post(Event::PgFee)
}

/// Posts what the payment gateway paid into the bank. **Units** won; zero posts nothing.
///
/// # Errors
/// [`Unbalanced`] for a negative amount.
pub fn payout(won: i64) -> Result<Option<Posting>, Unbalanced> {
    Lines::new().debit(A::Bank, won).credit(A::PgClearing, won).post(Event::PgPayout)
}
