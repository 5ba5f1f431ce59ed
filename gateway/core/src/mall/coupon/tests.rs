use super::*;
use baton_protocol::money::Currency;
use proptest::prelude::*;
use uuid::Uuid;

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn order(number: u128) -> OrderId {
    OrderId::new(Uuid::from_u128(number))
}

fn member(number: u128) -> Customer {
    Customer::Member(baton_protocol::ids::MemberId::new(Uuid::from_u128(number)))
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

fn terms(uses: u32) -> Terms {
    let discount = Discount::Amount(won(5_000));
    Terms { shop: None, discount, spend_min: won(10_000), from: at(10), until: at(20), uses }
}

fn coupon(uses: u32) -> Coupon {
    Coupon::new("welcome".parse().unwrap(), terms(uses), BTreeMap::new())
}

fn code() -> CouponCode {
    "welcome".parse().unwrap()
}

#[test]
fn a_discount_is_never_more_than_the_goods_and_none_below_the_least() {
    assert_eq!(terms(1).takes_off(won(9_999)), won(0));
    assert_eq!(terms(1).takes_off(won(12_000)), won(5_000));
    let all = Terms { discount: Discount::Amount(won(50_000)), ..terms(1) };
    assert_eq!(all.takes_off(won(12_000)), won(12_000));
    let tenth = Discount::Fraction { bps: 1_000, most: Some(won(1_500)) };
    let tenth = Terms { discount: tenth, ..terms(1) };
    assert_eq!(tenth.takes_off(won(12_345)), won(1_234));
    assert_eq!(tenth.takes_off(won(99_999)), won(1_500));
    assert_eq!(tenth.takes_off(Money::new(99_999, Currency::POINTS)).minor, 0);
}

#[test]
fn a_coupon_counts_in_its_time() {
    let mut coupon = coupon(1);
    for ms in [9, 20] {
        let refused = coupon.step(Input::Hold(order(1), member(1)), at(ms));
        assert_eq!(refused, Err(Refusal::NotNow(code())), "{ms}");
    }
    assert!(coupon.step(Input::Hold(order(1), member(1)), at(10)).is_ok());
}

#[test]
fn one_use_serves_one_order_and_comes_back_when_that_ends_unpaid() {
    let mut coupon = coupon(1);
    coupon.step(Input::Hold(order(1), member(1)), at(10)).unwrap();

    let second = coupon.step(Input::Hold(order(2), member(2)), at(10));
    coupon.step(Input::Release(order(1)), at(11)).unwrap();
    coupon.step(Input::Hold(order(2), member(2)), at(11)).unwrap();
    coupon.step(Input::Spend(order(2)), at(12)).unwrap();

    assert_eq!(second, Err(Refusal::UsedUp(code())));
    let back = coupon.step(Input::Release(order(2)), at(13));
    assert_eq!(back, Err(Refusal::NotHeld(code())));
    assert!(coupon.step(Input::Hold(order(3), member(3)), at(13)).is_err());
}

#[test]
fn a_customer_uses_a_coupon_once() {
    let mut coupon = coupon(9);
    coupon.step(Input::Hold(order(1), member(1)), at(10)).unwrap();

    let refused = coupon.step(Input::Hold(order(2), member(1)), at(10));

    assert_eq!(refused, Err(Refusal::UsedBefore(code())));
}

proptest! {
    #[test]
    fn a_coupon_is_spent_no_more_often_than_it_says_and_never_unspent(
        uses in 1..4_u32,
        wishes in proptest::collection::vec((0..3_u8, 0..5_u128, 0..3_u128), 0..40),
    ) {
        let mut coupon = coupon(uses);
        let mut spent: Vec<OrderId> = Vec::new();
        for (kind, number, who) in wishes {
            let id = order(number);
            let input = match kind {
                0 => Input::Hold(id, member(who)),
                1 => Input::Spend(id),
                _ => Input::Release(id),
            };
            let before = coupon.clone();
            let spends = matches!(input, Input::Spend(_));
            match coupon.step(input, at(15)) {
                Err(_) => prop_assert_eq!(&coupon, &before),
                Ok(effects) if spends && !effects.is_empty() => {
                    prop_assert!(!spent.contains(&id), "spent twice");
                    spent.push(id);
                }
                Ok(_) => {}
            }
            prop_assert!(coupon.uses().count() <= usize::try_from(uses).unwrap());
            for id in &spent {
                let mut uses = coupon.uses().filter(|(order, _)| *order == id);
                let still = uses.any(|(_, one)| matches!(one, Use::Spent(_)));
                prop_assert!(still, "an unspent use came back");
            }
        }
    }
}
