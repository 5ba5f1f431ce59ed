//! Stock of one shop: on hand, reserved, sold; the only place that grants units to orders.
//!
//! Owns the promise that nothing is sold that is not there: reserved units are always on hand, and
//! concurrent checkouts are steps of this one machine. What a hold has lost by its expiry it may
//! take again while units are free. Chapters: `holds` (the promises), `moves` (what staff do).

mod holds;
mod moves;

pub use moves::{Condition, Reason};

use super::effect::{Effect, Record};
use super::goods::Item;
use crate::time::Timestamp;
use baton_protocol::ids::{OrderId, ShopId, StaffId};
use std::collections::BTreeMap;
use std::fmt;

/// Units of one item: no shelf of a shop is longer, and sums of a hundred stay in 32 bits.
pub const STOCK_UNITS_MAX: u32 = 10_000_000;

/// What units are held for: an order, or an exchange within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HoldId {
    /// Which order.
    pub order: OrderId,
    /// 0 for the order itself, 1 for its first exchange, and so on.
    pub round: u32,
}

impl fmt::Display for HoldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.order, self.round)
    }
}

/// How many units of what.
pub type Units = BTreeMap<Item, u32>;

/// One item's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shelf {
    on_hand: u32,
    reserved: u32,
    sold: u32,
    low_at: Option<u32>,
    lows: u32,
}

impl Shelf {
    /// Puts a shelf together as the store has it.
    #[must_use]
    pub const fn restore(on_hand: u32, sold: u32, low_at: Option<u32>, lows: u32) -> Self {
        Self { on_hand, reserved: 0, sold, low_at, lows }
    }

    /// Returns the units that are there, reserved ones among them.
    #[must_use]
    pub const fn on_hand(&self) -> u32 {
        self.on_hand
    }

    /// Returns the units of those that are promised to orders.
    #[must_use]
    pub const fn reserved(&self) -> u32 {
        self.reserved
    }

    /// Returns the units that went to customers and did not come back.
    #[must_use]
    pub const fn sold(&self) -> u32 {
        self.sold
    }

    /// Returns the units that may be promised.
    #[must_use]
    pub const fn free(&self) -> u32 {
        self.on_hand.saturating_sub(self.reserved)
    }

    fn is_low(&self) -> bool {
        self.low_at.is_some_and(|low| self.free() <= low)
    }
}

/// Units that are promised to one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// How many of what.
    pub units: Units,
    /// How long.
    pub term: Term,
}

/// How long units are promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Until this moment.
    Until(Timestamp),
    /// Until they are sent or released.
    Firm,
}

/// The stock of one shop, or of those of its items that one step is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    shop: ShopId,
    shelves: BTreeMap<Item, Shelf>,
    holds: BTreeMap<HoldId, Hold>,
}

/// What happened, or is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Goods came in.
    Received(Item, u32),
    /// Somebody counted what is there.
    Counted {
        /// Of what.
        item: Item,
        /// How many, reserved ones among them.
        on_hand: u32,
        /// Who.
        by: StaffId,
    },
    /// Units went missing or turned up.
    Corrected {
        /// Of what.
        item: Item,
        /// How many more, or less.
        change: i32,
        /// Why.
        reason: Reason,
        /// Who says so.
        by: StaffId,
    },
    /// Tell staff when no more than so many are free; nothing named means never.
    LowAt(Item, Option<u32>),
    /// Promise these units, all or none, for a time.
    Reserve {
        /// To whom.
        hold: HoldId,
        /// What.
        units: Units,
        /// Until when.
        until: Timestamp,
    },
    /// Make a promise firm; one that has expired is made again if units are free.
    Keep {
        /// Whose.
        hold: HoldId,
        /// What.
        units: Units,
    },
    /// Give up a promise, in whole or part.
    Release {
        /// Whose.
        hold: HoldId,
        /// What.
        units: Units,
    },
    /// Promised units leave the shop.
    Sell {
        /// Whose.
        hold: HoldId,
        /// What.
        units: Units,
    },
    /// Units came back from a customer.
    TakeBack {
        /// For whom they had left.
        from: HoldId,
        /// How many of what.
        units: Units,
        /// Whether they can be sold again.
        condition: Condition,
    },
    /// Look at the clock.
    DeadlinePassed,
}

/// What a stock's history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// On-hand units changed.
    Changed {
        /// Of what.
        item: Item,
        /// By how much.
        change: i64,
        /// Why.
        reason: Reason,
        /// Who said so; nobody when goods came in or back.
        by: Option<StaffId>,
    },
    /// A threshold was set.
    LowAtSet(Item, Option<u32>),
    /// Units were promised.
    Reserved(HoldId, Term),
    /// A promise became firm.
    Kept(HoldId),
    /// Units were given free.
    Released(HoldId, Units),
    /// A promise ran out.
    Expired(HoldId),
    /// Units left.
    Sold(HoldId, Units),
    /// Units came back.
    TakenBack(HoldId, Units, Condition),
}

