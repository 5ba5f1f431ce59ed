//! Runs of questions, fixed and adaptive, over a population: how many are refused, who gets
//! through.
//!
//! Owns the play and its counts. The rules are core's, called as the gateway calls them. Floats,
//! for risk only. Next: [`super::table`].

use super::population::{Player, Skip};
use baton_core::checkout::dice::Dice;
use baton_core::checkout::risk::dialogue::{Dialogue, Next, Outcome};
use baton_core::checkout::risk::model::{Class, FamilyId, Model, PerClass, Source};
use baton_core::checkout::risk::rule::{Acceptable, Policy, Verdict};
use baton_core::checkout::risk::score::Answered;
use std::collections::{BTreeMap, BTreeSet};

/// What an account has to be asked about: items at hand in each family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Items of each family, as numbers that name them.
    items: BTreeMap<FamilyId, Vec<u32>>,
}

/// Whether an item that was asked is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It is gone, as the unit does it.
    Single,
    /// It stays: what single use is compared with.
    Again,
}

/// Whether a skip costs what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipPrice {
    /// It does, as the unit does it.
    Charged,
    /// It does not: what the price is compared with.
    Free,
}

/// One setting of a run.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// What the unit believes.
    pub belief: &'a Model,
    /// What is so.
    pub world: &'a Model,
    /// How careful it is.
    pub policy: &'a Policy,
    /// What factors said before.
    pub factors: PerClass<f64>,
    /// The risk that is accepted.
    pub acceptable: Acceptable,
    /// What skips cost.
    pub skip_price: SkipPrice,
}

/// How one run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub verdict: Verdict,
    /// After so many answers.
    pub answered: u32,
}

impl File {
    /// A file with so many items in each family of the model that `has` names.
    pub fn of(model: &Model, items: u32, has: impl Fn(Source) -> bool) -> Self {
        let mut next = 0..;
        let families = model.families().filter(|(_, probe)| has(probe.source));
        let items = families.map(|(family, _)| {
            let count = usize::try_from(items).unwrap_or(0);
            (family, next.by_ref().take(count).collect())
        });
        Self { items: items.collect() }
    }

    /// Families that have an item at hand.
    fn at_hand(&self) -> Vec<FamilyId> {
        self.items.iter().filter(|(_, items)| !items.is_empty()).map(|(id, _)| *id).collect()
    }

    fn draw(&mut self, family: FamilyId, dice: &mut Dice) -> Option<u32> {
        let items = self.items.get_mut(&family)?;
        let place = dice.below(items.len());
        (place < items.len()).then(|| items.swap_remove(place))
    }

    fn put_back(&mut self, family: FamilyId, item: u32) {
        self.items.entry(family).or_default().push(item);
    }
}

/// Plays one run; items that were shown leave the file.
pub fn run(
    setting: &Setting<'_>,
    file: &mut File,
    player: &Player,
    dice: &mut Dice,
) -> (Ended, BTreeMap<u32, FamilyId>) {
    let Setting { belief, policy, .. } = *setting;
    let mut dialogue = Dialogue::begin(belief, policy, setting.factors, setting.acceptable);
    let (mut shown, mut free_skips) = (BTreeMap::new(), 0);
    loop {
        let verdict = match dialogue.next(belief, policy, &file.at_hand(), dice) {
            Next::End(verdict) => Some(verdict),
            Next::Ask(family) => {
                ask(setting, file, player, &mut dialogue, &mut free_skips, family, dice).map_or(
                    Some(Verdict::Inconclusive),
                    |item| {
                        shown.insert(item, family);
                        None
                    },
                )
            }
        };
        if let Some(verdict) = verdict {
            return (Ended { verdict, answered: dialogue.answered() }, shown);
        }
    }
}

fn ask(
    setting: &Setting<'_>,
    file: &mut File,
    player: &Player,
    dialogue: &mut Dialogue,
    free_skips: &mut u32,
    family: FamilyId,
    dice: &mut Dice,
) -> Option<u32> {
    let probe = setting.belief.lookup(family)?;
    let item = file.draw(family, dice)?;
    let may = dialogue.may_skip(setting.policy) && *free_skips < setting.policy.skips_max;
    let skip = if may { Skip::Allowed } else { Skip::Spent };
    let outcome = player.answer(setting.world, probe, item, skip, dice);
    if outcome == Outcome::Skipped && setting.skip_price == SkipPrice::Free {
        *free_skips = free_skips.saturating_add(1);
    } else {
        dialogue.take(setting.belief, probe, outcome);
    }
    Some(item)
}

