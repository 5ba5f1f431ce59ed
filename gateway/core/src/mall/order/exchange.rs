//! Exchanges: what the customer has comes back and another option of the same goods goes out.
//!
//! Owns the rule that both cost the same, so no money moves; anything else is a return and a new
//! order. When the others are gone by the time the first ones are back, it becomes a return. Next:
//! `refunds`.

use super::refunds::Back;
use super::shipping::{Content, Parcel, ParcelLife, check};
use super::{
    By, EXCHANGE_MS, EXCHANGES_MAX, Event, Order, Refusal, Stepped, number_after, part::units_of,
    place_of,
};
use crate::mall::effect::Effect;
use crate::mall::goods::Item;
use crate::mall::mail::Step;
use crate::mall::sales::Sold;
use crate::mall::stock::{self, Condition, HoldId};
use crate::time::Timestamp;
use baton_protocol::ids::{OptionId, ShopId, StaffId};
use baton_protocol::money::Money;

/// Where an exchange stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeLife {
    /// Stock is asked for the others.
    Reserving,
    /// They are promised; the first ones are awaited.
    Awaiting,
    /// The first ones are here; stock is asked to keep its promise.
    Securing,
    /// The others can be sent.
    Ready,
    /// They were.
    Sent,
    /// There were none, or the first ones did not come: the customer keeps them.
    Closed,
    /// There were none any more: the first ones were paid back.
    PaidBack,
}

/// One exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Of which shop.
    pub shop: ShopId,
    /// Which line of its part.
    pub line: usize,
    /// What the customer had.
    pub from: OptionId,
    /// What the customer gets.
    pub to: OptionId,
    /// How many.
    pub quantity: u32,
    /// Where it stands.
    pub life: ExchangeLife,
}

impl Order {
    #[expect(clippy::too_many_arguments, reason = "the fields of one input")]
    pub(super) fn exchange_asked(
        &mut self,
        shop: &ShopId,
        line: usize,
        from: OptionId,
        to: (OptionId, Money),
        quantity: u32,
        by: By,
        now: Timestamp,
    ) -> Stepped {
        if self.exchanges.len() >= EXCHANGES_MAX {
            return Err(Refusal::TooMany(EXCHANGES_MAX));
        }
        self.check_term(shop, &by, now)?;
        let (to, there) = to;
        let account = self.line(shop, line)?;
        check(quantity, account.units.held(&from))?;
        let paid = account.line.unit_price;
        if paid != there {
            return Err(Refusal::PriceDiffers { paid, there });
        }
        account.units.take(&from, quantity);
        account.units.exchanging = account.units.exchanging.saturating_add(quantity);
        let (shop, life) = (shop.clone(), ExchangeLife::Reserving);
        self.exchanges.push(Exchange { shop, line, from, to, quantity, life });
        let number = number_after(self.exchanges.len().saturating_sub(1));
        let record = self.note(Event::ExchangeAsked(number, by), now);
        let until = now.after_ms(EXCHANGE_MS);
        let ask = |hold, units| stock::Input::Reserve { hold, units, until };
        Ok(vec![record, self.ask_others(number, ask)?])
    }

    pub(super) fn exchange_reserved(&mut self, number: u32, now: Timestamp) -> Stepped {
        if self.exchange_in(number, ExchangeLife::Reserving).is_err() {
            return Ok(Vec::new());
        }
        self.set_exchange(number, ExchangeLife::Awaiting);
        let record = self.note(Event::ExchangeGranted(number), now);
        Ok(vec![record, self.mail(Step::ExchangeAwaited(number))])
    }

    pub(super) fn exchange_kept(&mut self, number: u32, now: Timestamp) -> Stepped {
        if self.exchange_in(number, ExchangeLife::Securing).is_err() {
            return Ok(Vec::new());
        }
        self.set_exchange(number, ExchangeLife::Ready);
        Ok(vec![self.note(Event::ExchangeGranted(number), now)])
    }

    pub(super) fn exchange_refused(&mut self, number: u32, now: Timestamp) -> Stepped {
        let Some(exchange) = self.lookup_exchange(number) else { return Ok(Vec::new()) };
        match exchange.life {
            ExchangeLife::Reserving => {
                self.give_first_ones(number)?;
                let record = self.note(Event::ExchangeRefused(number), now);
                Ok(vec![record, self.mail(Step::ExchangeClosed(number))])
            }
            ExchangeLife::Securing => self.exchange_paid_back(number, now),
            ExchangeLife::Awaiting
            | ExchangeLife::Ready
            | ExchangeLife::Sent
            | ExchangeLife::Closed
            | ExchangeLife::PaidBack => Ok(Vec::new()),
        }
    }

    pub(super) fn exchange_arrived(
        &mut self,
        number: u32,
        condition: Condition,
        by: StaffId,
        now: Timestamp,
    ) -> Stepped {
        let Exchange { shop, line, from, quantity, .. } =
            self.exchange_in(number, ExchangeLife::Awaiting)?;
        let goods = self.line(&shop, line)?.line.item.goods.clone();
        self.set_exchange(number, ExchangeLife::Securing);
        let units = units_of(&Item { goods, option: from }, quantity);
        let hold = HoldId { order: self.facts.id, round: number };
        let ask = stock::Input::TakeBack { from: hold, units, condition };
        Ok(vec![
            self.note(Event::ExchangeArrived(number, condition, by), now),
            Effect::Stock { shop, ask },
            self.ask_others(number, |hold, units| stock::Input::Keep { hold, units })?,
        ])
    }

