//! Step 7: what an outcome means for the books.
//!
//! Owns the choice of accounts and of the phase that each state brings. A payment is posted by its
//! approval and by nothing else: a decline moved nothing, and a reversal undoes at the destination
//! what was never booked here.

use super::transaction::{Facts, Purpose};
use crate::ledger::{Account, Booking, Entry, Phase};
use baton_protocol::work::State;

/// Says what is booked when a transaction comes into a state. What is given back is reserved as
/// soon as it is asked for, so that it cannot be promised twice.
#[must_use]
pub fn booking(facts: &Facts, to: State) -> Option<Booking> {
    let reserved = facts.links.original.is_some();
    let phase = match to {
        State::Received if reserved => Phase::Pending,
        State::Approved => Phase::Posted,
        State::Declined | State::Cancelled | State::Reversed | State::Expired | State::Rejected
            if reserved =>
        {
            Phase::Voided
        }
        State::Received
        | State::Dispatched
        | State::Unknown
        | State::Reversing
        | State::Suspense
        | State::Declined
        | State::Cancelled
        | State::Reversed
        | State::Expired
        | State::Rejected => return None,
    };
    Booking::of(phase, entry(facts))
}

/// Makes the entry of a transaction: what counts if it is approved. A refund or void has its
/// original's way back.
#[must_use]
pub fn entry(facts: &Facts) -> Entry {
    let (purpose, back) = match facts.links.original {
        Some(original) => (original.purpose, true),
        None => (facts.purpose, false),
    };
    let Some((debit, credit)) = accounts(purpose, facts) else { return Entry::default() };
    let (debit, credit) = if back { (credit, debit) } else { (debit, credit) };
    Entry::transfer(debit, credit, facts.amount).unwrap_or_default()
}

fn accounts(purpose: Purpose, facts: &Facts) -> Option<(Account, Account)> {
    let destination = || facts.destination.clone();
    match purpose {
        Purpose::Payment => {
            Some((Account::Clearing(destination()), Account::Merchant(facts.shop.clone())))
        }
        Purpose::Accrue => {
            Some((Account::PointsIssued(destination()), Account::PointsHeld(destination())))
        }
        Purpose::Redeem => {
            Some((Account::PointsHeld(destination()), Account::PointsIssued(destination())))
        }
        Purpose::Balance | Purpose::Refund | Purpose::Void => None,
    }
}
