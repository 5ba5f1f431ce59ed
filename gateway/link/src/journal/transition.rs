//! Each input's transition, one function an input.
//!
//! Owns what may follow what; every state is named. The effects of a transition stand in the order
//! in which they must happen. Next: `replay`, the same from records.

use super::entry::{Answer, Entry, Life, Told};
use super::machine::{ENTRIES_MAX, Effect, Effects, Journal, Order, Refusal};
use super::record::{Concluded, Event, Outcome, Record};
use baton_protocol::evidence::{Evidence, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{FenceReason, NotReadyReason, Upward};
use baton_protocol::work::{State, UnknownReason, Verdict};

impl Journal {
    pub(super) fn command(&mut self, order: Order, now_ms: u64) -> Result<Effects, Refusal> {
        let Order { transaction, epoch, ttl_ms, digest, amount } = order;
        self.take_epoch(transaction, epoch)?;
        if let Some(entry) = self.entries.get_mut(&transaction) {
            entry.epoch = epoch;
            return Ok(vec![Effect::Report(entry.report(transaction))]);
        }
        if self.is_forgotten(transaction) {
            return Ok(vec![forgotten(transaction, epoch, digest)]);
        }
        if self.executing.is_some() {
            return Err(Refusal::NotReady { transaction, reason: NotReadyReason::Busy });
        }
        if ttl_ms == 0 {
            return Ok(self.fence_first(transaction, epoch, FenceReason::Late));
        }
        let life = Life::Accepted { deadline_ms: now_ms.saturating_add(ttl_ms) };
        let event = Event::Accepted { digest: digest.clone(), amount };
        self.remember(transaction, Entry { epoch, digest, life, told: Told::Nothing });
        self.executing = Some(transaction);
        Ok(vec![
            Effect::Append(Record { transaction, epoch, event }),
            Effect::Report(Upward::Accepted { transaction, epoch }),
            Effect::Prepare(transaction),
        ])
    }

    pub(super) fn cancel(
        &mut self,
        transaction: TransactionId,
        epoch: u64,
    ) -> Result<Effects, Refusal> {
        self.take_epoch(transaction, epoch)?;
        let Some(entry) = self.entries.get_mut(&transaction) else {
            if self.is_forgotten(transaction) {
                return Ok(vec![forgotten(transaction, epoch, String::new())]);
            }
            return Ok(self.fence_first(transaction, epoch, FenceReason::Cancelled));
        };
        entry.epoch = epoch;
        match entry.life {
            Life::Accepted { .. } => Ok(self.fence(transaction, FenceReason::Cancelled)),
            Life::Submitted(Answer::Awaited) => Ok(Effects::new()),
            Life::Submitted(Answer::Unknown(..)) | Life::Concluded(_) | Life::Fenced(_) => {
                Ok(vec![Effect::Report(entry.report(transaction))])
            }
        }
    }

    pub(super) fn submit(
        &mut self,
        transaction: TransactionId,
        now_ms: u64,
    ) -> Result<Effects, Refusal> {
        let entry = self.entries.get_mut(&transaction);
        let Some(entry) = entry else { return Err(wrong(transaction, None, "submit ready")) };
        match entry.life {
            Life::Accepted { deadline_ms } if now_ms >= deadline_ms => {
                Ok(self.fence(transaction, FenceReason::Late))
            }
            Life::Accepted { .. } => {
                entry.life = Life::Submitted(Answer::Awaited);
                let record = Record { transaction, epoch: entry.epoch, event: Event::Submitted };
                Ok(vec![Effect::Append(record), Effect::Submit(transaction)])
            }
            Life::Submitted(_) | Life::Concluded(_) | Life::Fenced(_) => {
                Err(wrong(transaction, Some(&entry.life), "submit ready"))
            }
        }
    }

    pub(super) fn expire(&mut self, now_ms: u64) -> Effects {
        match (self.executing, self.next_deadline()) {
            (Some(transaction), Some(deadline_ms)) if now_ms >= deadline_ms => {
                self.fence(transaction, FenceReason::Late)
            }
            _ => Effects::new(),
        }
    }

    pub(super) fn conclude(
        &mut self,
        id: TransactionId,
        verdict: Verdict,
        evidence: Option<Evidence>,
    ) -> Result<Effects, Refusal> {
        let entry = self.entries.get_mut(&id);
        let Some(entry) = entry else { return Err(wrong(id, None, "verdict")) };
        match &entry.life {
            Life::Submitted(_) => {}
            Life::Concluded(first) => return Ok(second_answer(id, &first.outcome, verdict)),
            Life::Accepted { .. } | Life::Fenced(_) => {
                return Err(wrong(id, Some(&entry.life), "verdict"));
            }
        }
        let (epoch, mut effects) = (entry.epoch, Effects::new());
        let mut append =
            |event| effects.push(Effect::Append(Record { transaction: id, epoch, event }));
        match Outcome::conclusive(verdict) {
            Ok(outcome) => {
                let concluded = Concluded { outcome, evidence };
                append(Event::Result(concluded.clone()));
                entry.life = Life::Concluded(concluded);
            }
            Err(reason) => {
                // A doubt of which nothing was seen is what a restart finds by itself.
                if let Some(evidence) = evidence {
                    append(Event::Doubted { reason, evidence });
                }
                entry.life = Life::Submitted(Answer::Unknown(reason, evidence));
            }
        }
        effects.push(Effect::Report(entry.report(id)));
        if self.executing == Some(id) {
            self.executing = None;
        }
        Ok(effects)
    }

    pub(super) fn commit(
        &mut self,
        transaction: TransactionId,
        state: State,
    ) -> Result<Effects, Refusal> {
        let shown = Effect::Report(Upward::Shown { transaction });
        let Some(entry) = self.entries.get_mut(&transaction) else {
            return self.end_unseen(transaction, state);
        };
        let show = Effect::Show { transaction, state };
        match (state, &entry.life, entry.told) {
            (State::Approved, life, Told::Nothing)
                if life.is_approved() || matches!(life, Life::Submitted(_)) =>
            {
                entry.told = Told::Approved;
                let record = Record { transaction, epoch: entry.epoch, event: Event::Shown };
                Ok(vec![Effect::Append(record), show, shown])
            }
            (State::Approved, _, Told::Approved) => Ok(vec![shown]),
            (State::Approved, _, _) => Err(wrong(transaction, Some(&entry.life), "approval")),
            (state, _, Told::Approved) if state.is_final() => {
                Err(wrong(transaction, Some(&entry.life), "commit against what was shown"))
            }
            (state, _, Told::NotCharged) if state.is_final() => Ok(vec![shown]),
            (state, life, _) if state.is_final() => {
                entry.told = Told::NotCharged;
                let never = matches!(life, Life::Accepted { .. });
                let mut effects = Effects::new();
                if never {
                    effects = self.fence(transaction, FenceReason::Cancelled);
                }
                effects.extend([show, shown]);
                Ok(effects)
            }
            (_, life, _) => Err(wrong(transaction, Some(life), "commit of an open state")),
        }
    }

    /// The end of a command that was lost on its way here. There is nothing to show, but the
    /// gateway must hear that its word arrived, and a late copy of the command must be refused.
    fn end_unseen(&mut self, id: TransactionId, state: State) -> Result<Effects, Refusal> {
        if state == State::Approved || !state.is_final() {
            return Err(wrong(id, None, "commit"));
        }
        let shown = Effect::Report(Upward::Shown { transaction: id });
        if self.is_forgotten(id) {
            return Ok(vec![shown]);
        }
        let (epoch, fence) = (self.epoch_highest, Fence::from(FenceReason::Cancelled));
        let life = Life::Fenced(fence);
        self.remember(id, Entry { epoch, digest: String::new(), life, told: Told::NotCharged });
        let record = Record { transaction: id, epoch, event: Event::Fenced(fence) };
        Ok(vec![Effect::Append(record), shown])
    }

    /// Fences an accepted command.
    pub(super) fn fence(&mut self, transaction: TransactionId, fence: impl Into<Fence>) -> Effects {
        let fence = fence.into();
        self.executing = None;
        let Some(entry) = self.entries.get_mut(&transaction) else { return Effects::new() };
        entry.life = Life::Fenced(fence);
        let record = Record { transaction, epoch: entry.epoch, event: Event::Fenced(fence) };
        vec![
            Effect::Append(record),
            Effect::Abandon(transaction),
            Effect::Report(Upward::fenced(transaction, fence)),
        ]
    }

    /// Fences a transaction that was never accepted.
    fn fence_first(&mut self, id: TransactionId, epoch: u64, reason: FenceReason) -> Effects {
        let fence = Fence::from(reason);
        let life = Life::Fenced(fence);
        self.remember(id, Entry { epoch, digest: String::new(), life, told: Told::Nothing });
        let record = Record { transaction: id, epoch, event: Event::Fenced(fence) };
        vec![Effect::Append(record), Effect::Report(Upward::fenced(id, fence))]
    }

    fn take_epoch(&mut self, transaction: TransactionId, epoch: u64) -> Result<(), Refusal> {
        if epoch < self.epoch_highest {
            return Err(Refusal::NotReady { transaction, reason: NotReadyReason::EpochOld });
        }
        self.epoch_highest = epoch;
        Ok(())
    }

    pub(super) fn remember(&mut self, transaction: TransactionId, entry: Entry) {
        self.entries.insert(transaction, entry);
        self.order.push_back(transaction);
        if self.order.len() <= ENTRIES_MAX || self.order.front().copied() == self.executing {
            return;
        }
        if let Some(oldest) = self.order.pop_front() {
            self.entries.remove(&oldest);
            self.forgotten = self.forgotten.max(Some(oldest).filter(|id| timed(*id)));
        }
    }

    fn is_forgotten(&self, transaction: TransactionId) -> bool {
        timed(transaction) && self.forgotten.is_some_and(|latest| transaction <= latest)
    }
}

/// The first durable result stands. A second one that differs is only told, so that the gateway
/// sees the contradiction; it is never written and never shown.
fn second_answer(id: TransactionId, first: &Outcome, verdict: Verdict) -> Effects {
    match Outcome::conclusive(verdict) {
        Ok(second) if second != *first => vec![Effect::Report(Upward::Contradicted {
            transaction: id,
            verdict: second.verdict(),
        })],
        Ok(_) | Err(_) => Effects::new(),
    }
}

/// Tells whether an id carries its time, so that "older" can be read from it.
fn timed(transaction: TransactionId) -> bool {
    transaction.uuid().get_version_num() == 7
}

fn forgotten(transaction: TransactionId, epoch: u64, digest: String) -> Effect {
    Effect::Report(Upward::unknown(transaction, epoch, digest, UnknownReason::Restarted))
}

pub(super) fn wrong(
    transaction: TransactionId,
    life: Option<&Life>,
    input: &'static str,
) -> Refusal {
    Refusal::StateWrong { transaction, state: life.map_or("not known here", Life::word), input }
}
