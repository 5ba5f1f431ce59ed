//! Orders that wait at a node: one queue a zone, by the time of first arrival.
//!
//! Owns who is at the head and whose patience ends next. An order that comes back from a lost hub
//! stands where its first arrival puts it. May not choose between zones; [`super::divert`] does.
//! Next: [`super::control`], which fills and drains it.

use super::board::Zone;
use super::divert::Head;
use crate::geo::place;
use crate::time::Timestamp;
use baton_protocol::ids::OrderId;
use std::collections::{BTreeMap, BTreeSet};

/// Orders that one node holds at most: some minutes of a whole country's overload, in memory that
/// the smallest server has.
pub const HELD_ORDERS_MAX: usize = 100_000;

/// How long a customer stays when nothing is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From the moment the order is held.
    pub ms: u64,
}

impl Patience {
    /// Somebody who ordered on a phone.
    pub const PHONE: Self = Self { ms: 5_000 };
    /// Somebody who stands before a kiosk, and others behind.
    pub const KIOSK: Self = Self { ms: 2_000 };
}

/// An order that wants a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The order.
    pub id: OrderId,
    /// Where it is delivered.
    pub zone: Zone,
    /// When it came first; a lost hub does not change it.
    pub arrived: Timestamp,
    /// How long it may be held.
    pub patience: Patience,
    /// Hand-offs before: 0 for a new order.
    pub epoch: u32,
}

/// First arrival, then id: nobody shares a place.
type Turn = (Timestamp, OrderId);

/// An order that is held, and when its patience ends.
#[derive(Debug, Clone, Copy)]
struct Seat {
    waiting: Waiting,
    due: Timestamp,
}

/// The queues of one node.
#[derive(Debug)]
pub(super) struct Held {
    queues: Vec<BTreeMap<Turn, Seat>>,
    zones: BTreeSet<Zone>,
    due: BTreeSet<(Timestamp, OrderId)>,
    places: BTreeMap<OrderId, (Zone, Turn)>,
}

impl Held {
    pub(super) fn new(zones: usize) -> Self {
        Self {
            queues: (0..zones).map(|_| BTreeMap::new()).collect(),
            zones: BTreeSet::new(),
            due: BTreeSet::new(),
            places: BTreeMap::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn contains(&self, id: OrderId) -> bool {
        self.places.contains_key(&id)
    }

    /// Takes an order in; `false` when there is no such zone.
    pub(super) fn add(&mut self, waiting: Waiting, now: Timestamp) -> bool {
        let Some(queue) = self.queues.get_mut(place(waiting.zone.0)) else { return false };
        let (turn, due) = ((waiting.arrived, waiting.id), now.after_ms(waiting.patience.ms));
        queue.insert(turn, Seat { waiting, due });
        self.zones.insert(waiting.zone);
        self.due.insert((due, waiting.id));
        self.places.insert(waiting.id, (waiting.zone, turn));
        true
    }

    pub(super) fn remove(&mut self, id: OrderId) -> Option<Waiting> {
        let (zone, turn) = self.places.remove(&id)?;
        let queue = self.queues.get_mut(place(zone.0))?;
        let seat = queue.remove(&turn)?;
        if queue.is_empty() {
            self.zones.remove(&zone);
        }
        self.due.remove(&(seat.due, id));
        Some(seat.waiting)
    }

    /// Takes out who has waited longest in a zone.
    pub(super) fn pop(&mut self, zone: Zone) -> Option<Waiting> {
        let (_, id) = *self.queues.get(place(zone.0))?.keys().next()?;
        self.remove(id)
    }

    /// Takes out somebody whose patience is over.
    pub(super) fn pop_due(&mut self, now: Timestamp) -> Option<Waiting> {
        let (due, id) = *self.due.first()?;
        if due > now {
            return None;
        }
        self.remove(id)
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Returns the head of every zone that has one.
    pub(super) fn heads(&self) -> impl Iterator<Item = Head> + '_ {
        self.zones.iter().filter_map(|zone| {
            let (arrived, _) = *self.queues.get(place(zone.0))?.keys().next()?;
            Some(Head { zone: *zone, arrived })
        })
    }

    /// Returns every zone with held orders, and how many.
    pub(super) fn counts(&self) -> impl Iterator<Item = (Zone, u32)> + '_ {
        self.zones.iter().filter_map(|zone| {
            let held = self.queues.get(place(zone.0))?.len();
            Some((*zone, u32::try_from(held).unwrap_or(u32::MAX)))
        })
    }
}
