//! Our rule in the world: the real nodes and the real hubs' actors of core, joined by messages.
//!
//! Owns the joints only, as the gateway's shell will: effects become inputs elsewhere. With one
//! node a message takes no time; between several it takes a hop. Next: `literal.rs`.

use super::server::Job;
use super::world::{Rule, World, at};
use anyhow::Result;
use baton_core::hub::board::{Board, Hub, Zone};
use baton_core::hub::control::{self, Control};
use baton_core::hub::credits::{self, Credits, Node};
use baton_core::hub::figures::Figures;
use baton_core::hub::held::{Patience, Waiting};
use baton_core::hub::load::HubFacts;
use baton_core::time::Timestamp;
use baton_protocol::ids::OrderId;
use std::collections::VecDeque;
use std::time::Duration;
use uuid::Uuid;

/// One way between a node and a hub's actor on another: the fixed part of the network. **Units** s.
const HOP_S: f64 = 0.001;

/// A message between the machines.
#[derive(Debug, Clone, Copy)]
pub enum Message {
    /// To a node.
    Node(Node, control::Input),
    /// To a hub's actor.
    Hub(Hub, credits::Input),
}

/// Nodes and hubs' actors.
pub struct Ours {
    nodes: Vec<Control>,
    hubs: Vec<Credits>,
    patience: Patience,
    /// Messages that take no time, in order.
    due: VecDeque<Message>,
}

impl Ours {
    /// Starts so many nodes.
    ///
    /// # Errors
    /// Degrees that are no place.
    pub fn new(country: &super::scenario::Country, nodes: u32, patience: Patience) -> Result<Self> {
        let (sites, zones) = country.places()?;
        let facts = sites.into_iter().zip(&country.hubs).map(|(at, hub)| HubFacts {
            at,
            workers: hub.servers,
            service_s: hub.service_s,
            threshold: Some(hub.threshold_n),
        });
        let facts: Vec<HubFacts> = facts.collect();
        let figures =
            Figures { cost_s_per_km: country.scenario.beta_s_per_km, ..Figures::default() };
        let start = Timestamp::from_ms(0);
        let board = Board::new(&facts, &zones, figures);
        let node = |_| Control::new(board.clone(), start);
        let hubs = facts.iter().map(|facts| Credits::new(facts, figures, start)).collect();
        Ok(Self {
            nodes: (0..nodes.max(1)).map(node).collect(),
            hubs,
            patience,
            due: VecDeque::new(),
        })
    }

    fn alone(&self) -> bool {
        self.nodes.len() == 1
    }

    /// Sends a message; with one node it is read at once.
    fn post(&mut self, message: Message, world: &mut World<Message>) {
        if self.alone() {
            self.due.push_back(message);
        } else {
            world.note(HOP_S, message);
        }
    }

    fn drain(&mut self, world: &mut World<Message>) {
        while let Some(message) = self.due.pop_front() {
            self.read(message, world);
        }
    }

    fn read(&mut self, message: Message, world: &mut World<Message>) {
        let now = clock(world.now());
        match message {
            Message::Node(node, input) => {
                let Some(control) = self.nodes.get_mut(at(node.0)) else { return };
                let effects = control.step(input, now).unwrap_or_default();
                for effect in effects {
                    self.node_effect(node, effect, world);
                }
            }
            Message::Hub(hub, input) => {
                let Some(credits) = self.hubs.get_mut(at(hub.0)) else { return };
                let effects = credits.step(input, now).unwrap_or_default();
                // A node in the same process sees what every acknowledgement changes.
                if self.alone() && matches!(input, credits::Input::Acknowledged { .. }) {
                    self.hub_effect(hub, credits::Effect::Tell(Node(0)), world);
                }
                for effect in effects {
                    self.hub_effect(hub, effect, world);
                }
            }
        }
    }

