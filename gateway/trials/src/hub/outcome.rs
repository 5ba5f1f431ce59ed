//! What came of a scenario: waits, distance, drops, and every hub's load over time.
//!
//! Owns the measures and nothing of the model. Floats are load figures. Next: `page.rs`, which
//! prints them.

use super::scenario::{Country, Scenario};
use super::server::Server;
use super::world::at;

/// The figures of one run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Orders that were served or dropped.
    pub orders: usize,
    /// Mean wait and what the mean extra way is worth. **Units** s.
    pub j_s: f64,
    /// Half of the waits are under this. **Units** s.
    pub p50_s: f64,
    /// All but one of a hundred waits are under this. **Units** s.
    pub p99_s: f64,
    /// Mean extra way beyond the nearest hub. **Units** km.
    pub extra_km: f64,
    /// Waits over the scenario's limit.
    pub late: usize,
    /// Refused, or gone away.
    pub dropped: usize,
    /// Hub-seconds above the threshold.
    pub over_s: f64,
    /// Asks that a hub's actor refused.
    pub asks_refused: u64,
    /// Orders that were held at a node.
    pub held: u64,
    /// Orders that no rule finished: a mistake of the rule.
    pub open: usize,
    /// Per hub: load and hand-overs, second by second.
    pub series: Vec<Series>,
}

/// One hub over time, a value a second.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// The hub's name.
    pub name: String,
    /// Orders at which it degrades.
    pub threshold: u32,
    /// The most orders inside at a tick of that second.
    pub inside: Vec<u32>,
    /// Orders sent to it in that second.
    pub sent: Vec<u32>,
    /// Orders that came in that second from zones to which it is the nearest.
    pub home: Vec<u32>,
    /// Those of them that were sent to it in that second.
    pub kept: Vec<u32>,
    /// The most that was ever inside.
    pub peak: u32,
}

/// Counts while a scenario runs.
#[derive(Debug)]
pub struct Tally {
    orders: usize,
    waits: Vec<f64>,
    km: f64,
    dropped: usize,
    asks_refused: u64,
    held: u64,
    second: usize,
    series: Vec<Series>,
}

impl Tally {
    /// Starts with nothing counted.
    #[must_use]
    pub fn new(country: &Country, orders: usize) -> Self {
        let series = country.hubs.iter().map(|hub| Series {
            name: hub.name.clone(),
            threshold: hub.threshold_n,
            ..Series::default()
        });
        Self {
            orders,
            waits: Vec::with_capacity(orders),
            km: 0.0,
            dropped: 0,
            asks_refused: 0,
            held: 0,
            second: 0,
            series: series.collect(),
        }
    }

    /// Counts an order that was served.
    pub fn served(&mut self, wait_s: f64, extra_km: f64) {
        self.waits.push(wait_s);
        self.km += extra_km;
    }

    /// Counts an order that was not.
    pub fn dropped(&mut self, abandon_s: f64) {
        self.waits.push(abandon_s);
        self.dropped = self.dropped.saturating_add(1);
    }

    /// Counts a refused ask.
    pub const fn ask_refused(&mut self) {
        self.asks_refused = self.asks_refused.saturating_add(1);
    }

    /// Counts a held order.
    pub const fn held(&mut self) {
        self.held = self.held.saturating_add(1);
    }

    /// Counts an order sent to a hub; it is nearest to another one perhaps.
    pub fn sent(&mut self, hub: u32, nearest: u32) {
        self.count(hub, |series| &mut series.sent, 1, u32::saturating_add);
        if hub == nearest {
            self.count(hub, |series| &mut series.kept, 1, u32::saturating_add);
        }
    }

    /// Counts an order that came, for the hub nearest to it.
    pub fn came(&mut self, hub: u32) {
        self.count(hub, |series| &mut series.home, 1, u32::saturating_add);
    }

    /// Looks into every hub.
    pub fn sample(&mut self, now: f64, servers: &[Server]) {
        self.second = std::time::Duration::try_from_secs_f64(now)
            .map_or(0, |time| usize::try_from(time.as_secs()).unwrap_or(usize::MAX));
        for (hub, server) in (0..).zip(servers) {
            self.count(hub, |series| &mut series.inside, server.inside(), u32::max);
        }
    }

    /// Ends the count.
    #[must_use]
    pub fn finish(mut self, servers: &[Server], scenario: &Scenario) -> Outcome {
        let counted = self.waits.len();
        let count = f64::from(u32::try_from(counted.max(1)).unwrap_or(u32::MAX));
        self.waits.sort_by(f64::total_cmp);
        for (series, server) in self.series.iter_mut().zip(servers) {
            series.peak = server.peak();
        }
        let mean: f64 = self.waits.iter().sum::<f64>() / count;
        let extra_km = self.km / count;
        let late = self.waits.partition_point(|wait| *wait <= scenario.deadline_late_s);
        Outcome {
            orders: counted,
            j_s: mean + scenario.beta_s_per_km * extra_km,
            p50_s: share(&self.waits, 50),
            p99_s: share(&self.waits, 99),
            extra_km,
            late: counted.saturating_sub(late),
            dropped: self.dropped,
            over_s: servers.iter().map(Server::over_s).sum(),
            asks_refused: self.asks_refused,
            held: self.held,
            open: self.orders.saturating_sub(counted),
            series: self.series,
        }
    }

    fn count(
        &mut self,
        hub: u32,
        list: fn(&mut Series) -> &mut Vec<u32>,
        value: u32,
        change: fn(u32, u32) -> u32,
    ) {
        let Some(list) = self.series.get_mut(at(hub)).map(list) else { return };
        if list.len() <= self.second {
            list.resize(self.second.saturating_add(1), 0);
        }
        if let Some(slot) = list.get_mut(self.second) {
            *slot = change(*slot, value);
        }
    }
}

/// Returns the value that so many of a hundred do not pass.
fn share(sorted: &[f64], percent: usize) -> f64 {
    let place = sorted.len().saturating_mul(percent) / 100;
    sorted.get(place).or(sorted.last()).copied().unwrap_or(0.0)
}
