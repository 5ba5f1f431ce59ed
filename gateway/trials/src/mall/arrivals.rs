//! What arrives: messages between machines, words of the relay, credits of the bank, time.
//!
//! Owns the order in which they come, which a history's dice choose. Next: `people`.

use super::dice::Dice;
use super::promises::Breach;
use super::world::{Message, Played, Sabotage, World};
use baton_core::ledger::{Booking, Entry, Phase};
use baton_core::mall::cart;
use baton_core::mall::coupon::{self, Coupon};
use baton_core::mall::deposit;
use baton_core::mall::effect::Effect;
use baton_core::mall::order::{self, Life, Order};
use baton_core::mall::stock::{self, Stock};
use baton_protocol::ids::{OrderId, ShopId};

/// Rounds until a mall is at rest: a refund that is tried twice and then transferred needs five.
const REST_ROUNDS_MAX: u32 = 20;

impl World {
    /// Lets one message arrive, perhaps twice if it is an answer.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn arrive(&mut self, dice: &mut Dice) -> Played {
        let place = dice.place(self.on_way.len());
        let Some(channel) = self.on_way.keys().nth(place).cloned() else { return Ok(()) };
        let Some(row) = self.on_way.get_mut(&channel) else { return Ok(()) };
        let message = row.pop_front();
        if row.is_empty() {
            self.on_way.remove(&channel);
        }
        let Some(message) = message else { return Ok(()) };
        if let Message::Order(order, told) = &message
            && !matches!(told, order::Input::DepositMatched { .. })
            && dice.chance(10)
        {
            self.count("message: came twice");
            self.tell(*order, told.clone())?;
        }
        self.deliver(message)
    }

    fn deliver(&mut self, message: Message) -> Played {
        match message {
            Message::Order(order, told) => self.tell(order, told),
            Message::Stock(shop, ask) => self.ask_stock(&shop, &ask),
            Message::Coupon(code, ask) => {
                let spoiled = self.sabotage == Sabotage::CouponTwice;
                let Some(coupon) = self.coupons.get_mut(&code) else { return Ok(()) };
                if spoiled && matches!(ask, coupon::Input::Spend(_)) {
                    return Ok(());
                }
                match coupon.step(ask.clone(), self.now) {
                    Ok(effects) => self.carry(effects),
                    Err(refusal) => self.refused(Coupon::refused(&ask), &refusal),
                }
            }
            Message::Cart(cart, told) => {
                let stepped = self.carts.get_mut(&cart).map(|one| one.step(told, self.now));
                match stepped {
                    Some(Ok(effects)) => self.carry(effects),
                    Some(Err(refusal)) => self.refused(None, &refusal),
                    None => Ok(()),
                }
            }
            Message::Desk(told) => match self.desk.step(told, self.now) {
                Ok(effects) => self.carry(effects),
                Err(refusal) => self.refused(None, &refusal),
            },
        }
    }

    fn ask_stock(&mut self, shop: &ShopId, ask: &stock::Input) -> Played {
        if self.sabotage == Sabotage::ForgetSell && matches!(ask, stock::Input::Sell { .. }) {
            return Ok(());
        }
        let Some(stock) = self.stocks.get_mut(shop) else { return Ok(()) };
        match stock.step(ask.clone(), self.now) {
            Ok(effects) => self.carry(effects),
            Err(refusal) => match (self.sabotage, ask) {
                (Sabotage::OversellLast, stock::Input::Reserve { hold, .. }) => {
                    let told =
                        order::Input::StockReserved { shop: shop.clone(), round: hold.round };
                    self.tell(hold.order, told)
                }
                (Sabotage::OversellLast, stock::Input::Keep { hold, .. }) => {
                    let told = order::Input::StockKept { shop: shop.clone(), round: hold.round };
                    self.tell(hold.order, told)
                }
                _ => self.refused(ask.refused(shop), &refusal),
            },
        }
    }

    /// A machine said no to another: either that one is told, or it must not happen.
    fn refused(&mut self, told: Option<Effect>, refusal: &impl std::fmt::Display) -> Played {
        let broken = || Breach::of("machines do what others may ask", refusal.to_string());
        let told = told.ok_or_else(broken)?;
        self.count("stock or coupon: refused");
        self.carry(vec![told])
    }

    /// Tells an order what another machine, the relay or the bank says; it must take it.
    ///
    /// # Errors
    /// [`Breach`] when it does not.
    pub fn tell(&mut self, order: OrderId, told: order::Input) -> Played {
        let Some(one) = self.orders.get_mut(&order) else { return Ok(()) };
        let before = matches!(one.life(), Life::Paid(_));
        let stepped = one.step(told, self.now);
        let paid = !before && matches!(one.life(), Life::Paid(_));
        let effects = stepped
            .map_err(|refusal| Breach::of("orders take every answer", refusal.to_string()))?;
        if paid && let Some(tally) = self.tally.orders.get_mut(&order) {
            tally.payments += 1;
        }
        self.carry(effects)
    }

    /// The relay says its last word on a charge.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn relay_decides(&mut self, dice: &mut Dice, approves: u64) -> Played {
        if self.charges.is_empty() {
            return Ok(());
        }
        let (order, transaction, amount) = self.charges.swap_remove(dice.place(self.charges.len()));
        if !dice.chance(approves) {
            return self.tell(order, order::Input::ChargeFailed(transaction));
        }
        let (clearing, merchant) = self.relay_accounts();
        let entry = Entry::transfer(clearing, merchant, amount).unwrap_or_default();
        self.book(transaction, &Booking { phase: Phase::Posted, entry })?;
        self.tally.relay += amount.minor;
        if dice.chance(10) {
            self.tell(order, order::Input::ChargeApproved(transaction))?;
        }
        self.tell(order, order::Input::ChargeApproved(transaction))
    }

    /// The relay says its last word on a refund.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn relay_refunds(&mut self, dice: &mut Dice, approves: u64) -> Played {
        if self.give_backs.is_empty() {
            return Ok(());
        }
        let one = self.give_backs.swap_remove(dice.place(self.give_backs.len()));
        let approved = dice.chance(approves);
        let phase = if approved { Phase::Posted } else { Phase::Voided };
        self.book(one.transaction, &Booking { phase, entry: one.entry })?;
        if !approved {
            return self.tell(one.order, order::Input::RefundRefused(one.refund));
        }
        self.tally.relay -= one.amount.minor;
        if dice.chance(10) {
            self.tell(one.order, order::Input::RefundDone(one.refund))?;
        }
        self.tell(one.order, order::Input::RefundDone(one.refund))
    }

    /// The bank tells of a credit, now and then twice.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn bank_tells(&mut self, dice: &mut Dice) -> Played {
        let Some(notice) = self.transfers.pop_front() else { return Ok(()) };
        self.tally.bank += notice.amount.minor;
        let told = deposit::Input::Credited(notice);
        let effects = self.desk.step(told.clone(), self.now);
        let effects =
            effects.map_err(|no| Breach::of("the desk takes every credit", no.to_string()))?;
        self.carry(effects)?;
        if dice.chance(20) {
            self.count("deposit: told twice by the bank");
            let again = self.desk.step(told, self.now);
            if again.is_ok() {
                return Err(Breach::of("a credit counts once", format!("{again:?}")));
            }
        }
        Ok(())
    }

    /// Time goes on, by a minute, an hour, a day or nine days, or to the edge of what is to happen
    /// next; nobody has looked at a clock yet.
    pub fn time_passes(&mut self, dice: &mut Dice) {
        let orders = self.orders.values().filter_map(Order::next_deadline);
        let deadlines = orders.chain(self.stocks.values().filter_map(Stock::next_deadline));
        let next = deadlines.filter(|at| *at > self.now).min();
        if let Some(next) = next
            && dice.chance(40)
        {
            self.now = next.before_ms(dice.below(2));
            return;
        }
        let steps = if dice.chance(80) { [60_000, 3_600_000] } else { [86_400_000, 777_600_000] };
        self.now = self.now.after_ms(dice.pick(&steps).copied().unwrap_or(60_000));
    }

    /// Reservations run out while payments are secured, and others want the same goods: the worst
    /// moment for a message to be late.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn rush(&mut self, dice: &mut Dice) -> Played {
        let secured =
            self.orders.values().filter(|one| matches!(one.life(), Life::Securing { .. }));
        let ends = secured.map(|one| one.facts().pay_by.after_ms(order::RESERVE_GRACE_MS));
        if let Some(end) = ends.max() {
            self.now = self.now.max(end);
            for _ in 0..10 {
                self.place(dice)?;
            }
        }
        Ok(())
    }

    /// Every timer that is due wakes its machine.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn timers_wake(&mut self) -> Played {
        let due = |deadline: Option<baton_core::time::Timestamp>| {
            deadline.is_some_and(|at| at <= self.now)
        };
        let orders = self.orders.iter().filter(|(_, one)| due(one.next_deadline()));
        let orders: Vec<OrderId> = orders.map(|(id, _)| *id).collect();
        let stocks = self.stocks.iter().filter(|(_, one)| due(one.next_deadline()));
        let stocks: Vec<ShopId> = stocks.map(|(id, _)| id.clone()).collect();
        let carts = self.carts.iter().filter(|(_, one)| due(one.next_deadline()));
        let carts: Vec<_> = carts.map(|(id, _)| *id).collect();
        for shop in stocks {
            self.ask_stock(&shop, &stock::Input::DeadlinePassed)?;
        }
        for order in orders {
            self.tell(order, order::Input::DeadlinePassed)?;
        }
        for id in carts {
            let woken = self.carts.get_mut(&id);
            let woken = woken.map(|cart| cart.step(cart::Input::DeadlinePassed, self.now));
            if let Some(Ok(effects)) = woken {
                self.carry(effects)?;
            }
        }
        Ok(())
    }

    /// Brings everything to its end that ends by itself or by a person's routine.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn come_to_rest(&mut self, dice: &mut Dice) -> Played {
        for _ in 0..REST_ROUNDS_MAX {
            if !self.unrest() {
                return Ok(());
            }
            self.timers_wake()?;
            while !self.on_way.is_empty() {
                self.arrive(dice)?;
            }
            while !self.charges.is_empty() {
                self.relay_decides(dice, 70)?;
            }
            while !self.give_backs.is_empty() {
                self.relay_refunds(dice, 80)?;
            }
            while !self.transfers.is_empty() {
                self.bank_tells(dice)?;
            }
            self.clerk_settles()?;
        }
        Err(Breach::of("everything comes to an end", format!("{:?}", self.on_way)))
    }

    fn unrest(&self) -> bool {
        let unclear = self.desk.notices().any(|(_, life)| *life == deposit::Life::Unclear);
        let stuck = |one: &order::Refund| matches!(one.life, order::RefundLife::Refused(_));
        let refused = self.orders.values().any(|order| order.refunds().iter().any(stuck));
        let quiet = self.on_way.is_empty()
            && self.charges.is_empty()
            && self.give_backs.is_empty()
            && self.transfers.is_empty()
            && self.pay_outs.is_empty();
        !quiet || unclear || refused
    }
}
