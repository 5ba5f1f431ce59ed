//! Which reversals were sent before, so that a repeat is marked as one.
//!
//! Owns a bounded memory; forgetting is harmless, because the transaction id is the key. Next:
//! [`super::request`].

use baton_protocol::ids::TransactionId;
use std::collections::{BTreeSet, VecDeque};

/// How many are remembered: more than can be open at one destination after an hour's outage.
const REMEMBERED_MAX: usize = 4_096;

#[derive(Default)]
pub(super) struct Recent {
    known: BTreeSet<TransactionId>,
    order: VecDeque<TransactionId>,
}

impl Recent {
    /// Remembers a transaction and tells whether it is new.
    pub(super) fn add(&mut self, transaction: TransactionId) -> bool {
        if !self.known.insert(transaction) {
            return false;
        }
        self.order.push_back(transaction);
        if self.order.len() > REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
