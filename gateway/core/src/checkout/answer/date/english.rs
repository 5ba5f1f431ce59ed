//! English dates: `June 3rd`, `3 Jun 2025`, `June`, `yesterday`, `two weeks ago`, `last month`.
//!
//! Owns the words. Takes a folded text; every word must belong to the date.

use super::{Said, full_year, in_some_year, month_before};
use crate::checkout::answer::day::Day;
use crate::checkout::answer::number::english;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Letters that are enough for a month or weekday.
const SHORT: usize = 3;
const WEEK: i32 = 7;

/// Words that carry nothing.
const EMPTY: &[&str] = &["on", "in", "the", "of", "it", "was", "about", "around", "at", "sometime"];

/// Reads a folded text.
#[must_use]
pub fn said(folded: &str, today: Day) -> Option<Said> {
    let words: Vec<&str> = folded
        .split(|one: char| !one.is_alphanumeric())
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .collect();
    if !words.iter().any(|word| word.chars().any(|one| one.is_ascii_alphabetic())) {
        return None;
    }
    from_today(&words, today).or_else(|| {
        // A weekday beside a date says no more than the date.
        let plain = words.iter().copied().filter(|word| named(&WEEKDAYS, word).is_none());
        written(&plain.collect::<Vec<_>>())
    })
}

fn from_today(words: &[&str], today: Day) -> Option<Said> {
    let day = |off: i32| Some(Said::Day(today.plus(off)));
    match words {
        ["today"] => day(0),
        ["yesterday"] => day(-1),
        ["day", "before", "yesterday"] => day(-2),
        ["this", "month"] => month_ago(today, 0),
        ["last" | "previous", "month"] => month_ago(today, 1),
        ["this", "week"] => week(today, 0),
        ["last" | "previous", "week"] => week(today, 1),
        ["last" | "past", weekday] => {
            let place = i32::try_from(named(&WEEKDAYS, weekday)?).ok()?;
            // The latest such day before today.
            let back = (today.weekday().saturating_sub(place).saturating_sub(1)).rem_euclid(WEEK);
            day(back.saturating_add(1).saturating_neg())
        }
        [count @ .., "days" | "day", "ago"] => {
            day(i32::try_from(some(count)?).ok()?.checked_neg()?)
        }
        [count @ .., "weeks" | "week", "ago"] => {
            day(i32::try_from(some(count)?).ok()?.checked_mul(-WEEK)?)
        }
        [count @ .., "months" | "month", "ago"] => {
            month_ago(today, i32::try_from(some(count)?).ok()?)
        }
        _ => None,
    }
}

fn some(words: &[&str]) -> Option<i64> {
    english::number(words)
}

fn month_ago(today: Day, ago: i32) -> Option<Said> {
    let (year, month) = month_before(today, ago)?;
    Some(Said::Month { year: Some(year), month })
}

fn week(today: Day, ago: i32) -> Option<Said> {
    let monday = today.plus(ago.checked_mul(-WEEK)?.checked_sub(today.weekday())?);
    Some(Said::Span { from: monday, to: monday.plus(WEEK - 1) })
}

/// A month's name with a day before or after it, and a year at the end.
fn written(words: &[&str]) -> Option<Said> {
    let (year, words) = match words.split_last() {
        Some((last, before)) if last.len() == 4 && !before.is_empty() => {
            full_year(last).map_or((None, words), |year| (Some(year), before))
        }
        Some(_) | None => (None, words),
    };
    let at = words.iter().position(|word| named(&MONTHS, word).is_some())?;
    let (before, rest) = words.split_at_checked(at)?;
    let (name, after) = rest.split_first()?;
    let month = u32::try_from(named(&MONTHS, name)?).ok()?.checked_add(1)?;
    let third = |from, to| Some(Said::Third { year, month, from, to });
    match (before, after) {
        ([], []) => Some(Said::Month { year, month }),
        (["early" | "beginning"], []) => third(1, 10),
        (["mid" | "middle"], []) => third(11, 20),
        (["late" | "end"], []) => third(21, 31),
        (day, []) | ([], day) => {
            let day = english::ordinal(day).or_else(|| english::number(day))?;
            let day = u32::try_from(day).ok()?;
            match year {
                Some(year) => Day::of(year, month, day).map(Said::Day),
                None => in_some_year(month, day),
            }
        }
        _ => None,
    }
}

/// The place of a name that is written whole or by its first letters.
fn named(names: &[&str], word: &str) -> Option<usize> {
    let short = |name: &&str| *name == word || (word.len() >= SHORT && name.starts_with(word));
    names.iter().position(short)
}
