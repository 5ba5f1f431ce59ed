//! The amount to pay as a POS program shows it: where it stands, and how it is written.
//!
//! Owns reading such a text into minor units, without floats and without guessing: what is not
//! written exactly as said is unreadable. May not look at a screen. Next: [`crate::entry::amount`].

use super::recipe::{Selector, WindowRule};
use baton_protocol::money::{Currency, Money};
use serde::Deserialize;

/// The most decimals that a program may show: unit prices at filling stations have four.
const PLACES_MAX: u8 = 4;
/// Digits of a group between two thousands separators.
const GROUP: usize = 3;

/// Where a POS program shows the amount to pay.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// In which window; without it the input window.
    #[serde(default)]
    pub window: Option<WindowRule>,
    /// The one control. Where its name says more than the amount, `{amount}` stands in it for the
    /// amount; otherwise the control's text is the amount.
    pub shows: Selector,
    /// How it is written.
    pub written: Written,
}

/// How a POS program writes an amount.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// In which currency the POS program counts.
    pub currency: Currency,
    /// The sign that stands before or after it, once: `₩`, `EUR`.
    #[serde(default)]
    pub sign: Option<String>,
    /// What stands between groups of three digits, where the program groups them.
    #[serde(default)]
    pub thousands: Option<char>,
    /// What stands before the decimals.
    #[serde(default)]
    pub decimals: Option<char>,
    /// How many decimals always stand there; without it as many as the currency has.
    #[serde(default)]
    pub places: Option<u8>,
}

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountUnreadable {
    /// Nothing stands there.
    #[error("it is empty")]
    Empty,
    /// The sign is not there.
    #[error("its currency sign is not there")]
    Sign,
    /// Something else than digits, or a zero before other digits.
    #[error("it is not a number as the recipe says it is written")]
    Digits,
    /// A group has other than three digits.
    #[error("its thousands are not groups of three digits")]
    Groups,
    /// Other decimals than there should be.
    #[error("it has other decimals than the recipe says")]
    Places,
    /// Less than the smallest unit of the currency.
    #[error("it has a fraction of the currency's smallest unit")]
    Fraction,
    /// More than 64 bits hold.
    #[error("it is larger than any amount")]
    TooLarge,
    /// The control never shows its text.
    #[error("the control hides its text")]
    Hidden,
}

impl Amount {
    /// Tells whether the amount is a part of the control's name.
    #[must_use]
    pub fn is_in_name(&self) -> bool {
        self.shows.name.as_ref().is_some_and(|name| name.has("amount"))
    }

    /// Returns the first rule that it breaks, with the key.
    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let only = |holds: bool, key, rule| if holds { Ok(()) } else { Err((key, rule)) };
        let name = self.shows.name.as_ref();
        let others = name.is_some_and(|name| name.has("reference") || name.has("last4"));
        only(!others, "amount.shows.name", "has no slot but {amount}")?;
        let alone = self.shows.label.is_none() && self.shows.place.is_none();
        let alone = alone || !self.is_in_name();
        only(alone, "amount.shows", "has no label and no place beside {amount}")?;
        let Written { sign, thousands, decimals, places, .. } = &self.written;
        let numeric = |mark: &char| mark.is_ascii_digit() || matches!(mark, '-' | '+');
        let marks = [thousands, decimals].into_iter().flatten().all(|mark| !numeric(mark));
        let apart = thousands.is_none() || thousands.map(plain) != decimals.map(plain);
        only(marks && apart, "amount.written", "has two different marks that are no digits")?;
        let signed = sign.as_ref().is_none_or(|sign| {
            !sign.trim().is_empty() && !sign.chars().any(|letter| numeric(&letter))
        });
        only(signed, "amount.written.sign", "is a text without digits")?;
        let placed = places.is_none_or(|places| places <= PLACES_MAX);
        only(placed, "amount.written.places", "is at most 4")?;
        let marked = decimals.is_some() || places.is_none_or(|places| places == 0);
        only(marked, "amount.written.places", "is there with `decimals` only")
    }
}

impl Written {
    /// Reads an amount.
    ///
    /// **Units**: whole minor units of its currency.
    ///
    /// # Errors
    /// Each variant of [`AmountUnreadable`] as it says, but for `Hidden`.
    pub fn read(&self, text: &str) -> Result<Money, AmountUnreadable> {
        let text: String = text.chars().map(plain).collect();
        let number = self.unsigned(text.trim())?;
        let (whole, part) = match (self.decimals.map(plain), self.places()) {
            (Some(mark), 1..) => number.split_once(mark).ok_or(AmountUnreadable::Places)?,
            (Some(_) | None, _) => (number, ""),
        };
        let whole = self.whole(whole)?;
        if part.len() != usize::from(self.places()) {
            return Err(AmountUnreadable::Places);
        }
        digits(part)?;
        self.minor(&whole, part)
    }

    /// Returns how many decimals stand there.
    fn places(&self) -> u8 {
        let own = if self.decimals.is_some() { self.currency.digits() } else { 0 };
        self.places.unwrap_or(own)
    }

    /// Takes the sign away, which must stand on one side.
    fn unsigned<'a>(&self, text: &'a str) -> Result<&'a str, AmountUnreadable> {
        if text.is_empty() {
            return Err(AmountUnreadable::Empty);
        }
        let Some(sign) = &self.sign else { return Ok(text) };
        let sign: String = sign.chars().map(plain).collect();
        let sign = sign.trim();
        let rest = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign));
        rest.map(str::trim).ok_or(AmountUnreadable::Sign)
    }

    /// Returns the digits before the decimals, without separators.
    fn whole(&self, text: &str) -> Result<String, AmountUnreadable> {
        let groups: Vec<&str> = match self.thousands.map(plain) {
            Some(mark) => text.split(mark).collect(),
            None => vec![text],
        };
        let (first, rest) = groups.split_first().ok_or(AmountUnreadable::Digits)?;
        let grouped = rest.iter().all(|group| group.len() == GROUP) && first.len() <= GROUP;
        if !rest.is_empty() && !grouped {
            return Err(AmountUnreadable::Groups);
        }
        let whole = groups.concat();
        digits(&whole)?;
        if first.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(AmountUnreadable::Digits);
        }
        Ok(whole)
    }

    fn minor(&self, whole: &str, part: &str) -> Result<Money, AmountUnreadable> {
        let width = usize::from(self.currency.digits());
        let (kept, over) = part.split_at_checked(width).unwrap_or((part, ""));
        if over.chars().any(|digit| digit != '0') {
            return Err(AmountUnreadable::Fraction);
        }
        let minor = format!("{whole}{kept:0<width$}").parse();
        let minor = minor.map_err(|_| AmountUnreadable::TooLarge)?;
        Ok(Money::new(minor, self.currency))
    }
}

/// Programs write several kinds of space that look alike; all of them count as one.
const fn plain(letter: char) -> char {
    match letter {
        '\u{a0}' | '\u{2009}' | '\u{202f}' => ' ',
        other => other,
    }
}

fn digits(text: &str) -> Result<(), AmountUnreadable> {
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    if all { Ok(()) } else { Err(AmountUnreadable::Digits) }
}

#[cfg(test)]
mod tests;
