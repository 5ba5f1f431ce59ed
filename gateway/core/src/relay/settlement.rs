//! What of a business day counts, when it is compared with a destination.
//!
//! Owns which transactions are charges and which are money given back, and that a day with doubt in
//! it is not compared. May not know sums or calendars. Next: the gateway's `admin reconcile`.

use super::transaction::Purpose;
use baton_protocol::work::State;

/// How a transaction counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// As money from a shopper.
    Charge,
    /// As money to a shopper.
    GivenBack,
    /// Not yet: it is not over, and whoever compares waits for it.
    Open,
    /// Not at all.
    Nothing,
}

impl Counted {
    /// Returns how a transaction counts. A payment that was reversed was never known to be charged,
    /// or it would be approved; points are not money.
    #[must_use]
    pub const fn of(purpose: Purpose, state: State) -> Self {
        if !state.is_final() {
            return Self::Open;
        }
        match (purpose, state) {
            (Purpose::Payment, State::Approved) => Self::Charge,
            (Purpose::Refund | Purpose::Void, State::Approved) => Self::GivenBack,
            _ => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests;
