use super::*;
use crate::ledger::chart::MallAccount;
use crate::ledger::{Account, Books, Line as LedgerLine, Side};
use crate::mall::customer::Email;
use crate::mall::effect::Question;
use crate::mall::goods::Item;
use crate::mall::price::VatRate;
use crate::mall::quote::{Line, Quote, QuotedPart};
use crate::mall::sales::{Figure, reconcile};
use crate::mall::stock::{self, Condition};
use baton_protocol::ids::{OptionId, StaffId};
use baton_protocol::money::Money;
use uuid::Uuid;

mod money;
mod restore;
mod ways;

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn at(ms: u64) -> Timestamp {
    Timestamp::from_ms(0).after_ms(ms)
}

fn tea() -> ShopId {
    "tea".parse().unwrap()
}

fn shoes() -> ShopId {
    "shoes".parse().unwrap()
}

fn clerk() -> StaffId {
    "kim".parse().unwrap()
}

fn one() -> OptionId {
    "one".parse().unwrap()
}

fn card() -> TransactionId {
    TransactionId::new(Uuid::from_u128(77))
}

fn bank() -> BankId {
    "hana-1".parse().unwrap()
}

fn line(goods: &str, quantity: u32, unit_price: i64, discount: i64) -> Line {
    Line {
        item: Item { goods: goods.parse().unwrap(), option: one() },
        name: goods.to_owned(),
        supplier: None,
        quantity,
        unit_price: won(unit_price),
        discount: won(discount),
        vat: VatRate::KOREA,
    }
}

/// Three pots less 1,000 and leaves at the tea shop, laces at the shoe shop: 71,001 won.
fn quote() -> Quote {
    let part = |shop, lines, shipping| QuotedPart {
        shop,
        lines,
        shipping: won(shipping),
        shipping_vat: VatRate::KOREA,
    };
    let pots = line("pot", 3, 20_000, 1_000);
    let parts = vec![
        part(tea(), vec![pots, line("leaf", 1, 5_001, 0)], 3_000),
        part(shoes(), vec![line("laces", 2, 1_000, 0)], 2_000),
    ];
    Quote { parts, coupon: Some("welcome".parse().unwrap()), currency: Currency::KRW }
}

fn facts(method: Method) -> Facts {
    let email = Email::parse("minjun@example.com").unwrap();
    Facts {
        id: OrderId::new(Uuid::from_u128(1)),
        number: OrderNumber::parse("M-000001").unwrap(),
        customer: Customer::Guest(email.clone()),
        contact: Contact::new("김민준", email, "010", "서울").unwrap(),
        cart: CartId::new(Uuid::from_u128(2)),
        collector: "mall".parse().unwrap(),
        method,
        coupon: None,
        currency: Currency::KRW,
        placed_at: at(0),
        pay_by: at(1_000),
    }
}

fn by_card() -> Method {
    Method::Card
}

fn by_transfer() -> Method {
    Method::Transfer { bank: bank(), depositor: "김민준".to_owned() }
}

fn reserved(shop: ShopId) -> Input {
    Input::StockReserved { shop, round: 0 }
}

fn kept(shop: ShopId) -> Input {
    Input::StockKept { shop, round: 0 }
}

fn deposit(notice: &str, amount: i64) -> Input {
    Input::DepositMatched { bank: bank(), notice: notice.parse().unwrap(), amount: won(amount) }
}

/// An order that was granted everything and waits for its money.
fn awaiting(method: Method) -> Order {
    let (mut order, _) = Order::place(facts(method), quote(), at(0));
    for input in [reserved(tea()), Input::CouponGranted, reserved(shoes())] {
        order.step(input, at(1)).unwrap();
    }
    assert_eq!(*order.life(), Life::AwaitingPayment);
    order
}

fn paid_by_card() -> (Order, Vec<Effect>) {
    let mut order = awaiting(by_card());
    order.step(Input::CardShown(card()), at(2)).unwrap();
    order.step(kept(tea()), at(2)).unwrap();
    order.step(kept(shoes()), at(2)).unwrap();
    let effects = order.step(Input::ChargeApproved(card()), at(3)).unwrap();
    (order, effects)
}

fn ship(order: &mut Order, shop: ShopId, units: Vec<(usize, u32)>) -> Stepped {
    let (carrier, tracking) = ("CJ".to_owned(), "1".to_owned());
    order.step(Input::Shipped(Shipment { shop, carrier, tracking, units, by: clerk() }), at(4))
}

/// A paid order, all of it with the customer.
fn delivered() -> Order {
    let (mut order, _) = paid_by_card();
    ship(&mut order, tea(), vec![(0, 3), (1, 1)]).unwrap();
    ship(&mut order, shoes(), vec![(0, 2)]).unwrap();
    order.step(Input::Delivered(1), at(5)).unwrap();
    order.step(Input::Delivered(2), at(5)).unwrap();
    order
}

fn ask_return(shop: ShopId, line: usize, quantity: u32) -> Input {
    Input::ReturnAsked { shop, line, option: one(), quantity, by: By::Customer }
}

fn arrived(number: u32, deduction: i64) -> Input {
    let (condition, by) = (Condition::Good, clerk());
    Input::ReturnArrived { number, condition, deduction: won(deduction), by }
}

fn posted(effects: &[Effect]) -> Vec<LedgerLine> {
    let lines = effects.iter().filter_map(|effect| {
        let Effect::Post(posting) = effect else { return None };
        Some(posting.booking.entry.lines().to_vec())
    });
    lines.flatten().collect()
}

fn stock_asks(effects: &[Effect]) -> Vec<(&ShopId, &stock::Input)> {
    effects
        .iter()
        .filter_map(|effect| {
            let Effect::Stock { shop, ask } = effect else { return None };
            Some((shop, ask))
        })
        .collect()
}

fn mail_keys(effects: &[Effect]) -> Vec<String> {
    effects
        .iter()
        .filter_map(|effect| {
            let Effect::Mail(mail) = effect else { return None };
            Some(mail.key())
        })
        .collect()
}
