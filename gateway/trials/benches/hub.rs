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
const BATCH: u32 = 20;
/// Batches of one measurement, of which the median counts.
const BATCHES: usize = 10_000;
/// Zones at most: more do not fit the fastest memory of any machine, as the hubs.
const ZONES_MAX: u32 = 100_000;
/// Concurrency of every hub.
const WORKERS: u32 = 8;
/// Orders out per hub on the average: a load of 70 %.
const OUT_PER_HUB: f64 = 5.6;
/// Hubs with their median to be reached. **Units** µs.
const GOALS: [(u32, f64); 3] = [(10, 0.1), (1_000, 0.6), (100_000, 3.0)];

fn main() {
    println!("decision + grant + release + update, one core, median of {BATCHES} x {BATCH}:");
    for (hubs, goal) in GOALS {
        for (name, hot) in [("ring", false), ("hot spot", true)] {
            let mut stage = Stage::new(hubs);
            if hot {
                stage.heat();
            }
            let (median_us, beyond) = stage.measure(hot);
            println!(
                "  {hubs:>7} hubs  {name:<9} {median_us:>7.3} µs  {:.2} x the goal of {goal} µs  \
                 ({beyond:.0} % beyond the ring)",
                median_us / goal
            );
        }
    }
}

struct Stage {
    board: Board,
    zones: u32,
    chance: Pcg64,
    out: VecDeque<Hub>,
    out_max: usize,
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
        let mut stage = Self { board, zones, chance, out: VecDeque::new(), out_max };
        // Some of them are held; the load is a little lower then.
        for _ in 0..stage.out_max {
            let zone = stage.any_zone();
            stage.decide(zone);
        }
        stage.out_max = stage.out.len();
        stage
    }

    /// Fills every hub of zone 0's ring for good, with so much demand that nobody waits for them.
    fn heat(&mut self) {
        let near: Vec<Hub> = {
            let mut all: Vec<Hub> = self.board.hubs().collect();
            let km = |hub: &Hub| self.board.distance_km(Zone(0), *hub).unwrap_or(f64::MAX);
            all.sort_by(|a, b| km(a).total_cmp(&km(b)));
            all.into_iter().take(self.board.figures().ring).collect()
        };
        for hub in near {
            for _ in 0..20 {
                self.board.tick(hub, 100);
            }
            self.out.retain(|other| *other != hub);
            for _ in 0..1_000 {
                self.board.grant(hub);
            }
        }
    }

    /// Returns the median in µs, and how many percent of the decisions went beyond the ring.
    fn measure(&mut self, hot: bool) -> (f64, f64) {
        let mut beyond = 0_u32;
        let mut times: Vec<f64> = (0..BATCHES)
            .map(|_| {
                let zones: Vec<Zone> = (0..BATCH)
                    .map(|turn| if hot && turn % 2 == 0 { Zone(0) } else { self.any_zone() })
                    .collect();
                let start = now();
                for zone in &zones {
                    black_box(self.decide(*zone));
                }
                let time = start.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH);
                if hot {
                    beyond = beyond.saturating_add(BATCH / 2);
                }
                time
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let all = f64::from(BATCH) * f64::from(u32::try_from(BATCHES).expect("a small count"));
        (times[BATCHES / 2], f64::from(beyond) / all * 100.0)
    }

    /// One order comes, and one that is out is acknowledged.
    fn decide(&mut self, zone: Zone) -> Route {
        let route = self.board.route(zone);
        if let Route::To(hub) = route {
            self.board.grant(hub);
            self.out.push_back(hub);
        }
        if self.out.len() > self.out_max
            && let Some(hub) = self.out.pop_front()
        {
            self.board.acknowledge(hub, 0.4);
        }
        route
    }

    fn any_zone(&mut self) -> Zone {
        Zone(self.chance.random_range(0..self.zones))
    }
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
