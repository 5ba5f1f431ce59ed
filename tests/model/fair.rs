//! The fair schedule: everything arrives, everybody answers, deadlines pass.
//!
//! Owns liveness: what nobody hinders must come to an end. Next: `properties.rs`.

use super::destination::Mood;
use super::device::Job;
use super::setup::world_time;
use super::step::{Message, Power, Step};
use super::world::World;
use baton_core::relay::capability::{Capability, Class};
use baton_protocol::work::State;

/// Rounds of the fair schedule at most: back-offs up to the code's sure death take about fifteen,
/// and as many again follow a restart.
pub const FAIR_ROUNDS_MAX: usize = 60;

/// Delivers everything once, answers everybody, and lets the next deadline pass.
pub fn fair_round(world: &mut World) {
    if world.gateway.state() == State::Received {
        world.take(&Step::Route, Power::On);
    }
    world.take(&Step::Connect, Power::On);
    for message in world.network.clone() {
        let Some(step) = usual(world, message) else { continue };
        world.take(&step, Power::On);
        if world.device.job == Job::Preparing {
            world.take(&Step::Prepared, Power::On);
        }
    }
    let due = world.gateway.machine().next_deadline().map(world_time);
    if let Some(at_ms) = due {
        world.take(&Step::Clock(at_ms), Power::On);
        world.take(&Step::GatewayDeadline, Power::On);
    }
}

/// How a message is answered when nobody is difficult.
fn usual(world: &World, message: Message) -> Option<Step> {
    if let Message::Authorise(number) = message {
        let heard = world.destination.hears(number);
        return heard.then_some(Step::Authorise(number, Mood::Yes));
    }
    let unasked = matches!(message, Message::Answer(_)) && world.device.job != Job::Waiting;
    (!unasked).then_some(Step::Deliver(message))
}

/// Whether nothing is left for machines to do.
pub fn ended(world: &World) -> bool {
    let state = world.gateway.state();
    state.is_final() || (state == State::Suspense && left_to_people(world))
}

/// The manual class; and without C6 whatever was never reversed, because nothing but people ends
/// a doubt about a request which never arrived.
fn left_to_people(world: &World) -> bool {
    let capabilities = world.setup.capabilities();
    let endless = !capabilities.has(Capability::ExpiryTold) && !world.gateway.reversal_recorded;
    capabilities.class() == Class::Manual || endless
}
