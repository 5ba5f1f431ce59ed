//! A cart: what one visitor is about to buy, in any number of shops.
//!
//! Owns its lines and its life. It holds no prices and no stock: those are looked up when it is
//! ordered ([`super::quote`]) and granted by [`super::stock`]. Next: [`super::quote`].

use super::effect::{Effect, Record};
use super::goods::Item;
use super::price::{ORDER_LINES_MAX, QUANTITY_MAX};
use crate::calendar::DAY_MS;
use crate::time::Timestamp;
use baton_protocol::ids::{CartId, CouponCode, OrderId, ShopId};
use std::collections::BTreeMap;

/// A cart that nobody touches is forgotten after a month, which outlives a payday.
pub const CART_LIFE_MS: u64 = 30 * DAY_MS;

/// What of what is wanted where.
pub type Lines = BTreeMap<(ShopId, Item), u32>;

/// Where a cart stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// The visitor chooses.
    Open {
        /// When it was touched last.
        touched: Timestamp,
    },
    /// It is being ordered.
    Ordering(OrderId),
    /// It became an order; the next choice makes a new cart.
    Ordered(OrderId),
    /// Nobody came back.
    Abandoned,
}

/// One visitor's cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    id: CartId,
    lines: Lines,
    coupon: Option<CouponCode>,
    life: Life,
}

/// What the visitor did, or what became of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// So many more of it.
    Added(ShopId, Item, u32),
    /// So many of it in all.
    Changed(ShopId, Item, u32),
    /// None of it.
    Removed(ShopId, Item),
    /// A coupon.
    CouponEntered(CouponCode),
    /// No coupon.
    CouponRemoved,
    /// It was sent off as this order.
    SentOff(OrderId),
    /// The order stands.
    OrderStands(OrderId),
    /// Something was sold out or the coupon used up meanwhile.
    OrderFailed(OrderId),
    /// Look at the clock.
    DeadlinePassed,
}

/// What a cart's history says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Its lines or coupon changed.
    Changed,
    /// It is being ordered.
    SentOff(OrderId),
    /// It became an order.
    Ordered(OrderId),
    /// It did not.
    Failed(OrderId),
    /// Nobody came back.
    Abandoned,
}

/// Why a cart said no. Nothing changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is being ordered, was ordered or is forgotten.
    #[error("cart {0} is not open")]
    NotOpen(CartId),
    /// There is nothing in it.
    #[error("cart {0} is empty")]
    Empty(CartId),
    /// None, or more than [`QUANTITY_MAX`].
    #[error("{0} units: a line has 1 to 999")]
    QuantityInvalid(u32),
    /// More than [`ORDER_LINES_MAX`].
    #[error("a cart has at most 100 lines")]
    TooManyLines,
    /// It is not in the cart.
    #[error("{0} is not in the cart")]
    NotThere(Item),
    /// Another order.
    #[error("cart {0} is not being ordered as {1}")]
    OtherOrder(CartId, OrderId),
}

impl Cart {
    /// Makes an empty cart.
    #[must_use]
    pub const fn new(id: CartId, now: Timestamp) -> Self {
        Self { id, lines: BTreeMap::new(), coupon: None, life: Life::Open { touched: now } }
    }

