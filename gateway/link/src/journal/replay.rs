//! The machine rebuilt from its records, and what it says first after a restart.
//!
//! Owns which record may follow which. A file that breaks this order is as suspect as one that
//! breaks its hashes. Next: [`super::file`], which feeds the records.

use super::entry::{Answer, Entry, Life, Told};
use super::machine::{ENTRIES_MAX, Effect, Effects, Journal};
use super::record::{Event, Record};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{FenceReason, Upward};
use baton_protocol::work::UnknownReason;

/// Latest transactions spoken about again after a restart or reconnect: one command runs at a
/// time, so more than a few cannot have been cut off; the gateway asks about the rest itself.
const REPORTS_MAX: usize = 32;

/// A record that cannot follow the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfOrder;

impl Journal {
    /// Takes a record that is on disk already.
    ///
    /// # Errors
    /// [`OutOfOrder`] when no machine could have written it after the ones before.
    pub fn replay(&mut self, record: &Record) -> Result<(), OutOfOrder> {
        self.epoch_highest = self.epoch_highest.max(record.epoch);
        let Some(entry) = self.entries.get_mut(&record.transaction) else {
            return self.replay_first(record);
        };
        match (&record.event, &entry.life) {
            (Event::Submitted, Life::Accepted { .. }) => {
                let restarted = Answer::Unknown(UnknownReason::Restarted, None);
                entry.life = Life::Submitted(restarted);
            }
            (Event::Result(concluded), Life::Submitted(_)) => {
                entry.life = Life::Concluded(concluded.clone());
            }
            (Event::Doubted { reason, evidence }, Life::Submitted(_)) => {
                entry.life = Life::Submitted(Answer::Unknown(*reason, Some(*evidence)));
            }
            (Event::Fenced(fence), Life::Accepted { .. }) => entry.life = Life::Fenced(*fence),
            (Event::Shown, life) if life.is_approved() || matches!(life, Life::Submitted(_)) => {
                entry.told = Told::Approved;
            }
            (
                Event::Accepted { .. }
                | Event::Submitted
                | Event::Result(_)
                | Event::Doubted { .. }
                | Event::Fenced(_)
                | Event::Shown,
                _,
            ) => return Err(OutOfOrder),
        }
        if self.executing == Some(record.transaction) {
            self.executing = None;
        }
        Ok(())
    }

    fn replay_first(&mut self, record: &Record) -> Result<(), OutOfOrder> {
        let (digest, life) = match &record.event {
            Event::Accepted { digest, .. } if self.executing.is_none() => {
                self.executing = Some(record.transaction);
                (digest.clone(), Life::Accepted { deadline_ms: 0 })
            }
            Event::Fenced(fence) => (String::new(), Life::Fenced(*fence)),
            // Memory is bounded: the first record of this one may have been forgotten already.
            Event::Submitted | Event::Result(_) | Event::Doubted { .. } | Event::Shown
                if self.order.len() >= ENTRIES_MAX =>
            {
                return Ok(());
            }
            Event::Accepted { .. }
            | Event::Submitted
            | Event::Result(_)
            | Event::Doubted { .. }
            | Event::Shown => return Err(OutOfOrder),
        };
        let entry = Entry { epoch: record.epoch, digest, life, told: Told::Nothing };
        self.remember(record.transaction, entry);
        Ok(())
    }

    /// Says again what the gateway may have missed; what was accepted and not submitted is fenced,
    /// because its code is gone with the memory that held it.
    pub(super) fn restarted(&mut self) -> Effects {
        let mut effects = Effects::new();
        if let Some(transaction) = self.executing {
            effects.extend(self.fence(transaction, FenceReason::Restarted));
            effects.retain(|effect| !matches!(effect, Effect::Report(_)));
        }
        let untold = self.latest().filter(|(_, entry)| entry.told == Told::Nothing);
        let reports: Vec<Upward> = untold.map(|(id, entry)| entry.report(id)).collect();
        effects.extend(reports.into_iter().rev().map(Effect::Report));
        effects
    }

    /// Asks for the gateway's word on approvals that the counter has not seen.
    pub(super) fn questions(&self) -> Effects {
        let open = self
            .latest()
            .filter(|(_, entry)| entry.told == Told::Nothing && entry.life.is_approved());
        open.map(|(transaction, _)| Effect::Report(Upward::Ask { transaction })).collect()
    }

    fn latest(&self) -> impl Iterator<Item = (TransactionId, &Entry)> {
        let latest = self.order.iter().rev().take(REPORTS_MAX);
        latest.filter_map(|id| self.entries.get(id).map(|entry| (*id, entry)))
    }
}
