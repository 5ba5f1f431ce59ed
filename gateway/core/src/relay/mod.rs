//! System 1, the relay: the way of one payment from a phone's touch to its outcome.
//!
//! | step | what happens | decided in |
//! |---|---|---|
//! | 1 | the phone asks: terminal, app, code or member | [`request`] |
//! | 2 | lookups: terminal → paired agent or none, app → destination | [`lookup`] |
//! | 3 | plan: standalone or paired, and the command for it | [`plan`] |
//! | 3a | the two halves of a touch, one after the other | [`halves`] |
//! | 4 | the command goes out, one at a time per terminal or POS | [`desk`] |
//! | 5, 6 | the destination approves, declines or stays silent | [`transaction`] |
//! | 7 | the outcome is booked and told | [`outcome`], [`delivery`] |
//!
//! Later, by decision and not by doubt: money or points back, [`refund`]; a day compared,
//! [`settlement`].
//! Beside the way: [`health`] says whether a destination answers, [`lanes`] who is asked next.
//! May not do any of it: the gateway's actors carry inputs in and effects out.

pub mod capability;
pub mod case;
pub mod delivery;
pub mod desk;
pub mod halves;
pub mod health;
pub mod journal;
pub mod lanes;
pub mod lookup;
pub mod outcome;
pub mod plan;
pub mod refund;
pub mod request;
pub mod sale;
pub mod settlement;
pub mod transaction;

#[cfg(test)]
mod tests;
