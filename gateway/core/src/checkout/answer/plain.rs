//! One spelling for what people write in many: width, case, marks, politeness, company signs.
//!
//! Owns the canonical form of free text. Unicode's forms come from `unicode-normalization`. May not
//! decide whether two texts are the same. Next: [`super::distance`].

use super::hangul::jamo;
use unicode_normalization::UnicodeNormalization;

/// Signs of a company's legal form, as text before marks are dropped.
const COMPANY_MARKS: &[&str] = &[
    "(주)",
    "(유)",
    "(사)",
    "(재)",
    "(합)",
    "(자)",
    "주식회사",
    "유한회사",
    "유한책임회사",
    "사단법인",
    "재단법인",
    "농업회사법인",
];

/// Signs of a company's legal form in Latin letters, as whole words at the end.
const COMPANY_WORDS: &[&str] = &[
    "inc",
    "incorporated",
    "co",
    "company",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "llc",
    "plc",
    "gmbh",
    "ag",
    "pty",
];

/// Polite endings of an answer, longest first. Particles such as `에서` are no politeness.
const POLITE: &[&str] = &[
    "이었던것같습니다",
    "이었던것같아요",
    "였던것같습니다",
    "였던것같아요",
    "인것같습니다",
    "인것같아요",
    "이었습니다",
    "같습니다",
    "같아요",
    "이었어요",
    "였습니다",
    "이라고요",
    "였어요",
    "이에요",
    "이예요",
    "입니다",
    "인데요",
    "이네요",
    "이구요",
    "라고요",
    "습니다",
    "에요",
    "예요",
    "이요",
    "이죠",
    "네요",
    "임다",
    "요",
    "죠",
];

/// Words of politeness around an English answer.
const POLITE_BEFORE: &[&str] = &["i think it was", "it was", "it is", "it's", "i think", "the"];
const POLITE_AFTER: &[&str] = &["please", "thank you", "thanks", "i think", "sir", "madam"];

/// Brings text into one width and case: NFC, then NFKC except compatibility jamo, then casefold.
#[must_use]
pub fn fold(text: &str) -> String {
    folded(&one_width(text))
}

/// Brings text into one width but keeps its case, which a keyboard's shift is read from.
#[must_use]
pub fn one_width(text: &str) -> String {
    let composed: String = text.nfc().collect();
    let mut wide = String::with_capacity(composed.len());
    let mut run = String::new();
    for letter in composed.chars() {
        if ('\u{3131}'..='\u{318E}').contains(&letter) {
            wide.extend(run.nfkc());
            run.clear();
            wide.push(letter);
        } else {
            run.push(letter);
        }
    }
    wide.extend(run.nfkc());
    wide
}

/// Upper case and back: `ß` and `SS` meet, and so do both small sigmas.
fn folded(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}

/// Keeps the letters and digits of a text without its company's legal form.
///
/// A text that is nothing else keeps everything: a shop may be called `Company`.
#[must_use]
pub fn name(text: &str) -> String {
    let whole = fold(text);
    let marked = COMPANY_MARKS.iter().fold(whole.clone(), |left, mark| left.replace(mark, " "));
    let words: Vec<&str> = marked
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|one| !one.is_empty())
        .collect();
    let kept = words.iter().rposition(|word| !COMPANY_WORDS.contains(word));
    let kept = kept.map_or(0, |last| last.saturating_add(1));
    let short: String = words.into_iter().take(kept).collect();
    if short.is_empty() { letters(&whole) } else { short }
}

/// Keeps letters and digits.
#[must_use]
pub fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Takes polite words from both ends of an English answer; `None` if there are none.
#[must_use]
pub fn without_polite_words(text: &str) -> Option<String> {
    let whole = fold(text);
    let mut rest = whole.trim_matches(|letter: char| !letter.is_alphanumeric());
    let before = POLITE_BEFORE.iter().find_map(|words| cut_start(rest, words));
    rest = before.unwrap_or(rest);
    let after = POLITE_AFTER.iter().find_map(|words| cut_end(rest, words));
    rest = after.unwrap_or(rest);
    (before.is_some() || after.is_some()).then(|| rest.to_owned())
}

fn cut_start<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(words)?;
    rest.starts_with(' ').then(|| rest.trim_start()).filter(|rest| !rest.is_empty())
}

fn cut_end<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let rest = text.strip_suffix(words)?;
    let rest = rest.trim_end_matches(',');
    rest.ends_with(' ').then(|| rest.trim_end()).filter(|rest| !rest.is_empty())
}

/// Returns what is left of typed letters before each polite ending that they have.
pub fn before_polite(typed: &[char]) -> impl Iterator<Item = Vec<char>> {
    POLITE.iter().filter_map(|ending| {
        let left = typed.strip_suffix(jamo(ending).as_slice())?;
        (!left.is_empty()).then(|| left.to_vec())
    })
}

/// Returns a compact text and what is left of it before each polite ending.
pub fn readings(text: &str) -> impl Iterator<Item = &str> {
    let shorter = POLITE.iter().filter_map(move |ending| text.strip_suffix(ending));
    std::iter::once(text).chain(shorter.filter(|left| !left.is_empty()))
}
