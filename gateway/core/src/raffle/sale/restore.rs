//! A sale made again from its records, after a restart.
//!
//! Owns the comparison of every step with what was written: a record that the rules would not write
//! again is damage, and nothing goes on from it. Next: [`super::view`].

use super::effect::{Effect, Record};
use super::{Raffle, Refusal};
use crate::raffle::terms::Terms;
use baton_protocol::ids::RaffleId;

/// Why records are no sale. Places count from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// The rules would have refused the step.
    #[error("record {place} of the sale was never taken: {refusal}")]
    Refused {
        /// Which record.
        place: usize,
        /// What the rules say.
        refusal: Refusal,
    },
    /// The step gives another record than the one that was written.
    #[error("record {place} of the sale is not what its step writes")]
    Differs {
        /// Which record.
        place: usize,
    },
}

impl Raffle {
    /// Makes a sale again from its terms and all its records, in their order.
    ///
    /// **Order** what the last records ask for may or may not have happened: the caller sends its
    /// outbox again, and hands in [`super::Input::DeadlineReached`] when due.
    ///
    /// # Errors
    /// [`Damaged::Refused`] for a step that the rules do not take, [`Damaged::Differs`] for one
    /// whose states or postings differ, a key that stands there twice included.
    pub fn restore(
        id: RaffleId,
        terms: Terms,
        records: impl IntoIterator<Item = Record>,
    ) -> Result<Self, Damaged> {
        let mut raffle = Self::draft(id, terms);
        for (place, record) in records.into_iter().enumerate() {
            let effects = raffle.step(record.key, record.input.clone(), record.at);
            let effects = effects.map_err(|refusal| Damaged::Refused { place, refusal })?;
            if effects.first() != Some(&Effect::Record(record)) {
                return Err(Damaged::Differs { place });
            }
        }
        Ok(raffle)
    }
}
