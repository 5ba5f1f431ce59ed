//! What an executor's report says about the health of its destination, and the way back.
//!
//! Owns the translation. Only the first word about a running command counts: repeats from a journal
//! are old news, and what a POS agent could not do says nothing about who stands behind the POS.
//! Next: [`super::super::destination`], which is told.

use super::super::destination::Learned;
use super::DeskActor;
use actix::prelude::*;
use baton_core::relay::health::{Failure, Input as Fact};
use baton_core::relay::plan::Route;
use baton_core::relay::transaction::{Facts, Input, Life};
use baton_protocol::ids::{DestinationId, TransactionId};
use baton_protocol::link::FenceReason;
use baton_protocol::work::{UnknownReason, Verdict};

/// A destination answers again.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Back {
    /// Which one.
    pub destination: DestinationId,
}

impl DeskActor {
    /// Tells the destination's actor what a report says about it.
    pub(super) fn tell_health(&self, id: TransactionId, input: &Input) {
        let Some(transaction) = self.desk.lookup(id) else { return };
        if !matches!(transaction.life(), Life::Dispatched { .. }) {
            return;
        }
        let facts = transaction.facts();
        let Some(fact) = fact_of(facts, input) else { return };
        if self.keeper.destination(&facts.destination).try_send(Learned(fact)).is_err() {
            tracing::debug!(destination = %facts.destination, "too busy to learn of its health");
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "nothing else is about the destination")]
fn fact_of(facts: &Facts, input: &Input) -> Option<Fact> {
    let failed = |failure| {
        let terminal = facts.terminal.clone();
        (facts.route == Route::Standalone).then_some(Fact::SaleFailed { terminal, failure })
    };
    match input {
        Input::ResultReported { verdict, .. } => match verdict {
            Verdict::Approved { .. } | Verdict::Declined { .. } => Some(Fact::SaleAnswered),
            Verdict::Unknown { reason } => match reason {
                UnknownReason::Silent | UnknownReason::Cut => failed(Failure::Silent),
                UnknownReason::Inconclusive | UnknownReason::Garbled => {
                    failed(Failure::Inconclusive)
                }
                UnknownReason::CodeUsed
                | UnknownReason::Mismatch
                | UnknownReason::Restarted
                | UnknownReason::Unreadable => None,
            },
        },
        Input::Fenced(FenceReason::Unreachable) => failed(Failure::Unreachable),
        _ => None,
    }
}

impl Handler<Back> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: Back, ctx: &mut Self::Context) {
        let now = self.world.clock.now();
        let dues = self.desk.destination_back(&message.destination, now);
        self.after_commit(Vec::new(), dues, None, ctx);
    }
}
