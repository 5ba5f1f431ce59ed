//! Refunds: money that goes back the way it came, or by bank when that way is shut.
//!
//! Owns the rule that a refund is first owed, then asked for, and owed again when it was not given:
//! a destination that declines a refund never makes it disappear. Next: `standing`.

use super::{
    Event, Life, Means, Order, RETURNS_MAX, Refusal, Stepped, Target, number_after, place_of,
};
use crate::mall::effect::{Effect, Question};
use crate::mall::mail::Step;
use crate::mall::posting::{from_collector, paid_out, returned, to_collector};
use crate::mall::price::{nothing, plus};
use crate::mall::sales::{Figure, Sold, Way};
use crate::time::Timestamp;
use baton_protocol::ids::{BankId, ShopId, StaffId};
use baton_protocol::money::Money;

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundLife {
    /// The relay is asked; the number counts the tries from 1.
    AtRelay(u32),
    /// The relay did not give it back, as often as that.
    Refused(u32),
    /// A person is to transfer it.
    ByBank,
    /// It is back.
    Done,
}

/// One refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Which shop owes it.
    pub shop: ShopId,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub life: RefundLife,
}

/// What is given back of a part.
pub(super) struct Back {
    pub what: Sold,
    pub quantity: u32,
    pub gross: Money,
    pub vat: Money,
}

impl Order {
    /// Books and counts what is given back, and sends its money on the way.
    pub(super) fn give_back(
        &mut self,
        shop: &ShopId,
        back: Vec<Back>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let zero = nothing(self.facts.currency);
        let gross = back.iter().fold(zero, |sum, one| plus(sum, one.gross));
        let vat = back.iter().fold(zero, |sum, one| plus(sum, one.vat));
        let mut effects: Vec<Effect> = self.post(returned(shop, gross, vat)).into_iter().collect();
        let order = self.facts.id;
        effects.extend(back.into_iter().map(|Back { what, quantity, gross, vat }| {
            let (at, shop, way) = (now, shop.clone(), Way::Back);
            Effect::Tally(Figure { at, shop, order, what, way, quantity, gross, vat })
        }));
        effects.extend(self.pay_back(shop, gross, now));
        effects
    }

    /// Sends what a shop owes on its way to the customer.
    pub(super) fn pay_back(&mut self, shop: &ShopId, amount: Money, now: Timestamp) -> Vec<Effect> {
        if amount.minor <= 0 {
            return Vec::new();
        }
        let life = match &self.life {
            Life::Paid(Means::Card(_)) => RefundLife::AtRelay(1),
            Life::Paid(Means::Deposit(..) | Means::Nothing)
            | Life::Reserving { .. }
            | Life::AwaitingPayment
            | Life::Securing { .. }
            | Life::Charging(_)
            | Life::Cancelled(_) => RefundLife::ByBank,
        };
        self.refunds.push(Refund { shop: shop.clone(), amount, life });
        let number = number_after(self.refunds.len().saturating_sub(1));
        let mut effects = vec![self.note(Event::RefundBegan(number, amount), now)];
        effects.extend(self.send_refund(number));
        effects
    }

    /// Asks the relay, or a person, for a refund as it stands.
    fn send_refund(&mut self, number: u32) -> Vec<Effect> {
        let found = place_of(number).and_then(|place| self.refunds.get(place)).cloned();
        let Some(Refund { shop, amount, life }) = found else { return Vec::new() };
        let order = self.facts.id;
        match (life, &self.life) {
            (RefundLife::AtRelay(attempt), Life::Paid(Means::Card(original))) => {
                let original = *original;
                let booking = to_collector(&shop, &self.facts.collector, amount);
                let ask = Effect::GiveBack { order, refund: number, attempt, original, amount };
                self.post(booking).into_iter().chain([ask]).collect()
            }
            (RefundLife::ByBank, _) => vec![Effect::PayOut { order, refund: number, amount }],
            (RefundLife::AtRelay(_) | RefundLife::Refused(_) | RefundLife::Done, _) => Vec::new(),
        }
    }

