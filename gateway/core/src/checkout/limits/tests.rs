//! Lockouts: how many may fail, how long the wait is, and that open runs count.

use super::{Buckets, FAILED_A_BUCKET_MAX, Limits, Lockout, Origin};
use crate::time::Timestamp;

const DAY_MS: u64 = 86_400_000;
const START: Timestamp = Timestamp::from_ms(1_000_000_000_000);

#[test]
fn the_wait_doubles_from_thirty_seconds() {
    let mut limits = Limits::default();
    limits.failed(START);
    let first = START.after_ms(30_000);
    assert_eq!(limits.admit(0, START), Err(Lockout::Delay { until: first }));
    assert_eq!(limits.admit(0, first), Ok(()));

    limits.failed(first);

    let second = first.after_ms(60_000);
    assert_eq!(limits.admit(0, first.after_ms(59_999)), Err(Lockout::Delay { until: second }));
    assert_eq!(limits.admit(0, second), Ok(()));
}

#[test]
fn three_failed_in_a_day_and_five_in_a_month_lock_the_account() {
    let mut limits = Limits::default();
    for hour in 0..3 {
        limits.failed(START.after_ms(hour * 3_600_000));
    }
    let evening = START.after_ms(12 * 3_600_000);
    assert_eq!(limits.admit(0, evening), Err(Lockout::Day));

    limits.failed(START.after_ms(2 * DAY_MS));
    limits.failed(START.after_ms(4 * DAY_MS));

    assert_eq!(limits.admit(0, START.after_ms(20 * DAY_MS)), Err(Lockout::Month));
    assert_eq!(limits.admit(0, START.after_ms(35 * DAY_MS)), Ok(()));
}

#[test]
fn open_runs_count_as_if_they_had_failed() {
    let mut limits = Limits::default();
    limits.failed(START);
    let later = START.after_ms(3_600_000);

    assert_eq!(limits.admit(1, later), Ok(()));
    assert_eq!(limits.admit(2, later), Err(Lockout::Day));
}

#[test]
fn a_pass_takes_the_wait_away_but_not_the_count() {
    let mut limits = Limits::default();
    for hour in 0..3 {
        limits.failed(START.after_ms(hour * 3_600_000));
    }

    limits.passed();

    assert_eq!(limits.admit(0, START.after_ms(4 * 3_600_000)), Err(Lockout::Day));
}

#[test]
fn one_device_is_stopped_over_all_accounts() {
    let mut buckets = Buckets::default();
    let (device, address) = (Origin([1; 16]), Origin([2; 16]));
    for _ in 0..FAILED_A_BUCKET_MAX {
        buckets.failed(&[device], START);
    }

    assert_eq!(buckets.admit(&[device, address], START), Err(Lockout::Bucket));
    assert_eq!(buckets.admit(&[address], START), Ok(()));
    assert_eq!(buckets.admit(&[device], START.after_ms(DAY_MS)), Ok(()));
}
