//! Keep, divert or hold: every decision of `tests/data/hub/decisions.json` comes out the same.
//!
//! Owns the shape of that file. May not know how a decision is made. Next: nothing.

#![expect(clippy::panic, clippy::unwrap_used, reason = "data that cannot be read has no decisions")]

use baton_core::geo::Point;
use baton_core::hub::board::{Board, Hub, Zone};
use baton_core::hub::divert::Route;
use baton_core::hub::figures::Figures;
use baton_core::hub::load::{HubFacts, Snapshot, Standing};
use baton_trials::hub::scenario;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::Path;

#[derive(Deserialize)]
struct Decisions {
    cases: Vec<Case>,
    hubs: String,
    params: Params,
}

#[derive(Deserialize)]
struct Params {
    beta_s_per_km: f64,
    credit_rtt_s: f64,
    gmax: f64,
    k: usize,
    kappa: f64,
    qx: f64,
    theta: f64,
}

#[derive(Deserialize)]
struct Case {
    zone: String,
    outstanding: Vec<u32>,
    held_for_home: Vec<u32>,
    home_rate_per_s: Vec<f64>,
    service_est_s: Vec<f64>,
    up: Vec<bool>,
    /// Absent where prices are 0.
    #[serde(default)]
    price_s: Vec<f64>,
    /// `None` = held.
    decision: Option<String>,
}

fn read<T: DeserializeOwned>(path: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn figures(params: &Params) -> Figures {
    Figures {
        ring: params.k,
        cost_s_per_km: params.beta_s_per_km,
        credit_round_trip_s: params.credit_rtt_s,
        ready_share: params.qx,
        threshold_share: params.theta,
        reserve_factor: params.kappa,
        congestion_max: params.gmax,
        ..Figures::default()
    }
}

fn facts(hub: &scenario::Hub) -> HubFacts {
    HubFacts {
        at: Point::new(hub.lat, hub.lon).unwrap(),
        workers: hub.servers,
        service_s: hub.service_s,
        threshold: Some(hub.threshold_n),
    }
}

/// Lays the case's loads on an idle board.
fn lay(board: &mut Board, case: &Case) {
    for hub in board.hubs() {
        let at = hub.0 as usize;
        board.set(
            hub,
            Snapshot {
                out: case.outstanding[at],
                held: case.held_for_home[at],
                service_s: case.service_est_s[at],
                rate_per_s: case.home_rate_per_s[at],
                price_s: case.price_s.get(at).copied().unwrap_or(0.0),
                standing: if case.up[at] { Standing::Up } else { Standing::Down },
            },
        );
    }
}

#[test]
fn every_decision_is_that_of_the_reference() {
    let decisions: Decisions = read("../../tests/data/hub/decisions.json");
    let file = Path::new(&decisions.hubs).file_name().unwrap().to_str().unwrap();
    let hubs: Vec<scenario::Hub> = read(&format!("data/hub/{file}"));
    let zones: Vec<scenario::Zone> = read("data/hub/zones.json");
    let facts: Vec<HubFacts> = hubs.iter().map(facts).collect();
    let places: Vec<Point> = zones.iter().map(|z| Point::new(z.lat, z.lon).unwrap()).collect();
    let idle = Board::new(&facts, &places, figures(&decisions.params));

    let mut equal = 0;
    for (number, case) in decisions.cases.iter().enumerate() {
        let zone = zones.iter().position(|zone| zone.name == case.zone).unwrap();
        let mut board = idle.clone();
        lay(&mut board, case);
        let made = match board.route(Zone(u32::try_from(zone).unwrap())) {
            Route::To(Hub(hub)) => Some(hubs[hub as usize].name.clone()),
            Route::Hold => None,
        };
        if made == case.decision {
            equal += 1;
        } else {
            println!("case {number}: {made:?}, not {:?}", case.decision);
        }
    }

    println!("{equal} of {} decisions equal", decisions.cases.len());
    assert!(!decisions.cases.is_empty());
    assert_eq!(equal, decisions.cases.len());
}
