use super::{Exhausted, Quotas};
use crate::clock::Clock;
use baton_core::time::Timestamp;

const START: Timestamp = Timestamp::from_ms(1_000_000);

fn quotas(per_s: u32, burst: u32) -> Quotas<&'static str> {
    Quotas::new(per_s, burst, Clock::start())
}

#[test]
fn a_caller_may_make_its_burst_at_once_and_then_one_at_each_pace() {
    let quotas = quotas(10, 3);
    let take = |ms| quotas.take_at(&"app", START.after_ms(ms));

    let burst = [take(0), take(0), take(0)];
    let empty = take(0);
    let early = take(99);
    let paced = take(100);
    let again = take(101);

    assert_eq!(burst, [Ok(()); 3]);
    assert_eq!(empty, Err(Exhausted { again_in_s: 1 }));
    assert!(early.is_err() && again.is_err());
    assert_eq!(paced, Ok(()));
}

#[test]
fn a_long_rest_fills_the_bucket_to_its_brim_and_not_over_it() {
    let quotas = quotas(1_000, 2);
    for _ in 0..2 {
        quotas.take_at(&"app", START).unwrap();
    }

    let later = START.after_ms(86_400_000);
    let taken = (0..10).filter(|_| quotas.take_at(&"app", later).is_ok()).count();

    assert_eq!(taken, 2);
}

#[test]
fn one_caller_cannot_empty_the_bucket_of_another() {
    let quotas = quotas(1, 1);
    quotas.take_at(&"greedy", START).unwrap();

    assert!(quotas.take_at(&"greedy", START).is_err());
    assert_eq!(quotas.take_at(&"modest", START), Ok(()));
}

#[test]
fn a_slow_pace_is_told_in_whole_seconds() {
    let quotas = quotas(1, 1);
    quotas.take_at(&"app", START).unwrap();

    assert_eq!(quotas.take_at(&"app", START), Err(Exhausted { again_in_s: 1 }));
}
