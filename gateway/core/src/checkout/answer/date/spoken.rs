//! Korean dates: `2025년 6월 3일`, `유월 초`, `작년 12월`, `지난달`, `그저께`, `사흘 전`.
//!
//! Owns the words. Takes a compact text without polite endings. Next: [`super::english`].

use super::{Said, full_year, in_some_year, month_before};
use crate::checkout::answer::day::Day;
use crate::checkout::answer::number::korean;

/// Times of a day, which say nothing about the day.
const TIMES: &[&str] = &["오전", "오후", "아침", "점심", "저녁", "낮", "밤", "새벽"];

/// Particles and words for "about" after a date.
const AFTER: &[&str] = &["에", "쯤", "경", "께", "날", "정도", "무렵", "달", "중"];

/// Days seen from today. The last is "some days ago", read as two of them.
const DAYS: &[(&str, i32)] = &[
    ("오늘", 0),
    ("금일", 0),
    ("어제", -1),
    ("어저께", -1),
    ("작일", -1),
    ("그제", -2),
    ("그저께", -2),
    ("엊그제", -2),
    ("엊그저께", -2),
    ("그끄제", -3),
    ("그끄저께", -3),
    ("내일", 1),
];

/// Native counts of days.
const DAY_COUNTS: &[(&str, i32)] = &[
    ("하루", 1),
    ("이틀", 2),
    ("사흘", 3),
    ("나흘", 4),
    ("닷새", 5),
    ("엿새", 6),
    ("이레", 7),
    ("여드레", 8),
    ("아흐레", 9),
    ("열흘", 10),
    ("보름", 15),
];

/// Months before this one.
const MONTHS: &[(&str, i32)] = &[
    ("이번달", 0),
    ("이달", 0),
    ("금월", 0),
    ("지난달", 1),
    ("저번달", 1),
    ("전달", 1),
    ("전월", 1),
    ("지지난달", 2),
    ("저저번달", 2),
];

/// Weeks seen from this one, from Monday to Sunday.
const WEEKS: &[(&str, i32)] = &[
    ("이번주", 0),
    ("금주", 0),
    ("지난주", -1),
    ("저번주", -1),
    ("전주", -1),
    ("지지난주", -2),
    ("저저번주", -2),
];

const WEEKDAYS: &str = "월화수목금토일";

/// Years seen from this one, longest first.
const YEARS: &[(&str, i32)] = &[
    ("재작년", -2),
    ("지지난해", -2),
    ("작년", -1),
    ("지난해", -1),
    ("전년", -1),
    ("올해", 0),
    ("금년", 0),
    ("이번년도", 0),
    ("이번해", 0),
];

/// Days of a week.
const WEEK: i32 = 7;

/// Takes spaces from a folded text.
#[must_use]
pub fn compact(folded: &str) -> String {
    folded.chars().filter(|one| !one.is_whitespace() && *one != ',').collect()
}

/// Returns every reading of a compact text.
#[must_use]
pub fn said(text: &str, today: Day) -> Vec<Said> {
    let shorter = AFTER.iter().chain(TIMES).filter_map(|word| text.strip_suffix(word));
    std::iter::once(text)
        .chain(shorter)
        .chain(before_weekday(text))
        .flat_map(|text| {
            let ways = [from_today, week, month_from_today, written];
            ways.into_iter().filter_map(|way| way(text, today)).collect::<Vec<_>>()
        })
        .collect()
}

/// `6월3일화요일` and `6월3일(화)` say no more than `6월3일`.
fn before_weekday(text: &str) -> Option<&str> {
    let bare = match text.strip_suffix("요일") {
        Some(named) => named.strip_suffix(|day| WEEKDAYS.contains(day)),
        None => {
            let inside = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
            inside.map(|(before, _)| before)
        }
    };
    bare.filter(|bare| bare.ends_with('일'))
}

