//! A moment in UTC as ISO 8583 writes it, in bare digits, and as RFC 3339 does.
//!
//! Owns the calendar arithmetic; [`crate::day`] has the way back. Source of the day count: Howard
//! Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`. Next:
//! `iso8583/request.rs`.

/// The digits of fields 7, 12 and 13.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// `MMDD`.
    pub(crate) date: String,
    /// `hhmmss`.
    pub(crate) time: String,
}

impl Moment {
    /// Splits milliseconds since 1970; moments before 1970 count as its first second.
    pub(crate) fn of(at_ms: i64) -> Self {
        let seconds = at_ms.max(0) / 1_000;
        let (day, second) = (seconds / 86_400, seconds % 86_400);
        let (month, day) = month_and_day(day);
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        Self {
            date: format!("{month:02}{day:02}"),
            time: format!("{hour:02}{minute:02}{:02}", second % 60),
        }
    }

    /// Returns field 7: `MMDDhhmmss`.
    pub(crate) fn transmission(&self) -> String {
        format!("{}{}", self.date, self.time)
    }
}

/// Returns the last two digits of the year.
pub(crate) fn year_digits(at_ms: i64) -> String {
    format!("{:02}", year(at_ms.max(0) / 86_400_000) % 100)
}

/// Returns the four digits of the year.
pub(crate) fn whole_year(at_ms: i64) -> String {
    format!("{:04}", year(at_ms.max(0) / 86_400_000))
}

/// Prints `YYYY-MM-DDThh:mm:ssZ`; moments before 1970 count as its first second. Source: RFC 3339,
/// section 5.6.
pub(crate) fn rfc3339(at_ms: i64) -> String {
    let seconds = at_ms.max(0) / 1_000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, (month, day)) = (year(days), month_and_day(days));
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Returns the year of a day.
pub(crate) const fn year(days_since_1970: i64) -> i64 {
    let days = days_since_1970 + 719_468;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let (month, _) = month_and_day(days_since_1970);
    // The count begins in March.
    let turned = if month <= 2 { 1 } else { 0 };
    days / 146_097 * 400 + year_of_era + turned
}

/// Returns month and day of the month, both from 1.
pub(crate) const fn month_and_day(days_since_1970: i64) -> (i64, i64) {
    let day_of_era = (days_since_1970 + 719_468) % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (month, day)
}
