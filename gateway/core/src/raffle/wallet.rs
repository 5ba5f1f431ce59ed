//! The mileage of one person: what is given, spent oldest first, and expires.
//!
//! Owns the dates; the ledger's account `mileage:person` owns the balance, and the two agree. What
//! a sale gives or takes is posted by the sale, so here only gifts and expiry post. One point is
//! one won.

use super::posting::{Event, Lines, Posting, Unbalanced};
use crate::ledger::chart::RaffleAccount as A;
use crate::time::Timestamp;
use baton_protocol::ids::PersonId;
use std::collections::BTreeMap;

/// What can happen to mileage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The operator gave it away.
    Granted {
        /// How much. **Units** won.
        won: i64,
        /// When it expires.
        expires_at: Timestamp,
    },
    /// A sale has posted it to this person.
    Received {
        /// How much. **Units** won.
        won: i64,
        /// When it expires.
        expires_at: Timestamp,
    },
    /// A sale has taken it.
    Spent {
        /// How much. **Units** won.
        won: i64,
    },
    /// The time of [`Wallet::next_deadline`] has come.
    DeadlineReached,
}

/// Why mileage stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing, or less.
    #[error("mileage must be at least 1 won")]
    AmountInvalid,
    /// More than is there.
    #[error("only {held} won of mileage are held")]
    Short {
        /// What is there.
        held: i64,
    },
    /// A fault of the rules.
    #[error(transparent)]
    Unbalanced(#[from] Unbalanced),
}

/// The machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    person: PersonId,
    lots: BTreeMap<Timestamp, i64>,
}

impl Wallet {
    /// Begins with nothing.
    #[must_use]
    pub const fn new(person: PersonId) -> Self {
        Self { person, lots: BTreeMap::new() }
    }

    /// Takes an input and returns what is posted.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing changed then.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Result<Option<Posting>, Refusal> {
        match input {
            Input::Granted { won, expires_at } => {
                self.add(won, expires_at)?;
                let mileage = A::Mileage(self.person.clone());
                let lines = Lines::new().debit(A::Promotion, won).credit(mileage, won);
                Ok(lines.post(Event::MileageOpening)?)
            }
            Input::Received { won, expires_at } => self.add(won, expires_at).map(|()| None),
            Input::Spent { won } => self.spend(won).map(|()| None),
            Input::DeadlineReached => self.expire(now),
        }
    }

    /// Says when the oldest mileage expires.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.lots.first_key_value().map(|(at, _)| *at)
    }

    /// Returns what is there. **Units** won.
    #[must_use]
    pub fn held(&self) -> i64 {
        self.lots.values().fold(0, |sum: i64, won| sum.saturating_add(*won))
    }

    fn add(&mut self, won: i64, expires_at: Timestamp) -> Result<(), Refusal> {
        if won <= 0 || self.held().checked_add(won).is_none() {
            return Err(Refusal::AmountInvalid);
        }
        let lot = self.lots.entry(expires_at).or_default();
        *lot = lot.saturating_add(won);
        Ok(())
    }

    fn spend(&mut self, won: i64) -> Result<(), Refusal> {
        let held = self.held();
        if won <= 0 {
            return Err(Refusal::AmountInvalid);
        }
        if won > held {
            return Err(Refusal::Short { held });
        }
        let mut left = won;
        for lot in self.lots.values_mut() {
            let taken = left.min(*lot);
            *lot = lot.saturating_sub(taken);
            left = left.saturating_sub(taken);
        }
        self.lots.retain(|_, won| *won > 0);
        Ok(())
    }

    fn expire(&mut self, now: Timestamp) -> Result<Option<Posting>, Refusal> {
        let before = self.held();
        let kept: BTreeMap<_, _> =
            self.lots.clone().into_iter().filter(|(at, _)| *at > now).collect();
        let after = kept.values().fold(0, |sum: i64, won| sum.saturating_add(*won));
        let won = before.saturating_sub(after);
        let mileage = A::Mileage(self.person.clone());
        let lines = Lines::new().debit(mileage, won).credit(A::MileageExpired, won);
        let posting = lines.post(Event::MileageExpired)?;
        self.lots = kept;
        Ok(posting)
    }
}
