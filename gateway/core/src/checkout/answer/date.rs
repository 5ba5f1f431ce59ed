//! Days as people say them: written out, without a year, a month alone, or seen from today.
//!
//! Owns the tolerance: a day more or less, and a month alone is enough. May not read a clock:
//! today comes in as an argument. Next: [`spoken`], [`english`].

pub mod english;
pub mod spoken;

use super::day::Day;
use super::plain::{fold, readings};
use spoken::compact;

/// Days that memory may be off. Source: checkout specification, matching free text.
const DAYS_OFF_MAX: u32 = 1;

/// What a text says about a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// This day.
    Day(Day),
    /// This day of any year.
    InYear {
        /// 1 to 12.
        month: u32,
        /// From 1.
        day: u32,
    },
    /// Some day of this month, of one year or any.
    Month {
        /// The year, if one was said.
        year: Option<i32>,
        /// 1 to 12.
        month: u32,
    },
    /// Some day of a month's part: its beginning, middle or end.
    Third {
        /// The year, if one was said.
        year: Option<i32>,
        /// 1 to 12.
        month: u32,
        /// First day of the part.
        from: u32,
        /// Last day of the part.
        to: u32,
    },
    /// Some day from the first to the last.
    Span {
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
    },
}

/// Says whether an answer means the stored day, seen from `today`.
#[must_use]
pub fn same(stored: &str, answer: &str, today: Day) -> bool {
    let Some(stored) = day(stored, today) else { return false };
    said(answer, today).into_iter().any(|said| said.means(stored))
}

/// Returns the one day that a complete date names.
#[must_use]
pub fn day(text: &str, today: Day) -> Option<Day> {
    said(text, today).into_iter().find_map(|said| match said {
        Said::Day(day) => Some(day),
        Said::InYear { .. } | Said::Month { .. } | Said::Third { .. } | Said::Span { .. } => None,
    })
}

/// Returns every reading of a text.
#[must_use]
pub fn said(text: &str, today: Day) -> Vec<Said> {
    let folded = fold(text);
    let mut found: Vec<Said> = english::said(&folded, today).into_iter().collect();
    let compact = compact(&folded);
    for bare in readings(&compact) {
        found.extend(numeric(&folded, bare));
        found.extend(spoken::said(bare, today));
    }
    found
}

impl Said {
    /// Says whether the stored day fits.
    #[must_use]
    pub fn means(self, stored: Day) -> bool {
        let civil = stored.civil();
        let year_fits = |year: Option<i32>| year.is_none_or(|year| year == civil.year);
        match self {
            Self::Day(day) => day.away(stored) <= DAYS_OFF_MAX,
            // The year before and after: the day may be the other side of the new year.
            Self::InYear { month, day } => (-1..=1).any(|off| {
                let near = Day::of(civil.year.saturating_add(off), month, day);
                near.is_some_and(|near| near.away(stored) <= DAYS_OFF_MAX)
            }),
            Self::Month { year, month } => month == civil.month && year_fits(year),
            Self::Third { year, month, from, to } => {
                month == civil.month && year_fits(year) && (from..=to).contains(&civil.day)
            }
            Self::Span { from, to } => from <= stored && stored <= to,
        }
    }
}

/// Dates in digits: `2025-06-03`, `20250603`, `6/3`, `25.6.3`, `06/03/2025`, `2025-06`.
fn numeric(folded: &str, bare: &str) -> Vec<Said> {
    let plain = |one: char| one.is_ascii_digit() || "-./, \t".contains(one);
    if bare.is_empty() || !bare.chars().all(plain) {
        return Vec::new();
    }
    let text = if folded.chars().all(plain) { folded } else { bare };
    let groups: Vec<&str> =
        text.split(|one: char| !one.is_ascii_digit()).filter(|one| !one.is_empty()).collect();
    match groups.as_slice() {
        [one] => together(one),
        [year, month] if year.len() == 4 => month_of(year, month).into_iter().collect(),
        [month, day] => in_year(month, day).into_iter().collect(),
        [month, day, year] if year.len() == 4 => {
            let american = of(year, month, day);
            american.or_else(|| of(year, day, month)).into_iter().collect()
        }
        [year, month, day] => of(year, month, day).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Digits without separators.
fn together(digits: &str) -> Vec<Said> {
    let cut = |at: usize| digits.split_at_checked(at);
    let three = |at: usize| {
        let (year, rest) = cut(at)?;
        let (month, day) = rest.split_at_checked(2)?;
        of(year, month, day)
    };
    let found = match digits.len() {
        8 => three(4),
        6 => three(2).or_else(|| cut(4).and_then(|(year, month)| month_of(year, month))),
        3 => cut(1).and_then(|(month, day)| in_year(month, day)),
        4 => cut(2).and_then(|(month, day)| in_year(month, day)),
        _ => None,
    };
    found.into_iter().collect()
}

fn of(year: &str, month: &str, day: &str) -> Option<Said> {
    let year = full_year(year)?;
    Day::of(year, month.parse().ok()?, day.parse().ok()?).map(Said::Day)
}

fn in_year(month: &str, day: &str) -> Option<Said> {
    in_some_year(month.parse().ok()?, day.parse().ok()?)
}

fn month_of(year: &str, month: &str) -> Option<Said> {
    let (year, month) = (full_year(year)?, month.parse().ok()?);
    (1..=12).contains(&month).then_some(Said::Month { year: Some(year), month })
}

/// A day of a month in some year; the 29th of February exists in one.
pub(super) fn in_some_year(month: u32, day: u32) -> Option<Said> {
    Day::of(LEAP_YEAR, month, day).map(|_| Said::InYear { month, day })
}

/// Returns the year and month so many months before today's.
pub(super) fn month_before(today: Day, ago: i32) -> Option<(i32, u32)> {
    let civil = today.civil();
    let months = civil.year.checked_mul(12)?.checked_add(i32::try_from(civil.month).ok()?)?;
    let months = months.checked_sub(1)?.checked_sub(ago)?;
    let month = u32::try_from(months.rem_euclid(12)).ok()?.checked_add(1)?;
    Some((months.div_euclid(12), month))
}

/// Some year that has every day.
const LEAP_YEAR: i32 = 2024;

/// Two digits are of this century: nothing that is asked is older.
pub(super) fn full_year(digits: &str) -> Option<i32> {
    let year: i32 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(year),
        2 => Some(year.saturating_add(2000)),
        _ => None,
    }
}
