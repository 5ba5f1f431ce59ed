//! How long one decision takes among 10, 1,000 and 100,000 hubs, release and update included.
//!
//! Owns its figures only; nothing is asserted. Run it with `cargo bench -p baton-trials`.

#![expect(clippy::expect_used, reason = "a bench that cannot begin has no figures")]

use baton_core::geo::Point;
use baton_core::hub::board::{Board, Hub, Zone};
use baton_core::hub::divert::Route;
use baton_core::hub::figures::Figures;
use baton_core::hub::load::HubFacts;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

/// Decisions timed together: the clock's own cost disappears among them.
const BATCH: usize = 20;
/// Batches of one measurement, of which the median counts.
const BATCHES: usize = 10_000;
/// Zones at most: more do not fit the fastest memory of any machine, as the hubs.
const ZONES_MAX: u32 = 100_000;
/// Concurrency of every hub.
const WORKERS: u32 = 8;
/// Orders out per hub on the average: a load of 70 %.
const OUT_PER_HUB: f64 = 5.6;
/// Orders out at once beyond the ring of the hot spot, or one a hub where there are fewer: some
/// twenty hubs around it are full. A flood of half of all orders is measured too, without a goal.
const HOT_OUT_MAX: usize = 200;
/// Hubs with their median to be reached. **Units** µs.
const GOALS: [(u32, f64); 3] = [(10, 0.1), (1_000, 0.6), (100_000, 3.0)];

fn main() {
    println!("decision + grant + release + update, one core, median of {BATCHES} x {BATCH}:");
    for (hubs, goal) in GOALS {
        for heat in [Heat::None, Heat::Spot, Heat::Flood] {
            let mut stage = Stage::new(hubs);
            if heat != Heat::None {
                stage.heat(heat);
            }
            let (median_us, beyond) = stage.measure(heat);
            let of_goal = match heat {
                Heat::None | Heat::Spot => {
                    format!("{:.2} x the goal of {goal} µs", median_us / goal)
                }
                Heat::Flood => "no goal".to_owned(),
            };
            println!(
                "  {hubs:>7} hubs  {:<9} {median_us:>7.3} µs  {of_goal}  \
                 ({beyond:.0} % found beyond the ring)",
                format!("{heat:?}").to_lowercase()
            );
        }
    }
}

/// Where half of the orders come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heat {
    None,
    Spot,
    Flood,
}

struct Stage {
    board: Board,
    zones: u32,
    chance: Pcg64,
    out: VecDeque<Hub>,
    out_max: usize,
    hot_out: VecDeque<Hub>,
    hot_out_max: usize,
    ring: Vec<Hub>,
}

impl Stage {
    fn new(hubs: u32) -> Self {
        let mut chance = Pcg64::seed_from_u64(7);
        let facts: Vec<HubFacts> = (0..hubs)
            .map(|_| HubFacts {
                at: somewhere(&mut chance),
                workers: WORKERS,
                service_s: 0.4,
                threshold: None,
            })
            .collect();
        let zones = hubs.saturating_mul(4).min(ZONES_MAX);
        let places: Vec<Point> = (0..zones).map(|_| somewhere(&mut chance)).collect();
        let board = Board::new(&facts, &places, Figures::default());
        let out_max = (0..hubs).map(|_| OUT_PER_HUB).sum::<f64>();
        let out_max = std::time::Duration::from_secs_f64(out_max).as_secs();
        let out_max = usize::try_from(out_max).expect("a count of orders");
        let hot_out_max = HOT_OUT_MAX.min(facts.len());
        let (out, hot_out, ring) = (VecDeque::new(), VecDeque::new(), Vec::new());
        let mut stage = Self { board, zones, chance, out, out_max, hot_out, hot_out_max, ring };
        // Some of them are held; the load is a little lower then.
        for _ in 0..stage.out_max {
            let zone = stage.any_zone();
            stage.decide(zone, Heat::None);
        }
        stage.out_max = stage.out.len();
        stage
    }

    /// Fills every hub of zone 0's ring for good, with so much demand that nobody waits for them.
    fn heat(&mut self, heat: Heat) {
        if heat == Heat::Flood {
            self.hot_out_max = self.out_max / 2;
            self.out_max /= 2;
        }
        let near: Vec<Hub> = {
            let mut all: Vec<Hub> = self.board.hubs().collect();
            let km = |hub: &Hub| self.board.distance_km(Zone(0), *hub).unwrap_or(f64::MAX);
            all.sort_by(|a, b| km(a).total_cmp(&km(b)));
            all.into_iter().take(self.board.figures().ring).collect()
        };
        for hub in near.clone() {
            for _ in 0..20 {
                self.board.tick(hub, 100);
            }
            self.out.retain(|other| *other != hub);
            for _ in 0..1_000 {
                self.board.grant(hub);
            }
        }
        self.ring = near;
    }

    /// Returns the median in µs, and how many percent of the decisions went beyond the ring.
    fn measure(&mut self, heat: Heat) -> (f64, f64) {
        // Until as many are out as will be.
        for _ in 0..self.hot_out_max {
            if heat != Heat::None {
                self.decide(Zone(0), heat);
            }
        }
        let mut beyond = 0;
        let mut times = Vec::with_capacity(BATCHES);
        for _ in 0..BATCHES {
            let hot = |turn: usize| heat != Heat::None && turn.is_multiple_of(2);
            let zones: Vec<Zone> =
                (0..BATCH).map(|turn| if hot(turn) { Zone(0) } else { self.any_zone() }).collect();
            let start = now();
            let mut found = [Route::Hold; BATCH];
            for (zone, route) in zones.iter().zip(&mut found) {
                let own = if *zone == Zone(0) { heat } else { Heat::None };
                *route = black_box(self.decide(*zone, own));
            }
            times.push(start.elapsed().as_secs_f64() * 1e6 / number(BATCH));
            let far = zones.iter().zip(&found).filter(|(zone, route)| {
                let in_ring = |hub: &Hub| self.ring.contains(hub);
                **zone == Zone(0) && matches!(route, Route::To(hub) if !in_ring(hub))
            });
            beyond += far.count();
        }
        times.sort_by(f64::total_cmp);
        let all = number(BATCH) * number(BATCHES);
        let beyond = if heat == Heat::None { 0 } else { beyond };
        (times[BATCHES / 2], number(beyond) / all * 100.0)
    }

    /// One order comes, and one that is out is acknowledged.
    fn decide(&mut self, zone: Zone, heat: Heat) -> Route {
        let route = self.board.route(zone);
        let (out, out_max) = match heat {
            Heat::None => (&mut self.out, self.out_max),
            Heat::Spot | Heat::Flood => (&mut self.hot_out, self.hot_out_max),
        };
        if let Route::To(hub) = route {
            self.board.grant(hub);
            out.push_back(hub);
        }
        if out.len() > out_max
            && let Some(hub) = out.pop_front()
        {
            self.board.acknowledge(hub, 0.4);
        }
        route
    }

    fn any_zone(&mut self) -> Zone {
        Zone(self.chance.random_range(0..self.zones))
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a small count"))
}

/// Somewhere in a country of 400 by 400 km.
fn somewhere(chance: &mut Pcg64) -> Point {
    let latitude = 34.5 + 3.6 * chance.random::<f64>();
    let longitude = 126.0 + 4.4 * chance.random::<f64>();
    Point::new(latitude, longitude).expect("a place in Korea")
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}
