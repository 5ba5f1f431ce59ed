//! Who is calling: an app's phone, a shop's order system, or a device.
//!
//! Owns the checks of tokens, with one answer for every way of being wrong. [`token`] is for
//! phones, [`device`] for the link. May not say which part of a token was wrong.

pub mod device;
pub mod token;

use baton_core::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Used device tokens that are remembered at once: each lives a minute, so this is 1,000
/// connections a second.
const SPENT_TOKENS_MAX: usize = 60_000;

/// The tokens that were used and have not yet ended by themselves.
#[derive(Default)]
pub struct Spent {
    ends: Mutex<BTreeMap<String, i64>>,
}

impl Spent {
    /// Spends a token; says whether this was the first time.
    pub fn spend(&self, token_id: &str, ends_s: i64, now_s: i64) -> Spending {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        if ends.len() >= SPENT_TOKENS_MAX {
            ends.retain(|_, end| *end >= now_s);
        }
        if ends.len() >= SPENT_TOKENS_MAX || ends.contains_key(token_id) {
            return Spending::Again;
        }
        ends.insert(token_id.to_owned(), ends_s);
        Spending::First
    }
}

/// Wrong enrolment codes that are looked up in a minute: at this pace a code of 40 bits that lives
/// ten minutes is guessed once in a thousand million tries.
const WRONG_CODES_PER_MINUTE_MAX: u32 = 60;
/// The length of that minute, in milliseconds.
const GUESS_WINDOW_MS: u64 = 60_000;

/// How many wrong enrolment codes came lately, from anybody.
#[derive(Default)]
pub struct Guesses {
    window: Mutex<Option<(Timestamp, u32)>>,
}

impl Guesses {
    /// Tells whether another code may be tried now.
    pub fn allowed(&self, now: Timestamp) -> Guessing {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        match *window {
            Some((since, wrong)) if now.since_ms(since) < GUESS_WINDOW_MS => {
                if wrong < WRONG_CODES_PER_MINUTE_MAX {
                    Guessing::Allowed
                } else {
                    Guessing::TooMany
                }
            }
            Some(_) | None => {
                *window = Some((now, 0));
                Guessing::Allowed
            }
        }
    }

    /// Counts a wrong code.
    pub fn wrong(&self) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, wrong)) = window.as_mut() {
            *wrong = wrong.saturating_add(1);
        }
    }
}

/// Whether a code may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guessing {
    /// It may.
    Allowed,
    /// Too many wrong ones came; wait a minute.
    TooMany,
}

/// Whether a token was used before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spending {
    /// It was not.
    First,
    /// It was, or too many are remembered.
    Again,
}

#[cfg(test)]
mod tests;
