//! A deciding node: every order it takes goes to a hub, waits here, or is refused in time.
//!
//! Owns the node's view of all hubs and its held orders. It grants nothing: it asks the hub's
//! actor, and a refused ask brings a fresher view. What it forgets in a crash stands in the
//! orders' own records. Floats are used for load only. Next: [`super::credits`], who grants.

use super::board::{Board, Hub, Zone};
use super::divert::Route;
use super::figures::TICK_MS;
use super::held::{HELD_ORDERS_MAX, Held, Waiting};
use super::load::{Load, Snapshot};
use crate::geo::place;
use crate::time::Timestamp;
use baton_protocol::ids::OrderId;
use std::collections::BTreeMap;
use std::time::Duration;

/// Refused asks of one order in a row before it is held until a credit is offered: each of them
/// brought a fresh view, so this many mean that others are always quicker.
const ASKS_IN_ROW_MAX: u32 = 8;

/// Everything that can happen to a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// An order wants a hub: new, read from the store, or back from a lost hub.
    Arrived(Waiting),
    /// A hub's actor granted a credit.
    Granted {
        /// For which order.
        order: OrderId,
        /// As which hand-off.
        epoch: u32,
        /// Whose credit.
        hub: Hub,
        /// The hub after it.
        snapshot: Snapshot,
    },
    /// A hub's actor had no credit.
    Refused {
        /// For which order.
        order: OrderId,
        /// Whose credit.
        hub: Hub,
        /// The hub as it is.
        snapshot: Snapshot,
    },
    /// A credit is free, for whatever is held here.
    Offered {
        /// Whose credit.
        hub: Hub,
        /// The hub as it is.
        snapshot: Snapshot,
    },
    /// A hub's actor tells its load, every tick and when the hub falls or rises.
    Heard {
        /// Which hub.
        hub: Hub,
        /// The hub as it is.
        snapshot: Snapshot,
    },
    /// The order needs no hub any more: it was cancelled, or done after all.
    Withdrawn(OrderId),
    /// The time of [`Control::next_deadline`] has come.
    DeadlineReached,
}

/// Everything that a node asks of the world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// Ask a hub's actor for a credit.
    Ask {
        /// Which hub.
        hub: Hub,
        /// For which order.
        order: OrderId,
        /// The hand-off that it would be.
        epoch: u32,
    },
    /// Tell the order that it goes to this hub; it records that and is sent.
    HandOver {
        /// Which order.
        order: OrderId,
        /// Which hub.
        hub: Hub,
        /// The hand-off that it is.
        epoch: u32,
    },
    /// Tell the customer that the order waits.
    Hold(OrderId),
    /// Tell the order that no hub has room for it.
    GiveUp {
        /// Which order.
        order: OrderId,
        /// When there should be.
        retry_after: Duration,
    },
    /// Give a granted credit back: nobody needs it any more.
    GiveBack {
        /// Which hub's.
        hub: Hub,
        /// Granted for which order.
        order: OrderId,
        /// As which hand-off.
        epoch: u32,
    },
    /// Tell a hub's actor that nothing held here wants its offered credit.
    Decline(Hub),
    /// Tell every hub's actor whether anything is held here.
    Wanting(Wish),
    /// Tell a hub's actor what happened in its own zones since the last tick.
    Tell {
        /// Which hub.
        hub: Hub,
        /// Orders held here whose home it is.
        held: u32,
        /// Orders that came here whose home it is.
        arrived: u32,
    },
}

/// Whether a node takes offered credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Something is held.
    Some,
    /// Nothing is.
    None,
}

/// Why an input was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The board has no such zone.
    #[error("zone {} is not on the board", .0.0)]
    ZoneUnknown(Zone),
    /// The board has no such hub.
    #[error("hub {} is not on the board", .0.0)]
    HubUnknown(Hub),
}

/// A node.
#[derive(Debug)]
pub struct Control {
    board: Board,
    held: Held,
    asking: BTreeMap<OrderId, Asking>,
    desks: Vec<Desk>,
    tick_at: Timestamp,
}

/// An order whose ask is under way.
#[derive(Debug, Clone, Copy)]
struct Asking {
    waiting: Waiting,
    hub: Hub,
    asks: u32,
    wanted: Wanted,
}

/// Whether an order needs the credit that was asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Still,
    NoLonger,
}

/// What the node itself did with one hub.
#[derive(Debug, Clone, Copy, Default)]
struct Desk {
    /// Asks under way.
    asked: u32,
    /// Orders held here whose home it is.
    held: u32,
    /// New orders of its zones since the last tick.
    arrived: u32,
    /// What was told last.
    told_held: u32,
}