/// Plays so many runs of an account one after the other; returns the last one's end.
pub fn run_after(
    setting: &Setting<'_>,
    file: &File,
    watched: u32,
    reuse: Use,
    mut player: Player,
    dice: &mut Dice,
) -> Ended {
    let mut file = file.clone();
    let mut seen = BTreeSet::new();
    for _ in 0..watched {
        let person = Player::genuine(0.0, dice);
        let (_, shown) = run(setting, &mut file, &person, dice);
        seen.extend(shown.keys().copied());
        if reuse == Use::Again {
            shown.into_iter().for_each(|(item, family)| file.put_back(family, item));
        }
    }
    player.watch(&seen);
    run(setting, &mut file, &player, dice).0
}

/// Counts of many runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Runs.
    pub runs: u32,
    /// Of them, accepted.
    pub accepted: u32,
    /// Of them, rejected.
    pub rejected: u32,
    /// Answers in all of them.
    pub answered: u32,
}

impl Counts {
    /// Adds one run.
    pub fn add(&mut self, ended: Ended) {
        self.runs = self.runs.saturating_add(1);
        self.answered = self.answered.saturating_add(ended.answered);
        match ended.verdict {
            Verdict::Accepted => self.accepted = self.accepted.saturating_add(1),
            Verdict::Rejected => self.rejected = self.rejected.saturating_add(1),
            Verdict::Inconclusive => {}
        }
    }

    /// Returns the share that was accepted.
    #[must_use]
    pub fn passed(&self) -> f64 {
        f64::from(self.accepted) / f64::from(self.runs.max(1))
    }

    /// Returns the share that was sent to another factor or a person, rejected ones included.
    #[must_use]
    pub fn refused(&self) -> f64 {
        1.0 - self.passed()
    }

    /// Returns the share that was rejected.
    #[must_use]
    pub fn rejections(&self) -> f64 {
        f64::from(self.rejected) / f64::from(self.runs.max(1))
    }

    /// Returns the mean number of answers.
    #[must_use]
    pub fn questions(&self) -> f64 {
        f64::from(self.answered) / f64::from(self.runs.max(1))
    }
}

/// What came of a population: the persons and each class of impostors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// The persons.
    pub genuine: Counts,
    /// The impostors.
    pub impostors: PerClass<Counts>,
}

impl Tally {
    /// Plays `people` persons and as many impostors of each class.
    pub fn of(
        people: u32,
        dice: &mut Dice,
        mut genuine: impl FnMut(&mut Dice) -> Ended,
        mut impostor: impl FnMut(Class, &mut Dice) -> Ended,
    ) -> Self {
        let mut tally = Self::default();
        for _ in 0..people {
            tally.genuine.add(genuine(dice));
            for (class, counts) in Class::ALL.into_iter().zip(&mut tally.impostors.0) {
                counts.add(impostor(class, dice));
            }
        }
        tally
    }
}

/// A quiz of the ordinary kind: so many questions, so many must be right, no other wish.
#[derive(Debug, Clone, Copy)]
pub struct Quiz<'a> {
    /// Its questions.
    pub probes: &'a [baton_core::checkout::risk::model::Probe],
    /// How many must be right.
    pub right_min: usize,
}

impl Quiz<'_> {
    /// Puts the quiz to somebody.
    pub fn run(&self, world: &Model, player: &Player, dice: &mut Dice) -> Ended {
        let right = self.probes.iter().zip(0..).filter(|(probe, item)| {
            let outcome = player.answer(world, probe, *item, Skip::Spent, dice);
            outcome == Outcome::Answered(Answered::Right)
        });
        let passed = right.count() >= self.right_min;
        let verdict = if passed { Verdict::Accepted } else { Verdict::Inconclusive };
        Ended { verdict, answered: u32::try_from(self.probes.len()).unwrap_or(u32::MAX) }
    }
}
