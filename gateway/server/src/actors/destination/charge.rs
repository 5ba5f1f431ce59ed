//! A payment, or a move of points, that the gateway itself sends because Table 2 says so.
//!
//! Owns that it leaves once, in time, or not at all: its record as dispatched is on disk before it
//! comes here, and after a restart nobody sends it again. Whatever was not sent is said at once.
//! Next: `late`, for an answer that comes when nobody waits any more.

use super::super::desk::DeskActor;
use super::DestinationActor;
use super::errand::tell;
use crate::clock::Clock;
use actix::prelude::*;
use baton_core::relay::desk::OPEN_TRANSACTIONS_MAX;
use baton_core::relay::transaction::{Facts, Input};
use baton_core::time::Timestamp;
use baton_destinations::{Authorize, Client};
use baton_protocol::link::FenceReason;
use baton_protocol::work::{Verdict, Work};

/// Work to be sent to the destination.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Charge {
    /// The transaction; its id is also the reference at the destination.
    pub facts: Facts,
    /// What to do, with the code.
    pub work: Work,
    /// When it is too late to send it.
    pub execute_by: Timestamp,
    /// Who is told.
    pub desk: Addr<DeskActor>,
}

impl Charge {
    /// Tells the desk that nothing was sent, and will not be.
    pub fn never_sent(&self) {
        tell(&self.desk, self.facts.id, Input::Fenced(FenceReason::Unreachable));
    }
}

impl Handler<Charge> for DestinationActor {
    type Result = ();

    fn handle(&mut self, charge: Charge, ctx: &mut Self::Context) {
        let room = self.charging < OPEN_TRANSACTIONS_MAX;
        let Some(client) = room.then(|| self.client(ctx)).flatten() else {
            return charge.never_sent();
        };
        self.charging = self.charging.saturating_add(1);
        self.askers.remember_charge(&charge);
        let sent = send(client, charge, self.world.clock);
        ctx.spawn(sent.into_actor(self).map(|(), actor, _| {
            actor.charging = actor.charging.saturating_sub(1);
        }));
    }
}

/// Sends it once. What the outcome says about the destination's health, its desk tells.
async fn send(client: Client, charge: Charge, clock: Clock) {
    let Charge { facts, work, execute_by, desk } = charge;
    let transaction = facts.id;
    let fenced = |reason| tell(&desk, transaction, Input::Fenced(reason));
    if client.prepare().await.is_err() {
        return fenced(FenceReason::Unreachable);
    }
    let now = clock.now();
    if now >= execute_by {
        return fenced(FenceReason::Late);
    }
    let (terminal, app, at_ms) = (facts.terminal, facts.app, now.ms());
    let verdict = client.authorize(&Authorize { transaction, terminal, app, work, at_ms }).await;
    let known = if matches!(verdict, Verdict::Unknown { .. }) { "none" } else { "some" };
    metrics::counter!("baton_errands_total", "errand" => "charge", "answer" => known).increment(1);
    let code_digest = facts.code_digest;
    tell(&desk, transaction, Input::ResultReported { verdict, code_digest });
}
