//! Customers: they fill carts, order, pay, transfer, cancel, want things back or others.
//!
//! Owns what they do and how it is tallied. Most of it is sensible; some is not, and must be
//! refused without a trace. Next: `clerks`.

use super::dice::Dice;
use super::fair::won;
use super::promises::Breach;
use super::world::{Played, World};
use baton_core::mall::cart::{Cart, Input as CartInput};
use baton_core::mall::coupon::Discount;
use baton_core::mall::customer::{Contact, Customer, Email};
use baton_core::mall::deposit::Notice;
use baton_core::mall::order::{self, By, Facts, Life, Method, Order, OrderNumber};
use baton_core::mall::quote::{Quote, Refusal};
use baton_protocol::ids::{CartId, OrderId, ShopId};
use baton_protocol::money::Currency;

/// Names that customers have; two are one person's to a careless reader.
const NAMES: &[&str] = &["김민준", "이서연", "김 민준", "Park Jiho"];
/// Three days to pay: what Korean shops give for a transfer.
const PAY_MS: u64 = 259_200_000;

impl World {
    /// Somebody fills a cart and sends it off.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn place(&mut self, dice: &mut Dice) -> Played {
        let (cart_id, id): (CartId, OrderId) = (self.number()?, self.number()?);
        let mut cart = Cart::new(cart_id, self.now);
        for _ in 0..dice.units(4) {
            let Some(price) = dice.pick(&self.fair.prices).cloned() else { continue };
            let most = if dice.chance(90) { 3 } else { 12 };
            let added = CartInput::Added(price.shop, price.item, dice.units(most));
            taken(cart.step(added, self.now))?;
        }
        if dice.chance(30)
            && let Some((code, _)) = dice.pick(&self.fair.coupons).cloned()
        {
            taken(cart.step(CartInput::CouponEntered(code), self.now))?;
        }
        let terms = cart
            .coupon()
            .and_then(|code| self.fair.coupons.iter().find(|(known, _)| known == code));
        let terms = terms.map(|(code, terms)| (code, terms));
        let quote = Quote::of(cart.lines(), &self.fair.offers, &self.fair.shipping, terms);
        let quote = match quote {
            Ok(quote) => quote,
            Err(Refusal::CouponUseless(_)) => {
                self.count("coupon: counts for none of it");
                return Ok(());
            }
            Err(other) => return Err(Breach::of("carts have a price", other.to_string())),
        };
        let total = self.reckon(&cart, &quote);
        let facts = self.facts(dice, id, cart_id)?;
        taken(cart.step(CartInput::SentOff(id), self.now))?;
        self.carts.insert(cart_id, cart);
        let (order, effects) = Order::place(facts, quote, self.now);
        self.tally.placed(&order, total);
        self.orders.insert(id, order);
        self.carry(effects)
    }

    /// What the cart costs as a person would reckon it: lines, less the coupon, plus the ways.
    fn reckon(&self, cart: &Cart, quote: &Quote) -> i64 {
        let line = |((shop, item), units): (&(ShopId, _), &u32)| {
            (shop.clone(), self.fair.line_won(shop, item, *units))
        };
        let lines: Vec<(ShopId, i64)> = cart.lines().iter().map(line).collect();
        let goods: i64 = lines.iter().map(|(_, won)| won).sum();
        let terms = cart.coupon().and_then(|code| {
            self.fair.coupons.iter().find(|(known, _)| known == code).map(|(_, terms)| terms)
        });
        let off = terms.map_or(0, |terms| {
            let counts = |shop: &ShopId| terms.shop.as_ref().is_none_or(|own| own == shop);
            let base: i64 = lines.iter().filter(|(shop, _)| counts(shop)).map(|(_, won)| won).sum();
            match terms.discount {
                Discount::Amount(off) => off.minor.min(base),
                Discount::Fraction { bps, most } => {
                    let off = base * i64::from(bps) / 10_000;
                    most.map_or(off, |most| off.min(most.minor))
                }
            }
        });
        // A mall-wide coupon moves a shop's lines around where its way becomes free: there the
        // quote's own word is taken, elsewhere it is reckoned.
        let ways = quote.parts.iter().map(|part| {
            let mine = lines.iter().filter(|(shop, _)| *shop == part.shop);
            let mine: i64 = mine.map(|(_, won)| won).sum();
            match self.fair.fees.get(&part.shop) {
                Some(fee) if terms.is_some() && mine >= fee.free_from => part.shipping.minor,
                Some(fee) if mine >= fee.free_from => 0,
                Some(fee) => fee.won,
                None => 0,
            }
        });
        goods - off + ways.sum::<i64>()
    }

    fn facts(&self, dice: &mut Dice, id: OrderId, cart: CartId) -> Result<Facts, Breach> {
        let broken = |what: &str| Breach::of("facts", what.to_owned());
        let name = dice.pick(NAMES).copied().unwrap_or("?");
        let email = Email::parse(&format!("customer{}@example.com", dice.below(6)));
        let email = email.map_err(|_| broken("e-mail"))?;
        let contact = Contact::new(name, email.clone(), "010-0000-0000", "서울시 종로구 1");
        let customer = if dice.chance(50) {
            let member = format!("{:032x}", dice.below(6)).parse();
            Customer::Member(member.map_err(|_| broken("member"))?)
        } else {
            Customer::Guest(email)
        };
        let transfer = Method::Transfer { bank: self.bank.clone(), depositor: name.to_owned() };
        Ok(Facts {
            id,
            number: OrderNumber::parse(&format!("M-{:06}", self.orders.len()))
                .ok_or_else(|| broken("number"))?,
            customer,
            contact: contact.map_err(|_| broken("contact"))?,
            cart,
            collector: self.collector.clone(),
            method: if dice.chance(55) { Method::Card } else { transfer },
            coupon: None,
            currency: Currency::KRW,
            placed_at: self.now,
            pay_by: self.now.after_ms(PAY_MS),
        })
    }

    /// Somebody shows a card for an order, fitting or not.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn show_card(&mut self, dice: &mut Dice) -> Played {
        let Some(order) = self.any_order(dice, |order| *order.life() == Life::AwaitingPayment)
        else {
            return Ok(());
        };
        let transaction = self.number()?;
        self.act(order, order::Input::CardShown(transaction)).map(drop)
    }

    /// Somebody transfers money: mostly right, sometimes under another name, without number, too
    /// little, too late, or twice.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn transfer(&mut self, dice: &mut Dice) -> Played {
        let by_bank = |order: &Order| matches!(order.facts().method, Method::Transfer { .. });
        let waits = |order: &Order| *order.life() == Life::AwaitingPayment && by_bank(order);
        let late = dice.chance(15);
        let found = self.any_order(dice, |order| if late { by_bank(order) } else { waits(order) });
        let Some(order) = found.and_then(|id| self.orders.get(&id)) else { return Ok(()) };
        let (total, facts) = (order.total(), order.facts().clone());
        if total.minor == 0 {
            return Ok(());
        }
        let Method::Transfer { depositor, .. } = facts.method else { return Ok(()) };
        let wrong = dice.chance(8);
        let stranger = dice.pick(NAMES).copied().unwrap_or("?").to_owned();
        let memo = if dice.chance(50) { facts.number.to_string() } else { String::new() };
        let notice = Notice {
            id: self.notice(dice)?,
            amount: if wrong { won(total.minor + 1_000) } else { total },
            depositor: if dice.chance(80) { depositor } else { stranger },
            memo,
        };
        if dice.chance(10) {
            self.count("deposit: transferred twice");
            let again = Notice { id: self.notice(dice)?, ..notice.clone() };
            self.transfers.push_back(again);
        }
        self.transfers.push_back(notice);
        Ok(())
    }

    fn notice(&mut self, dice: &mut Dice) -> Result<baton_protocol::ids::NoticeId, Breach> {
        let number: OrderId = self.number()?;
        let made = format!("{}-{}", number.to_string().replace('-', ""), dice.below(10)).parse();
        made.map_err(|_| Breach::of("ids", "no notice id".to_owned()))
    }

    /// Somebody does not want an order any more.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn cancel(&mut self, dice: &mut Dice) -> Played {
        let Some(order) = self.any_order(dice, |_| true) else { return Ok(()) };
        self.act(order, order::Input::Cancelled(By::Customer)).map(drop)
    }

    /// Somebody wants to send units back.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn ask_return(&mut self, dice: &mut Dice) -> Played {
        let Some((order, shop, line, option, quantity)) = self.held(dice) else { return Ok(()) };
        let by = self.customer_or_clerk(dice)?;
        let input = order::Input::ReturnAsked { shop, line, option, quantity, by };
        self.act(order, input).map(drop)
    }

    /// Somebody wants another option.
    ///
    /// # Errors
    /// The first [`Breach`].
    pub fn ask_exchange(&mut self, dice: &mut Dice) -> Played {
        let Some((order, shop, line, from, quantity)) = self.held(dice) else { return Ok(()) };
        let goods = self.orders.get(&order).and_then(|one| {
            let part = one.parts().iter().find(|part| part.shop == shop)?;
            Some(part.lines.get(line)?.line.item.goods.clone())
        });
        let same = |price: &&super::fair::Price| {
            price.shop == shop && Some(&price.item.goods) == goods.as_ref()
        };
        let others: Vec<_> = self.fair.prices.iter().filter(same).cloned().collect();
        let Some(other) = dice.pick(&others) else { return Ok(()) };
        let price = if dice.chance(95) { other.won } else { other.won + 1 };
        let to = (other.item.option.clone(), won(price));
        let by = self.customer_or_clerk(dice)?;
        let input = order::Input::ExchangeAsked { shop, line, from, to, quantity, by };
        self.act(order, input).map(drop)
    }

    /// A line that somebody has units of, and how many of them.
    fn held(
        &self,
        dice: &mut Dice,
    ) -> Option<(OrderId, ShopId, usize, baton_protocol::ids::OptionId, u32)> {
        let holds = |order: &Order| {
            let mut lines = order.parts().iter().flat_map(|part| &part.lines);
            lines.any(|line| line.units.held_in_all() > 0)
        };
        let order = self.any_order(dice, holds)?;
        let mut all = Vec::new();
        for part in self.orders.get(&order)?.parts() {
            for (line, one) in part.lines.iter().enumerate() {
                let held = one.units.held.iter();
                all.extend(held.map(|(option, units)| (&part.shop, line, option, *units)));
            }
        }
        let (shop, line, option, units) = dice.pick(&all)?;
        // One unit more than there is, now and then: it must be refused.
        let most = if dice.chance(95) { *units } else { units.saturating_add(1) };
        Some((order, (*shop).clone(), *line, (*option).clone(), dice.units(most)))
    }

    /// Any order of which something holds; now and then any order at all.
    pub fn any_order(&self, dice: &mut Dice, fits: impl Fn(&Order) -> bool) -> Option<OrderId> {
        let careless = dice.chance(3);
        let orders = self.orders.iter().filter(|(_, order)| careless || fits(order));
        let orders: Vec<OrderId> = orders.map(|(id, _)| *id).collect();
        dice.pick(&orders).copied()
    }

    /// Somebody does something to an order. A refusal must leave no trace.
    ///
    /// # Errors
    /// [`Breach`] when a refusal changes something, or an effect breaks a promise.
    pub fn act(&mut self, id: OrderId, input: order::Input) -> Result<bool, Breach> {
        let Some(order) = self.orders.get_mut(&id) else { return Ok(false) };
        let before = order.clone();
        match order.step(input, self.now) {
            Ok(effects) => self.carry(effects).map(|()| true),
            Err(refusal) => {
                if *order != before {
                    return Err(Breach::of("a refusal changes nothing", refusal.to_string()));
                }
                self.count("refused: a person");
                Ok(false)
            }
        }
    }

    fn customer_or_clerk(&self, dice: &mut Dice) -> Result<By, Breach> {
        Ok(if dice.chance(80) { By::Customer } else { By::Staff(super::clerks::clerk()?) })
    }
}

fn taken<T>(stepped: Result<T, baton_core::mall::cart::Refusal>) -> Played {
    stepped.map(drop).map_err(|no| Breach::of("carts take what is chosen", no.to_string()))
}
