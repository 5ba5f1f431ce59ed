//! A hub's actor: the only one that grants its credits, to one node or to many.
//!
//! Owns who holds a credit and the hub's measured load, so the window is never passed whatever
//! stale views the nodes have. A silent hub's orders go back to their nodes. Floats are used for
//! load only. May not choose an order. Next: [`super::order`], which is handed over.

mod nodes;

use super::figures::{Figures, TICK_MS};
use super::load::{HubFacts, Load, Snapshot};
use crate::time::Timestamp;
use baton_protocol::ids::OrderId;
pub use nodes::Node;
use nodes::Nodes;
use std::collections::BTreeMap;

/// A hub that said nothing for so long is down: four of its reports, or some hundred of a large
/// hub's acknowledgements. **Units** ms.
pub const SILENCE_MS_MAX: u64 = 1_000;

/// An order that is out for longer should be asked after at the hub: a hundred mean services.
/// **Units** ms.
pub const OVERDUE_MS: u64 = 60_000;

/// Everything that can happen to a hub's credits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// A node asks for a credit.
    Asked {
        /// Which node.
        node: Node,
        /// For which order.
        order: OrderId,
        /// The hand-off that it would be.
        epoch: u32,
    },
    /// The hub is done with an order.
    Acknowledged {
        /// Which order.
        order: OrderId,
        /// As which hand-off.
        epoch: u32,
        /// How long the hub worked on it.
        service_s: f64,
    },
    /// The order is not at the hub and will not come: never sent, given back, or unknown there.
    Missing {
        /// Which order.
        order: OrderId,
        /// As which hand-off.
        epoch: u32,
    },
    /// The hub gave a sign of life; a report is one.
    Reported,
    /// The hub has started with nothing inside, however short it was away.
    Restarted,
    /// A node tells what happened in this hub's zones since its last tick.
    Told {
        /// Which node.
        node: Node,
        /// Orders held there whose home this is.
        held: u32,
        /// Orders that came there whose home this is.
        arrived: u32,
    },
    /// A node holds orders and takes offered credits, or no longer.
    Wanting {
        /// Which node.
        node: Node,
        /// Whether it does.
        wish: super::control::Wish,
    },
    /// A node has nothing for the offered credit.
    Declined(Node),
    /// A node is gone; its orders are taken over by others from the store.
    NodeLost(Node),
    /// The time of [`Credits::next_deadline`] has come.
    DeadlineReached,
}

/// Everything that a hub's credits ask of the world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// Tell the node that it may hand the order over.
    Grant {
        /// Which node.
        node: Node,
        /// Which order.
        order: OrderId,
        /// As which hand-off.
        epoch: u32,
    },
    /// Tell the node that it may not.
    Refuse {
        /// Which node.
        node: Node,
        /// Which order.
        order: OrderId,
    },
    /// Tell the node that a credit is kept for what it holds.
    Offer(Node),
    /// Tell the node the load.
    Tell(Node),
    /// Tell the order that its hub is lost; it wants a hub again, at this node.
    Return {
        /// Where the credit was asked.
        node: Node,
        /// Which order.
        order: OrderId,
        /// The hand-off that is void.
        epoch: u32,
    },
    /// People should know that the hub is down.
    Fallen,
    /// People should know that the hub is up again.
    Risen,
}

/// Why an input was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The order holds no credit here: acknowledged before, or returned when the hub was silent.
    #[error("order {0} holds no credit here")]
    NotOut(OrderId),
    /// The word belongs to another hand-off than the one that holds the credit.
    #[error("order {order} holds a credit as hand-off {holds}, not {given}")]
    EpochStale {
        /// Which order.
        order: OrderId,
        /// The hand-off that holds the credit.
        holds: u32,
        /// The hand-off that was named.
        given: u32,
    },
}

/// The credits of one hub.
#[derive(Debug)]
pub struct Credits {
    figures: Figures,
    load: Load,
    out: BTreeMap<OrderId, Grant>,
    nodes: Nodes,
    silent_at: Timestamp,
    tick_at: Timestamp,
}

/// A credit that is out.
#[derive(Debug, Clone, Copy)]
struct Grant {
    node: Node,
    epoch: u32,
    since: Timestamp,
}

impl Credits {
    /// Starts with a hub that is up and has nothing.
    #[must_use]
    pub fn new(facts: &HubFacts, figures: Figures, now: Timestamp) -> Self {
        Self {
            load: Load::new(facts, &figures),
            figures,
            out: BTreeMap::new(),
            nodes: Nodes::default(),
            silent_at: now.after_ms(SILENCE_MS_MAX),
            tick_at: now.after_ms(TICK_MS),
        }
    }

    /// Starts with what the orders' records say is out, after the actor before this one ended.
    #[must_use]
    pub fn restore(
        facts: &HubFacts,
        figures: Figures,
        out: impl IntoIterator<Item = (OrderId, u32, Node)>,
        now: Timestamp,
    ) -> Self {
        let mut credits = Self::new(facts, figures, now);
        for (order, epoch, node) in out {
            credits.load.grant();
            credits.out.insert(order, Grant { node, epoch, since: now });
        }
        credits
    }

