//! How many checkouts a second the rules of the mall decide, beside the goal of the whole gateway.
//!
//! Owns its figures only; nothing is asserted. Each order of two lines is priced, placed, granted,
//! charged, booked and sent. Run it with `cargo bench -p baton-trials --bench mall`.

use anyhow::{Context, Result};
use baton_core::ledger::{Account, Booking, Books, Entry, Phase};
use baton_core::mall::cart::Lines;
use baton_core::mall::customer::{Contact, Customer, Email};
use baton_core::mall::effect::Effect;
use baton_core::mall::goods::{Item, Offer};
use baton_core::mall::order::{Facts, Input, Method, Order, OrderNumber, Shipment};
use baton_core::mall::price::VatRate;
use baton_core::mall::quote::{Offers, Quote};
use baton_core::mall::shop::ShippingRule;
use baton_core::mall::stock::{self, Shelf, Stock};
use baton_core::time::Timestamp;
use baton_protocol::ids::{ShopId, TransactionId};
use baton_protocol::money::{Currency, Money};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

/// Checkouts of one measurement: about a second.
const CHECKOUTS: u32 = 50_000;
/// Measurements; the best counts, for the others were disturbed.
const ROUNDS: usize = 3;
/// What the whole gateway has to reach on two cores with SQLite, in checkouts a second.
const GOAL: f64 = 200.0;

/// One shop with two goods.
struct Counter {
    shop: ShopId,
    offers: Offers,
    rules: BTreeMap<ShopId, ShippingRule>,
    wanted: Lines,
}

fn main() -> Result<()> {
    let counter = Counter::open()?;
    let mut best = 0.0_f64;
    for _ in 0..ROUNDS {
        best = best.max(counter.rate()?);
    }
    println!("checkouts decided, one core, best of {ROUNDS}, two lines each, until sent:");
    println!("  {best:>9.0} checkouts/s  {:.0} x the goal of the whole gateway", best / GOAL);
    Ok(())
}

impl Counter {
    fn open() -> Result<Self> {
        let shop: ShopId = "tea".parse()?;
        let mut offers = Offers::new();
        let mut wanted = Lines::new();
        for (goods, price) in [("leaf", 18_333), ("pot", 49_900)] {
            let item = Item { goods: goods.parse()?, option: "one".parse()? };
            let offer = Offer {
                shop: shop.clone(),
                item: item.clone(),
                name: goods.to_owned(),
                supplier: None,
                unit_price: won(price),
                reduction_bps: 1_000,
                vat: VatRate::KOREA,
            };
            wanted.insert((shop.clone(), item.clone()), 2);
            offers.insert((shop.clone(), item), offer);
        }
        let rule = ShippingRule { fee: won(3_000), free_from: None, vat: VatRate::KOREA };
        Ok(Self { rules: BTreeMap::from([(shop.clone(), rule)]), shop, offers, wanted })
    }

    /// Checkouts a second, on one stock that has enough for all.
    fn rate(&self) -> Result<f64> {
        let units = CHECKOUTS.saturating_mul(2);
        let full = |(_, item): &(ShopId, Item)| (item.clone(), Shelf::restore(units, 0, None, 0));
        let shelves = self.wanted.keys().map(full).collect();
        let mut stock = Stock::restore(self.shop.clone(), shelves, BTreeMap::new());
        let start = now();
        for number in 0..CHECKOUTS {
            black_box(self.check_out(number, &mut stock)?);
        }
        Ok(f64::from(CHECKOUTS) / start.elapsed().as_secs_f64())
    }

    fn check_out(&self, number: u32, stock: &mut Stock) -> Result<Books> {
        let clock = Timestamp::from_ms(i64::from(number));
        let quote = Quote::of(&self.wanted, &self.offers, &self.rules, None)?;
        let (mut order, effects) = Order::place(facts(number, clock)?, quote, clock);
        let card: TransactionId = format!("{:032x}", u128::from(number) + (1 << 64)).parse()?;
        let mut books = Books::default();
        self.carry(&mut order, stock, &mut books, effects, clock)?;
        let shown = order.step(Input::CardShown(card), clock)?;
        self.carry(&mut order, stock, &mut books, shown, clock)?;
        let clearing = Account::Clearing("acquirer".parse()?);
        let merchant = Account::Merchant("mall".parse()?);
        let entry = Entry::transfer(clearing, merchant, order.total())?;
        books.book(card, &Booking { phase: Phase::Posted, entry })?;
        let paid = order.step(Input::ChargeApproved(card), clock)?;
        self.carry(&mut order, stock, &mut books, paid, clock)?;
        let (carrier, tracking) = ("CJ".to_owned(), "1".to_owned());
        let (shop, units, by) = (self.shop.clone(), vec![(0, 2), (1, 2)], "kim".parse()?);
        let sent = Input::Shipped(Shipment { shop, carrier, tracking, units, by });
        let sent = order.step(sent, clock)?;
        self.carry(&mut order, stock, &mut books, sent, clock)?;
        Ok(books)
    }

    fn carry(
        &self,
        order: &mut Order,
        stock: &mut Stock,
        books: &mut Books,
        effects: Vec<Effect>,
        clock: Timestamp,
    ) -> Result<()> {
        for effect in effects {
            if let Effect::Stock { ask, .. } = effect {
                self.ask(order, stock, ask, clock)?;
            } else if let Effect::Post(posting) = effect {
                books.book(order.facts().id.to_string().parse()?, &posting.booking)?;
            }
        }
        Ok(())
    }

    fn ask(
        &self,
        order: &mut Order,
        stock: &mut Stock,
        ask: stock::Input,
        clock: Timestamp,
    ) -> Result<()> {
        for effect in stock.step(ask, clock)? {
            if let Effect::Order { told, .. } = effect {
                black_box(order.step(*told, clock)?);
            }
        }
        Ok(())
    }
}

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn facts(number: u32, clock: Timestamp) -> Result<Facts> {
    let email = Email::parse("minjun@example.com")?;
    Ok(Facts {
        id: format!("{number:032x}").parse()?,
        number: OrderNumber::parse(&format!("M-{number:06}")).context("a number")?,
        customer: Customer::Guest(email.clone()),
        contact: Contact::new("김민준", email, "010", "서울")?,
        cart: format!("{number:032x}").parse()?,
        collector: "mall".parse()?,
        method: Method::Card,
        coupon: None,
        currency: Currency::KRW,
        placed_at: clock,
        pay_by: clock.after_ms(259_200_000),
    })
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}