    /// Takes one fact and says what must happen, in order.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing changed then.
    ///
    /// **Repeat** `Added` adds again; everything else changes nothing more.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        match (&self.life, input) {
            (Life::Open { .. }, Input::Added(shop, item, more)) => {
                let there = self.lines.get(&(shop.clone(), item.clone())).copied().unwrap_or(0);
                self.set(shop, item, there.saturating_add(more), more, now)
            }
            (Life::Open { .. }, Input::Changed(shop, item, quantity)) => {
                if !self.lines.contains_key(&(shop.clone(), item.clone())) {
                    return Err(Refusal::NotThere(item));
                }
                self.set(shop, item, quantity, quantity, now)
            }
            (Life::Open { .. }, Input::Removed(shop, item)) => {
                self.lines.remove(&(shop, item));
                Ok(vec![self.touch(now)])
            }
            (Life::Open { .. }, Input::CouponEntered(code)) => {
                Ok(self.take_coupon(Some(code), now))
            }
            (Life::Open { .. }, Input::CouponRemoved) => Ok(self.take_coupon(None, now)),
            (Life::Open { .. }, Input::SentOff(_)) if self.lines.is_empty() => {
                Err(Refusal::Empty(self.id))
            }
            (Life::Open { .. }, Input::SentOff(order)) => {
                Ok(self.enter(Life::Ordering(order), Event::SentOff(order)))
            }
            (Life::Open { touched }, Input::DeadlinePassed) => {
                if now < touched.after_ms(CART_LIFE_MS) {
                    return Ok(Vec::new());
                }
                Ok(self.enter(Life::Abandoned, Event::Abandoned))
            }
            (Life::Ordering(own), Input::OrderStands(order)) if *own == order => {
                Ok(self.enter(Life::Ordered(order), Event::Ordered(order)))
            }
            (Life::Ordering(own), Input::OrderFailed(order)) if *own == order => {
                Ok(self.enter(Life::Open { touched: now }, Event::Failed(order)))
            }
            (Life::Ordered(own), Input::OrderStands(order)) if *own == order => Ok(Vec::new()),
            (Life::Ordering(_) | Life::Ordered(_) | Life::Abandoned, Input::DeadlinePassed) => {
                Ok(Vec::new())
            }
            (
                Life::Open { .. } | Life::Ordering(_) | Life::Ordered(_) | Life::Abandoned,
                Input::OrderStands(order) | Input::OrderFailed(order),
            ) => Err(Refusal::OtherOrder(self.id, order)),
            (
                Life::Ordering(_) | Life::Ordered(_) | Life::Abandoned,
                Input::Added(..)
                | Input::Changed(..)
                | Input::Removed(..)
                | Input::CouponEntered(_)
                | Input::CouponRemoved
                | Input::SentOff(_),
            ) => Err(Refusal::NotOpen(self.id)),
        }
    }

    /// Returns when it is forgotten if nobody touches it.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        match self.life {
            Life::Open { touched } => Some(touched.after_ms(CART_LIFE_MS)),
            Life::Ordering(_) | Life::Ordered(_) | Life::Abandoned => None,
        }
    }

    /// Returns its lines, shop by shop.
    #[must_use]
    pub const fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Returns its coupon.
    #[must_use]
    pub const fn coupon(&self) -> Option<&CouponCode> {
        self.coupon.as_ref()
    }

    /// Returns where it stands.
    #[must_use]
    pub const fn life(&self) -> &Life {
        &self.life
    }

    fn set(
        &mut self,
        shop: ShopId,
        item: Item,
        quantity: u32,
        asked: u32,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        if asked == 0 || quantity > QUANTITY_MAX {
            return Err(Refusal::QuantityInvalid(quantity));
        }
        let key = (shop, item);
        if self.lines.len() >= ORDER_LINES_MAX && !self.lines.contains_key(&key) {
            return Err(Refusal::TooManyLines);
        }
        self.lines.insert(key, quantity);
        Ok(vec![self.touch(now)])
    }

    fn take_coupon(&mut self, coupon: Option<CouponCode>, now: Timestamp) -> Vec<Effect> {
        self.coupon = coupon;
        vec![self.touch(now)]
    }

    fn touch(&mut self, now: Timestamp) -> Effect {
        self.life = Life::Open { touched: now };
        Effect::Record(Record::Cart(self.id, Event::Changed))
    }

    fn enter(&mut self, life: Life, event: Event) -> Vec<Effect> {
        self.life = life;
        vec![Effect::Record(Record::Cart(self.id, event))]
    }
}

#[cfg(test)]
mod tests;
