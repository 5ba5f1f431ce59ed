//! Parcels: units leave in any number of parcels, arrive, or are taken out before.
//!
//! Owns the rule that only waiting units of a paid order are sent, each once. Next: `returns`.

use super::refunds::Back;
use super::{By, Event, Order, Refusal, Shipment, Stepped, number_after, place_of};
use crate::mall::effect::Effect;
use crate::mall::mail::Step;
use crate::mall::sales::Sold;
use crate::mall::stock::{self, Units};
use crate::time::Timestamp;
use baton_protocol::ids::{OptionId, ShopId};
use std::collections::BTreeSet;

/// Units of one line in a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Which line of the part.
    pub line: usize,
    /// Which option.
    pub option: OptionId,
    /// How many.
    pub quantity: u32,
}

/// Where a parcel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParcelLife {
    /// On its way.
    Sent {
        /// Since when.
        at: Timestamp,
    },
    /// With the customer.
    Delivered {
        /// Since when.
        at: Timestamp,
    },
}

/// One parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// From which shop.
    pub shop: ShopId,
    /// Who carries it.
    pub carrier: String,
    /// Under which number.
    pub tracking: String,
    /// What is in it.
    pub contents: Vec<Content>,
    /// Where it is.
    pub life: ParcelLife,
}

impl Order {
    pub(super) fn shipped(&mut self, shipment: Shipment, now: Timestamp) -> Stepped {
        let Shipment { shop, carrier, tracking, units, by } = shipment;
        let lines: BTreeSet<usize> = units.iter().map(|(line, _)| *line).collect();
        let written = !carrier.trim().is_empty() && !tracking.trim().is_empty();
        if units.is_empty() || lines.len() != units.len() || !written {
            return Err(Refusal::ShipmentInvalid);
        }
        let mut contents = Vec::new();
        let mut leaving = Units::new();
        for (line, quantity) in units {
            let account = self.line(&shop, line)?;
            check(quantity, account.units.waiting)?;
            let item = account.line.item.clone();
            contents.push(Content { line, option: item.option.clone(), quantity });
            let of_item = leaving.entry(item).or_default();
            *of_item = of_item.saturating_add(quantity);
        }
        for one in &contents {
            let units = &mut self.line(&shop, one.line)?.units;
            units.waiting = units.waiting.saturating_sub(one.quantity);
            units.sent = units.sent.saturating_add(one.quantity);
        }
        let life = ParcelLife::Sent { at: now };
        self.parcels.push(Parcel { shop: shop.clone(), carrier, tracking, contents, life });
        let number = self.last_parcel();
        let ask = stock::Input::Sell { hold: self.hold(), units: leaving };
        Ok(vec![
            self.note(Event::Shipped(number, by), now),
            Effect::Stock { shop, ask },
            self.mail(Step::Shipped(number)),
        ])
    }

    /// The number of the newest parcel.
    pub(super) fn last_parcel(&self) -> u32 {
        number_after(self.parcels.len().saturating_sub(1))
    }

    pub(super) fn delivered(&mut self, number: u32, now: Timestamp) -> Stepped {
        let unknown = Refusal::NumberUnknown { what: "parcel", number };
        let parcel = place_of(number).and_then(|place| self.parcels.get_mut(place));
        let parcel = parcel.ok_or(unknown)?;
        match parcel.life {
            ParcelLife::Delivered { .. } => return Ok(Vec::new()),
            ParcelLife::Sent { .. } => parcel.life = ParcelLife::Delivered { at: now },
        }
        let (shop, contents) = (parcel.shop.clone(), parcel.contents.clone());
        for one in contents {
            let units = &mut self.line(&shop, one.line)?.units;
            units.sent = units.sent.saturating_sub(one.quantity);
            units.hand_over(&one.option, one.quantity);
        }
        Ok(vec![self.note(Event::Delivered(number), now), self.mail(Step::Delivered(number))])
    }

    /// Returns when something of a shop's part arrived last.
    pub(super) fn delivered_last(&self, shop: &ShopId) -> Option<Timestamp> {
        let arrived = self.parcels.iter().filter(|parcel| parcel.shop == *shop);
        let arrived = arrived.filter_map(|parcel| match parcel.life {
            ParcelLife::Delivered { at } => Some(at),
            ParcelLife::Sent { .. } => None,
        });
        arrived.max()
    }

    pub(super) fn units_cancelled(
        &mut self,
        shop: &ShopId,
        line: usize,
        quantity: u32,
        by: By,
        now: Timestamp,
    ) -> Stepped {
        let account = self.line(shop, line)?;
        check(quantity, account.units.waiting)?;
        let gross = account.worth(quantity);
        account.units.waiting = account.units.waiting.saturating_sub(quantity);
        account.units.cancelled = account.units.cancelled.saturating_add(quantity);
        let vat = account.give_back(gross);
        let bought = account.line.clone();
        let what = Sold::Goods(bought.item.goods.clone(), bought.supplier);
        let mut back = vec![Back { what, quantity, gross, vat }];
        back.extend(self.shipping_back(shop));
        let event = Event::UnitsCancelled(shop.clone(), line, quantity, by);
        let mut effects = vec![self.note(event, now)];
        let units = super::part::units_of(&bought.item, quantity);
        let ask = stock::Input::Release { hold: self.hold(), units };
        effects.push(Effect::Stock { shop: shop.clone(), ask });
        effects.push(self.mail(Step::UnitsCancelled(self.times_cancelled())));
        effects.extend(self.give_back(shop, back, now));
        Ok(effects)
    }

    /// When nothing of a part was or will be sent, its way costs nothing.
    fn shipping_back(&mut self, shop: &ShopId) -> Option<Back> {
        let part = self.parts.iter_mut().find(|part| part.shop == *shop)?;
        let gross = part.shipping_left();
        if !part.is_cancelled() || gross.minor <= 0 {
            return None;
        }
        let vat = part.give_shipping_back(gross);
        Some(Back { what: Sold::Shipping, quantity: 1, gross, vat })
    }

    /// How often units were taken out before and now: the number of such a mail.
    fn times_cancelled(&self) -> u32 {
        let is = |event: &Event| matches!(event, Event::UnitsCancelled(..));
        let times = self.timeline.iter().filter(|moment| is(&moment.event)).count();
        u32::try_from(times).unwrap_or(u32::MAX)
    }
}

/// Holds a number of units to what there is.
pub(super) fn check(wanted: u32, there: u32) -> Result<(), Refusal> {
    if wanted == 0 || wanted > there {
        return Err(Refusal::UnitsInvalid { wanted, there });
    }
    Ok(())
}
