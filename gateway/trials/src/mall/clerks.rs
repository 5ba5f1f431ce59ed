//! Staff: they receive, count, correct, ship, take back, give back, and decide what is in doubt.
//!
//! Owns what they do and how it is tallied. Next: `history`, the order of it all.

use super::dice::Dice;
use super::fair::won;
use super::promises::Breach;
use super::world::{Played, World};
use baton_core::mall::deposit;
use baton_core::mall::goods::Item;
use baton_core::mall::order::{
    self, By, ExchangeLife, Life, Order, ParcelLife, RefundLife, ReturnLife, Shipment, Target,
};
use baton_core::mall::stock::{self, Condition, Reason};
use baton_protocol::ids::{OrderId, ShopId, StaffId};

/// The one who does everything.
///
/// # Errors
/// [`Breach`] when the name is none.
pub fn clerk() -> Result<StaffId, Breach> {
    "clerk-1".parse().map_err(|_| Breach::of("ids", "no staff id".to_owned()))
}

const fn paid(order: &Order) -> bool {
    matches!(order.life(), Life::Paid(_))
}

impl World {
    /// Goods come in.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn receive(&mut self, dice: &mut Dice) -> Played {
        let Some(price) = dice.pick(&self.fair.prices).cloned() else { return Ok(()) };
        let units = dice.units(9);
        let moved =
            self.move_stock(&price.shop, stock::Input::Received(price.item.clone(), units))?;
        if moved {
            self.tally.changed(&price.shop, &price.item, i64::from(units));
        }
        Ok(())
    }

    /// Somebody corrects what is there.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn correct(&mut self, dice: &mut Dice) -> Played {
        let Some(price) = dice.pick(&self.fair.prices).cloned() else { return Ok(()) };
        let lost = dice.chance(70);
        let units = i32::try_from(dice.units(2)).unwrap_or(1);
        let (change, reason) =
            if lost { (-units, Reason::Damaged) } else { (units, Reason::Found) };
        let (item, by) = (price.item.clone(), clerk()?);
        let input = stock::Input::Corrected { item, change, reason, by };
        if self.move_stock(&price.shop, input)? {
            self.tally.changed(&price.shop, &price.item, i64::from(change));
        }
        Ok(())
    }

    /// Somebody counts, when nothing of that shop is on its way to its books.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn take_inventory(&mut self, dice: &mut Dice) -> Played {
        let Some(price) = dice.pick(&self.fair.prices).cloned() else { return Ok(()) };
        let name = price.shop.as_str();
        if self.on_way.keys().any(|channel| channel.other == name && !channel.inwards) {
            return Ok(());
        }
        let key = (price.shop.clone(), price.item.clone());
        let there = self.tally.there.get(&key).copied().unwrap_or(0);
        let off = i64::try_from(dice.below(3)).unwrap_or(0) - 1;
        let counted = u32::try_from(there + off).unwrap_or(0);
        let (item, by) = (price.item.clone(), clerk()?);
        let input = stock::Input::Counted { item, on_hand: counted, by };
        if self.move_stock(&price.shop, input)? {
            self.tally.changed(&price.shop, &price.item, i64::from(counted) - there);
        }
        Ok(())
    }

    /// Somebody sets the low mark.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn watch_low(&mut self, dice: &mut Dice) -> Played {
        let Some(price) = dice.pick(&self.fair.prices).cloned() else { return Ok(()) };
        let mark = dice.chance(80).then(|| dice.units(3));
        self.move_stock(&price.shop, stock::Input::LowAt(price.item, mark)).map(drop)
    }

    fn move_stock(&mut self, shop: &ShopId, input: stock::Input) -> Result<bool, Breach> {
        let Some(stock) = self.stocks.get_mut(shop) else { return Ok(false) };
        let before = stock.clone();
        match stock.step(input, self.now) {
            Ok(effects) => self.carry(effects).map(|()| true),
            Err(refusal) => {
                if *stock != before {
                    return Err(Breach::of("a refusal changes nothing", refusal.to_string()));
                }
                self.count("refused: stock");
                Ok(false)
            }
        }
    }

    /// Somebody packs a parcel with some of what waits.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn ship(&mut self, dice: &mut Dice) -> Played {
        let waits = |order: &Order| {
            let mut lines = order.parts().iter().flat_map(|part| &part.lines);
            paid(order) && lines.any(|line| line.units.waiting > 0)
        };
        let Some(id) = self.any_order(dice, waits) else { return Ok(()) };
        let Some(order) = self.orders.get(&id) else { return Ok(()) };
        let Some(part) = dice.pick(order.parts()) else { return Ok(()) };
        let whole = dice.chance(60);
        let mut units: Vec<(usize, u32)> = Vec::new();
        let mut leaving: Vec<(Item, u32)> = Vec::new();
        for (line, one) in part.lines.iter().enumerate() {
            let waiting = one.units.waiting;
            if waiting > 0 && (whole || dice.chance(60)) {
                let packed = if whole { waiting } else { dice.units(waiting) };
                units.push((line, packed));
                leaving.push((one.line.item.clone(), packed));
            }
        }
        let shop = part.shop.clone();
        let (carrier, tracking) = ("CJ".to_owned(), dice.below(1_000_000_000).to_string());
        let shipment = Shipment { shop: shop.clone(), carrier, tracking, units, by: clerk()? };
        if self.act(id, order::Input::Shipped(shipment))? {
            for (item, packed) in leaving {
                self.tally.left(&shop, &item, i64::from(packed));
                self.tally.part_sent(id, &shop, i64::from(packed));
            }
        }
        Ok(())
    }

    /// A parcel arrives at the customer's.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn deliver_parcel(&mut self, dice: &mut Dice) -> Played {
        let moving = |order: &Order| {
            order.parcels().iter().any(|one| matches!(one.life, ParcelLife::Sent { .. }))
        };
        let Some(id) = self.any_order(dice, moving) else { return Ok(()) };
        let parcels = self.orders.get(&id).map_or(0, |order| order.parcels().len());
        let number = dice.units(u32::try_from(parcels).unwrap_or(1));
        self.act(id, order::Input::Delivered(number)).map(drop)
    }

    /// Units are taken out before they are sent.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn cancel_units(&mut self, dice: &mut Dice) -> Played {
        let Some(id) = self.any_order(dice, paid) else { return Ok(()) };
        let Some((shop, line, waiting)) = self.any_line(dice, id, |units| units.waiting) else {
            return Ok(());
        };
        let quantity = dice.units(waiting);
        let by = By::Customer;
        let input = order::Input::UnitsCancelled { shop: shop.clone(), line, quantity, by };
        if self.act(id, input)? {
            self.tally.line_back((id, &shop, line), i64::from(quantity), 0);
            self.tally.way_back_if_unsent(id, &shop);
        }
        Ok(())
    }

    fn any_line(
        &self,
        dice: &mut Dice,
        id: OrderId,
        units: fn(&order::UnitCounts) -> u32,
    ) -> Option<(ShopId, usize, u32)> {
        let part = dice.pick(self.orders.get(&id)?.parts())?;
        let line = dice.place(part.lines.len());
        Some((part.shop.clone(), line, units(&part.lines.get(line)?.units)))
    }

    /// A return comes, or does not.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn end_return(&mut self, dice: &mut Dice) -> Played {
        let asked = |order: &Order| order.returns().iter().any(|r| r.life == ReturnLife::Asked);
        let Some(id) = self.any_order(dice, asked) else { return Ok(()) };
        let returns = self.orders.get(&id).map(|order| order.returns().to_vec());
        let returns = returns.unwrap_or_default();
        let open = returns.iter().position(|one| one.life == ReturnLife::Asked);
        let place = open.filter(|_| dice.chance(90)).unwrap_or_else(|| dice.place(returns.len()));
        let Some(one) = returns.get(place) else { return Ok(()) };
        let number = u32::try_from(place).unwrap_or(0).saturating_add(1);
        if dice.chance(20) {
            let input = order::Input::ReturnClosed { number, by: By::Staff(clerk()?) };
            return self.act(id, input).map(drop);
        }
        let condition = if dice.chance(75) { Condition::Good } else { Condition::Broken };
        let kept = if dice.chance(30) { 2_500 } else { 0 };
        let (deduction, by) = (won(kept), clerk()?);
        let input = order::Input::ReturnArrived { number, condition, deduction, by };
        if self.act(id, input)? {
            let units = i64::from(one.quantity);
            self.tally.line_back((id, &one.shop, one.line), units, kept);
            self.back_on_shelf(id, (&one.shop, one.line), &one.option, units, condition);
        }
        Ok(())
    }

    fn back_on_shelf(
        &mut self,
        id: OrderId,
        at: (&ShopId, usize),
        option: &baton_protocol::ids::OptionId,
        units: i64,
        condition: Condition,
    ) {
        let (shop, line) = at;
        let goods = self.orders.get(&id).and_then(|order| {
            let part = order.parts().iter().find(|part| part.shop == *shop)?;
            Some(part.lines.get(line)?.line.item.goods.clone())
        });
        if let Some(goods) = goods {
            let item = Item { goods, option: option.clone() };
            self.tally.came_back(shop, &item, units, condition == Condition::Good);
        }
    }

    /// An exchange goes on: the first ones come or not, the others leave.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn go_on_exchange(&mut self, dice: &mut Dice) -> Played {
        let Some(id) = self.any_order(dice, |order| !order.exchanges().is_empty()) else {
            return Ok(());
        };
        let exchanges = self.orders.get(&id).map(|order| order.exchanges().to_vec());
        let exchanges = exchanges.unwrap_or_default();
        let place = dice.place(exchanges.len());
        let Some(one) = exchanges.get(place) else { return Ok(()) };
        let number = u32::try_from(place).unwrap_or(0).saturating_add(1);
        let (by, units) = (clerk()?, i64::from(one.quantity));
        if one.life == ExchangeLife::Ready {
            let (carrier, tracking) = ("CJ".to_owned(), dice.below(1_000_000).to_string());
            let input = order::Input::ReplacementShipped { number, carrier, tracking, by };
            if self.act(id, input)? {
                let at = (&one.shop, one.line);
                // It leaves: the opposite of coming back.
                self.back_on_shelf(id, at, &one.to, -units, Condition::Good);
            }
            return Ok(());
        }
        if dice.chance(25) {
            let input = order::Input::ExchangeClosed { number, by: By::Staff(by) };
            return self.act(id, input).map(drop);
        }
        let condition = if dice.chance(60) { Condition::Good } else { Condition::Broken };
        if self.act(id, order::Input::ExchangeArrived { number, condition, by })? {
            self.back_on_shelf(id, (&one.shop, one.line), &one.from, units, condition);
        }
        Ok(())
    }

    /// Somebody takes something off a price.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn reduce(&mut self, dice: &mut Dice) -> Played {
        let Some(id) = self.any_order(dice, paid) else { return Ok(()) };
        let line = self.any_line(dice, id, |_| 0);
        let Some((shop, line, _)) = line else { return Ok(()) };
        let cut = i64::from(dice.units(9_999));
        let way = dice.chance(20);
        let target = if way { Target::Shipping } else { Target::Line(line) };
        let (amount, by) = (won(cut), clerk()?);
        let input = order::Input::PriceReduced { shop: shop.clone(), target, amount, by };
        if self.act(id, input)? {
            if way {
                self.tally.way_reduced(id, &shop, cut);
            } else {
                self.tally.line_reduced((id, &shop, line), cut);
            }
        }
        Ok(())
    }

    /// Somebody does what is left for people: refunds that failed, transfers, deposits in doubt.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn clerk_settles(&mut self) -> Played {
        let by = clerk()?;
        let stuck: Vec<(OrderId, u32, bool)> = self
            .orders
            .iter()
            .flat_map(|(id, order)| order.refunds().iter().zip(1..).map(|(one, n)| (*id, one, n)))
            .filter_map(|(id, one, number)| match one.life {
                RefundLife::Refused(tries) => Some((id, number, tries < 2)),
                RefundLife::AtRelay(_) | RefundLife::ByBank | RefundLife::Done => None,
            })
            .collect();
        for (id, number, again) in stuck {
            let by = by.clone();
            let input = if again {
                order::Input::RefundTriedAgain { number, by }
            } else {
                order::Input::RefundByBank { number, by }
            };
            self.act(id, input)?;
        }
        for (id, number, amount) in std::mem::take(&mut self.pay_outs) {
            let (bank, by) = (self.bank.clone(), by.clone());
            if self.act(id, order::Input::RefundPaidOut { number, bank, by })? {
                self.tally.bank -= amount.minor;
            }
        }
        self.settle_deposits(&by)
    }

    fn settle_deposits(&mut self, by: &StaffId) -> Played {
        let unclear = self.desk.notices().filter(|(_, life)| **life == deposit::Life::Unclear);
        let unclear: Vec<deposit::Notice> = unclear.map(|(notice, _)| notice.clone()).collect();
        for one in unclear {
            let (notice, by) = (one.id.clone(), by.clone());
            let input = match self.desk.candidates(&one).first() {
                Some(order) => deposit::Input::Assigned { notice, order: *order, by },
                None => deposit::Input::SentBack { notice, by },
            };
            let settled = self.desk.step(input, self.now);
            let settled = settled
                .map_err(|no| Breach::of("a person can settle a deposit", no.to_string()))?;
            self.carry(settled)?;
        }
        Ok(())
    }
}