    pub(super) fn exchange_closed(&mut self, number: u32, by: By, now: Timestamp) -> Stepped {
        self.exchange_in(number, ExchangeLife::Awaiting)?;
        self.give_first_ones(number)?;
        Ok(vec![
            self.note(Event::ExchangeClosed(number, by), now),
            self.ask_others(number, |hold, units| stock::Input::Release { hold, units })?,
            self.mail(Step::ExchangeClosed(number)),
        ])
    }

    pub(super) fn replacement_shipped(
        &mut self,
        number: u32,
        carrier: String,
        tracking: String,
        by: StaffId,
        now: Timestamp,
    ) -> Stepped {
        if carrier.trim().is_empty() || tracking.trim().is_empty() {
            return Err(Refusal::ShipmentInvalid);
        }
        let Exchange { shop, line, to, quantity, .. } =
            self.exchange_in(number, ExchangeLife::Ready)?;
        let units = &mut self.line(&shop, line)?.units;
        units.exchanging = units.exchanging.saturating_sub(quantity);
        units.sent = units.sent.saturating_add(quantity);
        self.set_exchange(number, ExchangeLife::Sent);
        let contents = vec![Content { line, option: to, quantity }];
        let life = ParcelLife::Sent { at: now };
        self.parcels.push(Parcel { shop, carrier, tracking, contents, life });
        let parcel = self.last_parcel();
        Ok(vec![
            self.note(Event::Shipped(parcel, by), now),
            self.ask_others(number, |hold, units| stock::Input::Sell { hold, units })?,
            self.mail(Step::Shipped(parcel)),
        ])
    }

    /// The first ones are here and there is nothing to send: they count as returned.
    fn exchange_paid_back(&mut self, number: u32, now: Timestamp) -> Stepped {
        let Exchange { shop, line, quantity, .. } =
            self.exchange_in(number, ExchangeLife::Securing)?;
        let account = self.line(&shop, line)?;
        let gross = account.worth(quantity);
        account.units.exchanging = account.units.exchanging.saturating_sub(quantity);
        account.units.returned = account.units.returned.saturating_add(quantity);
        let vat = account.give_back(gross);
        let bought = &account.line;
        let what = Sold::Goods(bought.item.goods.clone(), bought.supplier.clone());
        self.set_exchange(number, ExchangeLife::PaidBack);
        let mut effects = vec![
            self.note(Event::ExchangeRefused(number), now),
            self.mail(Step::ExchangeClosed(number)),
        ];
        effects.extend(self.give_back(&shop, vec![Back { what, quantity, gross, vat }], now));
        Ok(effects)
    }

    /// The customer keeps what they have.
    fn give_first_ones(&mut self, number: u32) -> Result<(), Refusal> {
        let unknown = Refusal::NumberUnknown { what: "exchange", number };
        let Exchange { shop, line, from, quantity, .. } =
            self.lookup_exchange(number).cloned().ok_or(unknown)?;
        let units = &mut self.line(&shop, line)?.units;
        units.exchanging = units.exchanging.saturating_sub(quantity);
        units.hand_over(&from, quantity);
        self.set_exchange(number, ExchangeLife::Closed);
        Ok(())
    }

    fn ask_others(
        &self,
        number: u32,
        ask: impl Fn(HoldId, stock::Units) -> stock::Input,
    ) -> Result<Effect, Refusal> {
        let unknown = Refusal::NumberUnknown { what: "exchange", number };
        let exchange = self.lookup_exchange(number).ok_or(unknown)?;
        let part = self.part(&exchange.shop)?;
        let line = part.lines.get(exchange.line).ok_or(Refusal::LineUnknown(exchange.line))?;
        let goods = line.line.item.goods.clone();
        let units = units_of(&Item { goods, option: exchange.to.clone() }, exchange.quantity);
        let hold = HoldId { order: self.facts.id, round: number };
        Ok(Effect::Stock { shop: exchange.shop.clone(), ask: ask(hold, units) })
    }

    fn exchange_in(&self, number: u32, life: ExchangeLife) -> Result<Exchange, Refusal> {
        let found = self.lookup_exchange(number);
        let found = found.ok_or(Refusal::NumberUnknown { what: "exchange", number })?;
        if found.life == life {
            return Ok(found.clone());
        }
        Err(Refusal::NumberPast { what: "exchange", number })
    }

    fn lookup_exchange(&self, number: u32) -> Option<&Exchange> {
        place_of(number).and_then(|place| self.exchanges.get(place))
    }

    fn set_exchange(&mut self, number: u32, life: ExchangeLife) {
        if let Some(one) = place_of(number).and_then(|place| self.exchanges.get_mut(place)) {
            one.life = life;
        }
    }
}
