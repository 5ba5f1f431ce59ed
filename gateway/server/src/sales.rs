//! The open sales: at most one a terminal, waiting for its touch or being paid.
//!
//! Owns the board in memory, and opening and closing for whoever asks: an order system or a
//! terminal's keypad. The rules are `core/relay/sale.rs`; what a touch changes of a sale is written
//! in the same commit as its transaction. Next: [`crate::touch`].

use crate::actors::desk::Show;
use crate::actors::keeper::Keeper;
use crate::clock::new_id;
use crate::world::World;
use baton_core::relay::plan::Executor;
use baton_core::relay::request::check_amount;
use baton_core::relay::sale::Sale;
use baton_core::time::Timestamp;
use baton_protocol::ids::{SaleId, TerminalId, TouchId};
use baton_protocol::money::Money;
use baton_protocol::phone::SaleState;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::rows::SaleRow;
use baton_records::writer::Fact;
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

/// What came of opening a sale.
#[derive(Debug)]
pub enum Opened {
    /// It is written and on the display.
    New(Sale),
    /// The same amount for the same order was open already: an answer that got lost is given again.
    Before(Sale),
}

/// Opens a sale on a terminal.
///
/// **Repeat** the same amount and order number get the sale that is open.
///
/// # Errors
/// [`RefusalCode::AmountInvalid`]; [`RefusalCode::Busy`] while another sale is open or being paid;
/// [`RefusalCode::NotReady`] when the store takes nothing. Nothing was opened.
pub async fn open(
    world: &World,
    keeper: &Keeper,
    terminal: &TerminalId,
    amount: Money,
    order_ref: String,
) -> Result<Opened, RefusalCode> {
    check_amount(amount)?;
    let now = world.clock.now();
    let known = world.sales.lookup_open(terminal, now);
    let same = |one: &Sale| one.amount == amount && one.order_ref == order_ref;
    if let Some(sale) = known.filter(same) {
        return Ok(Opened::Before(sale));
    }
    let sale = Sale {
        id: SaleId::new(new_id()),
        amount,
        order_ref,
        state: SaleState::Open,
        touch: None,
        expires_at: now.after_ms(world.policy.sale_life_ms),
    };
    world.sales.open(terminal, sale.clone(), now)?;
    let row = SaleRow { terminal: terminal.clone(), sale };
    if world.records.writer.commit(vec![Fact::Sale(row.clone())]).await.is_err() {
        // It was never told to anybody, so closing it on the board is the whole undoing.
        world.sales.close(terminal, row.sale.id).ok();
        return Err(RefusalCode::NotReady);
    }
    show(keeper, &row, Some(amount));
    Ok(Opened::New(row.sale))
}

/// Closes the open sale of a terminal.
///
/// # Errors
/// [`RefusalCode::StateWrong`] when it is not open; [`RefusalCode::NotReady`] when the store takes
/// nothing.
pub async fn close(
    world: &World,
    keeper: &Keeper,
    terminal: &TerminalId,
    id: SaleId,
) -> Result<Sale, RefusalCode> {
    let sale = world.sales.close(terminal, id).map_err(|_| RefusalCode::StateWrong)?;
    let row = SaleRow { terminal: terminal.clone(), sale };
    let written = world.records.writer.commit(vec![Fact::Sale(row.clone())]).await;
    written.map_err(|_| RefusalCode::NotReady)?;
    show(keeper, &row, None);
    Ok(row.sale)
}

/// The display is a courtesy: a terminal that is not there is shown the sale when it greets.
fn show(keeper: &Keeper, row: &SaleRow, amount: Option<Money>) {
    let desk = keeper.desk(&Executor::Terminal(row.terminal.clone()));
    if desk.try_send(Show { sale: row.sale.id, amount }).is_err() {
        tracing::debug!(terminal = %row.terminal, "the sale is not shown: the desk is busy");
    }
}
