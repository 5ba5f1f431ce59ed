//! The alarm, tried for hours: how often it cries wolf, and how long before the rush it goes off.
//!
//! Owns the play and its page; the alarm is core's. False are alarms while demand does not change,
//! bursts apart. Next: `plan.rs`.

use super::scenario::Country;
use super::traffic;
use super::world::at;
use anyhow::{Result, ensure};
use baton_core::hub::forecast::{Alarm, Watch};
use rand::SeedableRng;
use rand_distr::{Distribution, Poisson};
use rand_pcg::Pcg64;
use std::io::Write;

/// The watch is told counts of this length, as the rule's tick. **Units** s.
const TICK_S: f64 = 0.1;
/// Ticks of an hour.
const TICKS_AN_HOUR: u32 = 36_000;
/// Hours at most; a hundred of all hubs take a minute.
const HOURS_MAX: u32 = 100;
/// The scenario whose demand and hubs are played; it is the steady one in which no hub is full.
const PLAYED: &str = "S01";
/// Calm before a rush: what the watch compares with. **Units** s.
const CALM_S: f64 = 600.0;
/// A rush is twenty times the usual demand, as a scenario's flash.
const RUSH: f64 = 20.0;
/// Rushes of each length at each hub.
const RUSHES: u32 = 40;
/// The rises that the project's description names, with its lead. **Units** s.
const RISES: [(f64, f64); 3] = [(10.0, -0.4), (60.0, 1.2), (180.0, 7.9)];

/// What is tried.
#[derive(Debug, Clone, clap::Args)]
pub struct Question {
    /// Hours of steady demand at each hub
    #[arg(long, default_value_t = 10)]
    pub hours: u32,
    /// Where chance starts
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Plays it and prints what came of it.
///
/// # Errors
/// Hours out of their range, or output that cannot be written.
pub fn answer(question: &Question, out: &mut dyn Write) -> Result<()> {
    let Question { hours, seed } = *question;
    ensure!((1..=HOURS_MAX).contains(&hours), "--hours must be 1 to {HOURS_MAX}");
    let mut chance = Pcg64::seed_from_u64(seed);
    writeln!(out, "false alarms an hour at a hub, mean and worst; described: 0.2 to 0.8")?;
    let country = Country::find(PLAYED)?;
    let steady = steady(&country, hours, &mut chance)?;
    writeln!(out, "{PLAYED}, Poisson, {hours} h: {}", Rate::of(&steady, hours.into()))?;
    let (bursts, length_h) = bursts(&country, seed)?;
    writeln!(out, "{PLAYED}, its bursts, {length_h} h: {}", Rate::of(&bursts, length_h))?;
    writeln!(out, "lead before 0.9 of the threshold, rushes of {RUSH} times the demand, all hubs")?;
    for (rise_s, described_s) in RISES {
        let lead = lead(&country, rise_s, &mut chance)?;
        writeln!(out, "rise of {rise_s:>3} s: {lead:+.1} s; described: {described_s:+.1} s")?;
    }
    Ok(())
}

/// Alarms an hour.
struct Rate {
    mean: f64,
    worst: f64,
}

impl Rate {
    fn of(alarms: &[u32], hours: f64) -> Self {
        let all: f64 = alarms.iter().map(|one| f64::from(*one)).sum();
        let hubs = f64::from(u32::try_from(alarms.len().max(1)).unwrap_or(u32::MAX));
        let worst = f64::from(alarms.iter().copied().max().unwrap_or(0));
        Self { mean: all / hubs / hours, worst: worst / hours }
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2}, worst {:.2}", self.mean, self.worst)
    }
}

/// A hub as the alarm sees it: what usually comes and what it serves. **Units** orders/s.
#[derive(Clone, Copy)]
struct Demand {
    usual: f64,
    served: f64,
}

fn demands(country: &Country) -> Result<Vec<Demand>> {
    let home = homes(country)?;
    let total: f64 = country.zones.iter().map(|zone| zone.weight).sum();
    let mut demands: Vec<Demand> = country
        .hubs
        .iter()
        .map(|hub| Demand { usual: 0.0, served: f64::from(hub.servers) / hub.service_s })
        .collect();
    for (zone, home) in country.zones.iter().zip(home) {
        if let Some(demand) = demands.get_mut(home) {
            demand.usual += country.scenario.base_rate * zone.weight / total;
        }
    }
    Ok(demands)
}

