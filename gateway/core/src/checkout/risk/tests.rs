//! Evidence and choice: what may raise it, what must not, and how a run ends.

use super::dialogue::{Dialogue, Next, Outcome};
use super::factor::{FACTOR_NATS_MAX, Factor, Outcome as FactorOutcome, together};
use super::model::{
    Ability, FamilyId, Leak, Model, ModelInvalid, PerClass, PerSource, Probe, Source,
};
use super::question::{Choice, choose};
use super::rule::{Acceptable, Policy, Verdict, judge};
use super::score::{Answered, KnowledgeCap, Score};
use crate::checkout::dice::Dice;
use baton_protocol::money::{Currency, Money};
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

/// A model of one family a source, with round figures.
pub fn model() -> Model {
    let leak = |whole| Leak { whole, item: 0.05 };
    let probe = |(source, guess)| Probe { source, difficulty: -1.5, guess };
    let text = Source::ALL.map(|source| probe((source, 0.03)));
    let choice = Source::ALL.map(|source| probe((source, 0.2)));
    Model {
        version: "test-1".to_owned(),
        families: text.into_iter().chain(choice).collect(),
        leaks: PerClass([0.005, 0.1, 0.1, 0.25].map(|whole| PerSource([leak(whole); 9]))),
        priors: PerClass([1e-3, 5e-4, 1e-3, 2e-4]),
        ability: [
            (-2.857, 0.0113),
            (-1.3556, 0.2221),
            (0.0, 0.5332),
            (1.3556, 0.2221),
            (2.857, 0.0113),
        ]
        .map(|(point, weight)| Ability { point, weight }),
        discrimination: 1.3,
        slip: 0.03,
        known_item: 0.95,
    }
}

fn score() -> Score {
    Score::begin(&model(), PerClass::default(), KnowledgeCap::Unlimited)
}

fn probe(family: u8) -> Probe {
    *model().lookup(FamilyId(family)).unwrap()
}

#[test]
fn the_model_of_the_tests_can_be_counted_with() {
    assert_eq!(model().check(), Ok(()));
}

#[test]
fn a_probability_outside_zero_and_one_is_refused() {
    let bad = [0.0, 1.0, -0.1, f64::NAN];

    for slip in bad {
        let model = Model { slip, ..model() };
        assert_eq!(model.check(), Err(ModelInvalid::Probability { what: "the slip" }));
    }
    let model = Model { families: Vec::new(), ..model() };
    assert_eq!(model.check(), Err(ModelInvalid::Families));
}

#[test]
fn one_source_never_gives_more_than_its_leak_allows() {
    let model = model();
    let mut score = score();

    for _ in 0..30 {
        score.answer(&model, &probe(3), Answered::Right);
    }

    // The class that has the whole source explains all of it but its own chance of knowing items.
    let most = -(0.25_f64.ln()) - 30.0 * (0.95 + 0.05 * 0.03_f64).ln();
    assert!(score.evidence().0[3] <= most);
}

#[test]
fn factors_count_seven_nats_at_most_and_against_when_they_fail() {
    let passed = Factor::DeviceKey.evidence(FactorOutcome::Passed);
    let failed = Factor::DeviceKey.evidence(FactorOutcome::Failed);

    assert_eq!(passed.0[0], FACTOR_NATS_MAX);
    assert!((passed.0[1] - (0.97_f64 / 0.10).ln()).abs() < 1e-12);
    assert!(failed.0.iter().take(3).all(|nats| *nats < 0.0));
    let both = together([
        (Factor::DeviceKey, FactorOutcome::Passed),
        (Factor::Beacon, FactorOutcome::Passed),
    ]);
    assert!((both.0[3] - (0.97_f64 / 0.9).ln() - (0.95_f64 / 0.3).ln()).abs() < 1e-12);
}

#[test]
fn knowledge_counts_as_much_as_the_cap_and_not_more() {
    let model = model();
    let cap = 1000.0_f64.ln();
    let mut score = Score::begin(&model, PerClass([1.0; 4]), KnowledgeCap::Nats(cap));

    for family in 0..9 {
        score.answer(&model, &probe(family), Answered::Right);
    }

    assert!(score.evidence().0.iter().all(|nats| *nats <= 1.0 + cap));
    assert!(score.prospect(&model, &probe(0)).drop.abs() < 1.0);
}

