//! Payment flows: which factors were there, how much is paid, what it is expected to cost.
//!
//! Owns the flows of the specification. Rare passes of an impostor are not waited for: every
//! outcome of the factors is played and weighed by its probability. Floats, for risk only; amounts
//! are whole. Next: [`super::print`].

use super::population::{Habit, Player};
use super::runs::{Counts, File, Setting, SkipPrice, Use, run_after};
use super::table::by_default;
use baton_core::checkout::dice::Dice;
use baton_core::checkout::risk::factor::{Factor, Outcome, together};
use baton_core::checkout::risk::model::{Class, Model};
use baton_core::checkout::risk::rule::{Acceptable, Policy};
use baton_core::checkout::risk::score::KnowledgeCap;
use baton_protocol::money::{Currency, Money};

/// Items at hand in each family.
const ITEMS: u32 = 6;
/// Questions of one source and the risk of rejection in flows. Source: checkout specification.
const PER_SOURCE_MAX: u32 = 2;
const REJECT_RISK: f64 = 0.05;

/// One flow and what the specification says of it.
#[derive(Debug, Clone, Copy)]
struct Flow {
    factors: &'static [Factor],
    amount_krw: u32,
    /// Percent.
    refused: f64,
    questions: f64,
}

const fn flow(factors: &'static [Factor], amount_krw: u32, refused: f64, questions: f64) -> Flow {
    Flow { factors, amount_krw, refused, questions }
}

const KEY: &[Factor] = &[Factor::DeviceKey];
const KEY_BEACON: &[Factor] = &[Factor::DeviceKey, Factor::Beacon];
const KEY_PASSKEY: &[Factor] = &[Factor::DeviceKey, Factor::Passkey];

const FLOWS: [Flow; 11] = [
    flow(&[], 50_000, 15.0, 3.2),
    flow(KEY, 50_000, 8.0, 1.9),
    flow(KEY, 300_000, 17.0, 3.6),
    flow(KEY_BEACON, 50_000, 0.0, 0.0),
    flow(KEY_BEACON, 300_000, 9.5, 2.1),
    flow(KEY_BEACON, 1_000_000, 16.0, 3.6),
    flow(KEY_PASSKEY, 300_000, 0.0, 0.0),
    flow(KEY_PASSKEY, 1_000_000, 5.5, 1.6),
    flow(KEY_PASSKEY, 3_000_000, 8.9, 2.0),
    flow(&Factor::ALL, 1_000_000, 0.0, 0.0),
    flow(&Factor::ALL, 3_000_000, 5.7, 1.6),
];

/// What came of a flow.
#[derive(Debug, Clone)]
pub struct FlowRow {
    /// Factors and amount.
    pub name: String,
    /// Persons whose factors passed.
    pub genuine: Counts,
    /// The loss that an approval is expected to cause.
    ///
    /// **Units** KRW, with decimals because it is an expectation.
    pub loss_krw: f64,
    /// What the specification says: refused in percent, questions.
    pub expected: (f64, f64),
}

/// Plays every flow.
#[must_use]
pub fn rows(model: &Model, people: u32, dice: &mut Dice) -> Vec<FlowRow> {
    FLOWS.iter().map(|flow| play(model, flow, people, dice)).collect()
}

fn play(model: &Model, flow: &Flow, people: u32, dice: &mut Dice) -> FlowRow {
    let policy = Policy {
        per_source_max: PER_SOURCE_MAX,
        reject_risk: REJECT_RISK,
        cap: KnowledgeCap::Unlimited,
        ..Policy::default()
    };
    let amount = Money::new(i64::from(flow.amount_krw), Currency::KRW);
    let acceptable = Acceptable::of(&policy, amount).unwrap_or(Acceptable::risk(0.0));
    let file = File::of(model, ITEMS, by_default);
    let mut counts = |outcomes: &[(Factor, Outcome)], class: Option<Class>| {
        let factors = together(outcomes.iter().copied());
        let setting = Setting {
            belief: model,
            world: model,
            policy: &policy,
            factors,
            acceptable,
            skip_price: SkipPrice::Charged,
        };
        let mut counts = Counts::default();
        for _ in 0..people {
            let player = match class {
                None => Player::genuine(0.0, dice),
                Some(class) => Player::impostor(model, class, Habit::Guesses, dice),
            };
            counts.add(run_after(&setting, &file, 0, Use::Single, player, dice));
        }
        counts
    };
    let all: Vec<(Factor, Outcome)> =
        flow.factors.iter().map(|factor| (*factor, Outcome::Passed)).collect();
    let genuine = counts(&all, None);
    let mut risk = 0.0;
    for outcomes in outcomes(flow.factors) {
        for (class, prior) in model.priors.iter() {
            risk += prior * weight(&outcomes, class) * counts(&outcomes, Some(class)).passed();
        }
    }
    FlowRow {
        name: name(flow),
        genuine,
        loss_krw: risk * f64::from(flow.amount_krw),
        expected: (flow.refused, flow.questions),
    }
}

/// Every combination of passes and fails.
fn outcomes(factors: &[Factor]) -> Vec<Vec<(Factor, Outcome)>> {
    factors.iter().fold(vec![Vec::new()], |all, factor| {
        let both = |one: Vec<(Factor, Outcome)>| {
            [Outcome::Passed, Outcome::Failed]
                .map(|outcome| one.iter().copied().chain([(*factor, outcome)]).collect::<Vec<_>>())
        };
        all.into_iter().flat_map(both).collect()
    })
}

/// How likely a class has these outcomes.
fn weight(outcomes: &[(Factor, Outcome)], class: Class) -> f64 {
    let one = |(factor, outcome): &(Factor, Outcome)| {
        let passes = *factor.passes().impostor.get(class);
        match outcome {
            Outcome::Passed => passes,
            Outcome::Failed => 1.0 - passes,
        }
    };
    outcomes.iter().map(one).product()
}

fn name(flow: &Flow) -> String {
    let words: Vec<&str> = flow.factors.iter().map(|factor| factor.word()).collect();
    let factors = if words.is_empty() { "no factor".to_owned() } else { words.join(" + ") };
    format!("{factors}, {}", Money::new(i64::from(flow.amount_krw), Currency::KRW))
}
