//! The two decisions, against the rule written down a second time as plainly as it is described.
//!
//! Owns that second writing. Next: nothing.

use super::*;
use crate::geo::Point;
use crate::hub::figures::Figures;
use crate::hub::load::{HubFacts, Snapshot, Standing};
use proptest::prelude::*;

/// A hub as the rule's letters have it.
#[derive(Debug, Clone)]
struct H {
    at: Point,
    c: u32,
    s0: f64,
    k: u32,
    out: u32,
    v: u32,
    s: f64,
    lambda: f64,
    pi: f64,
    up: bool,
}

impl H {
    fn w(&self) -> u32 {
        let (c, k) = (f64::from(self.c), f64::from(self.k));
        let wanted = c + (0.010 * c / self.s).ceil() + (0.05 * c).floor();
        (0.9 * k).floor().min(wanted).max(1.0) as u32
    }

    fn r(&self) -> u32 {
        (0.15 * f64::from(self.c).sqrt()).round() as u32
    }

    fn q(&self, x: u32) -> f64 {
        let c = f64::from(self.c);
        let g = (1.0 / (1.0 - self.lambda * self.s / c).max(1.0 / 20.0)).min(20.0);
        f64::from((self.out + x + 1).saturating_sub(self.c)) * self.s / c * g
    }

    fn slow(&self) -> f64 {
        (self.s - self.s0).max(0.0)
    }
}

/// ROUTE, hub by hub in the order of distance.
fn plainly(hubs: &[H], zone: Point) -> Route {
    let mut order: Vec<usize> = (0..hubs.len()).collect();
    let km = |i: usize| zone.distance_km(hubs[i].at);
    order.sort_by(|a, b| km(*a).total_cmp(&km(*b)));
    let Some(home) = order.iter().copied().find(|i| hubs[*i].up) else { return Route::Hold };
    let mut best: Option<(usize, f64)> = None;
    for (step, i) in order.into_iter().enumerate() {
        if step >= 8 && best.is_some() {
            break;
        }
        let hub = &hubs[i];
        if !hub.up {
            continue;
        }
        let delta = 0.001 * (km(i) - km(home));
        if best.is_some_and(|(_, cost)| delta >= cost) {
            break;
        }
        let room = if i == home { hub.out < hub.w() } else { hub.out + hub.r() < hub.w() };
        let cost = delta + hub.pi + hub.q(0) + hub.slow();
        if room && hub.v == 0 && best.is_none_or(|(_, least)| cost < least) {
            best = Some((i, cost));
        }
    }
    let hold = hubs[home].pi + hubs[home].q(hubs[home].v) + hubs[home].slow();
    match best {
        Some((i, cost)) if !(hold < cost && i != home) => Route::To(Hub(i as u32)),
        Some(_) | None => Route::Hold,
    }
}

/// PULL's key of one zone, without the age.
fn key_plainly(hubs: &[H], zone: Point, h: usize) -> Option<f64> {
    let km = |i: usize| zone.distance_km(hubs[i].at);
    let home = (0..hubs.len()).filter(|i| hubs[*i].up).min_by(|a, b| km(*a).total_cmp(&km(*b)))?;
    let hub = &hubs[h];
    if home == h {
        return Some(hub.q(hub.v) + 1e-6);
    }
    if hub.out + hub.r() >= hub.w() && hub.v > 0 {
        return None;
    }
    let delta = 0.001 * (km(h) - km(home));
    let stays = hubs[home].pi + hubs[home].q(hubs[home].v);
    let gain = stays - (delta + hub.pi + hub.q(0) + hub.slow());
    (gain > 0.0).then_some(gain)
}

fn point() -> impl Strategy<Value = Point> {
    (34.0..38.0, 126.0..130.0).prop_map(|(lat, lon)| Point::new(lat, lon).unwrap())
}

