//! Which family is asked next: the one that is expected to tell most, but never always the same.
//!
//! Owns the look-ahead over families and the exposure control. Floats, for risk only. The dice
//! comes in as an argument. Next: [`super::rule`].

use super::model::{FamilyId, Model};
use super::score::Score;
use crate::checkout::dice::Dice;

/// Families as good as this share of the best are as likely. Source: checkout specification,
/// SELECT.
const SHARE_OF_BEST: f64 = 0.8;
/// Families among which dice decide. Source: the same.
const CHOICE_MAX: usize = 3;
/// A question that is expected to tell less is not worth an item.
///
/// **Units** nats.
pub const DROP_NATS_MIN: f64 = 1e-6;

/// How a family is chosen among those at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// By the look-ahead.
    LookAhead,
    /// Any of them: what the look-ahead is compared with.
    AtRandom,
}

/// Chooses the next family of those at hand; `None` if none tells anything.
#[must_use]
pub fn choose(
    model: &Model,
    score: &Score,
    at_hand: &[FamilyId],
    choice: Choice,
    dice: &mut Dice,
) -> Option<FamilyId> {
    let mut worth: Vec<(FamilyId, f64)> = at_hand
        .iter()
        .filter_map(|family| Some((*family, score.prospect(model, model.lookup(*family)?).drop)))
        .filter(|(_, drop)| *drop >= DROP_NATS_MIN)
        .collect();
    if choice == Choice::LookAhead {
        worth.sort_by(|(_, left), (_, right)| right.total_cmp(left));
        let best = worth.first().map_or(0.0, |(_, drop)| *drop);
        worth.retain(|(_, drop)| *drop >= best * SHARE_OF_BEST);
        worth.truncate(CHOICE_MAX);
    }
    dice.one_of(&worth).map(|(family, _)| *family)
}
