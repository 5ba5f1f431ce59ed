//! Guesses which control of a window shows the amount to pay, and how it is written.
//!
//! Owns the guess, which a person reads before it counts: a wrong one fences every entry and lets
//! none through. Looks at no screen. Next: [`super`], which writes it into the recipe.

use crate::config::amount::Written;
use baton_protocol::money::Currency;

/// Words beside an amount to pay, in small letters.
const WORDS: &[&str] =
    &["total", "amount", "due", "to pay", "balance", "합계", "금액", "결제", "받을"];
/// Signs that name a currency; longer ones first, for some hold others.
const SIGNS: &[(&str, &str)] = &[
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("₩", "KRW"),
    ("원", "KRW"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("$", "USD"),
];

/// Marks that stand in amounts.
const MARKS: &[char] = &[',', '.', ' ', '\'', '’', '\u{a0}', '\u{2009}', '\u{202f}'];

/// A control that may show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The label of a field that holds it; nothing where it is a label itself.
    pub label: Option<String>,
    /// What it shows.
    pub text: String,
}

/// The control that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What it shows now.
    pub seen: String,
    /// The selector, as a recipe writes it.
    shows: String,
    written: Written,
}

impl Candidate {
    /// Makes one of a label.
    #[must_use]
    pub const fn label(text: String) -> Self {
        Self { label: None, text }
    }
}

/// Chooses the last control that says "total" or the like beside a number: sums stand last.
#[must_use]
pub fn proposed(candidates: &[Candidate]) -> Option<Proposal> {
    candidates.iter().rev().find_map(propose)
}

/// Writes the part of the recipe, or that there is none.
#[must_use]
pub fn part(proposal: Option<&Proposal>) -> String {
    let Some(Proposal { seen, shows, written }) = proposal else {
        return "# Nothing was seen that looks like the amount to pay: amounts are not compared.\n"
            .to_owned();
    };
    let Written { currency, sign, thousands, decimals, places } = written;
    // A comment is one line, whatever the control shows.
    let seen: String = seen.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let key = |name: &str, value: Option<String>| {
        value.map_or_else(String::new, |value| format!(", {name} = {}", quote(&value)))
    };
    let sign = key("sign", sign.clone());
    let thousands = key("thousands", thousands.map(String::from));
    let decimals = key("decimals", decimals.map(String::from));
    let places = places.map_or_else(String::new, |places| format!(", places = {places}"));
    format!(
        "# Is this the amount to pay, and its currency? {} stood there. Where it is not the\n\
         # payment's, nothing is pressed. Without this part amounts are not compared.\n\
         [amount]\nshows = {shows}\n\
         written = {{ currency = \"{currency}\"{sign}{thousands}{decimals}{places} }}\n",
        quote(&seen),
    )
}

fn propose(candidate: &Candidate) -> Option<Proposal> {
    let Candidate { label, text } = candidate;
    let said = label.as_ref().unwrap_or(text).to_lowercase();
    WORDS.iter().find(|word| said.contains(**word))?;
    let (before, number, after) = split(text)?;
    let currency = currency(text, number)?;
    let sign = [before.trim(), after.trim()].concat();
    let sign = Some(sign).filter(|sign| label.is_some() && !sign.is_empty());
    let (thousands, decimals) = marks(number)?;
    let after_mark = number.chars().rev().take_while(char::is_ascii_digit).count();
    let places = decimals.and_then(|_| u8::try_from(after_mark).ok());
    let places = places.filter(|places| *places != currency.digits());
    let written = Written { currency, sign, thousands, decimals, places };
    written.read(if label.is_some() { text } else { number }).ok()?;
    let shows = match label {
        Some(label) => format!("{{ role = \"text\", label = {} }}", quote(&fixed(label)?)),
        None => {
            let name = [&fixed(before)?, "{amount}", &fixed(after)?].concat();
            format!("{{ role = \"label\", name = {} }}", quote(&name))
        }
    };
    Some(Proposal { seen: text.clone(), shows, written })
}

/// Splits a text at its one number.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let digit = |letter: char| letter.is_ascii_digit();
    let (before, rest) = text.split_at_checked(text.find(digit)?)?;
    let end = rest.rfind(digit)?.checked_add(1)?;
    let (number, after) = rest.split_at_checked(end)?;
    Some((before, number, after))
}

fn currency(text: &str, number: &str) -> Option<Currency> {
    let sign = SIGNS.iter().find(|(sign, _)| text.contains(sign));
    let letters = text.split(|letter: char| !letter.is_ascii_uppercase());
    let named =
        letters.filter(|word| word.len() == 3).find_map(|word| Currency::from_letters(word).ok());
    let cents = marks(number)?.1.is_some();
    let guessed = sign.map_or(if cents { "USD" } else { "KRW" }, |(_, letters)| letters);
    named.or_else(|| Currency::from_letters(guessed).ok())
}

/// Guesses thousands separator and decimal mark of a number.
fn marks(number: &str) -> Option<(Option<char>, Option<char>)> {
    let mut kinds: Vec<char> = number.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    if !kinds.iter().all(|mark| MARKS.contains(mark)) {
        return None;
    }
    let last = kinds.last().copied();
    kinds.dedup();
    let after = number.chars().rev().take_while(char::is_ascii_digit).count();
    let usual = |decimals| Some(if decimals == ',' { '.' } else { ',' });
    match (kinds.as_slice(), last) {
        ([], _) => Some((Some(','), None)),
        ([mark], _) if after == 3 => Some((Some(*mark), None)),
        ([mark], _) if number.matches(*mark).count() == 1 => Some((usual(*mark), Some(*mark))),
        ([thousands, _], Some(decimals)) => Some((Some(*thousands), Some(decimals))),
        _ => None,
    }
}

/// Returns a text that stands in a pattern as it is; nothing where it would mean something else.
fn fixed(text: &str) -> Option<String> {
    (!text.contains(['*', '{', '}'])).then(|| text.to_owned())
}

fn quote(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
