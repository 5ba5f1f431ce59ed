//! The destination's pulse: facts into its health, echoes out, and the wake-up when it is back.
//!
//! Owns the one timer and what operators see of it: two gauges, two counters, and a line in the log
//! when new requests begin or cease to be refused. Next: `late`.

use super::DestinationActor;
use crate::world::World;
use actix::prelude::*;
use baton_core::relay::capability::Capability;
use baton_core::relay::health::{Admission, Effect, Health, Input, Talk};
use baton_protocol::ids::DestinationId;
use std::time::Duration;

/// Longest wait for an echo, in milliseconds: connect, greet on the old line, greet on a new one,
/// each of which the client gives 3 s.
const ECHO_WAIT_MS: u64 = 9_500;

/// Something was learned about this destination where payments are sent.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Learned(pub Input);

/// What is believed of a destination that nothing is known of: that it is well. Without inquiry and
/// reversal the gateway has nothing to ask there, and it need not even be reachable from here.
pub(super) fn belief(world: &World, id: &DestinationId) -> Health {
    let snapshot = world.tables.snapshot();
    let asks = snapshot.tables.destinations.get(id).is_some_and(|destination| {
        let can = destination.capabilities;
        can.has(Capability::Inquiry) || can.has(Capability::Reversal)
    });
    let talk = if asks { Talk::Own } else { Talk::None };
    Health::new(world.health.settings.figures(), talk, world.clock.now())
}

impl DestinationActor {
    pub(super) fn learn(&mut self, input: Input, ctx: &mut Context<Self>) {
        let effects = self.health.step(input, self.world.clock.now());
        let changed = self.health.admission() != self.posted;
        if changed {
            self.posted = self.health.admission();
            self.world.health.put(&self.id, self.posted);
        }
        if changed || !effects.is_empty() {
            self.show_health();
        }
        for effect in effects {
            self.carry_out(effect, ctx);
        }
        self.arm(ctx);
    }

    fn carry_out(&mut self, effect: Effect, ctx: &mut Context<Self>) {
        let destination = &self.id;
        match effect {
            Effect::Echo => self.echo(ctx),
            Effect::Wake => {
                tracing::info!(%destination, "answers again; everything in doubt there is asked");
                self.abandon_errands(ctx);
                self.keeper.wake(&self.id);
                self.start_errands(ctx);
            }
            Effect::LineDown => tracing::warn!(%destination, "line down: two echoes were missed"),
            Effect::LineUp => tracing::info!(%destination, "line up"),
            Effect::Opened(cause) => {
                let name = self.id.to_string();
                metrics::counter!("baton_destination_opened_total", "destination" => name)
                    .increment(1);
                tracing::warn!(%destination, ?cause, "new requests to it are refused for now");
            }
            Effect::Closed => tracing::info!(%destination, "new requests to it pass again"),
        }
    }

    fn echo(&mut self, ctx: &mut Context<Self>) {
        let client = self.client(ctx);
        let limit = Duration::from_millis(ECHO_WAIT_MS);
        let asked = async move {
            let Some(client) = client else { return false };
            matches!(tokio::time::timeout(limit, client.echo()).await, Ok(Ok(())))
        };
        let done = asked.into_actor(self).map(|answered, actor, ctx| {
            let answer = if answered { "some" } else { "none" };
            let name = actor.id.to_string();
            metrics::counter!("baton_echoes_total", "destination" => name, "answer" => answer)
                .increment(1);
            actor.learn(if answered { Input::EchoAnswered } else { Input::EchoMissed }, ctx);
        });
        ctx.spawn(done);
    }

    pub(super) fn arm(&mut self, ctx: &mut Context<Self>) {
        if let Some(timer) = self.timer.take() {
            ctx.cancel_future(timer);
        }
        let Some(deadline) = self.health.next_deadline() else { return };
        let pause = Duration::from_millis(deadline.since_ms(self.world.clock.now()));
        self.timer = Some(ctx.run_later(pause, |actor, ctx| {
            actor.timer = None;
            actor.learn(Input::DeadlinePassed, ctx);
        }));
    }

    /// Line: 1 up, 0 down. Circuit: 0 closed, 1 probing, 2 open.
    pub(super) fn show_health(&self) {
        let line = if self.health.line_up() { 1.0 } else { 0.0 };
        let circuit = match self.posted {
            Admission::Everybody => 0.0,
            Admission::Few { .. } => 1.0,
            Admission::Nobody => 2.0,
        };
        let name = || self.id.to_string();
        metrics::gauge!("baton_destination_line", "destination" => name()).set(line);
        metrics::gauge!("baton_destination_circuit", "destination" => name()).set(circuit);
    }
}

impl Handler<Learned> for DestinationActor {
    type Result = ();

    fn handle(&mut self, message: Learned, ctx: &mut Self::Context) {
        self.learn(message.0, ctx);
    }
}
