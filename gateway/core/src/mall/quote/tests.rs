use super::*;
use crate::mall::coupon::Discount;
use crate::time::Timestamp;
use proptest::prelude::*;

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn shop(name: &str) -> ShopId {
    name.parse().unwrap()
}

fn item(name: &str) -> Item {
    Item { goods: name.parse().unwrap(), option: "one".parse().unwrap() }
}

fn offer(of: &str, name: &str, price: i64, reduction_bps: u16) -> ((ShopId, Item), Offer) {
    let offer = Offer {
        shop: shop(of),
        item: item(name),
        name: name.to_owned(),
        supplier: None,
        unit_price: won(price),
        reduction_bps,
        vat: VatRate::KOREA,
    };
    ((shop(of), item(name)), offer)
}

fn offers() -> Offers {
    Offers::from([
        offer("tea", "leaf", 3_333, 0),
        offer("tea", "pot", 20_000, 1_000),
        offer("shoes", "laces", 1_999, 0),
    ])
}

fn rules() -> BTreeMap<ShopId, ShippingRule> {
    let rule =
        |fee, free| ShippingRule { fee: won(fee), free_from: Some(won(free)), vat: VatRate::KOREA };
    BTreeMap::from([(shop("tea"), rule(3_000, 30_000)), (shop("shoes"), rule(2_500, 50_000))])
}

fn wanted(lines: &[(&str, &str, u32)]) -> Lines {
    lines.iter().map(|(of, name, units)| ((shop(of), item(name)), *units)).collect()
}

fn coupon(of: Option<&str>, off: i64) -> (CouponCode, Terms) {
    let terms = Terms {
        shop: of.map(shop),
        discount: Discount::Amount(won(off)),
        spend_min: won(0),
        from: Timestamp::from_ms(0),
        until: Timestamp::from_ms(1),
        uses: 1,
    };
    ("welcome".parse().unwrap(), terms)
}

#[test]
fn a_cart_over_two_shops_is_two_parts_each_with_its_way() {
    let lines = wanted(&[("tea", "leaf", 3), ("shoes", "laces", 2), ("tea", "pot", 1)]);

    let quote = Quote::of(&lines, &offers(), &rules(), None).unwrap();

    let parts: Vec<(&str, i64, i64)> = quote
        .parts
        .iter()
        .map(|part| (part.shop.as_str(), part.total().minor, part.shipping.minor))
        .collect();
    // 3 x 3,333 + 20,000 less 10 % + 3,000, and 2 x 1,999 + 2,500.
    assert_eq!(parts, [("shoes", 6_498, 2_500), ("tea", 30_999, 3_000)]);
    assert_eq!(quote.total(), won(37_497));
    assert_eq!(quote.check_seen(won(37_497)), Ok(()));
    let changed = Refusal::PriceChanged { seen: won(37_000), now: won(37_497) };
    assert_eq!(quote.check_seen(won(37_000)), Err(changed));
}

#[test]
fn the_way_is_free_by_what_is_left_after_discounts() {
    let lines = wanted(&[("tea", "leaf", 4), ("tea", "pot", 1)]);
    let without = Quote::of(&lines, &offers(), &rules(), None).unwrap();
    let (code, terms) = coupon(None, 2_000);

    let with = Quote::of(&lines, &offers(), &rules(), Some((&code, &terms))).unwrap();

    assert_eq!(without.parts[0].shipping, won(0));
    assert_eq!(with.parts[0].shipping, won(3_000));
    assert_eq!(with.coupon, Some(code));
}

#[test]
fn a_shops_coupon_takes_nothing_off_other_shops() {
    let lines = wanted(&[("tea", "leaf", 1), ("shoes", "laces", 1)]);
    let (code, terms) = coupon(Some("shoes"), 50_000);

    let quote = Quote::of(&lines, &offers(), &rules(), Some((&code, &terms))).unwrap();

    let discounts: Vec<i64> = quote.parts.iter().map(|part| part.lines[0].discount.minor).collect();
    assert_eq!(discounts, [1_999, 0]);
    let (_, useless) = coupon(Some("farm"), 1);
    let refused = Quote::of(&lines, &offers(), &rules(), Some((&code, &useless)));
    assert_eq!(refused, Err(Refusal::CouponUseless(code)));
}

#[test]
fn what_cannot_be_ordered_has_no_price() {
    let price = |lines: &[(&str, &str, u32)]| Quote::of(&wanted(lines), &offers(), &rules(), None);

    assert_eq!(price(&[]), Err(Refusal::Empty));
    assert_eq!(price(&[("tea", "gone", 1)]), Err(Refusal::NotOffered(item("gone"))));
    assert_eq!(price(&[("tea", "pot", 1_000)]), Err(Refusal::TooMuch));
    let mut closed = rules();
    closed.remove(&shop("tea"));
    let refused = Quote::of(&wanted(&[("tea", "pot", 1)]), &offers(), &closed, None);
    assert_eq!(refused, Err(Refusal::ShopClosed(shop("tea"))));
    let mut dollars = offers();
    let offer = dollars.get_mut(&(shop("tea"), item("pot"))).unwrap();
    offer.unit_price.currency = Currency::from_letters("USD").unwrap();
    let both = wanted(&[("tea", "leaf", 1), ("tea", "pot", 1)]);
    let refused = Quote::of(&both, &dollars, &rules(), None);
    assert!(matches!(refused, Err(Refusal::CurrencyDiffers(..))));
}

#[test]
fn an_order_in_dollars_is_reckoned_in_cents() {
    let dollars = Currency::from_letters("USD").unwrap();
    let cents = |minor| Money::new(minor, dollars);
    let (key, offer) = offer("tea", "pot", 1_995, 1_000);
    let offer = Offer { unit_price: cents(1_995), ..offer };
    let rule = ShippingRule { fee: cents(499), free_from: None, vat: VatRate::EXEMPT };

    let rules = BTreeMap::from([(shop("tea"), rule)]);
    let quote =
        Quote::of(&wanted(&[("tea", "pot", 3)]), &Offers::from([(key, offer)]), &rules, None);

    // 59.85 less 5.98, and 4.99 for the way.
    assert_eq!(quote.unwrap().total().to_string(), "58.86 USD");
}

proptest! {
    #[test]
    fn a_quote_is_its_lines_less_discounts_plus_shipping_to_the_won(
        leaf in 0..20_u32, pot in 0..20_u32, laces in 1..20_u32, off in 1..200_000_i64,
    ) {
        let all = [("tea", "leaf", leaf), ("tea", "pot", pot), ("shoes", "laces", laces)];
        let some: Vec<_> = all.into_iter().filter(|line| line.2 > 0).collect();
        let (code, terms) = coupon(None, off);

        let quote = Quote::of(&wanted(&some), &offers(), &rules(), Some((&code, &terms))).unwrap();

        let goods = i64::from(leaf) * 3_333 + i64::from(pot) * 18_000 + i64::from(laces) * 1_999;
        let ways: i64 = quote.parts.iter().map(|part| part.shipping.minor).sum();
        prop_assert_eq!(quote.total().minor, goods - off.min(goods) + ways);
        let mut lines = quote.parts.iter().flat_map(|part| &part.lines);
        prop_assert!(lines.all(|line| line.total().minor >= 0));
    }
}
