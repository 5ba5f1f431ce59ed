//! Three small shops with their goods: the mall of every trial.
//!
//! Owns names, prices and rules of shipping, written out so that the tally can reckon with them
//! apart from the machines. May not play. Next: `world`.

use anyhow::{Context, Result};
use baton_core::mall::coupon::{Discount, Terms};
use baton_core::mall::customer::Email;
use baton_core::mall::goods::{Description, Goods, GoodsOption, Item, Reduction};
use baton_core::mall::number::{BusinessNumber, Gln};
use baton_core::mall::price::VatRate;
use baton_core::mall::quote::Offers;
use baton_core::mall::shop::{
    Category, Input as ShopInput, Registration, ShippingRule, Shop, Slug, Supplier,
};
use baton_core::time::Timestamp;
use baton_protocol::ids::{CouponCode, GoodsId, OptionId, ShopId};
use baton_protocol::money::{Currency, Money};
use std::collections::BTreeMap;

/// When every history begins: 1 November 2026, nine in the morning in Seoul.
pub const BEGIN: Timestamp = Timestamp::from_ms(1_793_491_200_000);

/// One line of a price list: everything that the tally knows of goods.
#[derive(Debug, Clone)]
pub struct Price {
    /// In which shop.
    pub shop: ShopId,
    /// What.
    pub item: Item,
    /// What one costs, in won.
    pub won: i64,
    /// What is off, in basis points.
    pub off_bps: u16,
}

/// What the way costs in one shop, in won.
#[derive(Debug, Clone, Copy)]
pub struct Fee {
    /// So much.
    pub won: i64,
    /// Nothing from here on.
    pub free_from: i64,
}

/// The mall of every trial.
#[derive(Debug, Clone)]
pub struct Fair {
    /// The price list.
    pub prices: Vec<Price>,
    /// What the ways cost.
    pub fees: BTreeMap<ShopId, Fee>,
    /// What is offered.
    pub offers: Offers,
    /// The same rules as the machines want them.
    pub shipping: BTreeMap<ShopId, ShippingRule>,
    /// Coupons.
    pub coupons: Vec<(CouponCode, Terms)>,
    /// What goods are called.
    pub names: BTreeMap<GoodsId, String>,
}

/// Slug, name, business number, GLN, fee, free from.
type ShopRow = (&'static str, &'static str, &'static str, &'static str, i64, i64);
/// Shop, goods, name, options, price, off, tax, supplier.
type GoodsRow = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    i64,
    u16,
    VatRate,
    Option<&'static str>,
);

const SHOPS: &[ShopRow] = &[
    ("hanok-tea", "한옥다원", "000-10-00014", "9501101000018", 3_000, 50_000),
    ("seoul-shoes", "서울신발", "000-10-00028", "9501101000025", 2_500, 100_000),
    ("jeju-farm", "제주농장", "000-10-00033", "9501101000032", 4_000, 30_000),
];

const GOODS: &[GoodsRow] = &[
    ("hanok-tea", "green-tea", "우전 녹차", &["50g", "100g"], 18_333, 0, VatRate::KOREA, None),
    ("hanok-tea", "teapot", "백자 다관", &["one"], 49_900, 1_500, VatRate::KOREA, Some("icheon")),
    (
        "seoul-shoes",
        "runner",
        "러너",
        &["250", "260", "270"],
        89_000,
        1_000,
        VatRate::KOREA,
        Some("busan-rubber"),
    ),
    ("seoul-shoes", "laces", "신발끈", &["white", "black"], 1_999, 0, VatRate::KOREA, None),
    ("jeju-farm", "tangerine", "감귤 5 kg", &["one"], 22_777, 0, VatRate::EXEMPT, Some("namwon")),
    ("jeju-farm", "jam", "감귤잼", &["small", "large"], 7_001, 333, VatRate::KOREA, Some("namwon")),
];

impl Fair {
    /// Opens the three shops through their own machines.
    ///
    /// # Errors
    /// When a word in the tables above is none.
    pub fn open() -> Result<Self> {
        let mut fair = Self {
            prices: Vec::new(),
            fees: BTreeMap::new(),
            offers: Offers::new(),
            shipping: BTreeMap::new(),
            coupons: coupons()?,
            names: BTreeMap::new(),
        };
        for row in SHOPS {
            let shop = shop(row)?;
            fair.fees.insert(shop.id().clone(), Fee { won: row.4, free_from: row.5 });
            fair.shipping.insert(shop.id().clone(), shop.registration().shipping);
            for row in GOODS.iter().filter(|goods| goods.0 == row.0) {
                fair.register(&shop, row)?;
            }
        }
        Ok(fair)
    }

