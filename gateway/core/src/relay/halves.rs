//! Steps 3 and 4 for a touch with two halves: what starts when, and what is undone when.
//!
//! Owns the order: points are redeemed before the payment, everything else comes after it. The
//! second half starts when the first is approved, at the same desk, before anybody else is served.
//! If it comes to nothing, redeemed points are given back by a void; a payment stands even if the
//! points for it could not be added. Next: [`super::transaction`].

use super::desk::{Connection, Desk, Due};
use super::plan::Executor;
use super::transaction::{Effect, Facts, Input, Life, Purpose};
use crate::time::Timestamp;
use baton_protocol::ids::TransactionId;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;

/// Whether the membership half comes before the payment half.
#[must_use]
pub const fn comes_first(membership: Purpose) -> bool {
    matches!(membership, Purpose::Redeem)
}

/// Checks that one desk can take both halves, for it alone starts the second when the first is
/// approved.
///
/// # Errors
/// [`RefusalCode::HalvesApart`] when different places would execute them.
pub fn together(first: &Executor, second: &Executor) -> Result<(), RefusalCode> {
    if first == second { Ok(()) } else { Err(RefusalCode::HalvesApart) }
}

/// Ties the two halves of a touch together; the first is the one that starts at once.
pub const fn tie(first: &mut Facts, second: &mut Facts) {
    first.links.then = Some(second.id);
    second.links.after = Some(first.id);
}

impl Desk {
    /// What the end of one half means for the other.
    pub(super) fn half_ended(&mut self, over: &Facts, state: State, now: Timestamp) -> Vec<Due> {
        let mut dues = Vec::new();
        if let Some(second) = over.links.then {
            dues.extend(self.first_ended(over, second, state, now));
        }
        if let Some(first) = over.links.after
            && let Some(first) = self.firsts.remove(&first)
            && state != State::Approved
        {
            dues.extend(undo(&first));
        }
        dues
    }

    fn first_ended(
        &mut self,
        first: &Facts,
        second: TransactionId,
        state: State,
        now: Timestamp,
    ) -> Vec<Due> {
        let waits = self.lookup(second).is_some();
        match (state, waits) {
            (State::Approved, true) => {
                self.firsts.insert(first.id, first.clone());
                self.start_waiting(now)
            }
            // The second half has given up waiting, so it will never run.
            (State::Approved, false) => undo(first).into_iter().collect(),
            (_, true) => self.about(second, Input::OtherHalfFailed, now).unwrap_or_default(),
            (_, false) => Vec::new(),
        }
    }

    /// Starts a half whose other half is approved, if the executor is there and free.
    pub(super) fn start_waiting(&mut self, now: Timestamp) -> Vec<Due> {
        if self.connection() == Connection::Offline || self.is_taken() {
            return Vec::new();
        }
        let ready = self.open().find(|one| {
            let first = one.facts().links.after;
            matches!(one.life(), Life::Received)
                && first.is_some_and(|first| self.firsts.contains_key(&first))
        });
        let Some(id) = ready.map(|one| one.facts().id) else { return Vec::new() };
        self.take(id);
        self.about(id, Input::Routed, now).unwrap_or_default()
    }
}

fn undo(first: &Facts) -> Option<Due> {
    comes_first(first.purpose).then(|| (first.id, Effect::Compensate(Box::new(first.clone()))))
}

#[cfg(test)]
mod tests;
