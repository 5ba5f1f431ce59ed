//! The actor of one destination: its health, and the gateway's own questions and reversals to it.
//!
//! Owns the client, one [`Health`] and one [`Lanes`]; each errand runs in a task of its own. What
//! comes back about a transaction is a fact for its desk. Chapters: `errand` (one question),
//! `charge` (a payment that the gateway sends), `pulse` (health, echoes, wake-up), `late`, `notice`
//! (said unasked). Next: [`super::keeper`].

mod charge;
mod errand;
mod late;
mod notice;
mod pulse;

pub use charge::Charge;
pub use errand::{Errand, Kind};
pub use pulse::Learned;

use super::keeper::Keeper;
use crate::world::World;
use actix::prelude::*;
use baton_core::relay::health::{Admission, Health};
use baton_core::relay::lanes::{Lanes, Place, Taken};
use baton_destinations::{Client, Limits};
use baton_protocol::ids::{DestinationId, TransactionId};
use baton_protocol::target::Target;
use errand::ask;
use late::Askers;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Messages that may wait for one destination: all open transactions of several full desks, which
/// a wake-up sends at once; beyond it their timers bring them again.
const MAILBOX_MESSAGES_MAX: usize = 8_192;
/// Refunds and voids that are given back at once. A choice: more people than that do not press the
/// button in one second.
const GIVING_BACK_MAX: usize = 128;

/// Sign off, and ask nothing more: the gateway stops.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Leave;

/// Whether the destination may be dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Here,
    Left,
}

/// The actor.
pub struct DestinationActor {
    world: Arc<World>,
    keeper: Keeper,
    id: DestinationId,
    client: Option<(Target, Client)>,
    health: Health,
    posted: Admission,
    timer: Option<SpawnHandle>,
    lanes: Lanes,
    waiting: BTreeMap<Place, Errand>,
    running: BTreeMap<Place, SpawnHandle>,
    giving: BTreeSet<TransactionId>,
    charging: usize,
    askers: Askers,
    presence: Presence,
}

impl DestinationActor {
    /// Makes the actor; it dials at its first errand.
    #[must_use]
    pub fn new(world: Arc<World>, keeper: Keeper, id: DestinationId) -> Self {
        let settings = world.health.settings;
        Self {
            keeper,
            client: None,
            health: pulse::belief(&world, &id),
            posted: Admission::Everybody,
            timer: None,
            lanes: Lanes::new(settings.errands_running_max, settings.errands_waiting_max),
            waiting: BTreeMap::new(),
            running: BTreeMap::new(),
            giving: BTreeSet::new(),
            charging: 0,
            askers: Askers::default(),
            presence: Presence::Here,
            id,
            world,
        }
    }

    /// Returns a client for where the destination is now; Table 2 may have moved it.
    fn client(&mut self, ctx: &Context<Self>) -> Option<Client> {
        if self.presence == Presence::Left {
            return None;
        }
        let snapshot = self.world.tables.snapshot();
        let target = &snapshot.tables.destinations.get(&self.id)?.target;
        if let Some((known, client)) = &self.client
            && known == target
        {
            return Some(client.clone());
        }
        if let Some((_, moved)) = self.client.take() {
            // Another address is another server; what was known is about the one before.
            self.health = pulse::belief(&self.world, &self.id);
            actix::spawn(async move { moved.close().await });
        }
        let secret = self.world.secrets.get(&self.id).cloned();
        let plugins = self.world.plugins.as_ref();
        match Client::through(target, secret, Limits::default(), plugins) {
            Ok(client) => {
                late::listen(&client, ctx.address());
                notice::listen(&client, ctx.address());
                self.client = Some((target.clone(), client.clone()));
                Some(client)
            }
            Err(fault) => {
                tracing::error!(destination = %self.id, %fault, "cannot be asked");
                None
            }
        }
    }

    /// Asks whatever has its turn.
    fn start_errands(&mut self, ctx: &mut Context<Self>) {
        while let Some(place) = self.lanes.start_next() {
            let errand = self.waiting.remove(&place);
            let (Some(errand), Some(client)) = (errand, self.client(ctx)) else {
                self.lanes.done(place);
                continue;
            };
            let asked_at = self.world.clock.now();
            let inquiry = self.askers.remember(&errand);
            let asked = ask(client, errand, inquiry, asked_at.ms());
            let done = asked.into_actor(self).map(move |answered, actor, ctx| {
                actor.running.remove(&place);
                actor.lanes.done(place);
                actor.learn(answered.fact(asked_at), ctx);
                actor.start_errands(ctx);
            });
            self.running.insert(place, ctx.spawn(done));
        }
        self.show_lanes();
    }

    /// Gives money back now or not at all: in a queue it could outlive the doubt about it. A repeat
    /// while it runs is the same wish. Nobody gives it up, as it may have been carried out.
    fn give_back(&mut self, errand: Errand, ctx: &mut Context<Self>) {
        let id = errand.facts.id;
        if self.giving.len() >= GIVING_BACK_MAX || self.giving.contains(&id) {
            return;
        }
        let Some(client) = self.client(ctx) else { return };
        self.giving.insert(id);
        let asked_at = self.world.clock.now();
        let given = errand::give_back(client, errand, asked_at.ms());
        let done = given.into_actor(self).map(move |answered, actor, ctx| {
            actor.giving.remove(&id);
            actor.learn(answered.fact(asked_at), ctx);
        });
        ctx.spawn(done);
    }

    /// Gives up what is being asked: it was asked before the destination came back, and waiting
    /// for its time limit would hold up the questions that are asked now.
    fn abandon_errands(&mut self, ctx: &mut Context<Self>) {
        for (place, task) in std::mem::take(&mut self.running) {
            ctx.cancel_future(task);
            self.lanes.done(place);
        }
    }

    fn show_lanes(&self) {
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let name = || self.id.to_string();
        metrics::gauge!("baton_errands_waiting", "destination" => name())
            .set(count(self.lanes.waiting()));
        metrics::gauge!("baton_errands_running", "destination" => name())
            .set(count(self.lanes.running()));
    }
}

impl Actor for DestinationActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX_MESSAGES_MAX);
        self.show_health();
        self.arm(ctx);
    }
}

impl Handler<Errand> for DestinationActor {
    type Result = ();

    fn handle(&mut self, errand: Errand, ctx: &mut Self::Context) {
        let Some(place) = errand.place() else { return self.give_back(errand, ctx) };
        match self.lanes.add(place) {
            Taken::Queued | Taken::Renewed => {
                self.waiting.insert(place, errand);
            }
            Taken::Full => {
                metrics::counter!("baton_errands_full_total").increment(1);
                return;
            }
        }
        self.start_errands(ctx);
    }
}

impl Handler<Leave> for DestinationActor {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, Leave: Leave, _ctx: &mut Self::Context) -> Self::Result {
        self.presence = Presence::Left;
        let left = self.client.take();
        Box::pin(async move {
            if let Some((_, client)) = left {
                client.close().await;
            }
        })
    }
}