#[test]
fn the_limit_is_the_loss_over_the_amount() {
    let policy = Policy::default();
    let limit = Acceptable::of(&policy, Money::new(50_000, Currency::KRW)).unwrap();

    assert!((limit.get() - 1e-4).abs() < 1e-18);
    assert_eq!(judge(&policy, limit, 1e-4), Some(Verdict::Accepted));
    assert_eq!(judge(&policy, limit, 1.1e-4), None);
    assert_eq!(judge(&policy, limit, 0.2), Some(Verdict::Rejected));
    assert_eq!(Acceptable::of(&policy, Money::new(0, Currency::KRW)), None);
    assert_eq!(Acceptable::of(&policy, Money::new(50, Currency::POINTS)), None);
}

#[test]
fn a_run_ends_after_eight_answers() {
    let (model, policy) = (model(), Policy { per_source_max: 9, ..Policy::default() });
    let mut dialogue = Dialogue::begin(&model, &policy, PerClass::default(), Acceptable::risk(0.0));
    let all: Vec<FamilyId> = model.families().map(|(family, _)| family).collect();
    let mut dice = Dice::new(1);

    let mut asked = 0;
    while let Next::Ask(family) = dialogue.next(&model, &policy, &all, &mut dice) {
        let answered = if asked % 2 == 0 { Answered::Right } else { Answered::Wrong };
        dialogue.take(&model, &probe(family.0), Outcome::Answered(answered));
        asked += 1;
    }

    assert!(asked <= 8);
    assert_eq!(dialogue.next(&model, &policy, &[], &mut dice), Next::End(Verdict::Inconclusive));
}

#[test]
fn one_answer_alone_is_not_enough_and_beside_a_factor_it_is() {
    let (model, policy) = (model(), Policy::default());
    let all: Vec<FamilyId> = model.families().map(|(family, _)| family).collect();
    let key = Factor::DeviceKey.evidence(FactorOutcome::Passed);
    let failed = Factor::DeviceKey.evidence(FactorOutcome::Failed);
    let end = |factors, answers: u8| {
        let risk = Score::begin(&model, factors, policy.cap).risk(&model);
        let mut dialogue = Dialogue::begin(&model, &policy, factors, Acceptable::risk(risk * 0.9));
        for family in 0..answers {
            dialogue.take(&model, &probe(family), Outcome::Answered(Answered::Right));
        }
        dialogue.next(&model, &policy, &all, &mut Dice::new(1))
    };

    assert!(matches!(end(PerClass::default(), 1), Next::Ask(_)));
    assert!(matches!(end(failed, 1), Next::Ask(_)));
    assert_eq!(end(PerClass::default(), 2), Next::End(Verdict::Accepted));
    assert_eq!(end(key, 1), Next::End(Verdict::Accepted));
}

#[test]
fn what_costs_too_little_to_ask_is_accepted_without_an_answer() {
    let (model, policy) = (model(), Policy::default());
    let limit = Acceptable::of(&policy, Money::new(1_500, Currency::KRW)).unwrap();

    let dialogue = Dialogue::begin(&model, &policy, PerClass::default(), limit);

    let next = dialogue.next(&model, &policy, &[FamilyId(0)], &mut Dice::new(1));
    assert_eq!(next, Next::End(Verdict::Accepted));
}

fn steps() -> impl Strategy<Value = Vec<(u8, u8)>> {
    proptest::collection::vec((0_u8..18, 0_u8..3), 0..8)
}

fn play(model: &Model, steps: &[(u8, u8)]) -> Score {
    let mut score = score();
    for (family, outcome) in steps {
        match outcome {
            0 => score.answer(model, &probe(*family), Answered::Right),
            1 => score.answer(model, &probe(*family), Answered::Wrong),
            _ => score.skip(model, &probe(*family)),
        }
    }
    score
}

