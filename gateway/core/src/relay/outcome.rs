//! Step 7: what an outcome means for the books.
//!
//! Owns the choice of accounts and of the phase that each state brings. A payment is posted by its
//! approval and by nothing else: a decline moved nothing, and a reversal undoes at the destination
//! what was never booked here.

use super::transaction::{Facts, Purpose};
use crate::ledger::{Account, Booking, Entry, Phase};
use baton_protocol::work::State;

/// Says what is booked when a transaction comes into a state.
#[must_use]
pub fn booking(facts: &Facts, to: State) -> Option<Booking> {
    let phase = (to == State::Approved).then_some(Phase::Posted)?;
    Booking::of(phase, entry(facts))
}

/// Makes the entry of a transaction: what counts if it is approved.
#[must_use]
pub fn entry(facts: &Facts) -> Entry {
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
