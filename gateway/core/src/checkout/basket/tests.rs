//! Baskets: sums, pieces that are known one by one, and what is refused.

use super::{Basket, BasketRefusal, Line, PIECES_MAX, Scanned};
use crate::checkout::product::{Gln, Gtin, Serial};
use baton_protocol::money::{Currency, Money};
use proptest::prelude::{any, prop_assert_eq, proptest};

fn shop() -> Gln {
    Gln::parse("8801234567893").unwrap()
}

fn scan(product: &str, price: i64) -> Scanned {
    Scanned {
        product: Gtin::parse(product).unwrap(),
        shop: Some(shop()),
        serial: None,
        name: "milk".to_owned(),
        price: Money::new(price, Currency::KRW),
    }
}

fn piece(serial: &str) -> Scanned {
    Scanned { serial: Some(Serial::parse(serial).unwrap()), shop: None, ..scan("96385074", 2_000) }
}

#[test]
fn the_same_product_counts_on_one_line() {
    let mut basket = Basket::begin(shop(), Currency::KRW);

    basket.add(scan("96385074", 2_000)).unwrap();
    basket.add(scan("96385074", 2_000)).unwrap();

    assert_eq!(basket.lines().len(), 1);
    assert_eq!(basket.total(), Money::new(4_000, Currency::KRW));
}

#[test]
fn a_code_of_another_shop_is_refused() {
    let mut basket = Basket::begin(shop(), Currency::KRW);
    let other = Gln::parse("4012345000009").unwrap();

    let refusal = basket.add(Scanned { shop: Some(other), ..scan("96385074", 2_000) });

    assert_eq!(refusal, Err(BasketRefusal::OtherShop(other)));
    assert!(basket.lines().is_empty());
}

#[test]
fn one_piece_is_in_a_basket_once() {
    let mut basket = Basket::begin(shop(), Currency::KRW);
    basket.add(piece("7")).unwrap();

    let again = basket.add(piece("7"));

    assert_eq!(again, Err(BasketRefusal::PieceTwice(piece("7").product)));
    assert_eq!(basket.total(), Money::new(2_000, Currency::KRW));
}

#[test]
fn a_piece_is_taken_out_by_its_number() {
    let mut basket = Basket::begin(shop(), Currency::KRW);
    basket.add(piece("7")).unwrap();
    basket.add(piece("8")).unwrap();

    basket.remove(piece("7").product, piece("7").serial.as_ref()).unwrap();

    assert_eq!(basket.lines()[0].serials, [Serial::parse("8").unwrap()]);
    let gone = basket.remove(piece("7").product, piece("7").serial.as_ref());
    assert!(matches!(gone, Err(BasketRefusal::ProductMissing(_))));
}

#[test]
fn a_line_has_a_bound_and_a_price_that_stays() {
    let mut basket = Basket::begin(shop(), Currency::KRW);
    for _ in 0..PIECES_MAX {
        basket.add(scan("96385074", 10)).unwrap();
    }

    assert_eq!(basket.add(scan("96385074", 10)), Err(BasketRefusal::PiecesFull));
    let product = scan("96385074", 10).product;
    assert_eq!(basket.add(scan("96385074", 11)), Err(BasketRefusal::PriceDiffers(product)));
    assert_eq!(basket.add(scan("96385074", 0)), Err(BasketRefusal::PriceMissing(product)));
}

proptest! {
    #[test]
    fn the_sum_is_always_that_of_the_lines(
        moves in proptest::collection::vec(any::<(bool, bool)>(), 0..60),
    ) {
        let products = [("96385074", 2_000), ("8801234567893", 350)];
        let mut basket = Basket::begin(shop(), Currency::KRW);

        for (add, first) in moves {
            let (product, price) = if first { products[0] } else { products[1] };
            let scan = scan(product, price);
            let _ = if add { basket.add(scan) } else { basket.remove(scan.product, None) };
        }

        let costs = basket.lines().iter().map(|line| line.price.minor * i64::from(line.pieces));
        let sum: i64 = costs.sum();
        prop_assert_eq!(basket.total().minor, sum);
    }
}

#[test]
fn a_basket_is_made_again_from_its_lines_and_damage_is_seen() {
    let mut basket = Basket::begin(shop(), Currency::KRW);
    basket.add(scan("8801234567893", 500)).unwrap();
    basket.add(piece("7")).unwrap();
    basket.add(scan("96385074", 2_000)).unwrap();
    let whole = basket.lines().to_vec();
    let restored = |lines| Basket::restore(shop(), Currency::KRW, lines);
    let damaged = |change: fn(&mut Line)| {
        let mut lines = whole.clone();
        change(&mut lines[1]);
        restored(lines).unwrap_err()
    };
    let product = whole[1].product;

    let twice = restored([whole.clone(), whole.clone()].concat()).unwrap_err();

    assert_eq!(restored(whole.clone()), Ok(basket));
    assert_eq!(twice, BasketRefusal::ProductTwice(whole[0].product));
    assert_eq!(damaged(|line| line.pieces = 0), BasketRefusal::ProductMissing(product));
    assert_eq!(damaged(|line| line.pieces = u32::MAX), BasketRefusal::PiecesFull);
    assert_eq!(damaged(|line| line.price.minor = 0), BasketRefusal::PriceMissing(product));
    let known = damaged(|line| line.serials = vec![line.serials[0].clone(); 3]);
    assert_eq!(known, BasketRefusal::ProductMissing(product));
    let same = damaged(|line| line.serials = vec![line.serials[0].clone(); 2]);
    assert_eq!(same, BasketRefusal::PieceTwice(product));
}
