//! The table of quizzes and runs, each row beside the specification's figures.
//!
//! Owns the rows: fixed quizzes, adaptive runs at four limits, a thin file and the ablations.
//! Floats, for risk only. Next: [`super::flows`].

use super::population::{Habit, Player};
use super::runs::{Ended, File, Quiz, Setting, SkipPrice, Tally, Use, run_after};
use baton_core::checkout::dice::Dice;
use baton_core::checkout::risk::model::{Leak, Model, PerClass, PerSource, Probe, Source};
use baton_core::checkout::risk::question::Choice;
use baton_core::checkout::risk::rule::{Acceptable, Policy};
use baton_core::checkout::risk::score::KnowledgeCap;

/// Items at hand in each family of a full file; a run uses at most three of a source.
const FULL_ITEMS: u32 = 6;
/// Items of a thin file: one of each family.
const THIN_ITEMS: u32 = 1;
/// Questions of one source: the rule's, which the table names for its row at 1/20 only.
const PER_SOURCE_MAX: u32 = 3;
/// Those of the table's other rows, as of its payment flows.
const PER_SOURCE_FEW: u32 = 2;
/// How much leaked at most in an ablation: a probability stays below 1.
const LEAK_MAX: f64 = 0.99;

/// What the specification says of a row; absent where it says nothing.
///
/// **Units** percent, questions as a count.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Mean number of answers.
    pub questions: Option<f64>,
    /// Persons who are sent elsewhere.
    pub refused: Option<f64>,
    /// Of all persons, rejected.
    pub rejected: Option<f64>,
    /// Impostors who pass.
    pub passed: PerClass<Option<f64>>,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was played.
    pub name: String,
    /// What came of it.
    pub tally: Tally,
    /// What the specification says.
    pub figures: Figures,
}