    fn node_effect(&mut self, node: Node, effect: control::Effect, world: &mut World<Message>) {
        use control::Effect;
        match effect {
            Effect::Ask { hub, order, epoch } => {
                self.post(Message::Hub(hub, credits::Input::Asked { node, order, epoch }), world);
            }
            Effect::HandOver { order, hub, epoch } => {
                world.send(hub.0, Job { order: number(order), epoch });
            }
            Effect::Hold(_) => world.held(),
            Effect::GiveUp { order, .. } => world.refuse(number(order)),
            Effect::GiveBack { hub, order, epoch } => {
                self.post(Message::Hub(hub, credits::Input::Missing { order, epoch }), world);
            }
            Effect::Decline(hub) => {
                self.post(Message::Hub(hub, credits::Input::Declined(node)), world);
            }
            Effect::Wanting(wish) => {
                for hub in (0..).take(self.hubs.len()).map(Hub) {
                    let input = credits::Input::Wanting { node, wish };
                    self.post(Message::Hub(hub, input), world);
                }
            }
            Effect::Tell { hub, held, arrived } => {
                let input = credits::Input::Told { node, held, arrived };
                self.post(Message::Hub(hub, input), world);
            }
        }
    }

    fn hub_effect(&mut self, hub: Hub, effect: credits::Effect, world: &mut World<Message>) {
        use control::Input;
        use credits::Effect;
        let Some(snapshot) = self.hubs.get(at(hub.0)).map(|one| *one.snapshot()) else { return };
        let (node, input) = match effect {
            Effect::Grant { node, order, epoch } => {
                (node, Input::Granted { order, epoch, hub, snapshot })
            }
            Effect::Refuse { node, order } => {
                world.ask_refused();
                (node, Input::Refused { order, hub, snapshot })
            }
            Effect::Offer(node) => (node, Input::Offered { hub, snapshot }),
            Effect::Tell(node) => (node, Input::Heard { hub, snapshot }),
            Effect::Return { node, order, epoch } => {
                // A credit whose order was never handed over has nothing to bring back.
                let Some(waiting) = self.waiting(number(order), epoch, world) else { return };
                (node, Input::Arrived(waiting))
            }
            Effect::Fallen | Effect::Risen => return,
        };
        self.post(Message::Node(node, input), world);
    }

    fn waiting(&self, order: u32, epoch: u32, world: &World<Message>) -> Option<Waiting> {
        let known = world.order(order)?;
        let id = OrderId::new(Uuid::from_u128(order.into()));
        let (zone, arrived) = (Zone(known.zone), clock(known.at));
        Some(Waiting { id, zone, arrived, patience: self.patience, epoch })
    }
}

impl Rule for Ours {
    type Note = Message;

    /// A balancer gives the orders to the nodes in turn.
    fn arrived(&mut self, order: u32, world: &mut World<Message>) {
        let Some(waiting) = self.waiting(order, 0, world) else { return };
        let nodes = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let node = Node(order.checked_rem(nodes).unwrap_or(0));
        self.read(Message::Node(node, control::Input::Arrived(waiting)), world);
        self.drain(world);
    }

    fn acknowledged(&mut self, hub: u32, job: Job, service_s: f64, world: &mut World<Message>) {
        let order = OrderId::new(Uuid::from_u128(job.order.into()));
        let input = credits::Input::Acknowledged { order, epoch: job.epoch, service_s };
        self.read(Message::Hub(Hub(hub), input), world);
        self.drain(world);
    }

    fn reported(&mut self, hub: u32, _: u32, world: &mut World<Message>) {
        self.read(Message::Hub(Hub(hub), credits::Input::Reported), world);
        self.drain(world);
    }

    /// Timers of the machines go off at ticks here, up to a tick late.
    fn ticked(&mut self, alive: &[bool], world: &mut World<Message>) {
        for (hub, _) in (0..).map(Hub).zip(alive).filter(|(_, alive)| **alive) {
            self.read(Message::Hub(hub, credits::Input::Reported), world);
        }
        self.drain(world);
        for node in (0..).take(self.nodes.len()).map(Node) {
            self.read(Message::Node(node, control::Input::DeadlineReached), world);
        }
        self.drain(world);
        for hub in (0..).take(self.hubs.len()).map(Hub) {
            self.read(Message::Hub(hub, credits::Input::DeadlineReached), world);
        }
        self.drain(world);
    }

    fn restarted(&mut self, hub: u32, world: &mut World<Message>) {
        self.read(Message::Hub(Hub(hub), credits::Input::Restarted), world);
        self.drain(world);
    }

    fn noted(&mut self, message: Message, world: &mut World<Message>) {
        self.read(message, world);
    }
}

fn number(order: OrderId) -> u32 {
    u32::try_from(order.uuid().as_u128()).unwrap_or(u32::MAX)
}

/// The world's seconds as the machines' milliseconds.
fn clock(seconds: f64) -> Timestamp {
    let time = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    Timestamp::from_ms(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
}
