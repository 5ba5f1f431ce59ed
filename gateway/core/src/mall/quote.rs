//! A cart priced: one part a shop, each with its lines, discounts and way to the customer.
//!
//! Owns what an order costs before it is placed. First what is off the goods, line by line; then
//! the coupon, spread over the lines that it counts for; then shipping, by what a shop's lines cost
//! then. May not grant stock or coupons. Next: [`super::order`].

use super::cart::Lines;
use super::coupon::Terms;
use super::goods::{Item, Offer};
use super::price::{
    ORDER_LINES_MAX, QUANTITY_MAX, VatRate, fraction, less, nothing, plus, spread, sum, times,
};
use super::shop::ShippingRule;
use baton_protocol::ids::{CouponCode, ShopId, SupplierId};
use baton_protocol::money::{Currency, Money};
use std::collections::BTreeMap;

/// What is offered where.
pub type Offers = BTreeMap<(ShopId, Item), Offer>;

/// One priced line; it never changes once ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub item: Item,
    /// What it is called on the receipt.
    pub name: String,
    /// Who supplies it.
    pub supplier: Option<SupplierId>,
    /// How many.
    pub quantity: u32,
    /// What one costs, tax included.
    pub unit_price: Money,
    /// What is taken off the line.
    pub discount: Money,
    /// The tax within.
    pub vat: VatRate,
}

impl Line {
    /// Returns what the line costs.
    #[must_use]
    pub fn total(&self) -> Money {
        less(times(self.unit_price, self.quantity), self.discount)
    }
}

/// What one shop's part of an order costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedPart {
    /// Which shop.
    pub shop: ShopId,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What the way costs.
    pub shipping: Money,
    /// The tax within that.
    pub shipping_vat: VatRate,
}

/// What an order would cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// One part a shop.
    pub parts: Vec<QuotedPart>,
    /// The coupon that took something off.
    pub coupon: Option<CouponCode>,
    /// In which currency.
    pub currency: Currency,
}

/// Why a cart has no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing is wanted.
    #[error("there is nothing to order")]
    Empty,
    /// More lines than [`ORDER_LINES_MAX`] or more units than [`QUANTITY_MAX`].
    #[error("an order has at most 100 lines of 999 units")]
    TooMuch,
    /// It is not offered any more.
    #[error("{0} is not offered")]
    NotOffered(Item),
    /// The shop takes no orders.
    #[error("shop {0} takes no orders")]
    ShopClosed(ShopId),
    /// Two currencies would meet: order them apart.
    #[error("goods in {0} and {1} cannot be in one order")]
    CurrencyDiffers(Currency, Currency),
    /// The coupon takes nothing off these goods.
    #[error("coupon {0} does not count for these goods")]
    CouponUseless(CouponCode),
    /// The customer has seen another price.
    #[error("it costs {now}, not {seen}")]
    PriceChanged {
        /// What the customer has seen.
        seen: Money,
        /// What it costs.
        now: Money,
    },
}

impl Quote {
    /// Prices a cart with what is offered and the shipping rules of the shops that take orders.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] but `PriceChanged`, as it says.
    pub fn of(
        wanted: &Lines,
        offers: &Offers,
        shops: &BTreeMap<ShopId, ShippingRule>,
        coupon: Option<(&CouponCode, &Terms)>,
    ) -> Result<Self, Refusal> {
        let mut parts: Vec<QuotedPart> = Vec::new();
        if wanted.len() > ORDER_LINES_MAX {
            return Err(Refusal::TooMuch);
        }
        let currency = currency_of(wanted, offers)?;
        for (key, quantity) in wanted {
            let (shop, item) = key;
            let rule = shops.get(shop).ok_or_else(|| Refusal::ShopClosed(shop.clone()))?;
            let offer = offers.get(key).ok_or_else(|| Refusal::NotOffered(item.clone()))?;
            for met in [offer.unit_price.currency, rule.fee.currency] {
                if met != currency {
                    return Err(Refusal::CurrencyDiffers(currency, met));
                }
            }
            if *quantity == 0 || *quantity > QUANTITY_MAX {
                return Err(Refusal::TooMuch);
            }
            let line = line(offer, *quantity);
            match parts.last_mut().filter(|part| part.shop == *shop) {
                Some(part) => part.lines.push(line),
                None => parts.push(QuotedPart {
                    shop: shop.clone(),
                    lines: vec![line],
                    shipping: nothing(currency),
                    shipping_vat: rule.vat,
                }),
            }
        }
        let coupon = coupon.map(|(code, terms)| take_off(&mut parts, code, terms, currency));
        let coupon = coupon.transpose()?;
        for part in &mut parts {
            let goods = sum(currency, part.lines.iter().map(Line::total));
            let rule = shops.get(&part.shop);
            part.shipping = rule.map_or(nothing(currency), |rule| rule.charge(goods));
        }
        Ok(Self { parts, coupon, currency })
    }

    /// Returns what it costs in all.
    #[must_use]
    pub fn total(&self) -> Money {
        sum(self.currency, self.parts.iter().map(QuotedPart::total))
    }

    /// Holds the price to what the customer has seen.
    ///
    /// # Errors
    /// [`Refusal::PriceChanged`].
    pub fn check_seen(&self, seen: Money) -> Result<(), Refusal> {
        let now = self.total();
        if now == seen { Ok(()) } else { Err(Refusal::PriceChanged { seen, now }) }
    }
}

impl QuotedPart {
    /// Returns what the part costs.
    #[must_use]
    pub fn total(&self) -> Money {
        let goods = sum(self.shipping.currency, self.lines.iter().map(Line::total));
        plus(goods, self.shipping)
    }
}

fn currency_of(wanted: &Lines, offers: &Offers) -> Result<Currency, Refusal> {
    let first = wanted.keys().next().ok_or(Refusal::Empty)?;
    let offer = offers.get(first).ok_or_else(|| Refusal::NotOffered(first.1.clone()))?;
    Ok(offer.unit_price.currency)
}

fn line(offer: &Offer, quantity: u32) -> Line {
    Line {
        item: offer.item.clone(),
        name: offer.name.clone(),
        supplier: offer.supplier.clone(),
        quantity,
        unit_price: offer.unit_price,
        discount: fraction(times(offer.unit_price, quantity), offer.reduction_bps),
        vat: offer.vat,
    }
}

fn take_off(
    parts: &mut [QuotedPart],
    code: &CouponCode,
    terms: &Terms,
    currency: Currency,
) -> Result<CouponCode, Refusal> {
    let counts = |part: &&mut QuotedPart| terms.shop.as_ref().is_none_or(|shop| part.shop == *shop);
    let lines = parts.iter_mut().filter(counts).flat_map(|part| part.lines.iter_mut());
    let mut lines: Vec<&mut Line> = lines.collect();
    let weights: Vec<i64> = lines.iter().map(|line| line.total().minor).collect();
    let goods = sum(currency, lines.iter().map(|line| line.total()));
    let off = terms.takes_off(goods);
    if off.minor <= 0 {
        return Err(Refusal::CouponUseless(code.clone()));
    }
    for (line, share) in lines.iter_mut().zip(spread(off.minor, &weights)) {
        line.discount = plus(line.discount, Money::new(share, currency));
    }
    Ok(code.clone())
}

#[cfg(test)]
mod tests;
