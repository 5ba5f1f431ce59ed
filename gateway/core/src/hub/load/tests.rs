//! The figures of one hub, against figures worked out by hand.
//!
//! Owns only checks. Next: nothing.

use super::*;

fn facts(workers: u32, service_s: f64) -> HubFacts {
    HubFacts { at: Point::new(37.0, 127.0).unwrap(), workers, service_s, threshold: None }
}

fn load(workers: u32, service_s: f64) -> Load {
    Load::new(&facts(workers, service_s), &Figures::default())
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[test]
fn the_threshold_is_half_above_the_concurrency_unless_it_is_given() {
    assert_eq!(facts(43, 0.6).threshold(), 64);
    assert_eq!(HubFacts { threshold: Some(65), ..facts(43, 0.6) }.threshold(), 65);
}

#[test]
fn the_window_is_work_under_way_work_on_the_way_and_a_twentieth() {
    // 58 + ceil(0.01 * 58 / 0.4) + floor(2.9), and 3 + 1 + 0, the most that 0.9 K allows.
    assert_eq!(load(58, 0.4).window(), 62);
    assert_eq!(load(3, 0.25).window(), 3);
    let roomy = HubFacts { threshold: Some(5), ..facts(3, 0.25) };
    assert_eq!(Load::new(&roomy, &Figures::default()).window(), 4);
}

#[test]
fn a_hub_of_one_has_a_window_of_one() {
    assert_eq!(load(1, 0.4).window(), 1);
    assert_eq!(load(0, 0.4).window(), 1);
}

#[test]
fn an_acknowledgement_moves_the_estimate_by_a_twentieth() {
    let mut load = load(10, 0.4);
    load.grant();

    load.acknowledge(1.4, &Figures::default());

    assert!(near(load.snapshot().service_s, 0.45));
    assert!(near(load.slow_s(), 0.05));
    assert_eq!(load.snapshot().out, 0);
}

#[test]
fn a_service_time_that_is_no_number_teaches_nothing() {
    let mut load = load(10, 0.4);

    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        load.grant();
        load.acknowledge(bad, &Figures::default());
    }
    load.acknowledge(-5.0, &Figures::default());

    assert!(load.snapshot().service_s > 0.0 && load.snapshot().service_s <= 0.4);
    assert_eq!(load.snapshot().out, 0);
}

#[test]
fn a_faster_hub_has_a_longer_way_full_of_work() {
    let mut load = load(58, 0.4);

    for _ in 0..200 {
        load.acknowledge(0.1, &Figures::default());
    }

    // 58 + ceil(5.8) + 2
    assert_eq!(load.window(), 66);
    for _ in 0..200 {
        load.acknowledge(4.0, &Figures::default());
    }
    assert_eq!(load.window(), 61);
}

#[test]
fn the_queue_costs_more_the_busier_the_hub_is() {
    let mut load = load(10, 0.4);
    for _ in 0..11 {
        load.grant();
    }
    assert!(near(load.queue_s(0), 2.0 * 0.04));

    // 12.5 orders/s are half of what ten workers of 0.4 s serve, so a place costs twice as much.
    load.set(Snapshot { rate_per_s: 12.5, ..*load.snapshot() }, &Figures::default());
    assert!(near(load.queue_s(0), 2.0 * 0.08));
    assert!(near(load.queue_s(3), 5.0 * 0.08));

    load.set(Snapshot { rate_per_s: 1_000.0, ..*load.snapshot() }, &Figures::default());
    assert!(near(load.queue_s(0), 2.0 * 0.04 * 20.0));
}

#[test]
fn the_price_rises_under_overload_and_falls_to_nothing() {
    let mut load = load(10, 0.4);
    for _ in 0..12 {
        load.grant();
    }

    load.tick(0, &Figures::default());

    assert!(near(load.snapshot().price_s, 0.01 * (1.2 - 0.94)));
    load.set_held(1_000);
    for _ in 0..1_000 {
        load.tick(0, &Figures::default());
    }
    assert!(near(load.snapshot().price_s, 1.0));
    load.set_held(0);
    load.fall();
    for _ in 0..1_000 {
        load.tick(0, &Figures::default());
    }
    assert!(near(load.snapshot().price_s, 0.0));
}

#[test]
fn the_rate_follows_within_some_seconds() {
    let mut load = load(10, 0.4);

    for _ in 0..100 {
        load.tick(3, &Figures::default());
    }

    // After 10 s only e^-5 of the way is left.
    assert!((load.snapshot().rate_per_s - 30.0).abs() < 0.3);
}

#[test]
fn a_large_hub_keeps_credits_for_its_own_zones() {
    let mut load = load(58, 0.4);
    while load.open_to_strangers() {
        load.grant();
    }

    // 0.15 sqrt(58) = 1.14
    assert_eq!(load.snapshot().out, 61);
    assert!(load.open_to_own());
    load.set_held(1);
    assert!(!load.open_to_own());
    assert!(load.has_credit());
}

#[test]
fn a_dead_hub_has_nothing_out_and_no_credit() {
    let mut load = load(10, 0.4);
    load.grant();

    load.fall();

    assert_eq!(load.snapshot().out, 0);
    assert!(!load.has_credit());
    load.rise();
    assert!(load.has_credit());
}

#[test]
fn a_refused_customer_comes_back_when_the_held_ones_are_through() {
    let mut load = load(10, 0.4);

    load.set_held(50);

    assert!(near(load.retry_after_s(), 2.0));
}
