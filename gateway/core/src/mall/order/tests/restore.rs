//! What is stored of an order makes the same order, and damage is seen.
//!
//! Owns only checks. Next: nothing.

use super::*;

/// An order with something in every list: a parcel, a return that came, an exchange, a refund.
fn full() -> Order {
    let mut order = delivered();
    order.step(ask_return(tea(), 0, 1), at(6)).unwrap();
    order.step(arrived(1, 500), at(7)).unwrap();
    let (from, by) = (one(), By::Customer);
    let to = ("two".parse().unwrap(), won(1_000));
    let asked = Input::ExchangeAsked { shop: shoes(), line: 0, from, to, quantity: 1, by };
    order.step(asked, at(8)).unwrap();
    order
}

#[test]
fn an_order_comes_back_from_every_state_as_it_was() {
    let (placed, _) = Order::place(facts(by_card()), quote(), at(0));
    let mut securing = awaiting(by_card());
    securing.step(Input::CardShown(card()), at(2)).unwrap();
    let mut cancelled = awaiting(by_transfer());
    cancelled.step(Input::Cancelled(By::Customer), at(2)).unwrap();
    let (paid, _) = paid_by_card();
    let orders = [placed, awaiting(by_card()), securing, cancelled, paid, delivered(), full()];

    for order in orders {
        assert_eq!(Order::restore(order.stored()), Ok(order));
    }
}

#[test]
fn fields_that_no_order_has_are_damage() {
    let whole = full().stored();
    assert!(!whole.refunds.is_empty() && !whole.exchanges.is_empty());
    let damaged = |change: fn(&mut Stored)| {
        let mut stored = whole.clone();
        change(&mut stored);
        Order::restore(stored).unwrap_err()
    };

    let twice = damaged(|order| order.parts[1].shop = tea());
    let units = damaged(|order| order.parts[0].lines[0].units.waiting = u32::MAX);
    let currency = damaged(|order| order.facts.currency = Currency::POINTS);
    let back = damaged(|order| order.parts[0].shipping_given_back = won(3_001));
    let negative = damaged(|order| order.parts[0].lines[1].given_back = won(-1));
    let refunds = damaged(|order| order.refunds.push(order.refunds[0].clone()));
    let nothing = damaged(|order| order.refunds[0].amount = won(0));
    let line = damaged(|order| order.returns[0].line = 2);
    let shop = damaged(|order| order.refunds[0].shop = "books".parse().unwrap());

    assert_eq!(twice, Damaged::PartTwice(tea()));
    assert!(matches!(units, Damaged::UnitsDiffer { line: 0, ordered: 3, .. }));
    assert!(matches!(currency, Damaged::CurrencyDiffers { .. }));
    assert!(matches!(back, Damaged::GivenBackTooMuch { .. }));
    assert!(matches!(negative, Damaged::GivenBackTooMuch { .. }));
    assert_eq!(refunds, Damaged::RefundsTooMuch);
    assert_eq!(nothing, Damaged::RefundsTooMuch);
    assert_eq!(line, Damaged::LineUnknown { shop: tea(), line: 2 });
    assert_eq!(shop, Damaged::ShopUnknown("books".parse().unwrap()));
}
