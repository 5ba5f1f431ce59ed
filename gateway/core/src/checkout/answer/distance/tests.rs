//! Distances: each weight, and that it is one from both sides.

use super::distance;
use crate::checkout::answer::hangul::jamo;
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

fn apart(left: &str, right: &str) -> u32 {
    distance(&jamo(left), &jamo(right))
}

#[test]
fn a_slip_costs_ten_a_swap_seven_and_a_sound_four() {
    assert_eq!(apart("나라", "나라"), 0);
    assert_eq!(apart("나라", "나랑"), 10);
    assert_eq!(apart("나라", "나"), 20);
    assert_eq!(apart("abcd", "abdc"), 7);
    assert_eq!(apart("스타벅스", "스타벅쓰"), 4);
    assert_eq!(apart("", "abc"), 30);
    assert_eq!(apart("ab", "ba"), 7);
}

proptest! {
    #[test]
    fn both_sides_see_the_same_distance(left in "[a-dㅗㅜㅓ]{0,9}", right in "[a-dㅗㅜㅓ]{0,9}") {
        prop_assert_eq!(apart(&left, &right), apart(&right, &left));
        prop_assert_eq!(apart(&left, &right) == 0, left == right);
        let longest = left.chars().count().max(right.chars().count());
        prop_assert!(apart(&left, &right) <= u32::try_from(longest).unwrap() * 10);
    }
}
