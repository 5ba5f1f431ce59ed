//! Goods of a shop: what a visitor reads, what it costs, in which options.
//!
//! Owns their life (listed, hidden, withdrawn) and the offer that a cart is priced with. Each
//! option has its own stock, which [`super::stock`] keeps. May not know customers. Next:
//! [`super::stock`].

use super::effect::{Effect, Record};
use super::number::Gtin;
use super::price::{PRICE_MINOR_MAX, VatRate, plus};
use super::shop::{Category, Shop};
use crate::time::Timestamp;
use baton_protocol::ids::{GoodsId, OptionId, ShopId, SupplierId};
use baton_protocol::money::Money;
use std::collections::BTreeMap;
use std::fmt;

/// Options of one goods: five colours in ten sizes, twice.
pub const OPTIONS_MAX: usize = 100;
/// Pictures of one goods: more are not looked at.
pub const IMAGES_MAX: usize = 20;
/// Bytes of a name, which stands on one line of a receipt in Korean and English.
pub const NAME_BYTES_MAX: usize = 200;
/// Bytes of a description: some pages of text.
pub const DESCRIPTION_BYTES_MAX: usize = 20_000;

/// One option of goods: what is on a shelf.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Which goods.
    pub goods: GoodsId,
    /// Which option of them.
    pub option: OptionId,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.goods, self.option)
    }
}

/// An option, as a colour in a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodsOption {
    /// What a visitor chooses: "red, L".
    pub name: String,
    /// What it costs more than the goods themselves.
    pub surcharge: Money,
    /// Its number at GS1.
    pub gtin: Option<Gtin>,
}

/// A picture: stored by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// SHA-256 of the bytes, in hex.
    pub digest: String,
    /// What it shows, for who cannot see it.
    pub alt: String,
}

/// Something off the price, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reduction {
    /// How much: 1000 is 10 %.
    pub bps: u16,
    /// From when.
    pub from: Timestamp,
    /// Until before when.
    pub until: Timestamp,
}

/// What staff write about goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// What they are called.
    pub name: String,
    /// What is told of them.
    pub text: String,
    /// Where they stand.
    pub category: Category,
    /// Who supplies them, if not the shop itself.
    pub supplier: Option<SupplierId>,
    /// What they cost, tax included.
    pub price: Money,
    /// The tax within.
    pub vat: VatRate,
    /// What is taken off for a while, if anything.
    pub reduction: Option<Reduction>,
    /// At least one; goods without a choice have one option.
    pub options: BTreeMap<OptionId, GoodsOption>,
    /// In the order in which they are shown.
    pub images: Vec<Image>,
}

/// Whether visitors see goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They do.
    Listed,
    /// They do not, for now.
    Hidden,
    /// Never again; orders still name them.
    Withdrawn,
}

/// Goods of one shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    shop: ShopId,
    id: GoodsId,
    description: Description,
    standing: Standing,
}

/// What staff decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Everything is written anew.
    Described(Box<Description>),
    /// Visitors see them.
    Listed,
    /// They do not.
    Hidden,
    /// They are gone for ever.
    Withdrawn,
}

/// What their history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// They were registered.
    Registered,
    /// Something about them changed; the price then.
    Described(Money),
    /// They stand so from now on.
    Stands(Standing),
}

/// Why goods are not taken. Nothing changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Goods that are withdrawn stay so.
    #[error("goods {0} are withdrawn")]
    Withdrawn(GoodsId),
    /// No price, or above [`PRICE_MINOR_MAX`].
    #[error("{0} is not a price")]
    PriceInvalid(Money),
    /// More than the whole price off.
    #[error("{0} basis points off are more than the price")]
    ReductionInvalid(u16),
    /// A surcharge of another currency, or a total that is no price.
    #[error("option {0} does not have a price")]
    SurchargeInvalid(OptionId),
    /// No name, or a text that is too long.
    #[error("the {0} is empty or too long")]
    TextInvalid(&'static str),
    /// None or more than [`OPTIONS_MAX`].
    #[error("{0} options: there are 1 to 100")]
    OptionsInvalid(usize),
    /// An option that is sold cannot be left out; hide the goods instead.
    #[error("option {0} was there before and may be in orders and stock")]
    OptionMissing(OptionId),
    /// More than [`IMAGES_MAX`], or one without a text for the blind.
    #[error("at most 20 pictures, each with a text that says what it shows")]
    ImagesInvalid,
    /// The shop has no such category.
    #[error("the shop has no category {0}")]
    CategoryUnknown(Category),
    /// The shop has no such supplier.
    #[error("the shop has no supplier {0}")]
    SupplierUnknown(SupplierId),
}

/// What a cart is priced with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// In which shop.
    pub shop: ShopId,
    /// What.
    pub item: Item,
    /// What it is called on a receipt.
    pub name: String,
    /// Who supplies it.
    pub supplier: Option<SupplierId>,
    /// What one costs, tax included, with nothing off.
    pub unit_price: Money,
    /// What is off: 1000 is 10 %.
    pub reduction_bps: u16,
    /// The tax within.
    pub vat: VatRate,
}

