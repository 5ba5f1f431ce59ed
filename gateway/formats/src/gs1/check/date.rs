//! Checks on dates and times of day.
//!
//! Owns the calendar of values; compares with no clock. Source: GS1 General Specifications, dates
//! and the century rule of section 7.12. Next: [`super::lists`].

use super::fault::CheckFault;

/// Hours, minutes and seconds stay below these.
const HOURS: u32 = 24;
const MINUTES: u32 = 60;
const SECONDS: u32 = 60;

pub(super) fn date(own: &[u8]) -> Result<(), CheckFault> {
    date_or_month(own)?;
    if own.ends_with(b"00") { Err(CheckFault::IllegalDay) } else { Ok(()) }
}

// The century of a two-digit year is the one nearest to today, so year 00 is 2000, a leap year,
// until 2051: every year that four divides is one here.
pub(super) fn date_or_month(own: &[u8]) -> Result<(), CheckFault> {
    let [year, month, day] = pairs::<3>(own)?;
    day_of(month, day, year.is_multiple_of(4))
}

pub(super) fn long_date(own: &[u8]) -> Result<(), CheckFault> {
    let [century, short, month, day] = pairs::<4>(own)?;
    let fourth = if short == 0 { century } else { short };
    day_of(month, day, fourth.is_multiple_of(4))?;
    if day == 0 { Err(CheckFault::IllegalDay) } else { Ok(()) }
}

pub(super) fn hour_minute(own: &[u8]) -> Result<(), CheckFault> {
    let (hours, minutes) = own.split_at_checked(2).ok_or(CheckFault::TimeLength)?;
    hour(hours)?;
    minute(minutes)
}

pub(super) fn hour(own: &[u8]) -> Result<(), CheckFault> {
    below(own, HOURS, CheckFault::IllegalHour)
}

pub(super) fn minute(own: &[u8]) -> Result<(), CheckFault> {
    below(own, MINUTES, CheckFault::IllegalMinute)
}

pub(super) fn second(own: &[u8]) -> Result<(), CheckFault> {
    below(own, SECONDS, CheckFault::IllegalSecond)
}

fn below(own: &[u8], limit: u32, fault: CheckFault) -> Result<(), CheckFault> {
    if own.len() != 2 {
        return Err(CheckFault::TimeLength);
    }
    let [value] = pairs::<1>(own)?;
    if value < limit { Ok(()) } else { Err(fault) }
}

fn day_of(month: u32, day: u32, leap: bool) -> Result<(), CheckFault> {
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Err(CheckFault::IllegalMonth),
    };
    if day <= days { Ok(()) } else { Err(CheckFault::IllegalDay) }
}

/// Reads exactly this many numbers of two digits.
fn pairs<const COUNT: usize>(own: &[u8]) -> Result<[u32; COUNT], CheckFault> {
    let wanted = COUNT.saturating_mul(2);
    if own.len() < wanted {
        return Err(CheckFault::DateTooShort);
    }
    if own.len() > wanted {
        return Err(CheckFault::DateTooLong);
    }
    let mut numbers = [0_u32; COUNT];
    for (number, pair) in numbers.iter_mut().zip(own.chunks_exact(2)) {
        for digit in pair {
            let value = char::from(*digit).to_digit(10).ok_or(CheckFault::NonDigitCharacter)?;
            *number = number.saturating_mul(10).saturating_add(value);
        }
    }
    Ok(numbers)
}
