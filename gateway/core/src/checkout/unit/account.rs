//! What changes an account beside its runs: items, consent, opt-out.
//!
//! Owns the purge that follows a withdrawal at once. Runs that are open end with it, and count: a
//! withdrawal must not be a skip without a price. Next: [`super::back`].

use super::evidence::Cause;
use super::{Effect, Record, Refusal, Unit};
use crate::checkout::consent::Consent;
use crate::checkout::ids::{EventId, ItemId, SessionId};
use crate::checkout::item::Item;
use crate::checkout::risk::model::Source;
use crate::time::Timestamp;

impl Unit {
    /// Keeps the items of one event: all of them, or none if one is refused.
    pub(super) fn learnt(
        &mut self,
        items: Vec<Item>,
        order: Option<EventId>,
    ) -> Result<Vec<Effect>, Refusal> {
        let names: Vec<ItemId> = items.iter().map(|item| item.id).collect();
        self.bank.add(items, &self.consent)?;
        order.into_iter().for_each(|order| self.bank.add_order(order));
        Ok(vec![Effect::Record(Record::Kept(names))])
    }

    pub(super) fn consent_given(&mut self, source: Source) -> Vec<Effect> {
        self.consent.give(source);
        vec![Effect::Record(Record::Consented(source))]
    }

    pub(super) fn consent_withdrawn(&mut self, source: Source, now: Timestamp) -> Vec<Effect> {
        let mut effects = self.close_all(now);
        self.consent.withdraw(source);
        let items = self.bank.purge(source);
        effects.insert(0, Effect::Record(Record::Purged { source, items }));
        effects
    }

    pub(super) fn opted_out(&mut self, now: Timestamp) -> Vec<Effect> {
        let ended = self.close_all(now);
        self.consent = Consent::OptedOut;
        let mut effects = vec![Effect::Record(Record::OptedOut)];
        for source in Source::ALL {
            let items = self.bank.purge(source);
            effects.push(Effect::Record(Record::Purged { source, items }));
        }
        effects.extend(ended);
        effects
    }

    fn close_all(&mut self, now: Timestamp) -> Vec<Effect> {
        let open: Vec<SessionId> = self.runs.keys().copied().collect();
        let close = |session| self.close(session, Cause::ConsentWithdrawn, now);
        open.into_iter().flat_map(close).collect()
    }
}