proptest! {
    #[test]
    fn a_skip_never_lowers_the_risk(steps in steps(), family in 0_u8..18) {
        let model = model();
        let before = play(&model, &steps);

        let mut after = before.clone();
        after.skip(&model, &probe(family));

        prop_assert!(after.risk(&model) >= before.risk(&model));
        for (after, before) in after.evidence().0.iter().zip(before.evidence().0) {
            prop_assert!(*after <= before);
        }
    }

    #[test]
    fn knowing_some_and_skipping_the_rest_gains_nothing(family in 0_u8..18) {
        // An impostor who answers what it knows and skips the rest: on average its likelihood
        // ratio is at most 1, as if nothing had been asked.
        let model = model();
        let before = score();
        let probe = probe(family);
        for class in 0..4 {
            let leak = model.leaks.0[class].get(probe.source);
            let knows = leak.whole * model.known_item + (1.0 - leak.whole) * leak.item;
            let nats = |score: &Score| score.evidence().0[class];
            let ratio = |score: &Score| (nats(score) - nats(&before)).exp();
            let (mut right, mut skip) = (before.clone(), before.clone());
            right.answer(&model, &probe, Answered::Right);
            skip.skip(&model, &probe);

            let mean = knows * ratio(&right) + (1.0 - knows) * ratio(&skip);

            prop_assert!(mean <= 1.0 + 1e-9, "class {class}: {mean}");
        }
    }

    #[test]
    fn a_first_right_answer_lowers_the_risk_and_a_wrong_one_raises_it(family in 0_u8..18) {
        // Later ones of a source that has probably leaked may not: whoever has all of it is right.
        let model = model();
        let (mut right, mut wrong) = (score(), score());

        right.answer(&model, &probe(family), Answered::Right);
        wrong.answer(&model, &probe(family), Answered::Wrong);

        prop_assert!(right.risk(&model) < score().risk(&model));
        prop_assert!(wrong.risk(&model) > score().risk(&model));
    }

    #[test]
    fn the_choice_is_among_three_of_the_best(steps in steps(), seed in any::<u64>()) {
        let model = model();
        let score = play(&model, &steps);
        let all: Vec<FamilyId> = model.families().map(|(family, _)| family).collect();

        let chosen = choose(&model, &score, &all, Choice::LookAhead, &mut Dice::new(seed));

        let mut drops: Vec<f64> =
            all.iter().map(|family| score.prospect(&model, &probe(family.0)).drop).collect();
        drops.sort_by(|left, right| right.total_cmp(left));
        match chosen {
            Some(family) => {
                let drop = score.prospect(&model, &probe(family.0)).drop;
                prop_assert!(drop >= drops[2] && drop >= 0.8 * drops[0]);
            }
            None => prop_assert!(drops[0] < 1e-6),
        }
    }

    #[test]
    fn a_run_ends_within_its_bounds(
        answers in proptest::collection::vec(0_u8..3, 20),
        seed in any::<u64>(),
    ) {
        let (model, policy) = (model(), Policy::default());
        let limit = Acceptable::of(&policy, Money::new(1_000_000, Currency::KRW)).unwrap();
        let mut dialogue = Dialogue::begin(&model, &policy, PerClass::default(), limit);
        let all: Vec<FamilyId> = model.families().map(|(family, _)| family).collect();
        let (mut dice, mut answers) = (Dice::new(seed), answers.into_iter());
        let mut of_source = PerSource::<u32>::default();

        while let Next::Ask(family) = dialogue.next(&model, &policy, &all, &mut dice) {
            let probe = probe(family.0);
            *of_source.get_mut(probe.source) += 1;
            let outcome = match answers.next() {
                Some(0) => Outcome::Answered(Answered::Right),
                Some(1) if dialogue.may_skip(&policy) => Outcome::Skipped,
                _ => Outcome::Answered(Answered::Wrong),
            };
            dialogue.take(&model, &probe, outcome);
        }

        prop_assert!(dialogue.answered() <= 8);
        prop_assert!(dialogue.skips() <= 2);
        prop_assert!(of_source.0.iter().all(|count| *count <= 3));
    }

    #[test]
    fn the_same_dice_choose_the_same(steps in steps(), seed in any::<u64>()) {
        let model = model();
        let score = play(&model, &steps);
        let all: Vec<FamilyId> = model.families().map(|(family, _)| family).collect();

        let [first, second] =
            [0, 1].map(|_| choose(&model, &score, &all, Choice::LookAhead, &mut Dice::new(seed)));

        prop_assert_eq!(first, second);
    }
}
