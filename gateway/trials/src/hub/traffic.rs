//! Orders by chance: a Poisson stream a zone, times bursts, ramp and flash.
//!
//! Owns every choice that the model leaves open about demand; the same seed gives the same orders
//! to every rule. May not know a hub. Next: `world.rs`, in which they arrive.

use super::scenario::{Country, Flash, Scenario};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1, StandardNormal};
use rand_pcg::Pcg64;

/// An order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// When it comes. **Units** s.
    pub at: f64,
    /// Its zone, by place in the list.
    pub zone: u32,
    /// How heavy it is: its service time over the mean.
    pub weight: f64,
}

/// Draws all orders of a scenario, by time.
///
/// A zone's bursts last and pause for exponential times; it starts in or between bursts with
/// their long-run odds. The rate is divided by the bursts' mean, so `base_rate` is what comes on
/// average. A flash rises over `ramp_s` and ends at once. Service is log-normal, and a heavy order
/// stays heavy at every hub.
#[must_use]
pub fn orders(country: &Country, seed: u64) -> Vec<Order> {
    let total: f64 = country.zones.iter().map(|zone| zone.weight).sum();
    let mut orders = Vec::new();
    for (number, zone) in (0..).zip(&country.zones) {
        let mut chance = Pcg64::new(seed.into(), u128::from(number));
        // A small seed leaves the first draws of all streams alike.
        let mut chance = Pcg64::seed_from_u64(chance.random());
        let flashes: Vec<&Flash> =
            country.scenario.flash.iter().filter(|flash| flash.zone == zone.name).collect();
        let demand = Demand { scenario: &country.scenario, flashes, share: zone.weight / total };
        demand.draw(number, &mut chance, &mut orders);
    }
    orders.sort_by(|a, b| a.at.total_cmp(&b.at));
    orders
}

/// What one zone wants.
struct Demand<'s> {
    scenario: &'s Scenario,
    flashes: Vec<&'s Flash>,
    share: f64,
}

impl Demand<'_> {
    fn draw(&self, zone: u32, chance: &mut Pcg64, orders: &mut Vec<Order>) {
        let Scenario { burst_mult, burst_mean_on_s: on, burst_mean_off_s: off, .. } =
            *self.scenario;
        let mean = (off + burst_mult * on) / (on + off);
        let base = self.scenario.base_rate * self.share / mean;
        let mut bursts = chance.random::<f64>() < on / (on + off);
        let mut now = 0.0;
        while now < self.scenario.horizon_s {
            let length: f64 = Exp1.sample(chance);
            let length = length * if bursts { on } else { off };
            let until = (now + length).min(self.scenario.horizon_s);
            let rate = if bursts { base * burst_mult } else { base };
            self.stretch((now, until), rate, zone, chance, orders);
            (now, bursts) = (until, !bursts);
        }
    }

    /// Draws a stretch at its highest rate, and thins it out to what holds at each moment.
    fn stretch(
        &self,
        (from, until): (f64, f64),
        rate: f64,
        zone: u32,
        chance: &mut Pcg64,
        orders: &mut Vec<Order>,
    ) {
        let highest = self.highest();
        let mut at = from;
        loop {
            let gap: f64 = Exp1.sample(chance);
            at += gap / (rate * highest);
            if at >= until {
                return;
            }
            if chance.random::<f64>() * highest < self.multiplier(at) {
                orders.push(Order { at, zone, weight: self.weight(chance) });
            }
        }
    }

    fn weight(&self, chance: &mut Pcg64) -> f64 {
        let variance = self.scenario.scv_service.ln_1p();
        let normal: f64 = StandardNormal.sample(chance);
        (variance.sqrt() * normal - variance / 2.0).exp()
    }

    fn highest(&self) -> f64 {
        let ramp = self.scenario.ramp.iter().fold(0.0_f64, |high, (_, value)| high.max(*value));
        self.flashes.iter().fold(ramp, |high, flash| high * flash.mult.max(1.0))
    }

    fn multiplier(&self, at: f64) -> f64 {
        let ramp = ramp(&self.scenario.ramp, at);
        self.flashes.iter().fold(ramp, |value, flash| value * swell(flash, at))
    }
}

/// Returns the height of a line through points; it is level before the first and after the last.
fn ramp(points: &[(f64, f64)], at: f64) -> f64 {
    let next = points.partition_point(|(time, _)| *time <= at);
    let before = next.checked_sub(1).and_then(|place| points.get(place));
    match (before, points.get(next)) {
        (Some((t0, v0)), Some((t1, v1))) => v0 + (v1 - v0) * (at - t0) / (t1 - t0),
        (Some((_, value)), None) | (None, Some((_, value))) => *value,
        (None, None) => 1.0,
    }
}

fn swell(flash: &Flash, at: f64) -> f64 {
    if !(flash.t0..flash.t1).contains(&at) {
        return 1.0;
    }
    let risen = if flash.ramp_s > 0.0 { ((at - flash.t0) / flash.ramp_s).min(1.0) } else { 1.0 };
    1.0 + (flash.mult - 1.0) * risen
}
