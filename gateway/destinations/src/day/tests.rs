use super::{Day, DayEnds, DayInvalid};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn a_day_is_one_of_the_calendar() {
    for text in ["1970-01-01", "2000-02-29", "2026-11-27", "2100-02-28", "9999-12-31"] {
        assert_eq!(day(text).to_string(), text);
    }
    for text in ["1969-12-31", "2100-02-29", "2026-00-10", "2026-13-01", "2026-1-01", "+026-01-01"]
    {
        assert_eq!(text.parse::<Day>(), Err(DayInvalid::Day), "{text}");
    }
}

#[test]
fn a_moment_lies_in_its_day_in_utc() {
    // Source of the pairs: `date -u -d @SECONDS +%F`.
    assert_eq!(Day::of(951_827_696_789), day("2000-02-29"));
    assert_eq!(Day::of(1_735_689_599_999), day("2024-12-31"));
    assert_eq!(Day::of(-1), day("1970-01-01"));
}

#[test]
fn four_digits_mean_the_nearest_such_day() {
    let near = |digits, other| Day::near(digits, day(other));

    assert_eq!(near("1231", "2027-01-01"), Ok(day("2026-12-31")));
    assert_eq!(near("0101", "2026-12-31"), Ok(day("2027-01-01")));
    assert_eq!(near("0229", "2027-03-01"), Ok(day("2028-02-29")));
    for nonsense in ["0230", "1301", "0000", "1", "12311", "ab01", "+1+1", ""] {
        assert_eq!(near(nonsense, "2025-06-01"), Err(DayInvalid::Day), "{nonsense}");
    }
}

#[test]
fn a_day_prints_as_the_fields_carry_it() {
    assert_eq!(day("2026-01-09").month_day(), "0109");
    assert_eq!(day("2026-01-09").short(), "260109");
    assert_eq!(day("2026-12-31").next(), day("2027-01-01"));
}

#[test]
fn an_end_in_the_evening_ends_its_own_day_and_one_in_the_morning_the_day_before() {
    // 2026-11-27 14:29:59.999 and 14:30 UTC are 23:29:59.999 and 23:30 in Seoul.
    let end_ms = 1_795_789_800_000;
    let evening: DayEnds = "23:30+09:00".parse().unwrap();
    let night: DayEnds = "03:00+09:00".parse().unwrap();
    let midnight: DayEnds = "00:00+00:00".parse().unwrap();
    let west: DayEnds = "18:00-05:00".parse().unwrap();

    assert_eq!(evening.day_of(end_ms - 1), day("2026-11-27"));
    assert_eq!(evening.day_of(end_ms), day("2026-11-28"));
    assert_eq!(evening.end_ms(day("2026-11-27")), end_ms);
    assert_eq!(night.day_of(end_ms), day("2026-11-27"));
    assert_eq!(midnight.day_of(end_ms), day("2026-11-27"));
    assert_eq!(west.day_of(end_ms), day("2026-11-27"));
    assert_eq!(west.end_ms(day("2026-11-27")), end_ms + (8 * 60 + 30) * 60_000);
}

#[test]
fn an_end_of_day_without_offset_or_beyond_the_clock_is_refused() {
    for text in ["23:30", "24:00+00:00", "23:60+00:00", "23:30+15:00", "23:30 09:00", "3:00+09:00"]
    {
        assert_eq!(text.parse::<DayEnds>(), Err(DayInvalid::End), "{text}");
    }
}

proptest! {
    #[test]
    fn every_moment_lies_in_exactly_the_period_of_its_day(
        at_ms in 86_400_000_i64..4_102_444_800_000,
        minutes in 0_i64..1_440,
        offset in -840_i64..=840,
    ) {
        let sign = if offset < 0 { '-' } else { '+' };
        let (hours, rest) = (offset.abs() / 60, offset.abs() % 60);
        let text = format!("{:02}:{:02}{sign}{hours:02}:{rest:02}", minutes / 60, minutes % 60);
        let ends: DayEnds = text.parse().unwrap();

        let day = ends.day_of(at_ms);
        let (from_ms, to_ms) = ends.period_ms(day);

        prop_assert!(from_ms <= at_ms && at_ms < to_ms, "{at_ms} in {from_ms}..{to_ms}");
        prop_assert_eq!(ends.period_ms(day.next()).0, to_ms);
    }

    #[test]
    fn a_day_and_its_digits_are_the_same_near_it(since in 0_i64..2_000_000, off in 0_i64..180) {
        let it = Day { since_1970: since };
        let other = Day { since_1970: since + off };

        prop_assert_eq!(it.to_string().parse::<Day>(), Ok(it));
        prop_assert_eq!(Day::near(&it.month_day(), other), Ok(it));
    }
}
