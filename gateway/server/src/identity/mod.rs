//! Who is calling: an app's phone, a shop's order system, or a device.
//!
//! Owns the checks of tokens, with one answer for every way of being wrong. [`token`] is for
//! phones, [`device`] for the link. May not say which part of a token was wrong.

pub mod device;
pub mod token;

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
