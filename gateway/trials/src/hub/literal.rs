//! What the seed says, to the letter: the nearest hub, and before its threshold the next one.
//!
//! Owns the comparison only: KR1020210072732 [0045]-[0048] as it stands, with reports that are as
//! old as the scenario says. Next: `page.rs`, which prints it beside our rule.

use super::scenario::Country;
use super::server::Job;
use super::world::{Rule, World, at};
use anyhow::Result;

/// The seed's literal rule.
pub struct Literal {
    hubs: Vec<Seen>,
    /// Each zone's hubs, nearest first.
    by_zone: Vec<Vec<u32>>,
    /// Each hub's neighbours, nearest first.
    by_hub: Vec<Vec<u32>>,
}

/// What is known of a hub.
struct Seen {
    threshold: f64,
    last: Option<Reading>,
    /// Orders a second by which the load grew between the last two reports.
    growth: f64,
    silent_ticks: u32,
    /// Orders that it has.
    out: std::collections::BTreeMap<u32, u32>,
}

/// A report.
#[derive(Clone, Copy)]
struct Reading {
    when: f64,
    inside: f64,
}

impl Literal {
    /// Starts with idle hubs.
    ///
    /// # Errors
    /// Degrees that are no place.
    pub fn new(country: &Country) -> Result<Self> {
        let (hubs, zones) = country.places()?;
        let by_distance = |from: &baton_core::geo::Point| {
            let mut list: Vec<(f64, u32)> =
                hubs.iter().map(|hub| from.distance_km(*hub)).zip(0..).collect();
            list.sort_by(|a, b| a.0.total_cmp(&b.0));
            list.into_iter().map(|(_, hub)| hub).collect::<Vec<u32>>()
        };
        let by_zone = zones.iter().map(by_distance).collect();
        let by_hub = hubs.iter().map(by_distance).collect();
        let seen = country.hubs.iter().map(|hub| Seen {
            threshold: f64::from(hub.threshold_n),
            last: None,
            growth: 0.0,
            silent_ticks: 0,
            out: std::collections::BTreeMap::new(),
        });
        Ok(Self { hubs: seen.collect(), by_zone, by_hub })
    }

    fn up(&self, hub: u32, detect_s: f64) -> bool {
        let seen = self.hubs.get(at(hub));
        seen.is_some_and(|seen| f64::from(seen.silent_ticks) * 0.1 < detect_s)
    }

    /// Tells whether a hub will be at its threshold by the time of the next report.
    fn loaded(&self, hub: u32, now: f64, period_s: f64) -> bool {
        self.hubs.get(at(hub)).is_some_and(|seen| {
            let Some(last) = seen.last else { return false };
            let ahead_s = now - last.when + period_s;
            last.inside + seen.growth.max(0.0) * ahead_s >= seen.threshold
        })
    }

    /// The nearest hub, or the hub nearest to that one once it is about to be loaded.
    fn choose(&self, zone: u32, world: &World<()>) -> Option<u32> {
        let scenario = world.scenario();
        let up = |hub: &&u32| self.up(**hub, scenario.detect_s);
        let nearest = *self.by_zone.get(at(zone))?.iter().find(up)?;
        if !self.loaded(nearest, world.now(), scenario.report_period_s) {
            return Some(nearest);
        }
        let others = self.by_hub.get(at(nearest))?.iter().filter(|hub| **hub != nearest);
        others.copied().find(|hub| up(&hub)).or(Some(nearest))
    }

    fn route(&mut self, order: u32, epoch: u32, world: &mut World<()>) {
        let Some(zone) = world.order(order).map(|order| order.zone) else { return };
        let Some(hub) = self.choose(zone, world) else { return world.refuse(order) };
        if let Some(seen) = self.hubs.get_mut(at(hub)) {
            seen.out.insert(order, epoch);
        }
        world.send(hub, Job { order, epoch });
    }
}

impl Rule for Literal {
    type Note = ();

    fn arrived(&mut self, order: u32, world: &mut World<()>) {
        self.route(order, 1, world);
    }

    fn acknowledged(&mut self, hub: u32, job: Job, _: f64, _: &mut World<()>) {
        if let Some(seen) = self.hubs.get_mut(at(hub)) {
            seen.out.remove(&job.order);
        }
    }

    fn reported(&mut self, hub: u32, inside: u32, world: &mut World<()>) {
        let when = world.now() - world.scenario().report_delay_s;
        let Some(seen) = self.hubs.get_mut(at(hub)) else { return };
        let inside = f64::from(inside);
        seen.growth = match seen.last {
            Some(last) if when > last.when => (inside - last.inside) / (when - last.when),
            Some(_) | None => 0.0,
        };
        seen.last = Some(Reading { when, inside });
    }

    /// Orders of a hub that is silent for too long are sent again.
    fn ticked(&mut self, alive: &[bool], world: &mut World<()>) {
        let mut lost = Vec::new();
        for (seen, alive) in self.hubs.iter_mut().zip(alive) {
            seen.silent_ticks = if *alive { 0 } else { seen.silent_ticks.saturating_add(1) };
            if f64::from(seen.silent_ticks) * 0.1 >= world.scenario().detect_s {
                lost.extend(std::mem::take(&mut seen.out));
                (seen.last, seen.growth) = (None, 0.0);
            }
        }
        for (order, epoch) in lost {
            self.route(order, epoch.saturating_add(1), world);
        }
    }

    fn restarted(&mut self, hub: u32, world: &mut World<()>) {
        let Some(seen) = self.hubs.get_mut(at(hub)) else { return };
        for (order, epoch) in std::mem::take(&mut seen.out) {
            self.route(order, epoch.saturating_add(1), world);
        }
    }

    fn noted(&mut self, (): (), _: &mut World<()>) {}
}
