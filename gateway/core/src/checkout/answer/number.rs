//! Numbers as people write or say them: digits, Korean and English numerals, and their mixtures.
//!
//! Owns every reading of a number, because some words have two (`이요` is `2` said politely).
//! Whole numbers only. Next: [`korean`], [`english`], then [`super::phone`].

pub mod english;
pub mod korean;

use super::plain::{fold, readings as polite_readings};
use std::collections::BTreeSet;

/// What is counted, after the number; longest first, so that `개월` is not read as `개` + rest.
const COUNTERS: &[&str] = &[
    "번째", "개월", "시간", "차례", "가지", "마리", "켤레", "송이", "그루", "묶음", "상자", "박스",
    "봉지", "그릇", "조각", "군데", "달러", "포기", "접시", "통화", "등", "위", "층", "호", "점",
    "개", "원", "번", "명", "분", "병", "잔", "권", "장", "대", "벌", "살", "회", "쪽", "줄", "판",
    "통", "캔", "팩", "세트", "곳", "채", "자루", "알", "척", "인", "건", "박", "일", "주", "달",
    "월", "년", "초", "세", "단", "모", "쌍", "kg", "g", "l", "ml", "krw", "won", "usd", "ea",
];

/// The same in English, as whole words.
const COUNTER_WORDS: &[&str] = &[
    "won", "krw", "dollars", "dollar", "usd", "times", "time", "pieces", "piece", "pcs", "items",
    "item", "units", "unit", "bottles", "bottle", "cups", "cup", "boxes", "box", "bags", "bag",
    "packs", "pack", "people", "persons", "person", "days", "day", "weeks", "week", "months",
    "month", "years", "year", "cans", "can", "pairs", "pair", "of", "them", "only", "just",
];

/// Words that say "roughly"; they change nothing, for an amount has its own tolerance.
const ROUGHLY_BEFORE: &[&str] = &["대략", "약", "한", "~", "about", "around", "approximately"];
const ROUGHLY_AFTER: &[&str] = &["정도", "쯤", "가량", "가까이", "or so"];

/// Returns every number that a text can mean.
#[must_use]
pub fn readings(text: &str) -> BTreeSet<i64> {
    let text: String = fold(text).chars().filter(|one| !"₩$€￦\\".contains(*one)).collect();
    let mut found = BTreeSet::new();
    let trimmed = text.trim();
    let before = ROUGHLY_BEFORE.iter().filter_map(|word| trimmed.strip_prefix(word));
    for text in std::iter::once(trimmed).chain(before) {
        found.extend(english_readings(text));
        let compact: String = text.chars().filter(|one| !one.is_whitespace()).collect();
        let compact = compact.trim_end_matches(['.', '!', '?', '~']);
        for spoken in polite_readings(compact) {
            let after = ROUGHLY_AFTER.iter().filter_map(|word| spoken.strip_suffix(word));
            for bare in std::iter::once(spoken).chain(after) {
                found.extend(counted(bare));
            }
        }
    }
    found
}

/// Reads a compact text with or without the word for what is counted.
fn counted(text: &str) -> impl Iterator<Item = i64> {
    let short = COUNTERS.iter().filter_map(move |counter| text.strip_suffix(counter));
    std::iter::once(text).chain(short).flat_map(korean::readings)
}

fn english_readings(text: &str) -> Option<i64> {
    let words: Vec<&str> = text
        .split(|one: char| one.is_whitespace() || one == '-')
        .map(|word| word.trim_matches(|one: char| !one.is_alphanumeric()))
        .filter(|word| !word.is_empty() && !COUNTER_WORDS.contains(word))
        .collect();
    english::number(&words)
}

/// Says whether an answer is the stored number.
#[must_use]
pub fn same(stored: &str, answer: &str) -> bool {
    !readings(stored).is_disjoint(&readings(answer))
}

/// Says whether an answer is within a tenth of the stored amount.
///
/// Source: checkout specification, matching free text: amount +-10 %.
#[must_use]
pub fn near(stored: &str, answer: &str) -> bool {
    let (stored, answer) = (readings(stored), readings(answer));
    let close = |stored: &i64, answer: &i64| {
        let away = u128::from(stored.abs_diff(*answer));
        away.saturating_mul(TOLERANCE_PARTS) <= u128::from(stored.unsigned_abs())
    };
    stored.iter().any(|stored| answer.iter().any(|answer| close(stored, answer)))
}

/// An amount is remembered to within one such part of it.
const TOLERANCE_PARTS: u128 = 10;