    /// Takes what happened and says what must happen.
    ///
    /// **Repeat** an ask that was granted is granted again, as the same credit.
    ///
    /// # Errors
    /// [`Refusal::NotOut`] and [`Refusal::EpochStale`] for an order that holds no such credit;
    /// nothing happened then, but the hub was heard.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        let mut effects = Vec::with_capacity(1);
        match input {
            Input::Asked { node, order, epoch } => {
                self.asked(node, order, epoch, now, &mut effects);
            }
            Input::Acknowledged { order, epoch, service_s } => {
                self.alive(now, &mut effects);
                self.take_back(order, epoch)?;
                self.load.acknowledge(service_s, &self.figures);
                self.nodes.renew();
            }
            Input::Missing { order, epoch } => {
                self.take_back(order, epoch)?;
                self.load.release();
                self.nodes.renew();
            }
            Input::Reported => self.alive(now, &mut effects),
            Input::Restarted => {
                if self.load.is_up() {
                    self.fall(&mut effects);
                }
                self.alive(now, &mut effects);
            }
            Input::Told { node, held, arrived } => self.told(node, held, arrived),
            Input::Wanting { node, wish } => self.nodes.wanting(node, wish),
            Input::Declined(node) => self.nodes.declined(node),
            Input::NodeLost(node) => self.nodes.lost(node),
            Input::DeadlineReached => self.deadline(now, &mut effects),
        }
        self.offer(&mut effects);
        Ok(effects)
    }

    /// Returns when [`Input::DeadlineReached`] is due.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let silence = self.load.is_up().then_some(self.silent_at);
        Some(silence.map_or(self.tick_at, |silence| silence.min(self.tick_at)))
    }

    /// Returns the hub's load.
    #[must_use]
    pub const fn load(&self) -> &Load {
        &self.load
    }

    /// Returns what nodes are told beside a grant, a refusal, an offer and every tick; held are the
    /// orders at all nodes.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot {
        self.load.snapshot()
    }

    /// Returns the orders that are out for very long: the hub should be asked whether it has them.
    pub fn overdue(&self, now: Timestamp) -> impl Iterator<Item = (OrderId, u32)> + '_ {
        let late = move |grant: &Grant| now.since_ms(grant.since) >= OVERDUE_MS;
        self.out.iter().filter(move |(_, grant)| late(grant)).map(|(id, one)| (*id, one.epoch))
    }

    fn asked(
        &mut self,
        node: Node,
        order: OrderId,
        epoch: u32,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        self.nodes.take_offer(node);
        if let Some(grant) = self.out.get_mut(&order) {
            if epoch < grant.epoch {
                return effects.push(Effect::Refuse { node, order });
            }
            *grant = Grant { node, epoch, since: grant.since };
            return effects.push(Effect::Grant { node, order, epoch });
        }
        if !self.load.has_credit() {
            return effects.push(Effect::Refuse { node, order });
        }
        self.load.grant();
        self.out.insert(order, Grant { node, epoch, since: now });
        effects.push(Effect::Grant { node, order, epoch });
    }

    fn take_back(&mut self, order: OrderId, epoch: u32) -> Result<(), Refusal> {
        let holds = self.out.get(&order).ok_or(Refusal::NotOut(order))?.epoch;
        if holds != epoch {
            return Err(Refusal::EpochStale { order, holds, given: epoch });
        }
        self.out.remove(&order);
        Ok(())
    }

    fn told(&mut self, node: Node, held: u32, arrived: u32) {
        self.nodes.told(node, held, arrived);
        self.load.set_held(self.nodes.held_by_all());
    }

    fn alive(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.silent_at = now.after_ms(SILENCE_MS_MAX);
        if !self.load.is_up() {
            self.load.rise();
            effects.push(Effect::Risen);
            effects.extend(self.nodes.all().map(Effect::Tell));
        }
    }

    fn deadline(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.load.is_up() && now >= self.silent_at {
            self.fall(effects);
        }
        if now >= self.tick_at {
            self.tick_at = now.after_ms(TICK_MS);
            self.load.tick(self.nodes.take_arrived(), &self.figures);
            self.nodes.renew();
            effects.extend(self.nodes.all().map(Effect::Tell));
        }
    }

    /// The nodes hear of it first, so that no order comes back here.
    fn fall(&mut self, effects: &mut Vec<Effect>) {
        self.load.fall();
        self.nodes.withdraw_offers();
        effects.push(Effect::Fallen);
        effects.extend(self.nodes.all().map(Effect::Tell));
        let out = std::mem::take(&mut self.out);
        let back = |(order, Grant { node, epoch, .. })| Effect::Return { node, order, epoch };
        effects.extend(out.into_iter().map(back));
    }

    /// An offered credit is not kept: while a far node thinks about it, a near order may take it.
    fn offer(&mut self, effects: &mut Vec<Effect>) {
        let taken = self.load.snapshot().out.saturating_add(self.nodes.offers());
        let mut free = self.load.window().saturating_sub(taken);
        while self.load.is_up() && free > 0 {
            let Some(node) = self.nodes.offer_next() else { return };
            effects.push(Effect::Offer(node));
            free = free.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests;
