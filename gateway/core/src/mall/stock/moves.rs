//! What staff do with stock: receive, count, correct with a reason, take back, watch the low mark.
//!
//! Owns the rule that no count or correction takes away what is promised to an order: staff cancel
//! first, so that a customer is told. Next: [`super`], the promises themselves.

use super::{Event, HoldId, Refusal, STOCK_UNITS_MAX, Stock, Units};
use crate::mall::effect::{Effect, Question};
use crate::mall::goods::Item;
use crate::mall::mail::{About, Mail, Recipient};
use baton_protocol::ids::StaffId;

/// Why on-hand units changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Goods came from the supplier.
    Received,
    /// A count found another number.
    Counted,
    /// Broken or spoiled.
    Damaged,
    /// Stolen or lost.
    Lost,
    /// Turned up again.
    Found,
    /// Used in the shop, shown or given away.
    Used,
    /// Sent back to the supplier.
    SentBack,
}

/// What shape units came back in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// They go on the shelf again.
    Good,
    /// They are written off.
    Broken,
}

impl Stock {
    pub(super) fn receive(&mut self, item: Item, quantity: u32) -> Result<Vec<Effect>, Refusal> {
        if quantity == 0 {
            return Err(Refusal::QuantityInvalid(0));
        }
        let there = self.shelves.get(&item).map_or(0, |shelf| shelf.on_hand);
        let on_hand = i64::from(there).saturating_add(i64::from(quantity));
        let on_hand = checked(on_hand)?;
        self.shelves.entry(item.clone()).or_default().on_hand = on_hand;
        Ok(vec![self.changed(item, i64::from(quantity), Reason::Received, None)])
    }

    pub(super) fn count(
        &mut self,
        item: Item,
        on_hand: u32,
        by: StaffId,
    ) -> Result<Vec<Effect>, Refusal> {
        let shelf = self.shelves.get(&item).ok_or_else(|| Refusal::ItemUnknown(item.clone()))?;
        let change = i64::from(on_hand).saturating_sub(i64::from(shelf.on_hand));
        self.change(item, change, Reason::Counted, by)
    }

    pub(super) fn correct(
        &mut self,
        item: Item,
        change: i32,
        reason: Reason,
        by: StaffId,
    ) -> Result<Vec<Effect>, Refusal> {
        if change == 0 {
            return Err(Refusal::QuantityInvalid(0));
        }
        self.change(item, i64::from(change), reason, by)
    }

    fn change(
        &mut self,
        item: Item,
        change: i64,
        reason: Reason,
        by: StaffId,
    ) -> Result<Vec<Effect>, Refusal> {
        let shelf = self.shelves.get_mut(&item);
        let shelf = shelf.ok_or_else(|| Refusal::ItemUnknown(item.clone()))?;
        let left = i64::from(shelf.on_hand).saturating_add(change);
        if left < i64::from(shelf.reserved) {
            return Err(Refusal::PromisedMore { item, left, reserved: shelf.reserved });
        }
        shelf.on_hand = checked(left)?;
        Ok(vec![self.changed(item, change, reason, Some(by))])
    }

    pub(super) fn set_low_at(
        &mut self,
        item: Item,
        low_at: Option<u32>,
    ) -> Result<Vec<Effect>, Refusal> {
        let shelf = self.shelves.get_mut(&item);
        shelf.ok_or_else(|| Refusal::ItemUnknown(item.clone()))?.low_at = low_at;
        Ok(vec![self.record(Event::LowAtSet(item, low_at))])
    }

    pub(super) fn take_back(
        &mut self,
        from: HoldId,
        units: Units,
        condition: Condition,
    ) -> Result<Vec<Effect>, Refusal> {
        for (item, back) in &units {
            let shelf = self.shelves.get(item).ok_or_else(|| Refusal::ItemUnknown(item.clone()))?;
            let (sold, back) = (shelf.sold, *back);
            if back == 0 {
                return Err(Refusal::QuantityInvalid(0));
            }
            if back > sold {
                return Err(Refusal::NeverSold { item: item.clone(), sold, back });
            }
        }
        for (item, back) in &units {
            let Some(shelf) = self.shelves.get_mut(item) else { continue };
            shelf.sold = shelf.sold.saturating_sub(*back);
            match condition {
                Condition::Good => shelf.on_hand = shelf.on_hand.saturating_add(*back),
                Condition::Broken => {}
            }
        }
        Ok(vec![self.record(Event::TakenBack(from, units, condition))])
    }

    pub(super) fn low_items(&self) -> Vec<Item> {
        let low = self.shelves.iter().filter(|(_, shelf)| shelf.is_low());
        low.map(|(item, _)| item.clone()).collect()
    }

    /// Staff is told once when an item becomes low, and again only after it was not.
    pub(super) fn tell_low(&mut self, before: &[Item]) -> Vec<Effect> {
        let fresh = self.low_items().into_iter().filter(|item| !before.contains(item));
        let mut effects = Vec::new();
        for item in fresh.collect::<Vec<_>>() {
            let Some(shelf) = self.shelves.get_mut(&item) else { continue };
            shelf.lows = shelf.lows.saturating_add(1);
            let (shop, time) = (self.shop.clone(), shelf.lows);
            let about = About::LowStock { shop: shop.clone(), item, time };
            effects.push(Effect::Mail(Mail { to: Recipient::Staff(shop), about }));
        }
        effects
    }

    /// Says what to ask a person when a count is refused because more is promised.
    #[must_use]
    pub fn question(&self, refusal: &Refusal) -> Option<Question> {
        let Refusal::PromisedMore { item, left, reserved } = refusal else { return None };
        let missing = i64::from(*reserved).saturating_sub(*left);
        let missing = u32::try_from(missing).unwrap_or(u32::MAX);
        Some(Question::CountShort { shop: self.shop.clone(), item: item.clone(), missing })
    }

    fn changed(&self, item: Item, change: i64, reason: Reason, by: Option<StaffId>) -> Effect {
        self.record(Event::Changed { item, change, reason, by })
    }
}

fn checked(on_hand: i64) -> Result<u32, Refusal> {
    let fits = u32::try_from(on_hand).ok().filter(|units| *units <= STOCK_UNITS_MAX);
    fits.ok_or(Refusal::QuantityInvalid(on_hand))
}
