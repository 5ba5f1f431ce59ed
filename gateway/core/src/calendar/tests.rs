use super::*;
use proptest::prelude::*;

fn date(year: i32, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

#[test]
fn days_that_do_not_exist_are_none() {
    for (year, month, day) in
        [(2026, 2, 29), (1900, 2, 29), (2026, 13, 1), (2026, 4, 31), (0, 1, 1)]
    {
        assert_eq!(Date::new(year, month, day), None, "{year}-{month}-{day}");
    }
    assert!(Date::new(2000, 2, 29).is_some());
}

#[test]
fn known_days_have_their_known_numbers() {
    assert_eq!(date(1970, 1, 1).days(), 0);
    assert_eq!(date(2000, 3, 1).days(), 11_017);
    assert_eq!(date(2026, 11, 27).days(), 20_784);
    assert_eq!(date(1, 1, 1).days(), -719_162);
}

#[test]
fn a_moment_falls_on_the_day_of_its_place() {
    // 2026-11-27 15:30 UTC is half past midnight of the next day in Seoul.
    let now = Timestamp::from_ms(20_784 * 86_400_000 + 55_800_000);

    assert_eq!(Date::at(now, 0), date(2026, 11, 27));
    assert_eq!(Date::at(now, SEOUL_OFFSET_MINUTES), date(2026, 11, 28));
    assert_eq!(Date::at(Timestamp::from_ms(i64::MAX), 0), date(9999, 12, 31));
    assert_eq!(Date::at(Timestamp::from_ms(i64::MIN), 0), date(1, 1, 1));
}

#[test]
fn a_leap_days_anniversary_is_the_28th_in_other_years() {
    let born = date(2004, 2, 29);

    assert_eq!(born.anniversary_in(2028), Some(date(2028, 2, 29)));
    assert_eq!(born.anniversary_in(2027), Some(date(2027, 2, 28)));
    assert_eq!(born.years_until(date(2027, 2, 27)), 22);
    assert_eq!(born.years_until(date(2027, 2, 28)), 23);
    assert_eq!(born.years_until(date(2003, 1, 1)), 0);
}

proptest! {
    #[test]
    fn a_day_is_its_number_and_the_next_number_is_the_next_day(days in -719_162..2_932_895_i64) {
        let (today, tomorrow) = (Date::from_days(days), Date::from_days(days + 1));

        prop_assert_eq!(today.days(), days);
        prop_assert!(tomorrow > today);
        prop_assert_eq!(Date::new(today.year(), today.month(), today.day()), Some(today));
    }
}