/// How a row differs from the ordinary adaptive run.
#[derive(Debug, Clone, Copy)]
struct Variant {
    name: &'static str,
    /// The accepted share of the prior risk: one in so many.
    one_in: f64,
    reject_risk: f64,
    per_source_max: u32,
    choice: Choice,
    skip_price: SkipPrice,
    /// How much more leaked than is believed.
    more_leaks: f64,
    /// Whether the unit takes items as independent.
    belief: Belief,
    /// How much everybody's ability is moved.
    forget: f64,
    /// What impostors do when they do not know.
    habit: Habit,
    watched: u32,
    reuse: Use,
    thin: Thin,
    figures: Figures,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Belief {
    Mixture,
    Independent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thin {
    Full,
    OneOfEach,
}

const ORDINARY: Variant = Variant {
    name: "",
    one_in: 20.0,
    reject_risk: 0.2,
    per_source_max: PER_SOURCE_MAX,
    choice: Choice::LookAhead,
    skip_price: SkipPrice::Charged,
    more_leaks: 1.0,
    belief: Belief::Mixture,
    forget: 0.0,
    habit: Habit::Guesses,
    watched: 0,
    reuse: Use::Single,
    thin: Thin::Full,
    figures: NOTHING,
};

const NOTHING: Figures =
    Figures { questions: None, refused: None, rejected: None, passed: PerClass([None; 4]) };

/// Figures of a full row: questions, refused, then the classes.
const fn figures(questions: f64, refused: f64, passed: [f64; 4]) -> Figures {
    let [stranger, acquaintance, thief, keylogger] = passed;
    let passed = PerClass([Some(stranger), Some(acquaintance), Some(thief), Some(keylogger)]);
    Figures { questions: Some(questions), refused: Some(refused), rejected: None, passed }
}

const fn rejecting(figures: Figures, rejected: f64) -> Figures {
    Figures { rejected: Some(rejected), ..figures }
}

/// Figures of thief and keylogger only.
const fn watched(thief: Option<f64>, keylogger: Option<f64>) -> Figures {
    Figures { passed: PerClass([None, None, thief, keylogger]), ..NOTHING }
}

/// The name of the row that the goals are set for.
pub const GOAL: &str = "adaptive 1/20";

/// The adaptive rows of the specification's table.
const ADAPTIVE: [Variant; 5] = [
    Variant {
        name: "adaptive 1/5",
        one_in: 5.0,
        per_source_max: PER_SOURCE_FEW,
        figures: rejecting(figures(2.8, 8.4, [1.0, 9.6, 3.8, 11.3]), 1.9),
        ..ORDINARY
    },
    Variant {
        name: "adaptive 1/10",
        one_in: 10.0,
        per_source_max: PER_SOURCE_FEW,
        figures: figures(3.0, 11.0, [0.6, 7.0, 2.8, 8.3]),
        ..ORDINARY
    },
    Variant {
        name: GOAL,
        figures: rejecting(figures(3.2, 12.2, [0.4, 5.0, 2.1, 5.8]), 2.0),
        ..ORDINARY
    },
    Variant {
        name: "adaptive 1/50",
        one_in: 50.0,
        per_source_max: PER_SOURCE_FEW,
        figures: figures(4.1, 18.8, [0.13, 2.3, 0.9, 3.3]),
        ..ORDINARY
    },
    Variant {
        name: "thin file 1/20",
        thin: Thin::OneOfEach,
        figures: figures(3.5, 17.6, [0.5, 4.6, 2.0, 7.3]),
        ..ORDINARY
    },
];

const ABLATED: Variant =
    Variant { one_in: 10.0, reject_risk: 0.05, per_source_max: PER_SOURCE_FEW, ..ORDINARY };

/// What each part of the design is worth, at 1/10 and a rejection at 0.05 unless it says else.
const ABLATIONS: [Variant; 11] = [
    Variant {
        name: "1/10, as designed",
        figures: Figures { refused: Some(11.0), ..watched(Some(2.7), Some(8.0)) },
        ..ABLATED
    },
    Variant {
        name: "questions at random",
        choice: Choice::AtRandom,
        figures: Figures { refused: Some(16.5), ..watched(None, Some(20.8)) },
        ..ABLATED
    },
    Variant {
        name: "items as independent",
        belief: Belief::Independent,
        figures: watched(Some(5.6), Some(12.9)),
        ..ABLATED
    },
    Variant {
        name: "skips without price",
        skip_price: SkipPrice::Free,
        habit: Habit::Skips,
        figures: watched(Some(12.0), Some(34.0)),
        ..ABLATED
    },
    Variant { name: "1/20, always skipping", habit: Habit::Skips, ..ORDINARY },
    Variant { name: "1/20, skips as persons", habit: Habit::LikePersons, ..ORDINARY },
    Variant {
        name: "impostors know 1.5x",
        more_leaks: 1.5,
        figures: watched(Some(4.5), Some(15.8)),
        ..ABLATED
    },
    Variant {
        name: "impostors know 2x",
        more_leaks: 2.0,
        figures: watched(Some(6.8), Some(24.9)),
        ..ABLATED
    },
    Variant {
        name: "persons forget more",
        forget: -0.7,
        figures: Figures { refused: Some(25.7), ..NOTHING },
        ..ABLATED
    },
    Variant {
        name: "3 watched, single use",
        watched: 3,
        figures: watched(None, Some(9.0)),
        ..ORDINARY
    },
    Variant {
        name: "3 watched, used again",
        watched: 3,
        reuse: Use::Again,
        figures: watched(None, Some(72.2)),
        ..ORDINARY
    },
];

/// Plays the table.
#[must_use]
pub fn rows(model: &Model, people: u32, dice: &mut Dice) -> Vec<Row> {
    let fixed = quizzes().into_iter().map(|(name, probes, right_min, figures)| {
        let quiz = Quiz { probes: &probes, right_min };
        let tally = Tally::of(
            people,
            dice,
            |dice| quiz.run(model, &Player::genuine(0.0, dice), dice),
            |class, dice| {
                quiz.run(model, &Player::impostor(model, class, Habit::Guesses, dice), dice)
            },
        );
        Row { name: name.to_owned(), tally, figures }
    });
    let mut rows: Vec<Row> = fixed.collect();
    rows.extend(ADAPTIVE.iter().map(|variant| play(model, variant, people, dice)));
    rows
}

/// Plays the ablations.
#[must_use]
pub fn ablations(model: &Model, people: u32, dice: &mut Dice) -> Vec<Row> {
    ABLATIONS.iter().map(|variant| play(model, variant, people, dice)).collect()
}

/// Plays the row that the goals are set for.
#[must_use]
pub fn goal(model: &Model, people: u32, dice: &mut Dice) -> Row {
    let [_, _, goal, _, _] = &ADAPTIVE;
    play(model, goal, people, dice)
}

fn play(model: &Model, variant: &Variant, people: u32, dice: &mut Dice) -> Row {
    let world = leaking(model, variant.more_leaks);
    let believed = match variant.belief {
        Belief::Mixture => model.clone(),
        Belief::Independent => independent(model),
    };
    let policy = Policy {
        reject_risk: variant.reject_risk,
        per_source_max: variant.per_source_max,
        choice: variant.choice,
        cap: KnowledgeCap::Unlimited,
        ..Policy::default()
    };
    let setting = Setting {
        belief: &believed,
        world: &world,
        policy: &policy,
        factors: PerClass::default(),
        acceptable: Acceptable::risk(model.priors.0.iter().sum::<f64>() / variant.one_in),
        skip_price: variant.skip_price,
    };
    let file = match variant.thin {
        Thin::Full => File::of(model, FULL_ITEMS, by_default),
        Thin::OneOfEach => File::of(model, THIN_ITEMS, by_default),
    };
    let end = |player: Player, dice: &mut Dice| -> Ended {
        run_after(&setting, &file, variant.watched, variant.reuse, player, dice)
    };
    let tally = Tally::of(
        people,
        dice,
        |dice| end(Player::genuine(variant.forget, dice), dice),
        |class, dice| end(Player::impostor(&world, class, variant.habit, dice), dice),
    );
    Row { name: variant.name.to_owned(), tally, figures: variant.figures }
}

/// Says whether a source is asked of an ordinary account: what never changes about a person is not,
/// unless somebody turns it on.
#[must_use]
pub fn by_default(source: Source) -> bool {
    source != Source::Profile
}

/// A world in which more leaked than the model says.
fn leaking(model: &Model, times: f64) -> Model {
    let more = |value: f64| (value * times).min(LEAK_MAX);
    let leaks = model.leaks.0.map(|sources| {
        PerSource(sources.0.map(|leak| Leak { whole: more(leak.whole), item: more(leak.item) }))
    });
    Model { leaks: PerClass(leaks), ..model.clone() }
}

/// The same marginal chances, but no source leaks as a whole.
fn independent(model: &Model) -> Model {
    let apart = |leak: Leak| {
        let item = leak.whole * model.known_item + (1.0 - leak.whole) * leak.item;
        Leak { whole: 0.0, item }
    };
    let leaks = model.leaks.0.map(|sources| PerSource(sources.0.map(apart)));
    Model { leaks: PerClass(leaks), ..model.clone() }
}

type FixedQuiz = (&'static str, Vec<Probe>, usize, Figures);

/// Five options each. The bureau asks what records hold, the other what the shop knows itself.
fn quizzes() -> [FixedQuiz; 3] {
    let five = |asked: [(Source, f64); 5]| -> Vec<Probe> {
        let probe = |(source, difficulty)| Probe { source, difficulty, guess: 0.2 };
        asked.into_iter().map(probe).collect()
    };
    let bureau = five([
        (Source::Profile, -3.0),
        (Source::Profile, -3.0),
        (Source::Social, -1.6),
        (Source::OrderOld, -1.0),
        (Source::Device, -1.8),
    ]);
    let own = five([
        (Source::Profile, -3.0),
        (Source::OrderRecent, -1.9),
        (Source::OrderRecent, -1.9),
        (Source::Delivery, -1.0),
        (Source::Device, -1.8),
    ]);
    [
        ("fixed bureau, 4 of 5", bureau, 4, figures(5.0, 15.4, [1.0, 32.8, 34.1, 62.9])),
        ("fixed own, 4 of 5", own.clone(), 4, figures(5.0, 16.8, [0.8, 11.4, 12.2, 35.1])),
        ("fixed own, 5 of 5", own, 5, figures(5.0, 47.9, [0.04, 1.5, 1.8, 9.2])),
    ]
}
