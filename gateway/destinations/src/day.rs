//! Business days: the calendar day that both sides settle, and when it ends.
//!
//! Owns reading and writing them. ISO 8583 names a day without its year: whoever reads one says
//! what it is near to. No clock here. Source of the day count: Howard Hinnant, "chrono-Compatible
//! Low-Level Date Algorithms", `days_from_civil`. Next: [`crate::reconcile`].

use crate::moment::{month_and_day, year};
use std::fmt;
use std::str::FromStr;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;
/// Minutes of a day.
const DAY_MINUTES: i64 = 24 * 60;
/// The last year that four digits can write.
const YEAR_MAX: i64 = 9_999;
/// Offsets from UTC reach from -12 to +14 hours; source: the time zones in use.
const OFFSET_MINUTES_MAX: i64 = 14 * 60;
/// An end before this minute of the day is the end of the day before: nobody closes at breakfast
/// the day that has just begun.
const MORNING_MINUTES_MAX: i64 = 12 * 60;

/// One day of the calendar, from 1970 to 9999. Prints as `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    since_1970: i64,
}

/// Not a day of the calendar, or not an end of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DayInvalid {
    /// Not `YYYY-MM-DD`, or no such day.
    #[error("a day is written YYYY-MM-DD, as 2026-11-27")]
    Day,
    /// Not `HH:MM` with an offset.
    #[error("an end of day is local time with its offset from UTC, as 23:30+09:00")]
    End,
}

impl Day {
    /// Takes a day of the calendar.
    ///
    /// # Errors
    /// [`DayInvalid::Day`] when the calendar has no such day, or the year is before 1970.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DayInvalid> {
        let [y, m, d] = [year.into(), month.into(), day.into()];
        let real =
            (1_970..=YEAR_MAX).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d);
        let made = Self { since_1970: if real { days_since_1970(y, m, d) } else { 0 } };
        if real && made.parts() == (y, m, d) { Ok(made) } else { Err(DayInvalid::Day) }
    }

    /// Returns the day, in UTC, of milliseconds since 1970; moments before count as its first.
    #[must_use]
    pub fn of(at_ms: i64) -> Self {
        let last = days_since_1970(YEAR_MAX, 12, 31);
        Self { since_1970: (at_ms.max(0) / MINUTE_MS / DAY_MINUTES).min(last) }
    }

    /// Finds the day that four digits, `MMDD`, mean near another day.
    ///
    /// # Errors
    /// [`DayInvalid::Day`] when no year around it has such a day.
    pub fn near(digits: &str, other: Self) -> Result<Self, DayInvalid> {
        let digits = digits.split_at_checked(2).filter(|_| digits.len() == 4);
        let (month, day) = digits.ok_or(DayInvalid::Day)?;
        let (month, day) = (number(month)?, number(day)?);
        let around = year(other.since_1970);
        let candidates = (around.saturating_sub(1)..=around.saturating_add(1))
            .filter_map(|year| Self::new(u16::try_from(year).ok()?, month, day).ok());
        let distance = |candidate: &Self| candidate.since_1970.abs_diff(other.since_1970);
        candidates.min_by_key(distance).ok_or(DayInvalid::Day)
    }

    /// Returns the day after; the last one has none and returns itself.
    #[must_use]
    pub fn next(self) -> Self {
        let last = days_since_1970(YEAR_MAX, 12, 31);
        Self { since_1970: self.since_1970.saturating_add(1).min(last) }
    }

    /// Returns `MMDD`, as fields 13 and 15 of 1987 carry it.
    #[must_use]
    pub fn month_day(self) -> String {
        let (_, month, day) = self.parts();
        format!("{month:02}{day:02}")
    }

    /// Returns `YYMMDD`, as field 28 of 1993 carries it.
    #[must_use]
    pub fn short(self) -> String {
        let (year, month, day) = self.parts();
        format!("{:02}{month:02}{day:02}", year % 100)
    }

    fn parts(self) -> (i64, i64, i64) {
        let (month, day) = month_and_day(self.since_1970);
        (year(self.since_1970), month, day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = DayInvalid;

    fn from_str(text: &str) -> Result<Self, DayInvalid> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(DayInvalid::Day) };
        if [year.len(), month.len(), day.len()] != [4, 2, 2] {
            return Err(DayInvalid::Day);
        }
        Self::new(number(year)?, number(month)?, number(day)?)
    }
}

/// The local time at which a destination's business day ends. Written `23:30+09:00`.
///
/// An end in the morning, before 12:00, is the end of the day before: with `03:00+09:00` Friday
/// lasts until three o'clock on Saturday, and with `00:00+09:00` until midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayEnds {
    /// Minutes from the day's own midnight to its end.
    after_minutes: i64,
    offset_minutes: i64,
}

impl DayEnds {
    /// Returns the business day to which a moment, in milliseconds since 1970, belongs. A day's
    /// end belongs to the next day.
    #[must_use]
    pub fn day_of(self, at_ms: i64) -> Day {
        let local = at_ms.div_euclid(MINUTE_MS).saturating_add(self.offset_minutes);
        let ended = local.saturating_sub(self.after_minutes).div_euclid(DAY_MINUTES);
        let last = days_since_1970(YEAR_MAX, 12, 31);
        Day { since_1970: ended.saturating_add(1).clamp(0, last) }
    }

    /// Returns when a business day ends, in milliseconds since 1970.
    #[must_use]
    pub fn end_ms(self, day: Day) -> i64 {
        let local = day.since_1970.saturating_mul(DAY_MINUTES).saturating_add(self.after_minutes);
        local.saturating_sub(self.offset_minutes).saturating_mul(MINUTE_MS)
    }

    /// Returns the first moment of a business day and the first one after it, in milliseconds
    /// since 1970.
    #[must_use]
    pub fn period_ms(self, day: Day) -> (i64, i64) {
        let end_ms = self.end_ms(day);
        (end_ms.saturating_sub(DAY_MINUTES.saturating_mul(MINUTE_MS)), end_ms)
    }
}

impl FromStr for DayEnds {
    type Err = DayInvalid;

    fn from_str(text: &str) -> Result<Self, DayInvalid> {
        let (time, offset) = text.split_at_checked(5).ok_or(DayInvalid::End)?;
        let minutes = clock_minutes(time).filter(|minutes| *minutes < DAY_MINUTES);
        let minutes = minutes.ok_or(DayInvalid::End)?;
        let size = offset.get(1..).and_then(clock_minutes);
        let size = size.filter(|size| *size <= OFFSET_MINUTES_MAX).ok_or(DayInvalid::End)?;
        let offset_minutes = match offset.get(..1) {
            Some("+") => size,
            Some("-") => size.saturating_neg(),
            _ => return Err(DayInvalid::End),
        };
        let later = if minutes < MORNING_MINUTES_MAX { DAY_MINUTES } else { 0 };
        Ok(Self { after_minutes: minutes.saturating_add(later), offset_minutes })
    }
}

/// Reads `HH:MM`.
fn clock_minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':').filter(|(hours, _)| hours.len() == 2)?;
    let minutes = (minutes.len() == 2).then_some(minutes)?;
    let (hours, minutes): (i64, i64) = (number(hours).ok()?, number(minutes).ok()?);
    (hours < 24 && minutes < 60).then_some(hours.saturating_mul(60).saturating_add(minutes))
}

/// Digits only: no sign, no blank.
fn number<N: FromStr>(digits: &str) -> Result<N, DayInvalid> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain).ok_or(DayInvalid::Day)
}

const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, shifted_month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let year_of_era = year % 400;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    year / 400 * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests;
