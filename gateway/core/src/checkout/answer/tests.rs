//! t
use super::{Day, Kind, matches};
#[test]
fn a_slip_in_a_long_name_is_forgiven() {
    assert!(matches(Kind::Text, "스타벅스", "스타벅쓰", &[], Day::of(2025, 7, 1).unwrap()));
}
