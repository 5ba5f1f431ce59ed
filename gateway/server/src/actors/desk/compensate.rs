//! Giving redeemed points back when the payment beside them came to nothing.
//!
//! Owns turning [`Effect::Compensate`] into a void that is recorded in the commit of the failure
//! itself, so that no crash can come between them. The gateway's own desk at that destination takes
//! it up afterwards, or finds it when it starts.

use super::super::facts::Memory;
use super::{DeskActor, TakeUp};
use crate::clock::new_id;
use actix::prelude::*;
use baton_core::relay::desk::Due;
use baton_core::relay::refund::{Wish, facts};
use baton_core::relay::transaction::{Effect, Facts, ReversalDecided, Stored, Transaction};
use baton_protocol::ids::TransactionId;
use baton_protocol::work::State;

impl DeskActor {
    /// Puts, in the place of each compensation, the record of its void and the void itself.
    pub(super) fn with_voids(&mut self, dues: Vec<Due>) -> Vec<Due> {
        let mut all = Vec::with_capacity(dues.len());
        for (id, effect) in dues {
            if let Effect::Compensate(original) = effect {
                all.extend(self.void(&original));
            } else {
                all.push((id, effect));
            }
        }
        all
    }

    fn void(&mut self, original: &Facts) -> Vec<Due> {
        let id = TransactionId::new(new_id());
        let digest = self.world.vault.digest(&[b"void", id.uuid().as_bytes()]);
        let now = self.world.clock.now();
        let void = facts(original, id, Wish::Void, original.amount, digest, now);
        self.memories.insert(id, Memory { facts: void.clone(), version: 0 });
        let (_, effects) = Transaction::receive(void.clone(), self.world.policy.clone());
        let start = Effect::Compensate(Box::new(void));
        effects.into_iter().chain([start]).map(|effect| (id, effect)).collect()
    }

    /// Hands a recorded void to the desk that executes it.
    pub(super) fn hand_over(&mut self, void: Box<Facts>, ctx: &mut Context<Self>) {
        self.memories.remove(&void.id);
        let (executor, transaction) = (void.executor.clone(), void.id);
        let taken = self.keeper.desk(&executor).send(TakeUp { facts: void });
        let done = taken.into_actor(self).map(move |taken, _, _| {
            if taken.is_err() {
                tracing::warn!(%transaction, "its desk is gone; the next one reads the void");
            }
        });
        ctx.spawn(done);
    }
}

/// What the store holds of a transaction that was only recorded.
pub(super) const fn received(facts: &Facts) -> Stored {
    Stored {
        state: State::Received,
        version: 1,
        since: facts.accepted_at,
        doubt_since: None,
        reversal: ReversalDecided::No,
    }
}
