//! What stands on a shop's door: name, address, numbers, how parcels are charged.
//!
//! Owns the rules on those and the list of addresses that are taken. Next: `staff`.

use crate::mall::customer::Email;
use crate::mall::number::{BusinessNumber, Gln};
use crate::mall::price::{PRICE_MINOR_MAX, VatRate, nothing};
use baton_protocol::ids::ShopId;
use baton_protocol::money::Money;
use std::collections::BTreeMap;
use std::fmt;

/// Characters of an address: it stands in a link and on a sign.
const SLUG_CHARACTERS_MAX: usize = 40;
/// See [`SLUG_CHARACTERS_MAX`]; shorter ones are kept for the mall itself.
const SLUG_CHARACTERS_MIN: usize = 3;
/// Bytes of a shop's name: one line of a sign in Korean.
const NAME_BYTES_MAX: usize = 120;
/// Addresses that the mall's own pages have or may need.
const SLUGS_KEPT: &[&str] = &["admin", "api", "cart", "login", "mall", "order", "search", "static"];

/// The part of a link that names a shop: small letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// Reads an address.
    ///
    /// # Errors
    /// [`RegistrationInvalid::Slug`], or [`RegistrationInvalid::SlugKept`] for the mall's own.
    pub fn parse(text: &str) -> Result<Self, RegistrationInvalid> {
        let fits = (SLUG_CHARACTERS_MIN..=SLUG_CHARACTERS_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if !fits {
            return Err(RegistrationInvalid::Slug);
        }
        if SLUGS_KEPT.contains(&text) {
            return Err(RegistrationInvalid::SlugKept);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the way to a customer costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShippingRule {
    /// What one order pays, tax included; nothing when it is zero.
    pub fee: Money,
    /// From which amount on it is free, if ever.
    pub free_from: Option<Money>,
    /// The tax within.
    pub vat: VatRate,
}

impl ShippingRule {
    /// Returns what an order of this amount pays.
    #[must_use]
    pub fn charge(&self, amount: Money) -> Money {
        let free = self.free_from.is_some_and(|from| amount.minor >= from.minor);
        if free { nothing(self.fee.currency) } else { self.fee }
    }
}

/// Everything that adding a shop takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// What it is called.
    pub name: String,
    /// Its address.
    pub slug: Slug,
    /// How its pages look.
    pub theme: String,
    /// Where its own mails go.
    pub contact: Email,
    /// Under which number it trades.
    pub business_number: BusinessNumber,
    /// Its place at GS1, if it has one.
    pub gln: Option<Gln>,
    /// What the way to a customer costs.
    pub shipping: ShippingRule,
}

/// What cannot stand on a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationInvalid {
    /// Other characters or another length.
    #[error("an address has 3 to 40 small letters, digits and hyphens within")]
    Slug,
    /// One that the mall's own pages have.
    #[error("this address belongs to the mall itself")]
    SlugKept,
    /// No name, or too long.
    #[error("the name is empty or too long")]
    Name,
    /// No theme.
    #[error("the theme is empty")]
    Theme,
    /// A fee below zero or above any price, or two currencies.
    #[error("the shipping fee is not a price")]
    Shipping,
}

impl Registration {
    pub(super) fn check(&self) -> Result<(), RegistrationInvalid> {
        if self.name.trim().is_empty() || self.name.len() > NAME_BYTES_MAX {
            return Err(RegistrationInvalid::Name);
        }
        if self.theme.trim().is_empty() {
            return Err(RegistrationInvalid::Theme);
        }
        let fee = self.shipping.fee;
        let mixed = self.shipping.free_from.is_some_and(|from| from.currency != fee.currency);
        if mixed || !(0..=PRICE_MINOR_MAX).contains(&fee.minor) {
            return Err(RegistrationInvalid::Shipping);
        }
        Ok(())
    }
}

/// Every address that is or was a shop's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slugs(BTreeMap<Slug, ShopId>);

/// An address or a shop that is there already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryRefusal {
    /// It is, or was, another's.
    #[error("the address {0} is taken")]
    SlugTaken(Slug),
    /// A shop has one address.
    #[error("shop {0} has an address")]
    ShopKnown(ShopId),
}

impl Slugs {
    /// Gives a shop an address for ever. A store holds the same rule as a unique row.
    ///
    /// # Errors
    /// Each variant of [`DirectoryRefusal`] as it says; nothing changed then.
    pub fn take(&mut self, slug: Slug, shop: ShopId) -> Result<(), DirectoryRefusal> {
        if self.0.contains_key(&slug) {
            return Err(DirectoryRefusal::SlugTaken(slug));
        }
        if self.0.values().any(|known| *known == shop) {
            return Err(DirectoryRefusal::ShopKnown(shop));
        }
        self.0.insert(slug, shop);
        Ok(())
    }

    /// Finds the shop at an address.
    #[must_use]
    pub fn lookup(&self, slug: &Slug) -> Option<&ShopId> {
        self.0.get(slug)
    }
}
