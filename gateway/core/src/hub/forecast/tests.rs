//! The alarm's arithmetic, and the time that is left.
//!
//! Owns only checks; how often it cries wolf over hours of chance is not tried here. Next: nothing.

use super::*;
use crate::geo::Point;
use crate::hub::figures::Figures;
use crate::hub::load::HubFacts;

fn load(out: u32) -> Load {
    let at = Point::new(37.0, 127.0).unwrap();
    let facts = HubFacts { at, workers: 40, service_s: 0.4, threshold: Some(60) };
    let mut load = Load::new(&facts, &Figures::default());
    for _ in 0..out {
        load.grant();
    }
    load
}

#[test]
fn the_time_left_is_the_room_over_the_growth() {
    // 54 - 30 orders of room, 106 - 100 orders/s of growth.
    assert!((time_to_threshold_s(&load(30), 106.0).unwrap() - 4.0).abs() < 1e-9);
}

#[test]
fn there_is_no_time_to_tell_while_demand_is_served_or_the_threshold_is_there() {
    assert_eq!(time_to_threshold_s(&load(30), 100.0), None);
    assert_eq!(time_to_threshold_s(&load(30), 50.0), None);
    assert_eq!(time_to_threshold_s(&load(54), 200.0), None);
}

#[test]
fn steady_demand_is_quiet_and_doubled_demand_is_not() {
    let mut watch = Watch::default();
    for _ in 0..1_000 {
        assert_eq!(watch.observe(6, 0.1, 100.0), Alarm::Quiet);
    }

    let rings = (1..).find(|_| watch.observe(12, 0.1, 100.0) == Alarm::Rising).unwrap();

    // Each tenth of a second adds 12 ln(100/60) - 4, and 9.2 are wanted.
    assert!((3..=6).contains(&rings), "{rings}");
    assert!(watch.evidence() < 1e-9);
}

#[test]
fn ten_minutes_are_remembered_and_no_more() {
    let mut watch = Watch::default();
    for _ in 0..600 {
        watch.observe(50, 1.0, 1_000.0);
    }
    assert!((watch.mean_per_s().unwrap() - 50.0).abs() < 1e-9);

    for _ in 0..620 {
        watch.observe(80, 1.0, 1_000.0);
    }

    assert!((watch.mean_per_s().unwrap() - 80.0).abs() < 1e-9);
    assert!(watch.past.len() <= 62);
}

#[test]
fn nothing_is_known_before_the_first_piece_of_the_past() {
    let mut watch = Watch::default();

    assert_eq!(watch.observe(1_000, 0.1, 10.0), Alarm::Quiet);
    assert_eq!(watch.observe(1_000, 0.0, 10.0), Alarm::Quiet);
    assert_eq!(watch.observe(1_000, 0.1, 0.0), Alarm::Quiet);
    assert_eq!(watch.mean_per_s(), None);
}

#[test]
fn demand_that_is_usually_too_much_is_always_alarming() {
    let mut watch = Watch::default();
    for _ in 0..100 {
        watch.observe(20, 1.0, 1_000.0);
    }

    assert_eq!(watch.observe(20, 1.0, 10.0), Alarm::Rising);
}
