//! The legal switch: sales of this kind are off until an operator records why they are lawful.
//!
//! Owns the two switches that must both be on, the country's and the shop's. It is no legal advice
//! and judges no document. Next: [`super::share`].

use crate::time::Timestamp;
use baton_protocol::ids::{OperatorName, ShopId};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Longest licence number or document name, in bytes: a line of a form.
pub const BASIS_TEXT_BYTES_MAX: usize = 200;

/// A country by its two letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Country([u8; 2]);

/// A text that is no country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a country is two capital letters, as in KR")]
pub struct CountryInvalid;

impl Country {
    /// The Republic of Korea.
    pub const KR: Self = Self(*b"KR");
}

impl FromStr for Country {
    type Err = CountryInvalid;

    fn from_str(text: &str) -> Result<Self, CountryInvalid> {
        let letters: [u8; 2] = text.as_bytes().try_into().map_err(|_| CountryInvalid)?;
        let capital = letters.iter().all(u8::is_ascii_uppercase);
        capital.then_some(Self(letters)).ok_or(CountryInvalid)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

/// Which switch a basis turns on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Switch {
    /// For a country as a whole.
    Country(Country),
    /// For one shop in a country.
    Shop(Country, ShopId),
}

/// Why such sales are lawful there, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalBasis {
    /// Number of the licence.
    pub licence: String,
    /// Name of the document.
    pub document: String,
    /// Who recorded it.
    pub operator: OperatorName,
    /// When.
    pub recorded_at: Timestamp,
}

/// Why a basis is not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a legal basis needs a licence number and a document, each of 1 to {BASIS_TEXT_BYTES_MAX} bytes"
)]
pub struct BasisInvalid;

/// Why a sale may not be offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SwitchedOff {
    /// The country's switch is off.
    #[error("no legal basis is recorded for country {0}")]
    Country(Country),
    /// The shop's switch is off.
    #[error("no legal basis is recorded for shop {0}")]
    Shop(ShopId),
}

/// The leave to offer sales, for one shop in one country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    country: Country,
    shop: ShopId,
}

impl Leave {
    /// Says whether it is the leave of this shop there.
    #[must_use]
    pub fn covers(&self, country: Country, shop: &ShopId) -> bool {
        self.country == country && self.shop == *shop
    }
}

/// All switches; each is off until a basis is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Switches(BTreeMap<Switch, LegalBasis>);

impl Switches {
    /// Turns a switch on.
    ///
    /// **Repeat** a second basis takes the place of the first.
    ///
    /// # Errors
    /// [`BasisInvalid`] when licence or document are missing or too long.
    pub fn record(&mut self, switch: Switch, basis: LegalBasis) -> Result<(), BasisInvalid> {
        let fits = |text: &str| !text.trim().is_empty() && text.len() <= BASIS_TEXT_BYTES_MAX;
        if !fits(&basis.licence) || !fits(&basis.document) {
            return Err(BasisInvalid);
        }
        self.0.insert(switch, basis);
        Ok(())
    }

    /// Turns a switch off again; sales that run are not touched.
    pub fn withdraw(&mut self, switch: &Switch) {
        self.0.remove(switch);
    }

    /// Finds the basis of a switch.
    #[must_use]
    pub fn lookup(&self, switch: &Switch) -> Option<&LegalBasis> {
        self.0.get(switch)
    }

    /// Gives leave to offer sales where both switches are on.
    ///
    /// # Errors
    /// [`SwitchedOff`] names the switch that is off.
    pub fn leave(&self, country: Country, shop: &ShopId) -> Result<Leave, SwitchedOff> {
        if !self.0.contains_key(&Switch::Country(country)) {
            return Err(SwitchedOff::Country(country));
        }
        if !self.0.contains_key(&Switch::Shop(country, shop.clone())) {
            return Err(SwitchedOff::Shop(shop.clone()));
        }
        Ok(Leave { country, shop: shop.clone() })
    }
}
