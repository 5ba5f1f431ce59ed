//! The open sales: at most one a terminal, waiting for its touch or being paid.
//!
//! Owns the board in memory. The rules are `core/relay/sale.rs`, and every change of it is written
//! in the same commit as the transaction that caused it. Next: [`crate::touch`].

use baton_core::relay::sale::Sale;
use baton_core::time::Timestamp;
use baton_protocol::ids::{SaleId, TerminalId, TouchId};
use baton_protocol::phone::SaleState;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::rows::SaleRow;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The board.
#[derive(Default)]
pub struct Sales {
    board: Mutex<BTreeMap<TerminalId, Sale>>,
}

impl Sales {
    /// Returns the sale that a touch at this terminal would pay now.
    #[must_use]
    pub fn lookup_open(&self, terminal: &TerminalId, now: Timestamp) -> Option<Sale> {
        let mut board = self.board();
        let sale = board.get_mut(terminal)?;
        if sale.expire(now).is_some() {
            board.remove(terminal);
            return None;
        }
        (sale.state == SaleState::Open).then(|| sale.clone())
    }

    /// Puts a new sale on the board.
    ///
    /// # Errors
    /// [`RefusalCode::Busy`] while a touch is paying the sale before it.
    pub fn open(
        &self,
        terminal: &TerminalId,
        sale: Sale,
        now: Timestamp,
    ) -> Result<(), RefusalCode> {
        let mut board = self.board();
        let taken = board.get(terminal).is_some_and(|one| one.state == SaleState::Taken);
        let open = board
            .get(terminal)
            .is_some_and(|one| one.state == SaleState::Open && now < one.expires_at);
        if taken || open {
            return Err(RefusalCode::Busy);
        }
        board.insert(terminal.clone(), sale);
        Ok(())
    }

    /// Lets a touch take a sale and returns it as it is to be written.
    ///
    /// # Errors
    /// [`RefusalCode::SaleNotOpen`].
    pub fn take(
        &self,
        terminal: &TerminalId,
        id: SaleId,
        touch: TouchId,
        now: Timestamp,
    ) -> Result<Sale, RefusalCode> {
        let mut board = self.board();
        let sale = board.get_mut(terminal).filter(|sale| sale.id == id);
        let sale = sale.ok_or(RefusalCode::SaleNotOpen)?;
        sale.take(touch, now)?;
        Ok(sale.clone())
    }

    /// Lets the merchant close a sale and returns it as it is to be written.
    ///
    /// # Errors
    /// [`RefusalCode::NotFound`], or [`RefusalCode::StateWrong`] while a touch is paying it.
    pub fn close(&self, terminal: &TerminalId, id: SaleId) -> Result<Sale, RefusalCode> {
        let mut board = self.board();
        let sale = board.get_mut(terminal).filter(|sale| sale.id == id);
        let sale = sale.ok_or(RefusalCode::NotFound)?;
        sale.close()?;
        let closed = sale.clone();
        board.remove(terminal);
        Ok(closed)
    }

    /// Puts a sale on the board as it is now, or takes it off when it is over.
    pub fn put(&self, terminal: &TerminalId, sale: &Sale) {
        let mut board = self.board();
        match sale.state {
            SaleState::Open | SaleState::Taken => {
                board.insert(terminal.clone(), sale.clone());
            }
            SaleState::Paid | SaleState::Closed | SaleState::Expired => {
                board.remove(terminal);
            }
        }
    }

    /// Opens a taken sale again because its touch came to nothing.
    pub fn put_back(&self, row: &SaleRow) {
        let mut sale = row.sale.clone();
        sale.settle(State::Rejected);
        self.put(&row.terminal, &sale);
    }

    fn board(&self) -> MutexGuard<'_, BTreeMap<TerminalId, Sale>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
