//! A calendar day as the shell hands it in; nothing here reads a clock or knows a time zone.
//!
//! Owns the proleptic Gregorian calendar, counted from 1970-01-01. Next: [`super::date`].

use std::fmt;

/// One day of the calendar of the shop's place.
///
/// **Units** days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i32);

/// A day's year, month (1 to 12) and day of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
}

/// Years that a reading may have: nobody remembers a purchase outside.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

impl Day {
    /// Returns the day of a date; `None` if the calendar has no such day or the year is absurd.
    #[must_use]
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        let fits = YEARS.contains(&year) && (1..=days_of(year, month)).contains(&day);
        fits.then(|| Self::counted(year, month, day))?
    }

    /// Days before a date: whole years, leap days, whole months, days.
    fn counted(year: i32, month: u32, day: u32) -> Option<Self> {
        let before = year.checked_sub(1)?;
        let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
        let months: u32 = (1..month).map(|one| days_of(year, one)).sum();
        let in_year = i32::try_from(months.checked_add(day)?).ok()?;
        let since_year_1 = before.checked_mul(365)?.checked_add(leap_days)?.checked_add(in_year)?;
        since_year_1.checked_sub(DAYS_BEFORE_1970).map(Self)
    }

    /// Returns a day by its count since 1970-01-01.
    #[must_use]
    pub const fn since_1970(days: i32) -> Self {
        Self(days)
    }

    /// Returns the date.
    #[must_use]
    pub fn civil(self) -> Civil {
        // A guess that is never late, then at most two steps forward.
        let mut year = self.0.div_euclid(366).saturating_add(1970).saturating_sub(1);
        while Self::counted(year.saturating_add(1), 1, 1).is_some_and(|next| next <= self) {
            year = year.saturating_add(1);
        }
        let first = Self::counted(year, 1, 1).map_or(0, |first| first.0);
        let mut left = u32::try_from(self.0.saturating_sub(first)).unwrap_or(0);
        let mut month = 1;
        while month < 12 && left >= days_of(year, month) {
            left = left.saturating_sub(days_of(year, month));
            month = month.saturating_add(1);
        }
        Civil { year, month, day: left.saturating_add(1) }
    }

    /// Returns the day so many days later, or earlier if negative.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Returns how many days lie between both.
    #[must_use]
    pub const fn away(self, other: Self) -> u32 {
        self.0.abs_diff(other.0)
    }

    /// Returns the day of the week: 0 is Monday.
    #[must_use]
    pub const fn weekday(self) -> i32 {
        // 1970-01-01 was a Thursday.
        self.0.saturating_add(3).rem_euclid(7)
    }
}

/// 1969-12-31 counted from the first day of year 1.
const DAYS_BEFORE_1970: i32 = 719_163;

fn days_of(year: i32, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day } = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}
