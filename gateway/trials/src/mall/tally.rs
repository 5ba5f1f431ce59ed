//! The reference: what units and won must be, reckoned from what people did and from nothing else.
//!
//! Owns a second, small bookkeeping in plain numbers. May not ask the machines of core for their
//! sums; it knows prices from the price list and lines from their order. Next: `promises`.

use baton_core::mall::goods::Item;
use baton_core::mall::order::Order;
use baton_protocol::ids::{OrderId, ShopId};
use std::collections::BTreeMap;

/// What one line was and what became of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct LineTally {
    /// How many were ordered.
    pub units: i64,
    /// What it cost, in won.
    pub cost: i64,
    /// How many are not the customer's any more.
    pub back: i64,
    /// What was given back.
    pub given_back: i64,
}

/// What one part was and what became of it.
#[derive(Debug, Clone, Default)]
pub struct PartTally {
    /// Its lines.
    pub lines: Vec<LineTally>,
    /// What the way cost, in won.
    pub way: i64,
    /// What of that was given back.
    pub way_back: i64,
    /// How many units were ever sent.
    pub sent: i64,
}

/// What one order was and what became of it.
#[derive(Debug, Clone, Default)]
pub struct OrderTally {
    /// What it costs.
    pub total: i64,
    /// Its parts.
    pub parts: BTreeMap<ShopId, PartTally>,
    /// How often money was taken for it.
    pub payments: u32,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Units in the shops.
    pub there: BTreeMap<(ShopId, Item), i64>,
    /// Units with customers or on their way.
    pub out: BTreeMap<(ShopId, Item), i64>,
    /// Orders.
    pub orders: BTreeMap<OrderId, OrderTally>,
    /// Won that the relay holds for the mall: charged less given back.
    pub relay: i64,
    /// Won on the bank account: come less gone.
    pub bank: i64,
}

impl Tally {
    /// Notes an order as it was placed.
    pub fn placed(&mut self, order: &Order, total: i64) {
        let mut tally = OrderTally { total, ..OrderTally::default() };
        for part in order.parts() {
            let line = |one: &baton_core::mall::order::LineAccount| LineTally {
                units: i64::from(one.line.quantity),
                cost: one.line.total().minor,
                back: 0,
                given_back: 0,
            };
            let lines = part.lines.iter().map(line).collect();
            let way = part.shipping.minor;
            let noted = PartTally { lines, way, way_back: 0, sent: 0 };
            tally.parts.insert(part.shop.clone(), noted);
        }
        self.orders.insert(order.facts().id, tally);
    }

    /// Units move between the shop and the world.
    pub fn left(&mut self, shop: &ShopId, item: &Item, units: i64) {
        let key = (shop.clone(), item.clone());
        add(&mut self.there, key.clone(), -units);
        add(&mut self.out, key, units);
    }

    /// Units come back, good for the shelf or not.
    pub fn came_back(&mut self, shop: &ShopId, item: &Item, units: i64, good: bool) {
        let key = (shop.clone(), item.clone());
        add(&mut self.out, key.clone(), -units);
        if good {
            add(&mut self.there, key, units);
        }
    }

    /// Units come from elsewhere, or go there.
    pub fn changed(&mut self, shop: &ShopId, item: &Item, units: i64) {
        add(&mut self.there, (shop.clone(), item.clone()), units);
    }

    /// Units of a line are back for good; a deduction is kept of their price.
    pub fn line_back(&mut self, at: (OrderId, &ShopId, usize), units: i64, deduction: i64) {
        let Some(line) = self.line(at) else { return };
        let entitled = |units: i64| line.cost * units / line.units.max(1);
        let share = entitled(line.back + units) - entitled(line.back);
        line.given_back += share.min(line.cost - line.given_back) - deduction;
        line.back += units;
    }

    /// Something is taken off a line.
    pub fn line_reduced(&mut self, at: (OrderId, &ShopId, usize), won: i64) {
        if let Some(line) = self.line(at) {
            line.given_back += won;
        }
    }

    /// Something is taken off the way.
    pub fn way_reduced(&mut self, order: OrderId, shop: &ShopId, won: i64) {
        if let Some(part) = self.part(order, shop) {
            part.way_back += won;
        }
    }

    /// When no unit of a part is to be sent and none was, its way is given back.
    pub fn way_back_if_unsent(&mut self, order: OrderId, shop: &ShopId) {
        let Some(part) = self.part(order, shop) else { return };
        if part.sent == 0 && part.lines.iter().all(|line| line.back == line.units) {
            part.way_back = part.way;
        }
    }

    /// A part cannot be delivered: all of it is given back.
    pub fn part_lost(&mut self, order: OrderId, shop: &ShopId) {
        let Some(part) = self.part(order, shop) else { return };
        for line in &mut part.lines {
            (line.back, line.given_back) = (line.units, line.cost);
        }
        part.way_back = part.way;
    }

    /// Units of a part leave for the first time.
    pub fn part_sent(&mut self, order: OrderId, shop: &ShopId, units: i64) {
        if let Some(part) = self.part(order, shop) {
            part.sent += units;
        }
    }

    /// Returns what of an order was given back, in won.
    #[must_use]
    pub fn given_back(&self, order: OrderId) -> i64 {
        let parts = self.orders.get(&order).into_iter().flat_map(|order| order.parts.values());
        let part = |part: &PartTally| {
            part.way_back + part.lines.iter().map(|line| line.given_back).sum::<i64>()
        };
        parts.map(part).sum()
    }

    fn part(&mut self, order: OrderId, shop: &ShopId) -> Option<&mut PartTally> {
        self.orders.get_mut(&order)?.parts.get_mut(shop)
    }

    fn line(&mut self, at: (OrderId, &ShopId, usize)) -> Option<&mut LineTally> {
        let (order, shop, line) = at;
        self.part(order, shop)?.lines.get_mut(line)
    }
}

fn add(counts: &mut BTreeMap<(ShopId, Item), i64>, key: (ShopId, Item), units: i64) {
    *counts.entry(key).or_default() += units;
}
