//! Who is asked next of one destination: one inquiry and one reversal of a transaction at a time.
//!
//! Owns the order and the bounds; the questions themselves are the caller's. Reversals go before
//! inquiries, but one inquiry follows every few of them, so nobody waits for ever; a slow answer
//! holds up its own lane and no other. Next: [`super::transaction`], which wants them asked.

use baton_protocol::ids::TransactionId;
use std::collections::{BTreeSet, VecDeque};

/// Reversals that start in a row while inquiries wait: undoing is more urgent than knowing, and a
/// fifth of the room keeps knowledge coming during a long drain.
const REVERSALS_IN_ROW_MAX: u32 = 4;

/// One of the two lanes of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Undo it.
    Reversal,
    /// Say what became of it.
    Inquiry,
}

/// A transaction's lane.
pub type Place = (TransactionId, Lane);

/// What became of a wish to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It waits for its turn; ask [`Lanes::next`].
    Queued,
    /// The same waits already; the newer question takes its turn.
    Renewed,
    /// The queue is full; its timer brings it again.
    Full,
}

/// The queue of one destination.
#[derive(Debug)]
pub struct Lanes {
    running_max: usize,
    waiting_max: usize,
    running: BTreeSet<Place>,
    reversals: VecDeque<TransactionId>,
    inquiries: VecDeque<TransactionId>,
    waiting: BTreeSet<Place>,
    /// Wishes whose like is being asked right now.
    behind: BTreeSet<Place>,
    reversals_in_row: u32,
}

impl Lanes {
    /// Makes a queue for so many questions at a time, and so many that wait.
    #[must_use]
    pub const fn new(running_max: usize, waiting_max: usize) -> Self {
        Self {
            running_max,
            waiting_max,
            running: BTreeSet::new(),
            reversals: VecDeque::new(),
            inquiries: VecDeque::new(),
            waiting: BTreeSet::new(),
            behind: BTreeSet::new(),
            reversals_in_row: 0,
        }
    }

    /// Takes a wish to ask.
    pub fn add(&mut self, place: Place) -> Taken {
        if self.waiting.contains(&place) || self.behind.contains(&place) {
            return Taken::Renewed;
        }
        if self.waiting() >= self.waiting_max {
            return Taken::Full;
        }
        if self.running.contains(&place) {
            self.behind.insert(place);
        } else {
            self.queue(place);
        }
        Taken::Queued
    }

    /// Says what to ask now, if there is room; call it until it says nothing.
    pub fn start_next(&mut self) -> Option<Place> {
        if self.running.len() >= self.running_max {
            return None;
        }
        let inquiry_first =
            self.reversals_in_row >= REVERSALS_IN_ROW_MAX && !self.inquiries.is_empty();
        let reversal = if inquiry_first { None } else { self.reversals.pop_front() };
        let place = match reversal {
            Some(id) => {
                self.reversals_in_row = self.reversals_in_row.saturating_add(1);
                (id, Lane::Reversal)
            }
            None => {
                self.reversals_in_row = 0;
                (self.inquiries.pop_front()?, Lane::Inquiry)
            }
        };
        self.waiting.remove(&place);
        self.running.insert(place);
        Some(place)
    }

    /// A question was answered or given up; what waited behind it takes its place in the queue.
    pub fn done(&mut self, place: Place) {
        self.running.remove(&place);
        if self.behind.remove(&place) {
            self.queue(place);
        }
    }

    /// Returns how many are being asked.
    #[must_use]
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// Returns how many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len().saturating_add(self.behind.len())
    }

    fn queue(&mut self, place: Place) {
        self.waiting.insert(place);
        match place {
            (id, Lane::Reversal) => self.reversals.push_back(id),
            (id, Lane::Inquiry) => self.inquiries.push_back(id),
        }
    }
}

#[cfg(test)]
mod tests;
