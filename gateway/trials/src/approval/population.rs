//! People and impostors in front of one run of questions, drawn from dice.
//!
//! Owns how they answer: persons by recall, impostors by what leaked to them. Floats, for risk
//! only. Next: [`super::runs`].

use baton_core::checkout::dice::Dice;
use baton_core::checkout::risk::dialogue::Outcome;
use baton_core::checkout::risk::model::{Class, GUESSES, Model, PerSource, Probe, Source};
use baton_core::checkout::risk::score::Answered;
use std::collections::BTreeSet;

/// Whether somebody may still wish for another question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// Yes.
    Allowed,
    /// No.
    Spent,
}

/// What an impostor does who does not know the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// What persons do: wishes for another question half of the time, else guesses.
    LikePersons,
    /// Wishes for another question as long as that is possible.
    Skips,
    /// Guesses.
    Guesses,
}

/// Who answers.
#[derive(Debug, Clone)]
pub enum Player {
    /// The person.
    Genuine {
        /// How well this one remembers.
        ability: f64,
    },
    /// Somebody else.
    Impostor {
        /// Who.
        class: Class,
        /// What this one does without knowing.
        habit: Habit,
        /// Which sources leaked as a whole.
        leaked: PerSource<bool>,
        /// Items that this one watched being answered.
        watched: BTreeSet<u32>,
    },
}

/// Draws a number from 0 to 1, without 1.
pub fn share(dice: &mut Dice) -> f64 {
    let high = u32::try_from(dice.bits() >> 32).unwrap_or(0);
    f64::from(high) / 4_294_967_296.0
}

/// Draws from the normal distribution (Box and Muller 1958).
fn normal(dice: &mut Dice) -> f64 {
    let radius = (-2.0 * (1.0 - share(dice)).ln()).sqrt();
    radius * (std::f64::consts::TAU * share(dice)).cos()
}

impl Player {
    /// Draws a person; `shift` moves everybody's ability.
    pub fn genuine(shift: f64, dice: &mut Dice) -> Self {
        Self::Genuine { ability: normal(dice) + shift }
    }

    /// Draws an impostor from the leaks of a world.
    pub fn impostor(world: &Model, class: Class, habit: Habit, dice: &mut Dice) -> Self {
        let leaks = world.leaks.get(class);
        let mut leaked = PerSource::default();
        for source in Source::ALL {
            *leaked.get_mut(source) = share(dice) < leaks.get(source).whole;
        }
        Self::Impostor { class, habit, leaked, watched: BTreeSet::new() }
    }

    /// Lets an impostor see what was asked and answered before.
    pub fn watch(&mut self, items: &BTreeSet<u32>) {
        match self {
            Self::Genuine { .. } => {}
            Self::Impostor { watched, .. } => watched.extend(items),
        }
    }

    /// Answers one question, or wishes for another.
    pub fn answer(
        &self,
        world: &Model,
        probe: &Probe,
        item: u32,
        skip: Skip,
        dice: &mut Dice,
    ) -> Outcome {
        match self {
            Self::Genuine { ability } => {
                if share(dice) < world.recall(*ability, probe.difficulty) {
                    return answered(share(dice) >= world.slip);
                }
                if skip == Skip::Allowed && share(dice) >= GUESSES {
                    return Outcome::Skipped;
                }
                answered(share(dice) < probe.guess)
            }
            Self::Impostor { class, habit, leaked, watched } => {
                let leak = world.leaks.get(*class).get(probe.source);
                let knows = if *leaked.get(probe.source) { world.known_item } else { leak.item };
                if watched.contains(&item) || share(dice) < knows {
                    return answered(true);
                }
                let skips = match (skip, habit) {
                    (Skip::Spent, _) | (Skip::Allowed, Habit::Guesses) => false,
                    (Skip::Allowed, Habit::Skips) => true,
                    (Skip::Allowed, Habit::LikePersons) => share(dice) >= GUESSES,
                };
                if skips { Outcome::Skipped } else { answered(share(dice) < probe.guess) }
            }
        }
    }
}

const fn answered(right: bool) -> Outcome {
    Outcome::Answered(if right { Answered::Right } else { Answered::Wrong })
}
