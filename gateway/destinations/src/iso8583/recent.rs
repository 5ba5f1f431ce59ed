//! Which reversals and totals were sent before, so that a repeat is marked as one.
//!
//! Owns a bounded memory; forgetting is harmless, because the transaction id, or the day, is the
//! key. Next: [`super::request`].

use std::collections::{BTreeSet, VecDeque};

/// How many are remembered: more than can be open at one destination after an hour's outage.
const REMEMBERED_MAX: usize = 4_096;

pub(super) struct Recent<K> {
    known: BTreeSet<K>,
    order: VecDeque<K>,
}

impl<K: Ord + Clone> Recent<K> {
    pub(super) const fn new() -> Self {
        Self { known: BTreeSet::new(), order: VecDeque::new() }
    }

    /// Tells whether it is remembered.
    pub(super) fn has(&self, key: &K) -> bool {
        self.known.contains(key)
    }

    /// Forgets it.
    pub(super) fn remove(&mut self, key: &K) {
        if self.known.remove(key) {
            self.order.retain(|known| known != key);
        }
    }

    /// Remembers it and tells whether it is new.
    pub(super) fn add(&mut self, key: K) -> bool {
        if !self.known.insert(key.clone()) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
