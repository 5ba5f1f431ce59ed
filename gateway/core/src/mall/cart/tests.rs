use super::*;
use uuid::Uuid;

fn item(name: &str) -> Item {
    Item { goods: name.parse().unwrap(), option: "one".parse().unwrap() }
}

fn shop() -> ShopId {
    "tea".parse().unwrap()
}

fn at(ms: u64) -> Timestamp {
    Timestamp::from_ms(0).after_ms(ms)
}

fn order(number: u128) -> OrderId {
    OrderId::new(Uuid::from_u128(number))
}

fn cart() -> Cart {
    let mut cart = Cart::new(CartId::new(Uuid::from_u128(1)), at(0));
    cart.step(Input::Added(shop(), item("pot"), 2), at(0)).unwrap();
    cart
}

#[test]
fn the_same_goods_are_one_line() {
    let mut cart = cart();

    cart.step(Input::Added(shop(), item("pot"), 3), at(1)).unwrap();
    cart.step(Input::Added("shoes".parse().unwrap(), item("pot"), 1), at(1)).unwrap();

    assert_eq!(cart.lines().get(&(shop(), item("pot"))), Some(&5));
    assert_eq!(cart.lines().len(), 2);
}

#[test]
fn quantities_and_lines_have_bounds() {
    let mut cart = cart();
    let mut step = |input| cart.step(input, at(1));

    let much = step(Input::Added(shop(), item("pot"), QUANTITY_MAX));
    assert_eq!(much, Err(Refusal::QuantityInvalid(QUANTITY_MAX + 2)));
    assert_eq!(step(Input::Changed(shop(), item("pot"), 0)), Err(Refusal::QuantityInvalid(0)));
    assert_eq!(step(Input::Changed(shop(), item("cup"), 1)), Err(Refusal::NotThere(item("cup"))));
    for place in 1..ORDER_LINES_MAX {
        step(Input::Added(shop(), item(&format!("g{place}")), 1)).unwrap();
    }
    assert_eq!(step(Input::Added(shop(), item("more"), 1)), Err(Refusal::TooManyLines));
}

#[test]
fn an_order_that_fails_gives_the_cart_back_as_it_was() {
    let mut cart = cart();
    cart.step(Input::CouponEntered("welcome".parse().unwrap()), at(1)).unwrap();
    cart.step(Input::SentOff(order(1)), at(2)).unwrap();
    let closed = cart.step(Input::Removed(shop(), item("pot")), at(3));

    cart.step(Input::OrderFailed(order(1)), at(4)).unwrap();

    assert!(matches!(closed, Err(Refusal::NotOpen(_))));
    assert_eq!(cart.lines().len(), 1);
    assert!(cart.coupon().is_some());
    assert_eq!(*cart.life(), Life::Open { touched: at(4) });
}

#[test]
fn a_cart_becomes_one_order() {
    let mut cart = cart();
    cart.step(Input::SentOff(order(1)), at(1)).unwrap();
    assert!(matches!(cart.step(Input::SentOff(order(2)), at(1)), Err(Refusal::NotOpen(_))));
    let other = cart.step(Input::OrderStands(order(2)), at(1));
    assert!(matches!(other, Err(Refusal::OtherOrder(..))));

    cart.step(Input::OrderStands(order(1)), at(2)).unwrap();

    assert_eq!(*cart.life(), Life::Ordered(order(1)));
    assert_eq!(cart.step(Input::OrderStands(order(1)), at(3)), Ok(Vec::new()));
    assert_eq!(cart.next_deadline(), None);
}

#[test]
fn an_empty_cart_is_not_ordered_and_a_forgotten_one_is_over() {
    let mut cart = cart();
    cart.step(Input::Removed(shop(), item("pot")), at(5)).unwrap();
    assert!(matches!(cart.step(Input::SentOff(order(1)), at(5)), Err(Refusal::Empty(_))));
    let deadline = cart.next_deadline().unwrap();
    assert_eq!(deadline, at(5 + CART_LIFE_MS));

    cart.step(Input::DeadlinePassed, deadline.before_ms(1)).unwrap();
    assert!(matches!(cart.life(), Life::Open { .. }));
    cart.step(Input::DeadlinePassed, deadline).unwrap();

    assert_eq!(*cart.life(), Life::Abandoned);
}
