//! Days of the calendar, for what happens once a day, a month or a year.
//!
//! Owns the Gregorian rules between years 1 and 9999 and the day that a moment falls on at a given
//! offset from UTC. May not know time zones: who has summer time hands in another offset. Next: the
//! capability that asked.

use crate::time::Timestamp;
use std::fmt;

/// Korea has no summer time: nine hours before UTC the whole year.
pub const SEOUL_OFFSET_MINUTES: i32 = 540;
/// The last year that four digits write; sums of days stay far below 32 bits.
pub const YEAR_MAX: i32 = 9_999;
/// Milliseconds of a day without leap second, which is how timestamps count.
pub const DAY_MS: u64 = 86_400_000;
/// Days before 1 January 1970, counted from 1 January of year 1.
const DAYS_BEFORE_1970: i64 = 719_162;
/// Days of 400 years: after them the calendar repeats.
const DAYS_OF_400_YEARS: i64 = 146_097;

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// Makes a day that exists.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let exists = (1..=YEAR_MAX).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// Returns the day on which a moment falls where clocks stand `offset_minutes` before UTC; a
    /// moment outside years 1 to 9999 falls on the first or last day of them.
    #[must_use]
    pub fn at(now: Timestamp, offset_minutes: i32) -> Self {
        let local = now.ms().saturating_add(i64::from(offset_minutes).saturating_mul(60_000));
        Self::from_days(local.div_euclid(86_400_000))
    }

    /// Returns the day so many days after 1 January 1970, within years 1 to 9999.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let last = days_before_year(YEAR_MAX).saturating_add(364);
        let since_1 = days.saturating_add(DAYS_BEFORE_1970).clamp(0, last);
        // A first guess, at most one year off.
        let guess = since_1.saturating_mul(400).div_euclid(DAYS_OF_400_YEARS).saturating_add(1);
        let mut year = i32::try_from(guess).unwrap_or(YEAR_MAX).min(YEAR_MAX);
        while days_before_year(year) > since_1 {
            year = year.saturating_sub(1);
        }
        while year < YEAR_MAX && days_before_year(year.saturating_add(1)) <= since_1 {
            year = year.saturating_add(1);
        }
        let mut left = since_1.saturating_sub(days_before_year(year));
        let mut month = 1_u8;
        while month < 12 && left >= i64::from(days_of_month(year, month)) {
            left = left.saturating_sub(i64::from(days_of_month(year, month)));
            month = month.saturating_add(1);
        }
        let day = u8::try_from(left.saturating_add(1)).unwrap_or(1);
        Self { year, month, day }
    }

    /// Returns the days since 1 January 1970, negative before.
    #[must_use]
    pub fn days(self) -> i64 {
        let months = (1..self.month).map(|month| i64::from(days_of_month(self.year, month)));
        let days = i64::from(self.day).saturating_sub(1).saturating_sub(DAYS_BEFORE_1970);
        months.fold(days_before_year(self.year).saturating_add(days), i64::saturating_add)
    }

    /// Returns the year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// Returns the month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Returns the day of the month.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Returns the day's anniversary in a year; that of 29 February is 28 February in years that
    /// have no 29th.
    #[must_use]
    pub fn anniversary_in(self, year: i32) -> Option<Self> {
        let day = self.day.min(days_of_month(year, self.month));
        Self::new(year, self.month, day)
    }

    /// Returns the whole years from here to `today`: an age. 0 before.
    #[must_use]
    pub fn years_until(self, today: Self) -> u16 {
        let years = today.year.saturating_sub(self.year);
        let reached = self.anniversary_in(today.year).is_some_and(|day| day <= today);
        let years = if reached { years } else { years.saturating_sub(1) };
        u16::try_from(years).unwrap_or(0)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

const fn is_leap(year: i32) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

const fn days_of_month(year: i32, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1 January of year 1 to 1 January of `year`, which is 1 to 9999.
fn days_before_year(year: i32) -> i64 {
    let past = i64::from(year).saturating_sub(1);
    let leap = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    past.saturating_mul(365).saturating_add(leap)
}

#[cfg(test)]
mod tests;
