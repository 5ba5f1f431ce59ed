//! Scenarios: what the country orders and what breaks, as the files of `data/hub` describe it.
//!
//! Owns the shape of those files and the ones that the program carries. May not draw anything by
//! chance. Next: `traffic.rs`, which makes orders of it.

use anyhow::{Context, Result, bail};
use baton_core::geo::Point;
use serde::Deserialize;
use std::path::Path;

/// The scenarios that the program carries, by name.
const CARRIED: &[&str] = &[
    include_str!("../../data/hub/scenarios/S01_steady62.json"),
    include_str!("../../data/hub/scenarios/S02_steady85.json"),
    include_str!("../../data/hub/scenarios/S03_flash20_changwon.json"),
    include_str!("../../data/hub/scenarios/S04_flash20_busan_overload.json"),
    include_str!("../../data/hub/scenarios/S05_outage_seoul.json"),
    include_str!("../../data/hub/scenarios/S06_outage_suwon_flash_daegu.json"),
    include_str!("../../data/hub/scenarios/S07_brownout_busan.json"),
    include_str!("../../data/hub/scenarios/S08_bursty.json"),
    include_str!("../../data/hub/scenarios/S09_stale2s_flash_gwangju.json"),
    include_str!("../../data/hub/scenarios/S10_imbalanced.json"),
    include_str!("../../data/hub/scenarios/S11_ramp30_110.json"),
    include_str!("../../data/hub/scenarios/S12_million.json"),
];

/// The hubs that scenarios name, by file name.
const HUBS: &[(&str, &str)] = &[
    ("hubs_A.json", include_str!("../../data/hub/hubs_A.json")),
    ("hubs_B.json", include_str!("../../data/hub/hubs_B.json")),
    ("hubs_C.json", include_str!("../../data/hub/hubs_C.json")),
    ("hubs_D.json", include_str!("../../data/hub/hubs_D.json")),
];

const ZONES: &str = include_str!("../../data/hub/zones.json");

/// One scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// How it is called.
    pub name: String,
    /// How long it lasts.
    pub horizon_s: f64,
    /// Orders a second over all zones, bursts included on average.
    pub base_rate: f64,
    /// What its chance starts from.
    pub seed: u64,
    /// Squared coefficient of variation of the service time.
    pub scv_service: f64,
    /// By how much a burst multiplies a zone's rate.
    pub burst_mult: f64,
    /// Mean length of a burst.
    pub burst_mean_on_s: f64,
    /// Mean time between bursts.
    pub burst_mean_off_s: f64,
    /// Time between two reports of a hub.
    pub report_period_s: f64,
    /// How old a report is when it is read.
    pub report_delay_s: f64,
    /// A wait beyond this is late.
    pub deadline_late_s: f64,
    /// A customer goes away after this, and counts as having waited so long.
    pub abandon_s: f64,
    /// What a kilometre of extra way is worth.
    pub beta_s_per_km: f64,
    /// How long a silent hub goes unnoticed.
    pub detect_s: f64,
    /// How much longer service takes at most, above the threshold.
    pub degrade_a: f64,
    /// The file of its hubs.
    pub hubs: String,
    /// Time and rate multiplier, joined by straight lines.
    pub ramp: Vec<(f64, f64)>,
    /// Sudden demand of one zone.
    pub flash: Vec<Flash>,
    /// Hubs that die and come back.
    pub outage: Vec<Outage>,
    /// Hubs that become slow.
    pub slow: Vec<Slow>,
}

/// Sudden demand of one zone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flash {
    /// The zone's name.
    pub zone: String,
    /// When it begins.
    pub t0: f64,
    /// When it is over.
    pub t1: f64,
    /// By how much the zone's rate is multiplied.
    pub mult: f64,
    /// How long the rise to that takes.
    pub ramp_s: f64,
}

/// A hub that is dead for a while.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// The hub's name.
    pub hub: String,
    /// When it dies.
    pub t0: f64,
    /// When it is back, empty.
    pub t1: f64,
}

/// A hub that is slow for a while.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slow {
    /// The hub's name.
    pub hub: String,
    /// When it begins.
    pub t0: f64,
    /// When it is over.
    pub t1: f64,
    /// By how much service takes longer.
    pub factor: f64,
}

/// A hub server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hub {
    /// Its city.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Orders worked on at the same time.
    pub servers: u32,
    /// Mean service time.
    pub service_s: f64,
    /// Orders at which it degrades.
    pub threshold_n: u32,
}

