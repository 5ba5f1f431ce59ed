//! What the desk holds of its executor's journal, and what it does when that journal has shrunk.
//!
//! Owns the head in memory and when it is written. The judgement is core's; a device that is
//! suspected gets no command and is not listened to until an operator accepts its journal, or it
//! enrols again. Next: [`super::hear`].

use super::super::exceptions::{Suspected, exception, of_journal};
use super::DeskActor;
use actix::prelude::*;
use baton_core::relay::desk::Due;
use baton_core::relay::journal::{JournalHead, Suspicion, check};
use baton_core::time::Timestamp;
use baton_records::exceptions::{DeviceJournal, Exception};

/// How long a head may stay unwritten while its connection stands, in milliseconds: what a gateway
/// that is killed could forget of a device that is put back at that very moment.
const UNWRITTEN_MS: u64 = 2_000;

/// The head of one device's journal.
#[derive(Debug, Default)]
pub(super) struct Held {
    head: Option<JournalHead>,
    written: Option<JournalHead>,
    written_at: Option<Timestamp>,
    trusted_from: Option<Timestamp>,
}

impl DeskActor {
    /// Takes the head of a greeting; what the desk holds itself may be newer than the store.
    pub(super) fn journal_greets(
        &mut self,
        said: &JournalHead,
        known: DeviceJournal,
        ctx: &mut Context<Self>,
    ) -> Result<Vec<Due>, Suspicion> {
        let now = self.world.clock.now();
        let mut dues = Vec::new();
        if self.journal.trusted_from != Some(known.trusted_from) {
            self.journal = Held {
                head: known.head.clone(),
                written: known.head,
                written_at: None,
                trusted_from: Some(known.trusted_from),
            };
            dues = self.desk.trust_from(known.trusted_from, now);
        }
        let suspected = known.suspected.map(|(why, _, _)| why);
        let judged = suspected.map_or_else(|| check(self.journal.head.as_ref(), said), Err);
        if let Err(why) = judged {
            // What was in doubt by the new trust is still written.
            self.after_commit(Vec::new(), dues, None, ctx);
            self.suspect(why, said, ctx);
            return Err(why);
        }
        self.journal.head = Some(said.clone());
        self.keep_journal();
        Ok(dues)
    }

    /// The device wrote something.
    pub(super) fn journal_moved(&mut self, said: JournalHead, ctx: &mut Context<Self>) {
        if let Err(why) = check(self.journal.head.as_ref(), &said) {
            return self.suspect(why, &said, ctx);
        }
        self.journal.head = Some(said);
        let now = self.world.clock.now();
        let due = |at: Timestamp| now.since_ms(at) >= UNWRITTEN_MS;
        if self.journal.written_at.is_none_or(due) {
            self.keep_journal();
        }
    }

    /// Writes the head if it moved. Nobody waits for it: a later one makes up for a lost one.
    pub(super) fn keep_journal(&mut self) {
        let Some(head) = self.journal.head.clone() else { return };
        if self.journal.written.as_ref() == Some(&head) {
            return;
        }
        let Some(trusted_from) = self.journal.trusted_from else { return };
        let device = self.executor.clone();
        let kept = Exception::JournalKept { device, trusted_from, head: head.clone() };
        let kept = exception(kept);
        match self.world.records.writer.submit(vec![kept]) {
            Ok(_) => {
                self.journal.written = Some(head);
                self.journal.written_at = Some(self.world.clock.now());
            }
            Err(fault) => tracing::debug!(executor = %self.executor, %fault, "head not kept yet"),
        }
    }

    fn suspect(&mut self, why: Suspicion, said: &JournalHead, ctx: &mut Context<Self>) {
        let now = self.world.clock.now();
        let (executor, held) = (&self.executor, self.journal.head.as_ref());
        metrics::counter!("baton_alarms_total", "kind" => "journal").increment(1);
        tracing::error!(%executor, why = why.word(), held = ?held, ?said, "journal not believed");
        let snapshot = self.world.tables.snapshot();
        let trusted_from = self.journal.trusted_from.unwrap_or(Timestamp::from_ms(i64::MIN));
        let suspected = Suspected { device: executor, trusted_from, why, held, said };
        let known = snapshot.devices.get(executor);
        let facts = known.map(|device| of_journal(suspected, &device.shop, now));
        self.lane = None;
        let dues = self.desk.suspected(now);
        self.after_commit(facts.unwrap_or_default(), dues, None, ctx);
    }
}
