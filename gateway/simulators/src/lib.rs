//! The world outside Baton, for tests and demonstrations: an acquirer, a wallet, a membership
//! server and a POS program.
//!
//! Owns destinations that keep every promise of a good one (one-time codes, the same answer to the
//! same transaction, inquiry, reversal, tombstones, a decline burns the code) and break them only
//! for the codes in [`magic`]. Never part of a production installation. Reading order: [`magic`],
//! [`ledger`], [`outcome`], [`book`] (the rules), then the four programs.

pub mod acquirer;
pub mod book;
mod clock;
pub mod ledger;
pub mod magic;
pub mod membership;
pub mod outcome;
pub mod pos;
mod running;
pub mod wallet;
mod web;

#[cfg(test)]
mod tests;

pub use ledger::{Entry, EntryState, read_ledger};
pub use running::Running;
pub use web::Delays;