    pub(super) fn price_reduced(
        &mut self,
        shop: &ShopId,
        target: Target,
        amount: Money,
        by: StaffId,
        now: Timestamp,
    ) -> Stepped {
        if self.refunds.len() >= RETURNS_MAX {
            return Err(Refusal::TooMany(RETURNS_MAX));
        }
        let (what, vat) = match target {
            Target::Line(line) => {
                let account = self.line(shop, line)?;
                within(amount, account.left())?;
                let what =
                    Sold::Goods(account.line.item.goods.clone(), account.line.supplier.clone());
                (what, account.give_back(amount))
            }
            Target::Shipping => {
                let part = self.parts.iter_mut().find(|part| part.shop == *shop);
                let part = part.ok_or_else(|| Refusal::PartUnknown(shop.clone()))?;
                within(amount, part.shipping_left())?;
                (Sold::Shipping, part.give_shipping_back(amount))
            }
        };
        let mut effects = vec![self.note(Event::PriceReduced(target, amount, by), now)];
        let number = number_after(self.refunds.len());
        effects.push(self.mail(Step::PriceReduced(number)));
        let back = Back { what, quantity: 0, gross: amount, vat };
        effects.extend(self.give_back(shop, vec![back], now));
        Ok(effects)
    }

    pub(super) fn refund_done(&mut self, number: u32, now: Timestamp) -> Stepped {
        let refund = self.refund(number)?;
        match refund.life {
            RefundLife::Done => Ok(Vec::new()),
            RefundLife::AtRelay(_) => {
                refund.life = RefundLife::Done;
                Ok(self.tell_refunded(number, now))
            }
            RefundLife::Refused(_) | RefundLife::ByBank => Err(past(number)),
        }
    }

    pub(super) fn refund_refused(&mut self, number: u32, now: Timestamp) -> Stepped {
        let refund = self.refund(number)?;
        let (shop, amount) = (refund.shop.clone(), refund.amount);
        match refund.life {
            RefundLife::AtRelay(attempt) => refund.life = RefundLife::Refused(attempt),
            RefundLife::Refused(_) => return Ok(Vec::new()),
            RefundLife::ByBank | RefundLife::Done => return Err(past(number)),
        }
        let mut effects = vec![self.note(Event::RefundRefused(number), now)];
        effects.extend(self.post(from_collector(&shop, &self.facts.collector, amount)));
        let (order, refund) = (self.facts.id, number);
        effects.push(Effect::Ask(Question::RefundRefused { order, refund }));
        Ok(effects)
    }

    pub(super) fn refund_again(&mut self, number: u32, by: StaffId, now: Timestamp) -> Stepped {
        let refund = self.refund(number)?;
        let RefundLife::Refused(attempt) = refund.life else { return Err(past(number)) };
        refund.life = RefundLife::AtRelay(attempt.saturating_add(1));
        let mut effects = vec![self.note(Event::RefundDecided(number, by), now)];
        effects.extend(self.send_refund(number));
        Ok(effects)
    }

    pub(super) fn refund_by_bank(&mut self, number: u32, by: StaffId, now: Timestamp) -> Stepped {
        let refund = self.refund(number)?;
        let RefundLife::Refused(_) = refund.life else { return Err(past(number)) };
        refund.life = RefundLife::ByBank;
        let mut effects = vec![self.note(Event::RefundDecided(number, by), now)];
        effects.extend(self.send_refund(number));
        Ok(effects)
    }

    pub(super) fn refund_paid_out(
        &mut self,
        number: u32,
        bank: &BankId,
        by: StaffId,
        now: Timestamp,
    ) -> Stepped {
        let refund = self.refund(number)?;
        let RefundLife::ByBank = refund.life else { return Err(past(number)) };
        refund.life = RefundLife::Done;
        let (shop, amount) = (refund.shop.clone(), refund.amount);
        let mut effects = vec![self.note(Event::RefundDecided(number, by), now)];
        effects.extend(self.post(paid_out(&shop, bank, amount)));
        effects.extend(self.tell_refunded(number, now));
        Ok(effects)
    }

    fn tell_refunded(&mut self, number: u32, now: Timestamp) -> Vec<Effect> {
        vec![self.note(Event::RefundDone(number), now), self.mail(Step::Refunded(number))]
    }

    fn refund(&mut self, number: u32) -> Result<&mut Refund, Refusal> {
        let found = place_of(number).and_then(|place| self.refunds.get_mut(place));
        found.ok_or(Refusal::NumberUnknown { what: "refund", number })
    }
}

fn within(wanted: Money, left: Money) -> Result<(), Refusal> {
    let fits = wanted.currency == left.currency && wanted.minor > 0 && wanted.minor <= left.minor;
    if fits { Ok(()) } else { Err(Refusal::AmountInvalid { wanted, left }) }
}

const fn past(number: u32) -> Refusal {
    Refusal::NumberPast { what: "refund", number }
}
