//! Facts kept as keyed tags only: an answer can be compared, the fact cannot be read.
//!
//! Owns HMAC-SHA256 (RFC 2104, by `hmac`) over item id and canonical text, cut to 16 bytes, and the
//! tags of a text's one-deletion neighbours, by which a slip still fits. The pepper comes from the
//! shell, which has it from its key store. May not keep or print a text. Next: [`super::refused`].

use super::date::{self, Said};
use super::day::Day;
use super::text::{EXACT_LETTERS_MAX, canonical, readings};
use super::{Kind, number, phone};
use crate::checkout::ids::ItemId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::BTreeSet;
use std::fmt;

/// Bytes of a tag: enough that no two texts of one item meet by chance.
const TAG_BYTES: usize = 16;
/// Days of a part of a month or a week, which are tagged one by one.
const SPAN_DAYS_MAX: usize = 31;

/// One keyed tag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag([u8; TAG_BYTES]);

/// The key of all tags of one period; it is replaced by the key store, never stored beside tags.
#[derive(Clone)]
pub struct Pepper([u8; 32]);

/// What is kept of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    kind: Kind,
    exact: BTreeSet<Tag>,
    near: BTreeSet<Tag>,
}

/// Why a fact cannot be kept as tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTags {
    /// An amount is compared to within a tenth, which no tag can do.
    #[error("an amount cannot be kept as a tag: declare a number instead")]
    Amount,
    /// The text is not of this kind.
    #[error("the text is not a {}", .0.word())]
    NotOfKind(Kind),
}

impl Pepper {
    /// Wraps a key of 32 bytes.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    fn tag(&self, item: ItemId, canonical: &str) -> Tag {
        let mut tag = [0; TAG_BYTES];
        // HMAC takes keys of every length, so this one too.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) {
            mac.update(&item.0.to_be_bytes());
            mac.update(canonical.as_bytes());
            let whole = mac.finalize().into_bytes();
            tag.iter_mut().zip(whole).for_each(|(short, byte)| *short = byte);
        }
        Tag(tag)
    }
}

impl Tags {
    /// Keeps a fact of one item as tags.
    ///
    /// # Errors
    /// [`NoTags::Amount`] for that kind; [`NoTags::NotOfKind`] for an empty text, or one that is no
    /// number, telephone number or day.
    pub fn of(
        kind: Kind,
        fact: &str,
        item: ItemId,
        pepper: &Pepper,
        today: Day,
    ) -> Result<Self, NoTags> {
        let (exact, near) = match kind {
            Kind::Amount => return Err(NoTags::Amount),
            Kind::Text => {
                let typed = canonical(fact);
                let near =
                    if typed.len() > EXACT_LETTERS_MAX { neighbours(&typed) } else { vec![] };
                (Some(spelled(&typed)).filter(|one| !one.is_empty()).into_iter().collect(), near)
            }
            Kind::Number => (one_number(fact), Vec::new()),
            Kind::Phone => (phone::canonical(fact).into_iter().collect(), Vec::new()),
            Kind::Date => (date::day(fact, today).map(remembered).unwrap_or_default(), Vec::new()),
        };
        if exact.is_empty() {
            return Err(NoTags::NotOfKind(kind));
        }
        let tags = |texts: Vec<String>| texts.iter().map(|one| pepper.tag(item, one)).collect();
        Ok(Self { kind, exact: tags(exact), near: tags(near) })
    }

    /// Returns what the fact is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Says whether an answer means the fact. Every reading is looked at, fitting or not.
    #[must_use]
    pub fn fit(&self, answer: &str, item: ItemId, pepper: &Pepper, today: Day) -> bool {
        let tag = |text: &String| pepper.tag(item, text);
        let exact = |texts: Vec<String>| {
            let hits = texts.iter().filter(|one| self.exact.contains(&tag(one)));
            hits.count() > 0
        };
        match self.kind {
            Kind::Text => self.text_fits(answer, item, pepper),
            Kind::Number => exact(number::readings(answer).iter().map(i64::to_string).collect()),
            Kind::Phone => exact(phone::canonical(answer).into_iter().collect()),
            Kind::Date => exact(date::said(answer, today).into_iter().flat_map(meant).collect()),
            Kind::Amount => false,
        }
    }

    fn text_fits(&self, answer: &str, item: ItemId, pepper: &Pepper) -> bool {
        // Which letters are stored is not known here, so both keyboards are tried.
        let readings = readings(answer, &['a']);
        let known = |text: &str| {
            let tag = pepper.tag(item, text);
            (self.exact.contains(&tag), self.near.contains(&tag))
        };
        let mut hits = 0_u32;
        for reading in readings {
            let (exact, near) = known(&spelled(&reading));
            hits = hits.saturating_add(u32::from(exact || near));
            for neighbour in neighbours(&reading) {
                let (exact, near) = known(&neighbour);
                // A short name has no neighbours and must be exact.
                hits = hits.saturating_add(u32::from((exact || near) && !self.near.is_empty()));
            }
        }
        hits > 0
    }
}

/// A text without one of its letters, each in turn. Digits stay: they must be equal.
fn neighbours(typed: &[char]) -> Vec<String> {
    let places = typed.iter().enumerate().filter(|(_, letter)| !letter.is_numeric());
    let without = |(place, _): (usize, &char)| {
        let before = typed.iter().take(place);
        before.chain(typed.iter().skip(place.saturating_add(1))).collect()
    };
    places.map(without).collect()
}

fn spelled(typed: &[char]) -> String {
    typed.iter().collect()
}

/// A stored number is written in digits; the smallest reading is the one without politeness.
fn one_number(fact: &str) -> Vec<String> {
    let digits = fact.trim().parse::<i64>().ok();
    let number = digits.or_else(|| number::readings(fact).into_iter().next_back());
    number.map(|one| one.to_string()).into_iter().collect()
}

/// Everything that a person may say for a day: the days around it, and its month.
fn remembered(day: Day) -> Vec<String> {
    let around = (-1..=1).flat_map(|off| [full(day.plus(off)), in_year(day.plus(off))]);
    let civil = day.civil();
    let months = [month(None, civil.month), month(Some(civil.year), civil.month)];
    around.chain(months).collect()
}

/// The texts that one reading of an answer stands for.
fn meant(said: Said) -> Vec<String> {
    match said {
        Said::Day(day) => vec![full(day)],
        Said::InYear { month, day } => vec![format!("{month:02}-{day:02}")],
        Said::Month { year, month: one } => vec![month(year, one)],
        Said::Third { year: None, month, from, to } => {
            (from..=to).map(|day| format!("{month:02}-{day:02}")).collect()
        }
        Said::Third { year: Some(year), month, from, to } => {
            (from..=to).filter_map(|day| Day::of(year, month, day)).map(full).collect()
        }
        Said::Span { from, to } => {
            let days = (0..).map(|off| from.plus(off)).take_while(|day| *day <= to);
            days.take(SPAN_DAYS_MAX).map(full).collect()
        }
    }
}

fn full(day: Day) -> String {
    day.to_string()
}

fn in_year(day: Day) -> String {
    let civil = day.civil();
    format!("{:02}-{:02}", civil.month, civil.day)
}

fn month(year: Option<i32>, month: u32) -> String {
    year.map_or_else(|| format!("month {month:02}"), |year| format!("month {year}-{month:02}"))
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag(…)")
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(…)")
    }
}
