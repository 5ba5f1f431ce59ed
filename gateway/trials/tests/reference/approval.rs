//! The approval unit beside its reference data: matching answers, and scores step by step.
//!
//! Owns the form of the two files in `tests/data/approval`.

use baton_core::checkout::answer::{Kind, matches};
use baton_core::checkout::risk::model::{FamilyId, PerClass};
use baton_core::checkout::risk::score::{Answered, KnowledgeCap, Score};
use baton_trials::approval::{day, model};
use serde::Deserialize;

/// How far a figure may be off.
const TOLERANCE: f64 = 1e-6;

#[derive(Deserialize)]
struct Pair {
    kind: String,
    stored: String,
    answer: String,
    pool: Vec<String>,
    #[serde(rename = "match")]
    same: bool,
}

#[derive(Deserialize)]
struct Scores {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    s0: [f64; 4],
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    family: u8,
    expected_log_risk_drop: f64,
    outcome: String,
    #[serde(rename = "S")]
    evidence: [f64; 4],
    risk: f64,
}

fn read(name: &str) -> std::io::Result<String> {
    std::fs::read_to_string(format!("{}/tests/data/approval/{name}", env!("CARGO_MANIFEST_DIR")))
}

#[test]
fn every_pair_matches_as_the_reference_says() {
    let pairs: Vec<Pair> = serde_json::from_str(&read("match.json").unwrap()).unwrap();
    let today = day("2025-07-01").unwrap();

    let wrong: Vec<String> = pairs
        .iter()
        .filter(|pair| {
            let pool: Vec<&str> = pair.pool.iter().map(String::as_str).collect();
            let kind = Kind::lookup(&pair.kind).unwrap();
            matches(kind, &pair.stored, &pair.answer, &pool, today) != pair.same
        })
        .map(|pair| format!("{} {} / {}", pair.kind, pair.stored, pair.answer))
        .collect();

    println!("{} of {} pairs right", pairs.len() - wrong.len(), pairs.len());
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_step_scores_as_the_reference_says() {
    let model = model::ModelFile::parse(&read("model.json").unwrap()).unwrap().model().unwrap();
    let scores: Scores = serde_json::from_str(&read("score.json").unwrap()).unwrap();

    let (mut steps, mut wrong, mut worst) = (0, Vec::new(), 0.0_f64);
    for (number, case) in scores.cases.iter().enumerate() {
        let mut score = Score::begin(&model, PerClass(case.s0), KnowledgeCap::Unlimited);
        for (place, step) in case.steps.iter().enumerate() {
            let probe = model.lookup(FamilyId(step.family)).unwrap();
            let drop = score.prospect(&model, probe).drop;
            match step.outcome.as_str() {
                "correct" => score.answer(&model, probe, Answered::Right),
                "wrong" => score.answer(&model, probe, Answered::Wrong),
                "skip" => score.skip(&model, probe),
                other => panic!("unknown outcome {other}"),
            }
            let mut off = (drop - step.expected_log_risk_drop).abs();
            for (ours, theirs) in score.evidence().0.iter().zip(step.evidence) {
                off = off.max((ours - theirs).abs());
            }
            off = off.max((score.risk(&model) - step.risk).abs() / step.risk);
            worst = worst.max(off);
            steps += 1;
            if off > TOLERANCE {
                wrong.push((number, place, off));
            }
        }
    }

    println!("{} of {steps} steps equal, worst {worst:.1e}", steps - wrong.len());
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_embedded_model_is_the_reference_model() {
    let reference = model::ModelFile::parse(&read("model.json").unwrap()).unwrap().model().unwrap();

    let embedded = model::embedded().unwrap();

    let named =
        baton_core::checkout::risk::model::Model { version: reference.version.clone(), ..embedded };
    assert_eq!(named, reference);
}
