//! Random lives: thousands of sales in which everything happens that can happen.
//!
//! Owns the choices of the played people; the same seed plays the same lives. After every step the
//! books are checked, after every life the sums. Next: [`super::wish`], what may be wished.

use super::audit::{check_escrow, check_identity};
use super::life::Life;
use super::wish::{self, Crowd};
use anyhow::{Context, bail};
use baton_core::raffle::posting::Event;
use baton_core::raffle::sale::view::State;
use baton_core::raffle::{Effect, Input};
use baton_protocol::ids::{RaffleId, StepKey};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Steps of one life at most; then the operator stops it.
const LIFE_STEPS_MAX: u32 = 300;
/// One in so many steps is handed in twice.
const TWICE_IN: u64 = 8;

/// Chance by a seed: the generator splitmix64, which is enough for choices.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Begins with a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next 64 bits.
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below a bound; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.roll().checked_rem(bound).unwrap_or(0)
    }

    /// Returns true once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// Returns one of some things.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let place = self.below(u64::try_from(things.len()).unwrap_or(0));
        usize::try_from(place).ok().and_then(|place| things.get(place))
    }
}

/// What many lives add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Lives that were played.
    pub lives: u64,
    /// Steps that were taken.
    pub steps: u64,
    /// Steps that were refused.
    pub refused: u64,
    /// Steps that were handed in twice, and changed nothing the second time.
    pub repeated: u64,
    /// What was posted, by event.
    pub postings: BTreeMap<Event, u64>,
    /// Lines of it.
    pub lines: u64,
    /// How the lives ended.
    pub ends: BTreeMap<&'static str, u64>,
}

/// Plays lives, one after the other.
///
/// # Errors
/// Names the life that broke a rule, and how to play it again.
pub fn play_many(lives: u64, seed: u64) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for number in 0..lives {
        let own = seed.wrapping_add(number);
        play_one(own, &mut tally)
            .with_context(|| format!("play it again with --random 1 --seed {own}"))?;
    }
    Ok(tally)
}

fn play_one(seed: u64, tally: &mut Tally) -> anyhow::Result<()> {
    // Neighbouring seeds make lives that have nothing to do with each other.
    let mut crowd = Crowd::gather(Dice::new(Dice::new(seed).roll()))?;
    let terms = wish::terms(&mut crowd.dice)?;
    let mut life = Life::begin(RaffleId::new(Uuid::from_u128(u128::from(seed))), terms)?;
    for step in 0_u32.. {
        let ended = matches!(life.raffle.state(), State::Ended(_));
        if step >= LIFE_STEPS_MAX {
            hand_in(&mut life, Input::Killed, &mut crowd.dice, tally)?;
            break;
        }
        if ended && crowd.dice.one_in(3) {
            break;
        }
        if crowd.dice.one_in(10) {
            wish::beside(&mut life, &mut crowd)?;
        }
        let input = wish::input(&mut life, &mut crowd);
        hand_in(&mut life, input, &mut crowd.dice, tally)?;
    }
    finish(&life, tally)
}

/// Hands a wish in, sometimes twice, and checks what it made of the books.
fn hand_in(
    life: &mut Life,
    input: Input,
    dice: &mut Dice,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let name = input.name();
    let before = dice.one_in(TWICE_IN).then(|| life.raffle.clone());
    match life.hand_in(input)? {
        Err(_) => {
            tally.refused = tally.refused.saturating_add(1);
            if before.is_some_and(|before| before != life.raffle) {
                bail!("a refused {name} changed something");
            }
        }
        Ok(effects) => {
            tally.steps = tally.steps.saturating_add(1);
            if before.is_some() {
                repeat(life, &effects, tally)?;
            }
        }
    }
    check_escrow(&life.raffle, &life.books).with_context(|| format!("after a {name}"))
}

fn repeat(life: &mut Life, effects: &[Effect], tally: &mut Tally) -> anyhow::Result<()> {
    let Some(Effect::Record(record)) = effects.first() else { return Ok(()) };
    if effects.iter().skip(1).any(|effect| matches!(effect, Effect::Record(_))) {
        bail!("a step is recorded twice");
    }
    let before = life.raffle.clone();
    let again = life.raffle.step(record.key, record.input.clone(), life.now);
    if again != Ok(Vec::new()) || before != life.raffle {
        bail!("a {} with the same key did something", record.input.name());
    }
    let other = if record.input == Input::Killed { Input::SellerDefaulted } else { Input::Killed };
    if life.raffle.step(StepKey::new(record.key.uuid()), other, life.now).is_ok() {
        bail!("a key was taken for another step");
    }
    tally.repeated = tally.repeated.saturating_add(1);
    Ok(())
}

fn finish(life: &Life, tally: &mut Tally) -> anyhow::Result<()> {
    let state = life.raffle.state();
    if !matches!(state, State::Ended(_)) {
        bail!("the sale did not end: {}", state.word());
    }
    life.books.check()?;
    check_escrow(&life.raffle, &life.books)?;
    check_identity(&life.raffle, &life.books)?;
    tally.lives = tally.lives.saturating_add(1);
    let ends = tally.ends.entry(state.word()).or_default();
    *ends = ends.saturating_add(1);
    for posting in life.books.journal() {
        let count = tally.postings.entry(posting.event).or_default();
        *count = count.saturating_add(1);
        let lines = u64::try_from(posting.entry.lines().len())?;
        tally.lines = tally.lines.saturating_add(lines);
    }
    Ok(())
}
