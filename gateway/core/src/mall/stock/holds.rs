//! Promises of stock: made for all units or none, kept, given up, turned into sales, run out.
//!
//! Owns the rule that reserved units are free ones until the moment they are promised, so two
//! checkouts never get the same. Next: `moves`.

use super::{Event, Hold, HoldId, Input, Refusal, STOCK_UNITS_MAX, Stock, Term, Units};
use crate::mall::effect::Effect;
use crate::mall::goods::Item;
use crate::mall::order;
use crate::time::Timestamp;
use baton_protocol::ids::ShopId;

impl Stock {
    pub(super) fn reserve(
        &mut self,
        id: HoldId,
        units: Units,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        let term = Term::Until(until);
        if let Some(held) = self.holds.get(&id) {
            let same = held.units == units && held.term == term;
            return if same { Ok(vec![self.reserved(id)]) } else { Err(Refusal::HoldKnown(id)) };
        }
        self.check_free(&units)?;
        if until <= now {
            return Err(Refusal::NotHeld(id));
        }
        self.hold(&units);
        self.holds.insert(id, Hold { units, term });
        Ok(vec![self.record(Event::Reserved(id, term)), self.reserved(id)])
    }

    pub(super) fn keep(&mut self, id: HoldId, units: Units) -> Result<Vec<Effect>, Refusal> {
        match self.holds.get_mut(&id) {
            Some(held) if held.units != units => return Err(Refusal::HoldKnown(id)),
            Some(held) if held.term == Term::Firm => return Ok(vec![self.kept(id)]),
            Some(held) => held.term = Term::Firm,
            None => {
                self.check_free(&units)?;
                self.hold(&units);
                self.holds.insert(id, Hold { units, term: Term::Firm });
            }
        }
        Ok(vec![self.record(Event::Kept(id)), self.kept(id)])
    }

    pub(super) fn release(&mut self, id: HoldId, units: &Units) -> Result<Vec<Effect>, Refusal> {
        if !self.holds.contains_key(&id) {
            // It ran out before: the units are free already.
            return Ok(Vec::new());
        }
        self.let_go(id, units)?;
        Ok(vec![self.record(Event::Released(id, units.clone()))])
    }

    pub(super) fn sell(&mut self, id: HoldId, units: &Units) -> Result<Vec<Effect>, Refusal> {
        let firm = self.holds.get(&id).is_some_and(|hold| hold.term == Term::Firm);
        if !firm {
            return Err(Refusal::NotHeld(id));
        }
        self.let_go(id, units)?;
        for (item, quantity) in units {
            if let Some(shelf) = self.shelves.get_mut(item) {
                shelf.on_hand = shelf.on_hand.saturating_sub(*quantity);
                shelf.sold = shelf.sold.saturating_add(*quantity);
            }
        }
        Ok(vec![self.record(Event::Sold(id, units.clone()))])
    }

    /// Takes units out of a promise; an empty one is forgotten.
    fn let_go(&mut self, id: HoldId, units: &Units) -> Result<(), Refusal> {
        let hold = self.holds.get_mut(&id).ok_or(Refusal::NotHeld(id))?;
        let holds =
            |(item, wanted): (&Item, &u32)| hold.units.get(item).is_some_and(|held| held >= wanted);
        if units.is_empty() || !units.iter().all(holds) {
            return Err(Refusal::NotHeld(id));
        }
        for (item, quantity) in units {
            if let Some(held) = hold.units.get_mut(item) {
                *held = held.saturating_sub(*quantity);
            }
            if let Some(shelf) = self.shelves.get_mut(item) {
                shelf.reserved = shelf.reserved.saturating_sub(*quantity);
            }
        }
        hold.units.retain(|_, held| *held > 0);
        if hold.units.is_empty() {
            self.holds.remove(&id);
        }
        Ok(())
    }

    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<(HoldId, Hold)> {
        if self.next_deadline().is_none_or(|next| now < next) {
            return Vec::new();
        }
        let over = |hold: &Hold| matches!(hold.term, Term::Until(until) if until <= now);
        let gone = self.holds.iter().filter(|(_, hold)| over(hold));
        let gone: Vec<(HoldId, Hold)> = gone.map(|(id, hold)| (*id, hold.clone())).collect();
        for (id, hold) in &gone {
            // Its own units are always there to be let go.
            let _let_go = self.let_go(*id, &hold.units);
        }
        gone
    }

    /// A refusal changes nothing, not even what its clock found.
    pub(super) fn put_back(&mut self, expired: Vec<(HoldId, Hold)>) {
        for (id, hold) in expired {
            self.hold(&hold.units);
            self.holds.insert(id, hold);
        }
    }

    pub(super) fn check_free(&self, units: &Units) -> Result<(), Refusal> {
        if units.is_empty() {
            return Err(Refusal::QuantityInvalid(0));
        }
        for (item, wanted) in units {
            let shelf = self.shelves.get(item).ok_or_else(|| Refusal::ItemUnknown(item.clone()))?;
            let (free, wanted) = (shelf.free(), *wanted);
            if wanted == 0 || wanted > STOCK_UNITS_MAX {
                return Err(Refusal::QuantityInvalid(i64::from(wanted)));
            }
            if wanted > free {
                return Err(Refusal::Short { item: item.clone(), free, wanted });
            }
        }
        Ok(())
    }

    /// **Order** after [`Stock::check_free`].
    pub(super) fn hold(&mut self, units: &Units) {
        for (item, quantity) in units {
            if let Some(shelf) = self.shelves.get_mut(item) {
                shelf.reserved = shelf.reserved.saturating_add(*quantity);
            }
        }
    }

    fn reserved(&self, hold: HoldId) -> Effect {
        let told = order::Input::StockReserved { shop: self.shop.clone(), round: hold.round };
        Effect::Order { order: hold.order, told: Box::new(told) }
    }

    fn kept(&self, hold: HoldId) -> Effect {
        let told = order::Input::StockKept { shop: self.shop.clone(), round: hold.round };
        Effect::Order { order: hold.order, told: Box::new(told) }
    }
}

impl Input {
    /// Says what an order is told when a stock refuses its wish; nobody waits for other answers.
    #[must_use]
    pub fn refused(&self, shop: &ShopId) -> Option<Effect> {
        let hold = match self {
            Self::Reserve { hold, .. } | Self::Keep { hold, .. } => *hold,
            Self::Received(..)
            | Self::Counted { .. }
            | Self::Corrected { .. }
            | Self::LowAt(..)
            | Self::Release { .. }
            | Self::Sell { .. }
            | Self::TakeBack { .. }
            | Self::DeadlinePassed => return None,
        };
        let told = order::Input::StockRefused { shop: shop.clone(), round: hold.round };
        Some(Effect::Order { order: hold.order, told: Box::new(told) })
    }
}