    fn register(&mut self, shop: &Shop, row: &GoodsRow) -> Result<()> {
        let (_, id, name, options, price, off_bps, vat, supplier) = *row;
        let goods_id: GoodsId = id.parse()?;
        let option = |name: &&str| -> Result<(OptionId, GoodsOption)> {
            let (surcharge, gtin) = (won(0), None);
            Ok((name.parse()?, GoodsOption { name: (*name).to_owned(), surcharge, gtin }))
        };
        let (from, until) = (BEGIN, Timestamp::from_ms(i64::MAX));
        let description = Description {
            name: name.to_owned(),
            text: String::new(),
            category: category(),
            supplier: supplier.map(str::parse).transpose()?,
            price: won(price),
            vat,
            reduction: (off_bps > 0).then_some(Reduction { bps: off_bps, from, until }),
            options: options.iter().map(option).collect::<Result<_>>()?,
            images: Vec::new(),
        };
        let (goods, _) = Goods::register(shop, goods_id.clone(), description)?;
        for option in goods.description().options.keys() {
            let offer = goods.offer(option, BEGIN).context("goods are listed at once")?;
            let item = offer.item.clone();
            let shop = shop.id().clone();
            self.offers.insert((shop.clone(), item.clone()), offer);
            self.prices.push(Price { shop, item, won: price, off_bps });
        }
        self.names.insert(goods_id, name.to_owned());
        Ok(())
    }

    /// Returns what a line of these units costs, as a person reckons it.
    #[must_use]
    pub fn line_won(&self, shop: &ShopId, item: &Item, units: u32) -> i64 {
        let price = self.prices.iter().find(|one| one.shop == *shop && one.item == *item);
        let Some(price) = price else { return 0 };
        let full = price.won.saturating_mul(i64::from(units));
        full.saturating_sub(full.saturating_mul(i64::from(price.off_bps)) / 10_000)
    }
}

/// Whole won.
#[must_use]
pub const fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn shop(row: &ShopRow) -> Result<Shop> {
    let (slug, name, business, gln, fee, free_from) = *row;
    let shipping =
        ShippingRule { fee: won(fee), free_from: Some(won(free_from)), vat: VatRate::KOREA };
    let registration = Registration {
        name: name.to_owned(),
        slug: Slug::parse(slug)?,
        theme: "plain".to_owned(),
        contact: Email::parse(&format!("shop@{slug}.example"))?,
        business_number: BusinessNumber::parse(business)?,
        gln: Some(Gln::parse(gln)?),
        shipping,
    };
    let (mut shop, _) = Shop::add(slug.parse()?, registration, "owner".parse()?)?;
    shop.step(ShopInput::CategoryAdded(category()), BEGIN)?;
    for goods in GOODS.iter().filter(|goods| goods.0 == slug) {
        let Some(supplier) = goods.7 else { continue };
        let described = Supplier { name: supplier.to_owned(), business_number: None };
        shop.step(ShopInput::SupplierAdded(supplier.parse()?, described), BEGIN)?;
    }
    Ok(shop)
}

fn category() -> Category {
    Category { upper: "전체".to_owned(), lower: None }
}

fn coupons() -> Result<Vec<(CouponCode, Terms)>> {
    let terms = |shop, discount, least, uses| Terms {
        shop,
        discount,
        spend_min: won(least),
        from: BEGIN,
        until: Timestamp::from_ms(i64::MAX),
        uses,
    };
    let tea = Some("hanok-tea".parse()?);
    let tenth = Discount::Fraction { bps: 1_000, most: Some(won(7_777)) };
    Ok(vec![
        ("welcome".parse()?, terms(None, Discount::Amount(won(5_000)), 10_000, 1)),
        ("autumn".parse()?, terms(None, tenth, 0, 2)),
        ("tea".parse()?, terms(tea, Discount::Fraction { bps: 10_000, most: None }, 0, 1)),
    ])
}