impl Control {
    /// Starts with an empty node.
    #[must_use]
    pub fn new(board: Board, now: Timestamp) -> Self {
        let (zones, hubs) = (board.zones().count(), board.hubs().count());
        let (held, asking) = (Held::new(zones), BTreeMap::new());
        let tick_at = now.after_ms(TICK_MS);
        Self { board, held, asking, desks: vec![Desk::default(); hubs], tick_at }
    }

    /// Takes what happened and says what must happen.
    ///
    /// **Order** every [`Effect::Ask`] is answered by [`Input::Granted`] or [`Input::Refused`];
    /// where the actor is gone, the shell refuses in its name.
    /// **Repeat** an order that is held or asked for already changes nothing.
    ///
    /// # Errors
    /// [`Refusal::ZoneUnknown`] for an order of a zone, [`Refusal::HubUnknown`] for news of a hub
    /// that is not on the board; nothing happened then.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        let before = self.held.len();
        let mut effects = Vec::with_capacity(1);
        match input {
            Input::Arrived(waiting) => self.arrived(waiting, now, &mut effects)?,
            Input::Granted { order, epoch, hub, snapshot } => {
                effects.push(match self.answered(order, hub, snapshot)? {
                    Some(_) => Effect::HandOver { order, hub, epoch },
                    None => Effect::GiveBack { hub, order, epoch },
                });
            }
            Input::Refused { order, hub, snapshot } => {
                let asking = self.answered(order, hub, snapshot)?;
                if let Some(Asking { waiting, asks, .. }) = asking {
                    self.route(waiting, asks, now, &mut effects);
                }
            }
            Input::Offered { hub, snapshot } => {
                self.heard(hub, snapshot)?;
                self.offered(hub, now, &mut effects);
            }
            Input::Heard { hub, snapshot } => self.heard(hub, snapshot)?,
            Input::Withdrawn(order) => self.withdraw(order),
            Input::DeadlineReached => self.deadline(now, &mut effects),
        }
        match (before, self.held.len()) {
            (0, 1..) => effects.push(Effect::Wanting(Wish::Some)),
            (1.., 0) => effects.push(Effect::Wanting(Wish::None)),
            (0, 0) | (1.., 1..) => {}
        }
        Ok(effects)
    }

    /// Returns when [`Input::DeadlineReached`] is due.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        Some(self.held.next_due().map_or(self.tick_at, |due| due.min(self.tick_at)))
    }

    /// Returns the node's view of the hubs.
    #[must_use]
    pub const fn board(&self) -> &Board {
        &self.board
    }

    /// Returns how many orders are held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Returns how many asks are under way.
    #[must_use]
    pub fn asking(&self) -> usize {
        self.asking.len()
    }

    fn arrived(
        &mut self,
        waiting: Waiting,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        self.board.seat(waiting.zone).ok_or(Refusal::ZoneUnknown(waiting.zone))?;
        if self.held.contains(waiting.id) || self.asking.contains_key(&waiting.id) {
            return Ok(());
        }
        // An order that comes back is no new demand.
        if let (0, Some(desk)) = (waiting.epoch, self.home_desk(waiting.zone)) {
            desk.arrived = desk.arrived.saturating_add(1);
        }
        self.route(waiting, 0, now, effects);
        Ok(())
    }

    fn route(&mut self, waiting: Waiting, asks: u32, now: Timestamp, effects: &mut Vec<Effect>) {
        if asks < ASKS_IN_ROW_MAX {
            match self.board.route(waiting.zone) {
                Route::To(hub) => return self.ask(waiting, hub, asks, effects),
                Route::Hold => {}
            }
        }
        if self.held.len() >= HELD_ORDERS_MAX {
            return self.give_up(&waiting, effects);
        }
        if self.held.add(waiting, now) {
            self.count_held(waiting.zone, u32::saturating_add);
            effects.push(Effect::Hold(waiting.id));
        }
    }

    fn ask(&mut self, waiting: Waiting, hub: Hub, asks: u32, effects: &mut Vec<Effect>) {
        let epoch = waiting.epoch.saturating_add(1);
        if let Some(desk) = self.desks.get_mut(place(hub.0)) {
            desk.asked = desk.asked.saturating_add(1);
        }
        // Until the answer the credit counts as taken, or one gap would draw many asks.
        self.board.grant(hub);
        let asks = asks.saturating_add(1);
        self.asking.insert(waiting.id, Asking { waiting, hub, asks, wanted: Wanted::Still });
        effects.push(Effect::Ask { hub, order: waiting.id, epoch });
    }

    /// Ends an ask and takes its hub's news; the ask, unless nobody needs it any more.
    fn answered(
        &mut self,
        order: OrderId,
        hub: Hub,
        snapshot: Snapshot,
    ) -> Result<Option<Asking>, Refusal> {
        let asking = self.asking.get(&order).filter(|asking| asking.hub == hub).copied();
        if asking.is_some() {
            self.asking.remove(&order);
            if let Some(desk) = self.desks.get_mut(place(hub.0)) {
                desk.asked = desk.asked.saturating_sub(1);
            }
        }
        self.heard(hub, snapshot)?;
        Ok(asking.filter(|asking| asking.wanted == Wanted::Still))
    }

    fn offered(&mut self, hub: Hub, now: Timestamp, effects: &mut Vec<Effect>) {
        let zone = self.board.pull(hub, self.held.heads(), now);
        let Some(waiting) = zone.and_then(|zone| self.held.pop(zone)) else {
            return effects.push(Effect::Decline(hub));
        };
        self.count_held(waiting.zone, u32::saturating_sub);
        self.ask(waiting, hub, 0, effects);
    }

    fn heard(&mut self, hub: Hub, snapshot: Snapshot) -> Result<(), Refusal> {
        let was_up = self.board.load(hub).map(Load::is_up).ok_or(Refusal::HubUnknown(hub))?;
        let desk = self.desks.get_mut(place(hub.0)).ok_or(Refusal::HubUnknown(hub))?;
        // Only those who wait here stand before others here: what waits elsewhere is a tick old,
        // and had one node's short queue block the hub for all nodes, all of them would queue.
        let out = snapshot.out.saturating_add(desk.asked);
        let own = Snapshot { out, held: desk.held, ..snapshot };
        self.board.set(hub, own);
        if self.board.load(hub).map(Load::is_up) != Some(was_up) {
            self.count_all_held();
        }
        Ok(())
    }

    fn withdraw(&mut self, order: OrderId) {
        if let Some(waiting) = self.held.remove(order) {
            self.count_held(waiting.zone, u32::saturating_sub);
        }
        // An ask under way is answered first; its credit goes back then.
        if let Some(asking) = self.asking.get_mut(&order) {
            asking.wanted = Wanted::NoLonger;
        }
    }

    fn deadline(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        while let Some(waiting) = self.held.pop_due(now) {
            self.give_up(&waiting, effects);
            self.count_held(waiting.zone, u32::saturating_sub);
        }
        if now < self.tick_at {
            return;
        }
        self.tick_at = now.after_ms(TICK_MS);
        for (hub, desk) in (0..).map(Hub).zip(&mut self.desks) {
            if desk.arrived > 0 || desk.held != desk.told_held {
                effects.push(Effect::Tell { hub, held: desk.held, arrived: desk.arrived });
            }
            (desk.arrived, desk.told_held) = (0, desk.held);
        }
    }

    fn give_up(&self, waiting: &Waiting, effects: &mut Vec<Effect>) {
        let home = self.board.home(waiting.zone).and_then(|home| self.board.load(home));
        let seconds = home.map_or(RETRY_WHILE_DOWN_S, Load::retry_after_s);
        let retry_after = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        effects.push(Effect::GiveUp { order: waiting.id, retry_after });
    }

    fn home_desk(&mut self, zone: Zone) -> Option<&mut Desk> {
        let home = self.board.home(zone)?;
        self.desks.get_mut(place(home.0))
    }

    fn count_held(&mut self, zone: Zone, change: fn(u32, u32) -> u32) {
        let Some(home) = self.board.home(zone) else { return };
        let Some(desk) = self.desks.get_mut(place(home.0)) else { return };
        desk.held = change(desk.held, 1);
        self.board.set_held(home, desk.held);
    }

    /// Counts anew, after homes have changed.
    fn count_all_held(&mut self) {
        for desk in &mut self.desks {
            desk.held = 0;
        }
        let counts: Vec<(Zone, u32)> = self.held.counts().collect();
        for (zone, held) in counts {
            if let Some(desk) = self.home_desk(zone) {
                desk.held = desk.held.saturating_add(held);
            }
        }
        for (hub, desk) in (0..).map(Hub).zip(&self.desks) {
            self.board.set_held(hub, desk.held);
        }
    }
}

/// When to come again while every hub is down: an outage is seldom over sooner. **Units** s.
const RETRY_WHILE_DOWN_S: f64 = 30.0;

#[cfg(test)]
mod tests;