/// Returns each zone's nearest hub.
fn homes(country: &Country) -> Result<Vec<usize>> {
    let (hubs, zones) = country.places()?;
    let nearest = |zone: &baton_core::geo::Point| {
        let far = hubs.iter().map(|hub| zone.distance_km(*hub)).enumerate();
        far.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(hub, _)| hub)
    };
    Ok(zones.iter().map(nearest).collect())
}

/// Counts alarms of steady demand; a hub whose usual demand is too much is left out.
fn steady(country: &Country, hours: u32, chance: &mut Pcg64) -> Result<Vec<u32>> {
    let mut alarms = Vec::new();
    for Demand { usual, served } in demands(country)? {
        let (mut watch, mut count) = (Watch::default(), 0_u32);
        if usual < served {
            let orders = Poisson::new(usual * TICK_S)?;
            for _ in 0..hours.saturating_mul(TICKS_AN_HOUR) {
                let alarm = watch.observe(whole(orders.sample(chance)), TICK_S, served);
                count = count.saturating_add(u32::from(alarm == Alarm::Rising));
            }
        }
        alarms.push(count);
    }
    Ok(alarms)
}

/// Counts alarms of a scenario's own orders, with its bursts.
fn bursts(country: &Country, seed: u64) -> Result<(Vec<u32>, f64)> {
    let (home, demands) = (homes(country)?, demands(country)?);
    let mut watches = vec![(Watch::default(), 0_u32, 0_u32); demands.len()];
    let mut until = TICK_S;
    for order in traffic::orders(country, seed) {
        while order.at >= until {
            until += TICK_S;
            for ((watch, count, alarms), demand) in watches.iter_mut().zip(&demands) {
                let known = demand.usual < demand.served;
                let alarm = watch.observe(std::mem::take(count), TICK_S, demand.served);
                let rings = known && alarm == Alarm::Rising;
                *alarms = alarms.saturating_add(u32::from(rings));
            }
        }
        let home = home.get(at(order.zone)).copied().unwrap_or(0);
        if let Some((_, count, _)) = watches.get_mut(home) {
            *count = count.saturating_add(1);
        }
    }
    let alarms = watches.into_iter().map(|(_, _, alarms)| alarms).collect();
    Ok((alarms, country.scenario.horizon_s / 3_600.0))
}

/// Returns how long before a hub is at its threshold's share the alarm goes off, on average.
fn lead(country: &Country, rise_s: f64, chance: &mut Pcg64) -> Result<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for (demand, hub) in demands(country)?.into_iter().zip(&country.hubs) {
        let Demand { usual, served } = demand;
        let steepness = usual * (RUSH - 1.0) / rise_s;
        // From when more comes than is served, what is too much grows with the square of time.
        let room = (0.9 * f64::from(hub.threshold_n) - f64::from(hub.servers)).max(0.0);
        let full_s = (served - usual) / steepness + (2.0 * room / steepness).sqrt();
        if usual >= served || full_s > rise_s {
            continue;
        }
        for _ in 0..RUSHES {
            sum += full_s - rings_after_s(demand, steepness, rise_s, chance)?;
            count += 1.0;
        }
    }
    Ok(sum / count)
}

/// Plays one rush after ten minutes of calm: when the alarm goes off. **Units** s.
fn rings_after_s(
    Demand { usual, served }: Demand,
    steepness: f64,
    rise_s: f64,
    chance: &mut Pcg64,
) -> Result<f64> {
    let mut watch = Watch::default();
    watch.observe(whole(Poisson::new(usual * CALM_S)?.sample(chance)), CALM_S, served);
    let mut since_s = 0.0_f64;
    loop {
        let rate = usual + steepness * since_s.min(rise_s);
        let orders = Poisson::new(rate * TICK_S)?;
        let alarm = watch.observe(whole(orders.sample(chance)), TICK_S, served);
        since_s += TICK_S;
        if alarm == Alarm::Rising {
            return Ok(since_s);
        }
    }
}

/// A count that chance gave as a float.
fn whole(count: f64) -> u32 {
    let mut low = 0_u32;
    while f64::from(low) < count {
        low = low.saturating_add(1);
    }
    low
}