impl Goods {
    /// Registers goods; visitors see them at once.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] but `Withdrawn` and `OptionMissing`, as it says.
    pub fn register(
        shop: &Shop,
        id: GoodsId,
        description: Description,
    ) -> Result<(Self, Vec<Effect>), Refusal> {
        check(shop, &description)?;
        let standing = Standing::Listed;
        let goods = Self { shop: shop.id().clone(), id, description, standing };
        let record = goods.record(Event::Registered);
        Ok((goods, vec![record]))
    }

    /// Takes one decision and says what must happen. The shop says which categories and suppliers
    /// there are.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing changed then.
    ///
    /// **Repeat** changes nothing more and is recorded again.
    pub fn step(
        &mut self,
        input: Input,
        shop: &Shop,
        _now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        let event = match (self.standing, input) {
            (Standing::Withdrawn, _) => return Err(Refusal::Withdrawn(self.id.clone())),
            (Standing::Listed | Standing::Hidden, Input::Described(description)) => {
                check(shop, &description)?;
                let mut known = self.description.options.keys();
                let missing = known.find(|known| !description.options.contains_key(known));
                if let Some(missing) = missing {
                    return Err(Refusal::OptionMissing(missing.clone()));
                }
                self.description = *description;
                Event::Described(self.description.price)
            }
            (Standing::Listed | Standing::Hidden, Input::Listed) => self.stand(Standing::Listed),
            (Standing::Listed | Standing::Hidden, Input::Hidden) => self.stand(Standing::Hidden),
            (Standing::Listed | Standing::Hidden, Input::Withdrawn) => {
                self.stand(Standing::Withdrawn)
            }
        };
        Ok(vec![self.record(event)])
    }

    /// Nothing about goods happens by the clock.
    #[must_use]
    pub const fn next_deadline(&self) -> Option<Timestamp> {
        None
    }

    /// Returns what one option is offered for, while visitors see the goods.
    #[must_use]
    pub fn offer(&self, option: &OptionId, now: Timestamp) -> Option<Offer> {
        let listed = self.standing == Standing::Listed;
        let chosen = self.description.options.get(option).filter(|_| listed)?;
        let sole = self.description.options.len() == 1;
        let name = &self.description.name;
        let name = if sole { name.clone() } else { format!("{name} ({})", chosen.name) };
        let reduction = self.description.reduction.filter(|one| one.from <= now && now < one.until);
        Some(Offer {
            shop: self.shop.clone(),
            item: Item { goods: self.id.clone(), option: option.clone() },
            name,
            supplier: self.description.supplier.clone(),
            unit_price: plus(self.description.price, chosen.surcharge),
            reduction_bps: reduction.map_or(0, |one| one.bps),
            vat: self.description.vat,
        })
    }

    /// Returns what is written about them.
    #[must_use]
    pub const fn description(&self) -> &Description {
        &self.description
    }

    /// Returns whether visitors see them.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    const fn stand(&mut self, standing: Standing) -> Event {
        self.standing = standing;
        Event::Stands(standing)
    }

    fn record(&self, event: Event) -> Effect {
        Effect::Record(Record::Goods(self.shop.clone(), self.id.clone(), event))
    }
}

fn check(shop: &Shop, description: &Description) -> Result<(), Refusal> {
    let price = description.price;
    if price.minor <= 0 || price.minor > PRICE_MINOR_MAX {
        return Err(Refusal::PriceInvalid(price));
    }
    if let Some(off) = description.reduction.filter(|off| off.bps > 10_000) {
        return Err(Refusal::ReductionInvalid(off.bps));
    }
    if description.name.trim().is_empty() || description.name.len() > NAME_BYTES_MAX {
        return Err(Refusal::TextInvalid("name"));
    }
    if description.text.len() > DESCRIPTION_BYTES_MAX {
        return Err(Refusal::TextInvalid("description"));
    }
    let options = description.options.len();
    if options == 0 || options > OPTIONS_MAX {
        return Err(Refusal::OptionsInvalid(options));
    }
    for (id, option) in &description.options {
        let total = plus(price, option.surcharge).minor;
        let fits = total > 0 && total <= PRICE_MINOR_MAX;
        if option.surcharge.currency != price.currency || !fits {
            return Err(Refusal::SurchargeInvalid(id.clone()));
        }
    }
    let unseen = description.images.iter().any(|image| image.alt.trim().is_empty());
    if description.images.len() > IMAGES_MAX || unseen {
        return Err(Refusal::ImagesInvalid);
    }
    if !shop.has_category(&description.category) {
        return Err(Refusal::CategoryUnknown(description.category.clone()));
    }
    let stranger = description.supplier.iter().find(|supplier| !shop.has_supplier(supplier));
    stranger.map_or(Ok(()), |supplier| Err(Refusal::SupplierUnknown(supplier.clone())))
}

#[cfg(test)]
mod tests;
