//! From a quote to money: granted, waiting, secured, charged, paid; or ended without.
//!
//! Owns the rule that nothing is charged before all stock is firm, and that money which came by
//! bank is kept for what is still there and owed back for what is not. Next: `shipping`.

use super::{
    Ending, Event, Facts, Grantor, Input, Life, Means, Method, Order, Part, RESERVE_GRACE_MS,
    Refusal, Stepped,
};
use crate::ledger::Account;
use crate::ledger::chart::MallAccount;
use crate::mall::cart;
use crate::mall::coupon;
use crate::mall::deposit::{self, Expected};
use crate::mall::effect::Effect;
use crate::mall::mail::Step;
use crate::mall::posting::{Credit, payment};
use crate::mall::quote::Quote;
use crate::mall::sales::{Figure, Sold, Way};
use crate::mall::stock::{self, HoldId};
use crate::time::Timestamp;
use baton_protocol::ids::{BankId, NoticeId, ShopId, TransactionId};
use baton_protocol::money::Money;
use std::collections::BTreeSet;

impl Order {
    /// Places an order: every shop's stock and the coupon are asked.
    ///
    /// **Repeat** the same order asked again is granted the same.
    #[must_use]
    pub fn place(facts: Facts, quote: Quote, now: Timestamp) -> (Self, Vec<Effect>) {
        let parts: Vec<Part> = quote.parts.into_iter().map(Part::new).collect();
        let stocks = parts.iter().map(|part| Grantor::Stock(part.shop.clone()));
        let coupon = quote.coupon.iter().map(|_| Grantor::Coupon);
        let waiting: BTreeSet<Grantor> = stocks.chain(coupon).collect();
        let facts = Facts { coupon: quote.coupon, currency: quote.currency, ..facts };
        let mut order = Self {
            facts,
            life: Life::Reserving { waiting, granted: BTreeSet::new() },
            parts,
            parcels: Vec::new(),
            returns: Vec::new(),
            exchanges: Vec::new(),
            refunds: Vec::new(),
            timeline: Vec::new(),
            postings: 0,
            charges: 0,
        };
        let mut effects = vec![order.note(Event::Placed(order.total()), now)];
        let until = order.facts.pay_by.after_ms(RESERVE_GRACE_MS);
        let hold = order.hold();
        effects.extend(order.each_stock(|units| stock::Input::Reserve { hold, units, until }));
        let ask = coupon::Input::Hold(order.facts.id, order.facts.customer.clone());
        effects.extend(order.ask_coupon(ask));
        (order, effects)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    pub(super) fn step_reserving(
        &mut self,
        waiting: BTreeSet<Grantor>,
        granted: BTreeSet<Grantor>,
        input: Input,
        now: Timestamp,
    ) -> Stepped {
        match input {
            Input::StockReserved { shop, round: 0 } => {
                Ok(self.granted(waiting, granted, Grantor::Stock(shop), now))
            }
            Input::CouponGranted => Ok(self.granted(waiting, granted, Grantor::Coupon, now)),
            Input::StockRefused { shop, round: 0 } => {
                Ok(self.fail(&granted, Ending::OutOfStock(shop), now))
            }
            Input::CouponRefused => Ok(self.fail(&granted, Ending::CouponRefused, now)),
            Input::Cancelled(by) => Ok(self.fail(&granted, Ending::Wanted(by), now)),
            Input::DeadlinePassed if now < self.facts.pay_by => Ok(Vec::new()),
            Input::DeadlinePassed => Ok(self.fail(&granted, Ending::TimeOver, now)),
            other => Err(self.refuse(&other)),
        }
    }

    fn granted(
        &mut self,
        mut waiting: BTreeSet<Grantor>,
        mut granted: BTreeSet<Grantor>,
        by: Grantor,
        now: Timestamp,
    ) -> Vec<Effect> {
        if waiting.remove(&by) {
            granted.insert(by);
        }
        if !waiting.is_empty() {
            self.life = Life::Reserving { waiting, granted };
            return Vec::new();
        }
        self.life = Life::AwaitingPayment;
        let mut effects = vec![self.note(Event::Reserved, now)];
        effects.push(self.tell_cart(cart::Input::OrderStands(self.facts.id)));
        if self.total().minor == 0 {
            effects.extend(self.secure(Means::Nothing, now));
            return effects;
        }
        if let Method::Transfer { bank, depositor } = &self.facts.method {
            let expected = Expected {
                amount: self.total(),
                depositor: depositor.clone(),
                number: self.facts.number.to_string(),
            };
            let told = deposit::Input::Expected(self.facts.id, expected);
            effects.push(Effect::Deposits { bank: bank.clone(), told });
            effects.push(self.mail(Step::TransferAwaited));
        }
        effects
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    pub(super) fn step_awaiting(&mut self, input: Input, now: Timestamp) -> Stepped {
        match input {
            Input::CardShown(_) if self.facts.method != Method::Card => Err(Refusal::MethodDiffers),
            Input::CardShown(_) if now >= self.facts.pay_by => Err(Refusal::TooLate),
            Input::CardShown(transaction) => Ok(self.secure(Means::Card(transaction), now)),
            Input::DepositMatched { bank, notice, amount } => {
                if !self.takes_deposit(&bank, amount, now) {
                    return Ok(vec![self.leave_deposit(&bank, &notice)]);
                }
                Ok(self.secure(Means::Deposit(bank, notice), now))
            }
            Input::Cancelled(by) => Ok(self.end(Ending::Wanted(by), now)),
            Input::DeadlinePassed if now < self.facts.pay_by => Ok(Vec::new()),
            Input::DeadlinePassed => Ok(self.end(Ending::TimeOver, now)),
            Input::StockReserved { round: 0, .. }
            | Input::StockKept { round: 0, .. }
            | Input::CouponGranted => Ok(Vec::new()),
            other => Err(self.refuse(&other)),
        }
    }

    fn takes_deposit(&self, bank: &BankId, amount: Money, now: Timestamp) -> bool {
        let here = matches!(&self.facts.method, Method::Transfer { bank: own, .. } if own == bank);
        here && amount == self.total() && now < self.facts.pay_by
    }

    /// Tells the desk that the order does not want this deposit.
    pub(super) fn leave_deposit(&self, bank: &BankId, notice: &NoticeId) -> Effect {
        let told = deposit::Input::NotTaken(notice.clone(), self.facts.id);
        Effect::Deposits { bank: bank.clone(), told }
    }

    /// Makes all stock firm before anything is charged or taken.
    fn secure(&mut self, means: Means, now: Timestamp) -> Vec<Effect> {
        let waiting = self.parts.iter().map(|part| part.shop.clone()).collect();
        let mut effects = vec![self.note(Event::PaymentBegan(means.clone()), now)];
        self.life = Life::Securing { waiting, lost: BTreeSet::new(), means };
        let hold = self.hold();
        effects.extend(self.each_stock(|units| stock::Input::Keep { hold, units }));
        effects
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    pub(super) fn step_securing(
        &mut self,
        mut waiting: BTreeSet<ShopId>,
        mut lost: BTreeSet<ShopId>,
        means: Means,
        input: Input,
        now: Timestamp,
    ) -> Stepped {
        match input {
            Input::StockKept { shop, round: 0 } => {
                waiting.remove(&shop);
            }
            Input::StockRefused { shop, round: 0 } => {
                waiting.remove(&shop);
                lost.insert(shop);
            }
            Input::StockReserved { round: 0, .. }
            | Input::CouponGranted
            | Input::DeadlinePassed => {
                return Ok(Vec::new());
            }
            Input::Cancelled(_) => return Err(Refusal::PaymentUnderWay),
            other => return Err(self.refuse(&other)),
        }
        if !waiting.is_empty() {
            self.life = Life::Securing { waiting, lost, means };
            return Ok(Vec::new());
        }
        match (means, lost.first()) {
            (Means::Card(transaction), None) => Ok(self.charge(transaction, now)),
            (Means::Card(_), Some(shop)) => Ok(self.end(Ending::OutOfStock(shop.clone()), now)),
            (means @ (Means::Deposit(..) | Means::Nothing), _) => Ok(self.paid(means, &lost, now)),
        }
    }

    fn charge(&mut self, transaction: TransactionId, now: Timestamp) -> Vec<Effect> {
        self.life = Life::Charging(transaction);
        let record = self.note(Event::ChargeBegan(transaction), now);
        let (order, collector) = (self.facts.id, self.facts.collector.clone());
        vec![record, Effect::Charge { order, transaction, collector, amount: self.total() }]
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    pub(super) fn step_charging(
        &mut self,
        transaction: TransactionId,
        input: Input,
        now: Timestamp,
    ) -> Stepped {
        match input {
            Input::ChargeApproved(own) if own == transaction => {
                Ok(self.paid(Means::Card(transaction), &BTreeSet::new(), now))
            }
            Input::ChargeFailed(own) if own == transaction => {
                self.life = Life::AwaitingPayment;
                self.charges = self.charges.saturating_add(1);
                let mut effects = vec![self.note(Event::ChargeFailed(transaction), now)];
                if now >= self.facts.pay_by {
                    effects.extend(self.end(Ending::TimeOver, now));
                } else {
                    effects.push(self.mail(Step::ChargeFailed(self.charges)));
                }
                Ok(effects)
            }
            Input::Cancelled(_) => Err(Refusal::PaymentUnderWay),
            Input::DeadlinePassed
            | Input::StockReserved { round: 0, .. }
            | Input::StockKept { round: 0, .. }
            | Input::CouponGranted => Ok(Vec::new()),
            other => Err(self.refuse(&other)),
        }
    }

    /// The money is here: it is booked and counted, and what cannot be delivered is owed back.
    fn paid(&mut self, means: Means, lost: &BTreeSet<ShopId>, now: Timestamp) -> Vec<Effect> {
        let from = match &means {
            Means::Card(_) | Means::Nothing => Account::Merchant(self.facts.collector.clone()),
            Means::Deposit(bank, _) => Account::Mall(MallAccount::Deposits(bank.clone())),
        };
        let credits = self.parts.iter().map(|part| {
            let (shop, gross) = (part.shop.clone(), part.total());
            if lost.contains(&shop) {
                Credit::Owed { shop, amount: gross }
            } else {
                Credit::Sold { shop, gross, vat: part.vat() }
            }
        });
        let booking = payment(from, self.total(), credits.collect());
        let mut effects = vec![self.note(Event::Paid(means.clone()), now)];
        effects.extend(self.post(booking));
        for part in self.parts.iter().filter(|part| !lost.contains(&part.shop)) {
            effects.extend(figures(self, part, now).into_iter().map(Effect::Tally));
        }
        let all_lost = lost.len() == self.parts.len();
        let id = self.facts.id;
        let spent = if all_lost { coupon::Input::Release(id) } else { coupon::Input::Spend(id) };
        effects.extend(self.ask_coupon(spent));
        if let Means::Deposit(bank, notice) = &means {
            let told = deposit::Input::Taken(notice.clone(), id);
            effects.push(Effect::Deposits { bank: bank.clone(), told });
        }
        self.life = Life::Paid(means);
        effects.push(self.mail(Step::Paid));
        effects.extend(self.lose_parts(lost, now));
        effects
    }

    fn lose_parts(&mut self, lost: &BTreeSet<ShopId>, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        for shop in lost {
            let part = self.parts.iter_mut().find(|part| part.shop == *shop);
            let Some(part) = part else { continue };
            part.lose();
            let owed = part.total();
            effects.push(self.note(Event::PartLost(shop.clone()), now));
            effects.extend(self.pay_back(shop, owed, now));
        }
        effects
    }

    /// Ends an order that was granted everything.
    fn end(&mut self, ending: Ending, now: Timestamp) -> Vec<Effect> {
        let stocks = self.parts.iter().map(|part| Grantor::Stock(part.shop.clone()));
        let granted = stocks.chain(self.facts.coupon.iter().map(|_| Grantor::Coupon)).collect();
        let mut effects = self.cancel(&granted, ending, now);
        if let Method::Transfer { bank, .. } = &self.facts.method {
            let told = deposit::Input::NotExpected(self.facts.id);
            effects.push(Effect::Deposits { bank: bank.clone(), told });
        }
        effects.push(self.mail(Step::Cancelled));
        effects
    }

    /// Ends an order that was not granted everything; the customer sees the cart again.
    fn fail(&mut self, granted: &BTreeSet<Grantor>, ending: Ending, now: Timestamp) -> Vec<Effect> {
        let mut effects = self.cancel(granted, ending, now);
        effects.push(self.tell_cart(cart::Input::OrderFailed(self.facts.id)));
        effects
    }

    fn cancel(
        &mut self,
        granted: &BTreeSet<Grantor>,
        ending: Ending,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.life = Life::Cancelled(ending.clone());
        let mut effects = vec![self.note(Event::Ended(ending), now)];
        for grantor in granted {
            effects.extend(self.give_up(grantor));
        }
        effects
    }

    /// What is granted after the end is given up at once.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    pub(super) fn step_cancelled(&mut self, input: &Input) -> Stepped {
        match input {
            Input::StockReserved { shop, round: 0 } | Input::StockKept { shop, round: 0 } => {
                Ok(self.give_up(&Grantor::Stock(shop.clone())).into_iter().collect())
            }
            Input::CouponGranted => Ok(self.give_up(&Grantor::Coupon).into_iter().collect()),
            Input::StockRefused { .. } | Input::CouponRefused | Input::DeadlinePassed => {
                Ok(Vec::new())
            }
            other => Err(self.refuse(other)),
        }
    }

    fn give_up(&self, grantor: &Grantor) -> Option<Effect> {
        match grantor {
            Grantor::Coupon => self.ask_coupon(coupon::Input::Release(self.facts.id)),
            Grantor::Stock(shop) => {
                let units = self.part(shop).ok()?.units();
                let ask = stock::Input::Release { hold: self.hold(), units };
                Some(Effect::Stock { shop: shop.clone(), ask })
            }
        }
    }

    pub(super) const fn hold(&self) -> HoldId {
        HoldId { order: self.facts.id, round: 0 }
    }

    fn each_stock(&self, ask: impl Fn(stock::Units) -> stock::Input) -> Vec<Effect> {
        let asks = self.parts.iter().map(|part| (part.shop.clone(), ask(part.units())));
        asks.map(|(shop, ask)| Effect::Stock { shop, ask }).collect()
    }

    fn ask_coupon(&self, ask: coupon::Input) -> Option<Effect> {
        let code = self.facts.coupon.clone()?;
        Some(Effect::Coupon { code, ask })
    }

    const fn tell_cart(&self, told: cart::Input) -> Effect {
        Effect::Cart { cart: self.facts.cart, told }
    }
}

/// What one part counts in the sales table.
fn figures(order: &Order, part: &Part, now: Timestamp) -> Vec<Figure> {
    let figure = |what, quantity, gross, vat| Figure {
        at: now,
        shop: part.shop.clone(),
        order: order.facts.id,
        what,
        way: Way::Out,
        quantity,
        gross,
        vat,
    };
    let mut figures: Vec<Figure> = Vec::new();
    for one in &part.lines {
        let (line, gross) = (&one.line, one.line.total());
        let what = Sold::Goods(line.item.goods.clone(), line.supplier.clone());
        figures.push(figure(what, line.quantity, gross, line.vat.within(gross)));
    }
    if part.shipping.minor > 0 {
        let vat = part.shipping_vat.within(part.shipping);
        figures.push(figure(Sold::Shipping, 1, part.shipping, vat));
    }
    figures
}
