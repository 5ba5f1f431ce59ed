//! One run of questions as far as risk is concerned: what was asked, what may be, how it ends.
//!
//! Owns the counts beside the score. Which item of a family is shown, to whom and when is
//! [`crate::checkout::unit`]'s. Floats, for risk only.

use super::model::{FamilyId, Model, PerClass, PerSource, Probe, Source};
use super::question::choose;
use super::rule::{Acceptable, Policy, Verdict, judge};
use super::score::{Answered, Score};
use crate::checkout::dice::Dice;

/// What came of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Answered(Answered),
    /// Another one was wished for.
    Skipped,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// An item of this family is asked.
    Ask(FamilyId),
    /// It is over.
    End(Verdict),
}

/// One run of questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialogue {
    score: Score,
    acceptable: Acceptable,
    /// Fewer answers than this are not accepted, once there is one.
    answered_min: u32,
    answered: u32,
    skips: u32,
    asked: PerSource<u32>,
}

impl Dialogue {
    /// Begins with what the factors said; without one that speaks for the person, a single answer
    /// is never enough.
    #[must_use]
    pub fn begin(
        model: &Model,
        policy: &Policy,
        factors: PerClass<f64>,
        acceptable: Acceptable,
    ) -> Self {
        let score = Score::begin(model, factors, policy.cap);
        let proved = factors.0.iter().any(|nats| *nats > 0.0);
        let answered_min = if proved { 0 } else { policy.answered_alone_min };
        let asked = PerSource::default();
        Self { score, acceptable, answered_min, answered: 0, skips: 0, asked }
    }

    /// Says what happens next if items of these families are at hand.
    #[must_use]
    pub fn next(
        &self,
        model: &Model,
        policy: &Policy,
        at_hand: &[FamilyId],
        dice: &mut Dice,
    ) -> Next {
        match judge(policy, self.acceptable, self.score.risk(model)) {
            Some(Verdict::Accepted) if self.hangs_on_too_few() => {}
            Some(verdict) => return Next::End(verdict),
            None => {}
        }
        if self.answered >= policy.answered_max {
            return Next::End(Verdict::Inconclusive);
        }
        let may = |family: &FamilyId| {
            let source = model.lookup(*family).map(|probe| probe.source);
            source.is_some_and(|source| self.may_ask(policy, source))
        };
        let at_hand: Vec<FamilyId> = at_hand.iter().copied().filter(may).collect();
        choose(model, &self.score, &at_hand, policy.choice, dice)
            .map_or(Next::End(Verdict::Inconclusive), Next::Ask)
    }

    /// Takes what came of a question.
    pub fn take(&mut self, model: &Model, probe: &Probe, outcome: Outcome) {
        let asked = self.asked.get_mut(probe.source);
        *asked = asked.saturating_add(1);
        match outcome {
            Outcome::Answered(answered) => {
                self.answered = self.answered.saturating_add(1);
                self.score.answer(model, probe, answered);
            }
            Outcome::Skipped => {
                self.skips = self.skips.saturating_add(1);
                self.score.skip(model, probe);
            }
        }
    }

    /// Says whether acceptance would hang on fewer answers than it must.
    const fn hangs_on_too_few(&self) -> bool {
        0 < self.answered && self.answered < self.answered_min
    }

    /// Says whether another question may still be wished for.
    #[must_use]
    pub const fn may_skip(&self, policy: &Policy) -> bool {
        self.skips < policy.skips_max
    }

    /// Says whether the source has not been asked too often.
    #[must_use]
    pub const fn may_ask(&self, policy: &Policy, source: Source) -> bool {
        *self.asked.get(source) < policy.per_source_max
    }

    /// Returns how many answers counted.
    #[must_use]
    pub const fn answered(&self) -> u32 {
        self.answered
    }

    /// Returns how many skips were taken.
    #[must_use]
    pub const fn skips(&self) -> u32 {
        self.skips
    }

    /// Returns the evidence and what is left of the risk.
    #[must_use]
    pub const fn score(&self) -> &Score {
        &self.score
    }

    /// Returns the risk up to which it is accepted.
    #[must_use]
    pub const fn acceptable(&self) -> Acceptable {
        self.acceptable
    }
}