/// `어제`, `사흘전`, `3일전`, `일주일전`, `2주전`.
fn from_today(text: &str, today: Day) -> Option<Said> {
    if let Some(days) = lookup(DAYS, text) {
        return Some(Said::Day(today.plus(days)));
    }
    let ago = text.strip_suffix("전")?;
    let days = lookup(DAY_COUNTS, ago).or_else(|| {
        let (count, unit) = ["주일", "주", "일"].iter().find_map(|unit| {
            let count = ago.strip_suffix(unit)?;
            Some((count, if *unit == "일" { 1 } else { WEEK }))
        })?;
        number(count).and_then(|count| i32::try_from(count).ok()?.checked_mul(unit))
    })?;
    Some(Said::Day(today.plus(days.checked_neg()?)))
}

/// `지난주`, `지난주토요일`.
fn week(text: &str, today: Day) -> Option<Said> {
    let (off, rest) = start(WEEKS, text)?;
    let monday = today.plus(off.saturating_mul(WEEK).saturating_sub(today.weekday()));
    if rest.is_empty() {
        return Some(Said::Span { from: monday, to: monday.plus(WEEK - 1) });
    }
    if rest == "주말" || rest == "말" {
        return Some(Said::Span { from: monday.plus(WEEK - 2), to: monday.plus(WEEK - 1) });
    }
    let name = rest.strip_suffix("요일").unwrap_or(rest);
    let place = WEEKDAYS.chars().position(|day| name.chars().eq([day]))?;
    Some(Said::Day(monday.plus(i32::try_from(place).ok()?)))
}

/// `지난달`, `지난달3일`, `지난달초`, `두달전`, `3개월전`.
fn month_from_today(text: &str, today: Day) -> Option<Said> {
    let (ago, rest) = start(MONTHS, text).or_else(|| months_ago(text))?;
    let (year, month) = month_before(today, ago)?;
    in_month(Some(year), month, rest)
}

fn months_ago(text: &str) -> Option<(i32, &str)> {
    let ago = text.strip_suffix("전")?;
    let count = ["개월", "달"].iter().find_map(|unit| ago.strip_suffix(unit))?;
    let count = i32::try_from(number(count)?).ok()?;
    Some((count, ""))
}

/// `2025년6월3일`, `작년12월`, `6월`, `유월삼일`.
fn written(text: &str, today: Day) -> Option<Said> {
    let (year, rest) = match start(YEARS, text) {
        Some((off, rest)) => (Some(today.civil().year.saturating_add(off)), rest),
        None => match text.split_once('년') {
            Some((year, rest)) => (Some(year_of(year)?), rest.strip_prefix('도').unwrap_or(rest)),
            None => (None, text),
        },
    };
    let (month, rest) = rest.split_once('월')?;
    in_month(year, month_of(month)?, rest)
}

fn year_of(text: &str) -> Option<i32> {
    if text.chars().all(|one| one.is_ascii_digit()) {
        return full_year(text);
    }
    let year = number(text)?;
    full_year(&year.to_string())
}

/// The sixth and tenth month are said without their last consonant.
fn month_of(text: &str) -> Option<u32> {
    let month = match text {
        "유" => 6,
        "시" => 10,
        "동짓" => 11,
        "섣" => 12,
        _ => number(text)?,
    };
    let month = u32::try_from(month).ok()?;
    (1..=12).contains(&month).then_some(month)
}

/// A month with what was said after it: a day, a part, or nothing.
fn in_month(year: Option<i32>, month: u32, rest: &str) -> Option<Said> {
    let third = |from, to| Some(Said::Third { year, month, from, to });
    match rest {
        "" | "달" | "중" => Some(Said::Month { year, month }),
        "초" | "초순" | "상순" => third(1, 10),
        "중순" => third(11, 20),
        "말" | "하순" | "말일" | "말경" => third(21, 31),
        rest => {
            let day = number(rest.strip_suffix('일').unwrap_or(rest))?;
            let day = u32::try_from(day).ok()?;
            match year {
                Some(year) => Day::of(year, month, day).map(Said::Day),
                None => in_some_year(month, day),
            }
        }
    }
}

/// One number and nothing else; a text with two readings is taken by its grammar.
fn number(text: &str) -> Option<i64> {
    korean::readings(text).next()
}

fn start<'a>(table: &[(&str, i32)], text: &'a str) -> Option<(i32, &'a str)> {
    table.iter().find_map(|(word, off)| Some((*off, text.strip_prefix(word)?)))
}

fn lookup(table: &[(&str, i32)], text: &str) -> Option<i32> {
    table.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}