fn hub() -> impl Strategy<Value = H> {
    let size = (1_u32..40, prop::sample::select(vec![0.25, 0.4, 0.6]));
    let load = (0.5..1.3, prop_oneof![3 => Just(0_u32), 1 => 1_u32..6], 1.0..3.0, 0.0..1.3);
    (point(), size, load, prop_oneof![Just(0.0), 0.0..1.0], prop::bool::weighted(0.8)).prop_map(
        |(at, (c, s0), (full, v, slower, rho), pi, up)| {
            let out = (f64::from(c) * full) as u32;
            let k = c + c / 2;
            H { at, c, s0, k, out, v, s: s0 * slower, lambda: rho * f64::from(c) / s0, pi, up }
        },
    )
}

fn board(hubs: &[H], zones: &[Point]) -> Board {
    let facts: Vec<HubFacts> = hubs
        .iter()
        .map(|h| HubFacts { at: h.at, workers: h.c, service_s: h.s0, threshold: Some(h.k) })
        .collect();
    let mut board = Board::new(&facts, zones, Figures::default());
    for (number, h) in (0..).zip(hubs) {
        let standing = if h.up { Standing::Up } else { Standing::Down };
        let (held, service_s, rate_per_s, price_s) = (h.v, h.s, h.lambda, h.pi);
        let snapshot = Snapshot { out: h.out, held, service_s, rate_per_s, price_s, standing };
        board.set(Hub(number), snapshot);
    }
    board
}

const NOW: Timestamp = Timestamp::from_ms(100_000);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_route_is_that_of_the_rule_as_described(
        hubs in prop::collection::vec(hub(), 0..24), zone in point(),
    ) {
        let board = board(&hubs, &[zone]);

        prop_assert_eq!(board.route(Zone(0)), plainly(&hubs, zone));
    }

    #[test]
    fn a_freed_credit_goes_to_the_largest_key(
        hubs in prop::collection::vec(hub(), 1..16),
        zones in prop::collection::vec((point(), 0_u64..5_000), 1..12),
    ) {
        let places: Vec<Point> = zones.iter().map(|(zone, _)| *zone).collect();
        let board = board(&hubs, &places);
        let heads: Vec<Head> = (0..).zip(&zones)
            .map(|(number, (_, age))| Head { zone: Zone(number), arrived: NOW.before_ms(*age) })
            .collect();
        for (number, hub) in (0..).zip(&hubs) {
            let found = board.pull(Hub(number), heads.iter().copied(), NOW);

            if !hub.up || hub.out >= hub.w() {
                prop_assert_eq!(found, None);
                continue;
            }
            let keys = zones.iter().map(|(zone, age)| {
                key_plainly(&hubs, *zone, number as usize).map(|key| key + *age as f64 / 10_000.0)
            });
            let keys: Vec<Option<f64>> = keys.collect();
            let largest = keys.iter().flatten().copied().fold(f64::MIN, f64::max);
            match found {
                None => prop_assert!(keys.iter().all(Option::is_none)),
                Some(Zone(zone)) => {
                    let key = keys[zone as usize];
                    prop_assert!(key.is_some_and(|key| (key - largest).abs() < 1e-9));
                }
            }
        }
    }
}

#[test]
fn equal_keys_go_by_age_then_by_place() {
    let at = Point::new(37.0, 127.0).unwrap();
    let facts = HubFacts { at, workers: 4, service_s: 0.4, threshold: None };
    let board = Board::new(&[facts], &[at, at, at], Figures::default());
    let head = |zone, ms| Head { zone: Zone(zone), arrived: Timestamp::from_ms(ms) };

    let oldest = board.pull(Hub(0), [head(0, 900), head(1, 500), head(2, 700)], NOW);
    let first = board.pull(Hub(0), [head(2, 500), head(1, 500)], NOW);

    assert_eq!(oldest, Some(Zone(1)));
    assert_eq!(first, Some(Zone(1)));
}
