//! Which payments are owed a word, and which are due on paper.
//!
//! Owns the rules: a slip is due once, by the gateway's "approved"; it is written down as being
//! printed before its first byte goes, so that no power cut prints it twice. Pure: no file, no
//! printer. Next: [`super::slips`], which keeps and prints.

use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::State;
use std::collections::BTreeMap;

/// Slips without a word that are kept: as many as the counter shows.
pub const OWED_MAX: usize = 64;
/// Receipts that wait for a printer: a counter's busy hour without paper.
pub const DUE_MAX: usize = 200;

/// What stands on a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The app on the phone.
    pub app: String,
    /// How much.
    pub amount: Money,
    /// When it was sent to its destination, in milliseconds since 1970.
    pub at_ms: u64,
    /// How far it is.
    pub stage: Stage,
}

/// How far a slip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The gateway's word is owed.
    Owed,
    /// It was approved and waits for the printer.
    Due,
    /// The printer has it, or a part of it.
    Printing,
}

/// All slips.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    slips: BTreeMap<TransactionId, Slip>,
}

/// A slip that had to go, because there were too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped(pub TransactionId);

impl Book {
    /// Puts slips back as they were written down. What was being printed when the program ended is
    /// returned and gone: the paper may have it.
    pub fn restore(&mut self, slips: BTreeMap<TransactionId, Slip>) -> Vec<TransactionId> {
        let printing = |slip: &Slip| slip.stage == Stage::Printing;
        let doubtful = slips.iter().filter(|(_, slip)| printing(slip)).map(|(id, _)| *id);
        let doubtful = doubtful.collect();
        self.slips = slips.into_iter().filter(|(_, slip)| !printing(slip)).collect();
        doubtful
    }

    /// Adds one that was sent to its destination.
    ///
    /// **Repeat** changes nothing.
    pub fn submitted(&mut self, transaction: TransactionId, slip: Slip) -> Option<Dropped> {
        if self.slips.contains_key(&transaction) {
            return None;
        }
        let dropped = self.make_room(Stage::Owed, OWED_MAX);
        self.slips.insert(transaction, slip);
        dropped
    }

    /// Takes the gateway's word. Only money is due on paper; points are not.
    ///
    /// **Repeat** changes nothing: a slip is due once.
    pub fn word(&mut self, transaction: TransactionId, state: State) -> Option<Dropped> {
        let owed = self.slips.get(&transaction).filter(|slip| slip.stage == Stage::Owed);
        let points = owed?.amount.currency == Currency::POINTS;
        if state == State::Approved && !points {
            let dropped = self.make_room(Stage::Due, DUE_MAX);
            self.move_to(transaction, Stage::Due);
            return dropped;
        }
        if state.is_final() {
            self.slips.remove(&transaction);
        }
        None
    }

    /// Returns the receipt that has waited longest.
    #[must_use]
    pub fn next_due(&self) -> Option<(TransactionId, &Slip)> {
        let due = self.slips.iter().filter(|(_, slip)| slip.stage == Stage::Due);
        due.min_by_key(|(_, slip)| slip.at_ms).map(|(id, slip)| (*id, slip))
    }

    /// It is about to be sent to the printer. **Order** write the book down before the first byte.
    pub fn printing(&mut self, transaction: TransactionId) {
        self.move_to(transaction, Stage::Printing);
    }

    /// The printer took nothing of it.
    pub fn not_printed(&mut self, transaction: TransactionId) {
        self.move_to(transaction, Stage::Due);
    }

    /// It is on paper, or a part of it is: it is never printed again.
    pub fn done(&mut self, transaction: TransactionId) {
        self.slips.remove(&transaction);
    }

    /// Returns every slip.
    #[must_use]
    pub const fn slips(&self) -> &BTreeMap<TransactionId, Slip> {
        &self.slips
    }

    fn move_to(&mut self, transaction: TransactionId, stage: Stage) {
        if let Some(slip) = self.slips.get_mut(&transaction) {
            slip.stage = stage;
        }
    }

    fn make_room(&mut self, stage: Stage, most: usize) -> Option<Dropped> {
        let same = self.slips.iter().filter(|(_, slip)| slip.stage == stage);
        if same.clone().count() < most {
            return None;
        }
        let oldest = same.min_by_key(|(_, slip)| slip.at_ms).map(|(id, _)| *id)?;
        self.slips.remove(&oldest);
        Some(Dropped(oldest))
    }
}

#[cfg(test)]
mod tests;
