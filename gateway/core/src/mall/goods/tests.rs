use super::*;
use crate::mall::customer::Email;
use crate::mall::number::BusinessNumber;
use crate::mall::price::nothing;
use crate::mall::shop::{self, Registration, ShippingRule, Slug};
use baton_protocol::money::Currency;

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

fn category() -> Category {
    Category { upper: "차".to_owned(), lower: Some("녹차".to_owned()) }
}

fn shop() -> Shop {
    let fee = nothing(Currency::KRW);
    let registration = Registration {
        name: "한옥다원".to_owned(),
        slug: Slug::parse("hanok-tea").unwrap(),
        theme: "plain".to_owned(),
        contact: Email::parse("tea@example.com").unwrap(),
        business_number: BusinessNumber::parse("000-12-34560").unwrap(),
        gln: None,
        shipping: ShippingRule { fee, free_from: None, vat: VatRate::KOREA },
    };
    let (mut shop, _) =
        Shop::add("tea".parse().unwrap(), registration, "kim".parse().unwrap()).unwrap();
    shop.step(shop::Input::CategoryAdded(category()), at(0)).unwrap();
    shop
}

fn option(surcharge: i64) -> GoodsOption {
    GoodsOption { name: "100g".to_owned(), surcharge: won(surcharge), gtin: None }
}

fn description() -> Description {
    Description {
        name: "우전".to_owned(),
        text: String::new(),
        category: category(),
        supplier: None,
        price: won(20_000),
        vat: VatRate::KOREA,
        reduction: Some(Reduction { bps: 1_000, from: at(10), until: at(20) }),
        options: BTreeMap::from([
            ("g50".parse().unwrap(), option(0)),
            ("g100".parse().unwrap(), option(15_000)),
        ]),
        images: vec![Image { digest: "ab".to_owned(), alt: "잎차".to_owned() }],
    }
}

fn register(description: Description) -> Result<Goods, Refusal> {
    Goods::register(&shop(), "leaf".parse().unwrap(), description).map(|(goods, _)| goods)
}

#[test]
fn an_option_is_offered_with_its_surcharge_and_reduced_only_in_time() {
    let goods = register(description()).unwrap();
    let large: OptionId = "g100".parse().unwrap();

    let before = goods.offer(&large, at(9)).unwrap();
    let during = goods.offer(&large, at(10)).unwrap();

    assert_eq!(before.unit_price, won(35_000));
    assert_eq!(before.name, "우전 (100g)");
    assert_eq!((before.reduction_bps, during.reduction_bps), (0, 1_000));
    assert_eq!(goods.offer(&large, at(20)).unwrap().reduction_bps, 0);
    assert_eq!(goods.offer(&"g500".parse().unwrap(), at(0)), None);
}

#[test]
fn hidden_goods_are_not_offered_and_withdrawn_ones_stay_so() {
    let mut goods = register(description()).unwrap();
    let small: OptionId = "g50".parse().unwrap();
    goods.step(Input::Hidden, &shop(), at(0)).unwrap();
    assert_eq!(goods.offer(&small, at(0)), None);
    goods.step(Input::Listed, &shop(), at(0)).unwrap();
    assert!(goods.offer(&small, at(0)).is_some());

    goods.step(Input::Withdrawn, &shop(), at(0)).unwrap();

    let back = goods.step(Input::Listed, &shop(), at(0));
    assert_eq!(back, Err(Refusal::Withdrawn("leaf".parse().unwrap())));
}

#[test]
fn goods_that_could_not_be_sold_are_not_registered() {
    let with = |change: fn(&mut Description)| {
        let mut changed = description();
        change(&mut changed);
        register(changed).unwrap_err()
    };

    assert_eq!(with(|one| one.price = won(0)), Refusal::PriceInvalid(won(0)));
    let dear = won(PRICE_MINOR_MAX + 1);
    assert_eq!(with(|one| one.price.minor = PRICE_MINOR_MAX + 1), Refusal::PriceInvalid(dear));
    assert_eq!(with(|one| one.name.clear()), Refusal::TextInvalid("name"));
    assert_eq!(with(|one| one.options.clear()), Refusal::OptionsInvalid(0));
    assert_eq!(with(|one| one.images[0].alt.clear()), Refusal::ImagesInvalid);
    let cheap =
        with(|one| one.options.values_mut().for_each(|option| option.surcharge = won(-20_000)));
    assert!(matches!(cheap, Refusal::SurchargeInvalid(_)));
    let stranger = with(|one| one.supplier = "boseong".parse().ok());
    assert_eq!(stranger, Refusal::SupplierUnknown("boseong".parse().unwrap()));
    let elsewhere = with(|one| one.category.lower = Some("홍차".to_owned()));
    assert!(matches!(elsewhere, Refusal::CategoryUnknown(_)));
    let free =
        with(|one| one.reduction = Some(Reduction { bps: 10_001, from: at(0), until: at(1) }));
    assert_eq!(free, Refusal::ReductionInvalid(10_001));
}

#[test]
fn an_option_that_is_in_orders_and_stock_cannot_be_left_out() {
    let mut goods = register(description()).unwrap();
    let mut fewer = description();
    fewer.options.remove(&"g50".parse().unwrap());
    let before = goods.clone();

    let refused = goods.step(Input::Described(Box::new(fewer)), &shop(), at(0));

    assert_eq!(refused, Err(Refusal::OptionMissing("g50".parse().unwrap())));
    assert_eq!(goods, before);
}
