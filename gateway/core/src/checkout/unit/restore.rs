//! A unit as the database keeps it, and the machine made from that after a restart.
//!
//! Owns which of an account's data survive. A run that was open does not: what was answered is
//! written down nowhere, so it ends as failed, and a restart is no free try. Next:
//! [`super::account`].

use super::evidence::{Cause, Evidence};
use super::step::Shown;
use super::{Effect, Opening, Tried, Unit};
use crate::checkout::consent::Consent;
use crate::checkout::ids::SessionId;
use crate::checkout::item::bank::{self, Bank, NotKept};
use crate::checkout::limits::Limits;
use crate::checkout::risk::dialogue::Dialogue;
use crate::checkout::risk::factor::together;
use crate::checkout::risk::model::Model;
use crate::checkout::risk::rule::{Acceptable, Policy, Verdict};
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A session that was tried, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredTry {
    /// Which session.
    pub session: SessionId,
    /// How often.
    pub times: u32,
    /// When last.
    pub last: Timestamp,
    /// How that ended.
    pub verdict: Verdict,
}

/// Everything that the database must keep of an account's unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stored {
    /// Its items.
    pub bank: bank::Stored,
    /// What the person allows.
    pub consent: Consent,
    /// When runs failed, the latest last.
    pub failed: Vec<Timestamp>,
    /// How many failed in a row.
    pub failed_in_a_row: u32,
    /// Sessions that were tried in the last day.
    pub tried: Vec<StoredTry>,
    /// Runs that were open.
    pub open: Vec<Opening>,
}

/// Why stored fields are no unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// An item cannot have been kept so.
    #[error("the items are damaged: {0}")]
    Items(#[from] NotKept),
    /// A session is stored twice.
    #[error("{0} is stored twice")]
    SessionTwice(SessionId),
    /// An open run has an amount that no run has.
    #[error("{0} is open with an amount that cannot be counted")]
    AmountUncountable(SessionId),
}

impl Unit {
    /// Returns what the database must keep.
    #[must_use]
    pub fn stored(&self) -> Stored {
        let (failed, failed_in_a_row) = self.limits.stored();
        let tried = self.tried.iter().map(|(session, tried)| {
            let Tried { times, last, verdict } = *tried;
            StoredTry { session: *session, times, last, verdict }
        });
        Stored {
            bank: self.bank.stored(),
            consent: self.consent.clone(),
            failed,
            failed_in_a_row,
            tried: tried.collect(),
            open: self.runs.values().map(|run| run.opening.clone()).collect(),
        }
    }

    /// Makes the unit again from what was stored, and says what must happen to the runs that were
    /// open: each ends as failed.
    ///
    /// The wall clock may have stepped, so no stored time counts as later than now.
    ///
    /// # Errors
    /// Each variant of [`Damaged`] as it says.
    pub fn restore(
        model: Arc<Model>,
        policy: Policy,
        stored: Stored,
        now: Timestamp,
    ) -> Result<(Self, Vec<Effect>), Damaged> {
        let mut tried = BTreeMap::new();
        for StoredTry { session, times, last, verdict } in stored.tried {
            let one = Tried { times, last: last.min(now), verdict };
            if tried.insert(session, one).is_some() {
                return Err(Damaged::SessionTwice(session));
            }
        }
        let mut unit = Self {
            bank: Bank::restore(stored.bank, &stored.consent)?,
            limits: Limits::restore(stored.failed, stored.failed_in_a_row, now),
            consent: stored.consent,
            runs: BTreeMap::new(),
            tried,
            model,
            policy,
        };
        let mut open = BTreeMap::new();
        for opening in stored.open {
            let session = opening.session;
            if open.insert(session, opening).is_some() {
                return Err(Damaged::SessionTwice(session));
            }
        }
        let mut effects = Vec::new();
        for opening in open.values() {
            effects.extend(unit.break_off(opening, now)?);
        }
        if !open.is_empty() {
            effects.push(Effect::UnlockHistory);
        }
        Ok((unit, effects))
    }

    /// Ends a run of which only the beginning is known.
    fn break_off(&mut self, opening: &Opening, now: Timestamp) -> Result<Vec<Effect>, Damaged> {
        let acceptable = Acceptable::of(&self.policy, opening.amount);
        let acceptable = acceptable.ok_or(Damaged::AmountUncountable(opening.session))?;
        let factors = together(opening.factors.iter().map(|(factor, outcome)| (*factor, *outcome)));
        let dialogue = Dialogue::begin(&self.model, &self.policy, factors, acceptable);
        let (verdict, cause) = (Verdict::Inconclusive, Cause::BrokenOff);
        let evidence = Evidence::of(&self.model, opening, &dialogue, &[], verdict, cause);
        Ok(self.end(opening, evidence, Shown::Questions, now))
    }
}
