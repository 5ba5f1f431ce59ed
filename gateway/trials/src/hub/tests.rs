//! A small country in which everything breaks, played by both rules.
//!
//! Owns only checks; the great scenarios are played by hand. Next: nothing.

use super::scenario::{Country, Flash, Outage, Slow};
use super::*;

/// Half a minute of S02 with everything in it that can happen.
fn trouble() -> Country {
    let mut country = Country::find("S02").unwrap();
    let scenario = &mut country.scenario;
    scenario.horizon_s = 30.0;
    scenario.flash =
        vec![Flash { zone: "Daegu".into(), t0: 5.0, t1: 20.0, mult: 15.0, ramp_s: 2.0 }];
    scenario.outage = vec![
        Outage { hub: "Seoul".into(), t0: 7.0, t1: 12.0 },
        // Shorter than anybody notices.
        Outage { hub: "Busan".into(), t0: 15.0, t1: 15.4 },
    ];
    scenario.slow = vec![Slow { hub: "Suwon".into(), t0: 10.0, t1: 20.0, factor: 3.0 }];
    country
}

fn played(country: &Country, seed: u64, nodes: u32) -> (Outcome, Outcome) {
    play(country, seed, nodes, &mut std::io::sink()).unwrap()
}

fn said(command: Command) -> String {
    let mut out = Vec::new();
    run(command, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn refused(command: Command) -> String {
    format!("{:#}", run(command, &mut Vec::new()).unwrap_err())
}

fn simulate(scenario: &str) -> Command {
    let scenario = Some(scenario.to_owned());
    Command::Simulate {
        scenario,
        all: false,
        nodes: 1,
        seed: Some(3),
        runs: 1,
        svg: None,
        bound: false,
    }
}

#[test]
fn no_hub_is_over_its_threshold_and_every_order_ends() {
    for nodes in [1, 3] {
        let (ours, literal) = played(&trouble(), 5, nodes);

        assert!(ours.over_s <= 0.0, "{nodes} nodes: {} s over", ours.over_s);
        assert!(ours.series.iter().all(|hub| hub.peak <= hub.threshold));
        assert_eq!((ours.open, literal.open), (0, 0));
        assert_eq!(ours.orders, literal.orders);
        assert!(ours.j_s < literal.j_s, "{} s, the seed's {} s", ours.j_s, literal.j_s);
        assert!(literal.over_s > 0.0);
    }
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_does_not() {
    let mut country = trouble();
    country.scenario.horizon_s = 10.0;

    let (one, _) = played(&country, 5, 2);
    let (same, _) = played(&country, 5, 2);
    let (other, _) = played(&country, 6, 2);

    assert_eq!(one.j_s.to_bits(), same.j_s.to_bits());
    assert_eq!(one.asks_refused, same.asks_refused);
    assert_ne!(one.j_s.to_bits(), other.j_s.to_bits());
}

#[test]
fn orders_come_at_the_rate_of_the_scenario() {
    let mut country = Country::find("S01").unwrap();
    country.scenario.horizon_s = 300.0;

    let orders = traffic::orders(&country, 1);

    let wanted = country.scenario.base_rate * country.scenario.horizon_s;
    let count = f64::from(u32::try_from(orders.len()).unwrap());
    assert!((count / wanted - 1.0).abs() < 0.05, "{count} orders, not {wanted}");
    let mean = orders.iter().map(|order| order.weight).sum::<f64>() / count;
    let square = orders.iter().map(|order| order.weight.powi(2)).sum::<f64>() / count;
    assert!((mean - 1.0).abs() < 0.01, "{mean}");
    assert!((square - 2.5).abs() < 0.2, "{square}");
    assert!(orders.is_sorted_by(|a, b| a.at <= b.at));
}

#[test]
fn all_twelve_scenarios_are_carried() {
    let names: Vec<String> =
        Country::carried().unwrap().into_iter().map(|one| one.scenario.name).collect();

    assert_eq!(names.len(), 12);
    assert!(names.iter().zip(1..).all(|(name, number)| name.starts_with(&format!("S{number:02}"))));
}

#[test]
fn wrong_input_says_what_to_do() {
    assert!(refused(simulate("S99")).contains("S01_steady62"));
    assert!(refused(simulate("")).contains("give a file or one of"));
    let many = Command::Simulate {
        scenario: None,
        all: true,
        nodes: 65,
        seed: None,
        runs: 1,
        svg: None,
        bound: false,
    };
    assert!(refused(many).contains("--nodes must be 1 to 64"));
    let svg = Some(PathBuf::from("x.svg"));
    let all = Command::Simulate {
        scenario: None,
        all: true,
        nodes: 1,
        seed: None,
        runs: 1,
        svg,
        bound: false,
    };
    assert!(refused(all).contains("name it instead of --all"));
}

#[test]
fn a_file_with_a_mistake_is_refused_by_its_name() {
    let folder = std::env::temp_dir().join(format!("baton-hub-trial-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("mine.json");
    let text = include_str!("../../data/hub/scenarios/S05_outage_seoul.json");
    let play = || run(simulate(file.to_str().unwrap()), &mut Vec::new());

    std::fs::write(&file, text.replace("\"hub\": \"Seoul\"", "\"hub\": \"Atlantis\"")).unwrap();
    let hub = format!("{:#}", play().unwrap_err());
    std::fs::write(&file, text.replace("\"ramp\"", "\"rump\"")).unwrap();
    let field = format!("{:#}", play().unwrap_err());
    std::fs::write(&file, text.replace("1800", "0")).unwrap();
    let horizon = format!("{:#}", play().unwrap_err());
    std::fs::remove_dir_all(&folder).unwrap();

    assert!(hub.contains("mine.json") && hub.contains("Atlantis"), "{hub}");
    assert!(field.contains("rump"), "{field}");
    assert!(horizon.contains("horizon_s must be more than 0"), "{horizon}");
}

#[test]
fn a_file_is_played_and_drawn() {
    let folder = std::env::temp_dir().join(format!("baton-hub-picture-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (file, svg) = (folder.join("short.json"), folder.join("short.svg"));
    let text = include_str!("../../data/hub/scenarios/S01_steady62.json");
    std::fs::write(&file, text.replace("1800", "10").replace("S01_steady62", "a < b")).unwrap();
    let Command::Simulate { scenario, all, nodes, seed, .. } = simulate(file.to_str().unwrap())
    else {
        unreachable!()
    };

    let words = said(Command::Simulate {
        scenario,
        all,
        nodes,
        seed,
        runs: 2,
        svg: Some(svg.clone()),
        bound: true,
    });
    let picture = std::fs::read_to_string(&svg).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();

    assert!(words.contains("ours") && words.contains("seed's"), "{words}");
    assert!(words.contains("2 runs: J mean"), "{words}");
    assert!(words.contains("response ratio 1.0"), "{words}");
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    assert!(picture.contains("a &lt; b") && picture.contains("threshold 87"));
    assert!(!picture.contains("NaN") && !picture.contains("inf"));
}

#[test]
fn the_bound_of_a_rush_is_what_is_dropped_and_waits_and_never_more_than_a_run() {
    let mut country = Country::find("S01").unwrap();
    // One hub of ten orders a second, one zone at its door, forty orders in one second.
    country.hubs.truncate(1);
    country.zones.truncate(1);
    (country.hubs[0].servers, country.hubs[0].service_s) = (10, 1.0);
    country.scenario.horizon_s = 1.0;
    country.scenario.abandon_s = 2.5;
    let orders: Vec<traffic::Order> =
        (0..40).map(|_| traffic::Order { at: 0.5, zone: 0, weight: 1.0 }).collect();

    let least_s = bound::bound(&country, &orders).unwrap();

    // Twenty cost nothing, ten a second, ten two seconds: 30 s over 40 orders.
    assert!(least_s <= 0.75 + 1e-9, "{least_s}");
    assert!(least_s > 0.74, "{least_s}");
}

#[test]
fn the_alarm_is_tried_for_hours() {
    let words = said(Command::Alarm(alarm::Question { hours: 1, seed: 2 }));

    assert!(words.contains("S01, Poisson, 1 h"), "{words}");
    assert!(words.contains("rise of 180 s: +"), "{words}");
    assert!(!words.contains("NaN"), "{words}");
    let none = Command::Alarm(alarm::Question { hours: 0, seed: 2 });
    assert!(refused(none).contains("--hours must be 1 to 100"));
}

#[test]
fn a_plan_says_how_busy_a_hub_may_be() {
    let question = |workers| plan::Question {
        workers,
        service: 0.4,
        rate: Some(145.0),
        wait: 0.2,
        share: 0.01,
        arrivals_scv: 1.0,
        service_scv: 1.5,
    };

    let words = said(Command::Plan(question(58)));

    assert!(words.contains("up to 87 % busy"), "{words}");
    assert!(words.contains("workers are enough"), "{words}");
    assert!(refused(Command::Plan(question(0))).contains("--workers must be 1 or more"));
}
