//! A sale: an amount that the merchant opened on a terminal for the next touch.
//!
//! Owns its life: open, taken by a touch, then paid, or open again when that touch ended without a
//! charge, or closed or expired. One open sale per terminal. Next: [`super::desk`].

use crate::time::Timestamp;
use baton_protocol::ids::{SaleId, TouchId};
use baton_protocol::money::Money;
use baton_protocol::phone::SaleState;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;

/// One sale of one terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Which one.
    pub id: SaleId,
    /// How much the next touch pays.
    pub amount: Money,
    /// The merchant's own number for it.
    pub order_ref: String,
    /// Where it stands.
    pub state: SaleState,
    /// The touch that took it.
    pub touch: Option<TouchId>,
    /// When it ends if nobody comes.
    pub expires_at: Timestamp,
}

impl Sale {
    /// Lets a touch take the sale.
    ///
    /// # Errors
    /// [`RefusalCode::SaleNotOpen`] unless it is open and in time.
    pub fn take(&mut self, touch: TouchId, now: Timestamp) -> Result<(), RefusalCode> {
        if self.state != SaleState::Open || now >= self.expires_at {
            return Err(RefusalCode::SaleNotOpen);
        }
        self.state = SaleState::Taken;
        self.touch = Some(touch);
        Ok(())
    }

    /// Lets the merchant close the sale.
    ///
    /// # Errors
    /// [`RefusalCode::StateWrong`] while a touch is paying it or after its end.
    pub fn close(&mut self) -> Result<(), RefusalCode> {
        if self.state != SaleState::Open {
            return Err(RefusalCode::StateWrong);
        }
        self.state = SaleState::Closed;
        Ok(())
    }

    /// Ends an open sale whose time is over; tells whether it did.
    pub fn expire(&mut self, now: Timestamp) -> Option<SaleState> {
        if self.state != SaleState::Open || now < self.expires_at {
            return None;
        }
        self.state = SaleState::Expired;
        Some(self.state)
    }

    /// Takes the final word on the touch that took it.
    pub fn settle(&mut self, outcome: State) {
        if self.state != SaleState::Taken {
            return;
        }
        if outcome == State::Approved {
            self.state = SaleState::Paid;
            return;
        }
        self.state = SaleState::Open;
        self.touch = None;
    }
}
