//! System 4, raffle sales: deposit → terms → entries (P1) → draw → second payment (P2) or redraw →
//! settle.
//!
//! | step | what happens | decided in |
//! |---|---|---|
//! | 1 | the law's switches are on; the seller proposes | [`law`], [`terms`] |
//! | 2 | the seller pays a deposit, then the sale is listed | [`sale`] |
//! | 3 | people enter, with money or mileage, within their caps | [`entry`], [`protection`] |
//! | 4 | the list is closed and published, a beacon's number makes the order | [`draw`] |
//! | 5 | candidates pay the second price, or the next is asked | [`figures`], [`sale`] |
//! | 6 | what is delivered and approved is settled; surplus is shared | [`sale::settle`] |
//! | 7 | every other end pays everything back | [`sale::unwind`] |
//!
//! Beside the way: [`posting`] (which event books what), [`share`] (rounding), [`wallet`] (mileage
//! and its expiry), [`clearing`] (fees and payouts of the payment gateway). All amounts are whole
//! won; a point of mileage is a won. Source: KR101753024, claims 1 to 10.

pub mod clearing;
pub mod draw;
pub mod entry;
pub mod figures;
pub mod law;
pub mod posting;
pub mod protection;
pub mod sale;
pub mod share;
pub mod terms;
pub mod wallet;

pub use sale::{Effect, Input, Raffle, Refusal, State};
pub use terms::{Proposal, Terms};

#[cfg(test)]
mod tests;