/// A demand zone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its city or district.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Its share of all orders, to be divided by the sum.
    pub weight: f64,
}

/// A scenario with its hubs and zones.
#[derive(Debug, Clone)]
pub struct Country {
    /// What happens.
    pub scenario: Scenario,
    /// Who serves.
    pub hubs: Vec<Hub>,
    /// Who orders.
    pub zones: Vec<Zone>,
}

impl Country {
    /// Reads every scenario that the program carries.
    ///
    /// # Errors
    /// A carried file that cannot be read; that is a mistake of the build.
    pub fn carried() -> Result<Vec<Self>> {
        CARRIED.iter().map(|text| Self::read(text, None)).collect()
    }

    /// Finds a scenario by the beginning of its name, as `S04`, or reads it from a file.
    ///
    /// # Errors
    /// Neither a carried scenario nor a readable file, or a file with a mistake in it.
    pub fn find(name: &str) -> Result<Self> {
        let carried = Self::carried()?;
        let lower = name.to_lowercase();
        let fits = |one: &&Self| one.scenario.name.to_lowercase().starts_with(&lower);
        if let Some(found) = carried.iter().find(fits).filter(|_| !lower.is_empty()) {
            return Ok(found.clone());
        }
        let path = Path::new(name);
        if !path.exists() {
            let names: Vec<&str> = carried.iter().map(|one| one.scenario.name.as_str()).collect();
            bail!("no scenario or file {name:?}; give a file or one of {}", names.join(", "));
        }
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        Self::read(&text, path.parent()).with_context(|| format!("{name} is no scenario"))
    }

    /// Returns where a zone lies.
    ///
    /// # Errors
    /// Degrees that are no place.
    pub fn places(&self) -> Result<(Vec<Point>, Vec<Point>)> {
        let hubs = self.hubs.iter().map(|hub| Point::new(hub.lat, hub.lon));
        let zones = self.zones.iter().map(|zone| Point::new(zone.lat, zone.lon));
        Ok((hubs.collect::<Result<_, _>>()?, zones.collect::<Result<_, _>>()?))
    }

    fn read(text: &str, folder: Option<&Path>) -> Result<Self> {
        let scenario: Scenario = serde_json::from_str(text)?;
        let hubs = hubs(&scenario.hubs, folder)?;
        let zones: Vec<Zone> = serde_json::from_str(ZONES)?;
        let country = Self { scenario, hubs, zones };
        country.check()?;
        Ok(country)
    }

    fn check(&self) -> Result<()> {
        let scenario = &self.scenario;
        let named = scenario.outage.iter().map(|one| &one.hub);
        for name in named.chain(scenario.slow.iter().map(|one| &one.hub)) {
            if !self.hubs.iter().any(|hub| hub.name == *name) {
                bail!("there is no hub {name:?} in {}", scenario.hubs);
            }
        }
        for flash in &scenario.flash {
            if !self.zones.iter().any(|zone| zone.name == flash.zone) {
                bail!("there is no zone {:?}", flash.zone);
            }
        }
        let figures = [
            ("horizon_s", scenario.horizon_s),
            ("base_rate", scenario.base_rate),
            ("burst_mean_on_s", scenario.burst_mean_on_s),
            ("burst_mean_off_s", scenario.burst_mean_off_s),
            ("report_period_s", scenario.report_period_s),
        ];
        match figures.iter().find(|(_, value)| !(value.is_finite() && *value > 0.0)) {
            Some((name, value)) => bail!("{name} must be more than 0, not {value}"),
            None => Ok(()),
        }
    }
}

/// Finds the hubs beside the scenario's file, or among those that the program carries.
fn hubs(name: &str, folder: Option<&Path>) -> Result<Vec<Hub>> {
    let file = Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or(name);
    let beside = folder.map(|folder| folder.join(name)).filter(|path| path.exists());
    if let Some(path) = beside {
        let text = std::fs::read_to_string(&path)?;
        return serde_json::from_str(&text)
            .with_context(|| format!("{} is no list of hubs", path.display()));
    }
    let (_, text) = HUBS.iter().find(|(known, _)| *known == file).with_context(|| {
        format!("no hubs {name:?}: put the file beside the scenario, or name hubs_A to hubs_D.json")
    })?;
    Ok(serde_json::from_str(text)?)
}
