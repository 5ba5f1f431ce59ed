//! The nodes that ask one hub for credits: what they hold for it, and whose turn an offer is.
//!
//! Owns the round robin: one open offer a node, and none again to who declined until something
//! changes. May not count credits; [`super`] does. Next: nothing below this.

use crate::hub::control::Wish;
use std::collections::BTreeMap;
use std::ops::Bound;

/// A deciding node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub u32);

#[derive(Debug, Default)]
pub(super) struct Nodes {
    known: BTreeMap<Node, Known>,
    /// Who was offered a credit last.
    last: Option<Node>,
    offers: u32,
}

/// What is known of one node.
#[derive(Debug, Clone, Copy)]
struct Known {
    held: u32,
    arrived: u32,
    turn: Turn,
}

/// Whether a node is offered credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It holds nothing.
    Idle,
    /// It is.
    Waits,
    /// It has an offer that it has not answered.
    Offered,
    /// It had nothing for the last one.
    Declined,
}

impl Nodes {
    pub(super) const fn offers(&self) -> u32 {
        self.offers
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Node> + '_ {
        self.known.keys().copied()
    }

    pub(super) fn held_by_all(&self) -> u32 {
        self.known.values().fold(0, |sum, known| sum.saturating_add(known.held))
    }

    pub(super) fn told(&mut self, node: Node, held: u32, arrived: u32) {
        let known = self.know(node);
        known.held = held;
        known.arrived = known.arrived.saturating_add(arrived);
    }

    pub(super) fn take_arrived(&mut self) -> u32 {
        let arrived = self.known.values_mut().map(|known| std::mem::take(&mut known.arrived));
        arrived.fold(0, u32::saturating_add)
    }

    pub(super) fn wanting(&mut self, node: Node, wish: Wish) {
        self.take_offer(node);
        self.know(node).turn = match wish {
            Wish::Some => Turn::Waits,
            Wish::None => Turn::Idle,
        };
    }

    pub(super) fn declined(&mut self, node: Node) {
        if self.take_offer(node) {
            self.know(node).turn = Turn::Declined;
        }
    }

    pub(super) fn lost(&mut self, node: Node) {
        self.take_offer(node);
        self.known.remove(&node);
    }

    /// Ends a node's offer, whatever it was used for; tells whether there was one.
    pub(super) fn take_offer(&mut self, node: Node) -> bool {
        let known = self.know(node);
        let had = known.turn == Turn::Offered;
        if had {
            known.turn = Turn::Waits;
            self.offers = self.offers.saturating_sub(1);
        }
        had
    }

    /// Something has changed: who declined is offered credits again.
    pub(super) fn renew(&mut self) {
        for known in self.known.values_mut().filter(|known| known.turn == Turn::Declined) {
            known.turn = Turn::Waits;
        }
    }

    pub(super) fn withdraw_offers(&mut self) {
        for known in self.known.values_mut().filter(|known| known.turn == Turn::Offered) {
            known.turn = Turn::Waits;
        }
        self.offers = 0;
    }

    /// Says whose turn the next offer is, after whoever had the last.
    pub(super) fn offer_next(&mut self) -> Option<Node> {
        let waits = |(node, known): (&Node, &Known)| (known.turn == Turn::Waits).then_some(*node);
        let after = self.last.map_or(Bound::Unbounded, Bound::Excluded);
        let next = self.known.range((after, Bound::Unbounded)).find_map(waits);
        let node = next.or_else(|| self.known.iter().find_map(waits))?;
        self.know(node).turn = Turn::Offered;
        self.offers = self.offers.saturating_add(1);
        self.last = Some(node);
        Some(node)
    }

    fn know(&mut self, node: Node) -> &mut Known {
        self.known.entry(node).or_insert(Known { held: 0, arrived: 0, turn: Turn::Idle })
    }
}
