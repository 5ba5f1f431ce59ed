//! Returns: what the customer has comes back, and its share of the price goes back.
//!
//! Owns the rule that money goes back when the goods are here, for no more units than the customer
//! had. Next: `exchange`.

use super::refunds::Back;
use super::shipping::check;
use super::{
    By, Event, Order, RETURN_MS, RETURNS_MAX, Refusal, Stepped, number_after, part::units_of,
    place_of,
};
use crate::mall::effect::Effect;
use crate::mall::goods::Item;
use crate::mall::mail::Step;
use crate::mall::price::less;
use crate::mall::sales::Sold;
use crate::mall::stock::{self, Condition};
use crate::time::Timestamp;
use baton_protocol::ids::{OptionId, ShopId, StaffId};
use baton_protocol::money::Money;

/// Where a return stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnLife {
    /// The customer wants to, or has sent it.
    Asked,
    /// It is here.
    Arrived,
    /// It does not come.
    Closed,
}

/// One return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// To which shop.
    pub shop: ShopId,
    /// Which line of its part.
    pub line: usize,
    /// Which option.
    pub option: OptionId,
    /// How many.
    pub quantity: u32,
    /// Where it stands.
    pub life: ReturnLife,
}

impl Order {
    pub(super) fn return_asked(
        &mut self,
        shop: &ShopId,
        line: usize,
        option: OptionId,
        quantity: u32,
        by: By,
        now: Timestamp,
    ) -> Stepped {
        if self.returns.len() >= RETURNS_MAX {
            return Err(Refusal::TooMany(RETURNS_MAX));
        }
        self.check_term(shop, &by, now)?;
        let units = &mut self.line(shop, line)?.units;
        check(quantity, units.held(&option))?;
        units.take(&option, quantity);
        units.returning = units.returning.saturating_add(quantity);
        let (shop, life) = (shop.clone(), ReturnLife::Asked);
        self.returns.push(Return { shop, line, option, quantity, life });
        let number = number_after(self.returns.len().saturating_sub(1));
        let record = self.note(Event::ReturnAsked(number, by), now);
        Ok(vec![record, self.mail(Step::ReturnAsked(number))])
    }

    /// A customer's own wish has a term; what staff take back later is their decision.
    pub(super) fn check_term(&self, shop: &ShopId, by: &By, now: Timestamp) -> Result<(), Refusal> {
        let last = self.delivered_last(shop);
        let late = last.is_some_and(|at| now >= at.after_ms(RETURN_MS));
        match by {
            By::Customer if late => Err(Refusal::ReturnTooLate),
            By::Customer | By::Staff(_) => Ok(()),
        }
    }

    pub(super) fn return_arrived(
        &mut self,
        number: u32,
        condition: Condition,
        deduction: Money,
        by: StaffId,
        now: Timestamp,
    ) -> Stepped {
        let Return { shop, line, option, quantity, .. } = self.open_return(number)?;
        let account = self.line(&shop, line)?;
        let worth = account.worth(quantity);
        let same = deduction.currency == worth.currency;
        if !same || deduction.minor < 0 || deduction.minor > worth.minor {
            return Err(Refusal::AmountInvalid { wanted: deduction, left: worth });
        }
        let gross = less(worth, deduction);
        account.units.returning = account.units.returning.saturating_sub(quantity);
        account.units.returned = account.units.returned.saturating_add(quantity);
        let vat = account.give_back(gross);
        let goods = account.line.item.goods.clone();
        let what = Sold::Goods(goods.clone(), account.line.supplier.clone());
        self.set_return(number, ReturnLife::Arrived);
        let units = units_of(&Item { goods, option }, quantity);
        let ask = stock::Input::TakeBack { from: self.hold(), units, condition };
        let mut effects = vec![
            self.note(Event::ReturnArrived(number, condition, by), now),
            Effect::Stock { shop: shop.clone(), ask },
            self.mail(Step::ReturnArrived(number)),
        ];
        effects.extend(self.give_back(&shop, vec![Back { what, quantity, gross, vat }], now));
        Ok(effects)
    }

    pub(super) fn return_closed(&mut self, number: u32, by: By, now: Timestamp) -> Stepped {
        let Return { shop, line, option, quantity, .. } = self.open_return(number)?;
        let units = &mut self.line(&shop, line)?.units;
        units.returning = units.returning.saturating_sub(quantity);
        units.hand_over(&option, quantity);
        self.set_return(number, ReturnLife::Closed);
        let record = self.note(Event::ReturnClosed(number, by), now);
        Ok(vec![record, self.mail(Step::ReturnClosed(number))])
    }

    fn open_return(&self, number: u32) -> Result<Return, Refusal> {
        let found = place_of(number).and_then(|place| self.returns.get(place));
        let found = found.ok_or(Refusal::NumberUnknown { what: "return", number })?;
        match found.life {
            ReturnLife::Asked => Ok(found.clone()),
            ReturnLife::Arrived | ReturnLife::Closed => {
                Err(Refusal::NumberPast { what: "return", number })
            }
        }
    }

    fn set_return(&mut self, number: u32, life: ReturnLife) {
        if let Some(one) = place_of(number).and_then(|place| self.returns.get_mut(place)) {
            one.life = life;
        }
    }
}