/// Why a stock said no. Nothing changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Fewer are free than wanted.
    #[error("{item}: {wanted} wanted, {free} free")]
    Short {
        /// Of what.
        item: Item,
        /// How many may be promised.
        free: u32,
        /// How many were wanted.
        wanted: u32,
    },
    /// There is no such item.
    #[error("this shop has no {0}")]
    ItemUnknown(Item),
    /// Nothing, or more than [`STOCK_UNITS_MAX`].
    #[error("a quantity of {0} is none")]
    QuantityInvalid(i64),
    /// Another promise has this name.
    #[error("{0} is held already")]
    HoldKnown(HoldId),
    /// No such promise, or it has fewer units.
    #[error("{0} holds no such units")]
    NotHeld(HoldId),
    /// Fewer would be there than are promised to orders: cancel some first.
    #[error("{item}: {left} would be left, but {reserved} are promised")]
    PromisedMore {
        /// Of what.
        item: Item,
        /// How many would be there.
        left: i64,
        /// How many are promised.
        reserved: u32,
    },
    /// More came back than ever went out.
    #[error("{item}: {sold} were sold, {back} cannot come back")]
    NeverSold {
        /// Of what.
        item: Item,
        /// How many are with customers.
        sold: u32,
        /// How many came back.
        back: u32,
    },
}

impl Stock {
    /// Puts a stock together from its shelves and the promises on them.
    ///
    /// Promises that are not covered by what is on hand are left out: they were never granted.
    #[must_use]
    pub fn restore(
        shop: ShopId,
        shelves: BTreeMap<Item, Shelf>,
        holds: BTreeMap<HoldId, Hold>,
    ) -> Self {
        let mut stock = Self { shop, shelves, holds: BTreeMap::new() };
        for (id, hold) in holds {
            if stock.check_free(&hold.units).is_ok() {
                stock.hold(&hold.units);
                stock.holds.insert(id, hold);
            }
        }
        stock
    }

    /// Takes one fact or wish and says what must happen, in order.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing changed then.
    ///
    /// **Repeat** `Reserve` and `Keep` of the same units are granted again and change nothing;
    /// everything else counts each time, so it is carried out once, with what recorded it.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        let expired = self.expire(now);
        let before: Vec<Item> = self.low_items();
        let done = match input {
            Input::Received(item, quantity) => self.receive(item, quantity),
            Input::Counted { item, on_hand, by } => self.count(item, on_hand, by),
            Input::Corrected { item, change, reason, by } => self.correct(item, change, reason, by),
            Input::LowAt(item, low_at) => self.set_low_at(item, low_at),
            Input::Reserve { hold, units, until } => self.reserve(hold, units, until, now),
            Input::Keep { hold, units } => self.keep(hold, units),
            Input::Release { hold, units } => self.release(hold, &units),
            Input::Sell { hold, units } => self.sell(hold, &units),
            Input::TakeBack { from, units, condition } => self.take_back(from, units, condition),
            Input::DeadlinePassed => Ok(Vec::new()),
        };
        let done = match done {
            Ok(done) => done,
            Err(refusal) => {
                self.put_back(expired);
                return Err(refusal);
            }
        };
        let gone = expired.into_iter().map(|(id, _)| self.record(Event::Expired(id)));
        let mut effects: Vec<Effect> = gone.chain(done).collect();
        effects.extend(self.tell_low(&before));
        Ok(effects)
    }

    /// Returns when the next promise runs out.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let untils = self.holds.values().filter_map(|hold| match hold.term {
            Term::Until(until) => Some(until),
            Term::Firm => None,
        });
        untils.min()
    }

    /// Returns one item's figures.
    #[must_use]
    pub fn lookup(&self, item: &Item) -> Option<&Shelf> {
        self.shelves.get(item)
    }

    /// Returns all figures.
    pub fn shelves(&self) -> impl Iterator<Item = (&Item, &Shelf)> {
        self.shelves.iter()
    }

    /// Returns all promises.
    pub fn holds(&self) -> impl Iterator<Item = (&HoldId, &Hold)> {
        self.holds.iter()
    }

    /// Returns whose it is.
    #[must_use]
    pub const fn shop(&self) -> &ShopId {
        &self.shop
    }
}

impl Stock {
    fn record(&self, event: Event) -> Effect {
        Effect::Record(Record::Stock(self.shop.clone(), event))
    }
}

#[cfg(test)]
mod tests;
