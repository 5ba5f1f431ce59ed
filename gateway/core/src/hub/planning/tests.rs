//! The formulas against the figures of the project's description and against known tables.
//!
//! Owns only checks. Next: nothing.

use super::*;

const fn plan(workers: u32, service_s: f64) -> Plan {
    Plan { workers, service_s, arrivals_scv: 1.0, service_scv: 1.5 }
}

#[test]
fn the_highest_utilisations_are_those_described() {
    let sizes =
        [(3, 0.25, 0.25), (9, 0.4, 0.52), (16, 0.6, 0.62), (43, 0.6, 0.80), (58, 0.4, 0.87)];
    for (workers, service_s, wanted) in sizes {
        let found = plan(workers, service_s).highest_utilisation(0.2, 0.01);

        assert!((found - wanted).abs() < 0.006, "{workers} workers: {found}, not {wanted}");
    }
}

#[test]
fn one_worker_is_busy_as_often_as_it_works() {
    for utilisation in [0.0, 0.3, 0.9] {
        assert!((plan(1, 1.0).busy_share(utilisation) - utilisation).abs() < 1e-12);
    }
}

#[test]
fn erlangs_table_for_ten_workers_and_eight_erlangs_holds() {
    assert!((plan(10, 1.0).busy_share(0.8) - 0.409).abs() < 0.001);
}

#[test]
fn one_worker_with_poisson_orders_waits_as_pollaczek_and_khinchine_say() {
    // (1 + cs2)/2 rho/(1 - rho) s
    let wait = plan(1, 0.5).mean_wait_s(0.8);

    assert!((wait - 1.25 * 4.0 * 0.5).abs() < 1e-9, "{wait}");
}

#[test]
fn a_hub_that_is_asked_too_much_waits_for_ever() {
    assert_eq!(plan(4, 0.4).mean_wait_s(1.0), f64::INFINITY);
    assert!((plan(4, 0.4).waits_longer(1.2, 9.0) - 1.0).abs() < 1e-12);
}

#[test]
fn the_fewest_workers_are_enough_and_one_less_is_not() {
    let found = plan(1, 0.4).fewest_workers(145.0, 0.2, 0.01).unwrap();

    let late =
        |workers: u32| plan(workers, 0.4).waits_longer(145.0 * 0.4 / f64::from(workers), 0.2);
    assert!(late(found) <= 0.01 && late(found - 1) > 0.01, "{found}");
    assert_eq!(plan(1, 0.4).fewest_workers(1e6, 0.2, 0.01), None);
}
