//! Whole numbers made of fractions.
//!
//! Owns only checks. Next: nothing.

use super::{floor, round};
use proptest::prelude::*;

#[test]
fn what_is_no_number_and_what_is_below_zero_is_zero() {
    for value in [f64::NAN, -1.0, f64::NEG_INFINITY, 0.0, 0.999] {
        assert_eq!(floor(value), 0, "{value}");
    }
    assert_eq!(floor(f64::INFINITY), u32::MAX);
}

#[test]
fn halves_are_rounded_away_from_zero() {
    assert_eq!([0.49, 0.5, 1.49, 1.5, 2.5].map(round), [0, 1, 1, 2, 3]);
}

proptest! {
    #[test]
    fn floor_and_round_are_those_of_the_standard_library(value in 0.0..4e9_f64) {
        prop_assert_eq!(f64::from(floor(value)), value.floor());
        prop_assert_eq!(f64::from(round(value)), value.round());
    }
}
