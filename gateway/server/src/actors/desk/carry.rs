//! Carrying out effects, after their commit: to the executor, the destination, phones and people.
//!
//! Owns the sends. A message that cannot be sent now is not lost: commands and words are in the
//! outbox and go out on the next connection, inquiries and reversals come again by their timer.

use super::super::destination::{Charge, Errand, Kind};
use super::super::exceptions::{Heard, of_heard};
use super::super::facts::reason;
use super::super::words::kind_of;
use super::{Answer, DeskActor, LOOKS_RUNNING_MAX, Tell, tell};
use crate::notices::Notice;
use actix::prelude::*;
use baton_core::relay::desk::{Connection, Due};
use baton_core::relay::plan::Executor;
use baton_core::relay::transaction::{Alarm, Change, Effect, Facts, Input, Life, Transaction};
use baton_core::time::Timestamp;
use baton_protocol::evidence::{Entry, Evidence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::Downward;
use baton_protocol::policy::Policy;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::rows::{OutboxMessage, Told, TransactionRow};
use baton_records::writer::{Committed, Fact};
use std::sync::Arc;
use tokio::sync::oneshot;

impl DeskActor {
    pub(super) fn carry_out(
        &mut self,
        dues: Vec<Due>,
        committed: &Committed,
        ctx: &mut Context<Self>,
    ) {
        let mut seqs = committed.audit_seqs.iter().copied();
        let mut over = Vec::new();
        for (id, effect) in dues {
            match effect {
                Effect::Record(change) => {
                    self.publish(id, &change, seqs.next().unwrap_or(0));
                    if change.to.is_final() {
                        over.push(id);
                    }
                }
                Effect::SendCommand => self.send_command(id, ctx),
                Effect::SendCancel => {
                    let epoch = self.epoch();
                    self.say(Downward::Cancel { transaction: id, epoch });
                }
                Effect::SendCommit(state) => {
                    self.say(Downward::Commit { transaction: id, state });
                }
                Effect::Inquire { number } => self.send_errand(id, Kind::Inquire { number }, ctx),
                Effect::Reverse => self.send_errand(id, Kind::Reverse, ctx),
                Effect::EraseCode => {
                    self.commands.remove(&id);
                }
                Effect::Tell(_) => {}
                Effect::Alarm(alarm) => self.alarm(id, &alarm),
                Effect::Compensate(void) => self.hand_over(void, ctx),
            }
        }
        for id in over {
            self.memories.remove(&id);
        }
    }

    /// Says something to the executor; a lane that is full means that it has stopped listening.
    pub(super) fn say(&mut self, message: Downward) {
        let Some(lane) = &self.lane else { return };
        if lane.try_send(message).is_err() {
            tracing::warn!(executor = %self.executor, "it does not listen; its connection is cut");
            self.lane = None;
        }
    }

    fn epoch(&self) -> u64 {
        match self.desk.connection() {
            Connection::Online { epoch } => epoch,
            Connection::Offline => 0,
        }
    }

    fn send_command(&mut self, id: TransactionId, ctx: &Context<Self>) {
        let memory = self.memories.get(&id);
        let gives_back = memory.is_some_and(|one| one.facts.purpose.gives_back());
        if gives_back {
            return self.send_errand(id, Kind::GiveBack, ctx);
        }
        let Some(transaction) = self.desk.lookup(id) else { return };
        let Life::Dispatched { execute_by, .. } = *transaction.life() else { return };
        if !self.executor.is_device() {
            return self.charge(id, execute_by, ctx);
        }
        let ttl_ms = execute_by.since_ms(self.world.clock.now());
        let Some(mut command) = self.commands.get(&id).cloned() else { return };
        command.epoch = self.epoch();
        command.ttl_ms = ttl_ms;
        self.say(Downward::Command(command));
    }

    /// Hands the work to the destination's actor, and the code with it: nobody sends it again.
    fn charge(&mut self, id: TransactionId, execute_by: Timestamp, ctx: &Context<Self>) {
        let command = self.commands.remove(&id);
        let (Some(command), Some(memory)) = (command, self.memories.get(&id)) else { return };
        let facts = memory.facts.clone();
        let actor = self.keeper.destination(&facts.destination);
        let charge = Charge { facts, work: command.work, execute_by, desk: ctx.address() };
        if let Err(full) = actor.try_send(charge) {
            full.into_inner().never_sent();
        }
    }

    fn send_errand(&self, id: TransactionId, kind: Kind, ctx: &Context<Self>) {
        let Some(memory) = self.memories.get(&id) else { return };
        self.send_errand_of(&memory.facts, kind, ctx);
    }

    /// After a contradiction the destination is asked once more which of its answers is true.
    fn ask_after_end(&self, facts: &Facts, dues: &[Due], ctx: &Context<Self>) {
        for (_, effect) in dues {
            if let Effect::Inquire { number } = effect {
                self.send_errand_of(facts, Kind::Inquire { number: *number }, ctx);
            }
        }
    }

    fn send_errand_of(&self, facts: &Facts, kind: Kind, ctx: &Context<Self>) {
        let (id, errand) = (facts.id, Errand { facts: facts.clone(), kind, desk: ctx.address() });
        if self.keeper.destination(&facts.destination).try_send(errand).is_err() {
            let destination = &facts.destination;
            tracing::warn!(%destination, transaction = %id, "too many questions wait; asked later");
        }
    }

    fn publish(&self, id: TransactionId, change: &Change, seq: i64) {
        let Some(memory) = self.memories.get(&id) else { return };
        let facts = &memory.facts;
        metrics::counter!("baton_transaction_steps_total", "to" => change.to.word()).increment(1);
        if change.to.is_final() {
            log_end(facts, change);
        }
        self.tell_terminal(facts, change.to);
        self.world.notices.publish(Notice {
            seq,
            at_ms: change.at.ms(),
            transaction_id: id,
            touch: facts.touch,
            state: change.to,
            terminal: facts.terminal.to_string(),
            app: facts.app.to_string(),
            shop: facts.shop.to_string(),
            amount: facts.amount.minor,
            currency: facts.amount.currency,
            kind: kind_of(facts.purpose),
            route: facts.route.letter(),
            reason: reason(&change.cause),
        });
    }

    /// The terminal at the counter shows what another executes. It is a courtesy: one that is not
    /// connected is told nothing, for the phone and the POS know as well.
    fn tell_terminal(&self, facts: &Facts, state: State) {
        let terminal = Executor::Terminal(facts.terminal.clone());
        if self.executor == terminal {
            return;
        }
        let Some(desk) = self.keeper.running_desk(&terminal) else { return };
        let news = Tell { transaction: facts.id, amount: facts.amount, state };
        if desk.try_send(news).is_err() {
            tracing::debug!(%terminal, "its display is behind: the desk is busy");
        }
    }

    /// Shows the sale that waits at this terminal, which came while it was not connected.
    pub(super) fn show_open_sale(&mut self) {
        let Executor::Terminal(terminal) = &self.executor else { return };
        let open = self.world.sales.lookup_open(terminal, self.world.clock.now());
        if let Some(sale) = open {
            self.say(Downward::Sale { sale: sale.id, amount: Some(sale.amount) });
        }
    }

    fn alarm(&self, id: TransactionId, alarm: &Alarm) {
        let word = match alarm {
            Alarm::Contradiction { .. } => "contradiction",
            Alarm::Mismatch => "mismatch",
            Alarm::Suspense => "suspense",
            Alarm::NotGivenBack => "not_given_back",
        };
        metrics::counter!("baton_alarms_total", "kind" => word).increment(1);
        tracing::error!(executor = %self.executor, transaction = %id, alarm = word, "look at this");
    }

    /// A person who follows the log sees what the device saw.
    pub(super) fn log_told(&self, id: TransactionId, told: &Told) {
        if let Some(Evidence { entry, outcome }) = told.evidence {
            let (entry, seen) = (entry.map_or("none", Entry::word), outcome.word());
            tracing::info!(executor = %self.executor, transaction = %id, entry, seen, "told");
        }
        if let Some(cause) = told.cause {
            let cause = cause.word();
            tracing::info!(executor = %self.executor, transaction = %id, cause, "not done");
        }
    }

    /// The counter saw the word: the executor needs no telling any more.
    pub(super) fn shown(&self, id: TransactionId) {
        let forget = self.world.records.writer.submit(vec![Fact::OutboxRemove(id)]);
        if let Err(fault) = forget {
            tracing::debug!(transaction = %id, %fault, "the outbox keeps a word a little longer");
        }
    }

    /// News of a transaction that is over, or of another desk: the store has its last word, once
    /// every commit before this is written. Nothing is done about a row that is not final. An
    /// executor that asks too much at once gets no answer and asks again when it reconnects.
    pub(super) fn about_closed(
        &mut self,
        id: TransactionId,
        input: Input,
        told: Told,
        answer: Option<Answer>,
        ctx: &mut Context<Self>,
    ) {
        if self.looks_running >= LOOKS_RUNNING_MAX {
            return tell(answer, Err(RefusalCode::Overloaded));
        }
        self.looks_running += 1;
        let world = self.world.clone();
        let (settle, settled) = oneshot::channel();
        self.enqueue(Vec::new(), Vec::new(), None, Some(settle), ctx);
        let read = async move {
            settled.await.ok();
            world.records.lookup_transaction(id).await
        };
        let done = read.into_actor(self).map(move |found, actor, ctx| {
            actor.looks_running = actor.looks_running.saturating_sub(1);
            let row = match found {
                Ok(Some(row)) if row.facts.executor == actor.executor => row,
                Ok(_) => return tell(answer, Err(RefusalCode::NotFound)),
                Err(_) => return tell(answer, Err(RefusalCode::NotReady)),
            };
            let now = actor.world.clock.now();
            let (was, facts) = (row.stored.state, row.facts.clone());
            match late_word(row, input.clone(), actor.world.policy.clone(), now) {
                Ok(effects) => {
                    let dues: Vec<Due> = effects.into_iter().map(|effect| (id, effect)).collect();
                    actor.ask_after_end(&facts, &dues, ctx);
                    let heard = Heard { facts: &facts, was, input: &input, told, dues: &dues };
                    let mut kept = of_heard(heard, now);
                    kept.extend(actor.told(id, told));
                    actor.enqueue(kept, dues, None, answer, ctx);
                }
                Err(refusal) => tell(answer, Err(refusal)),
            }
        });
        ctx.spawn(done);
    }

    /// On a new connection: every final word that the executor has not shown yet.
    pub(super) fn send_words(&self, ctx: &mut Context<Self>) {
        let world = self.world.clone();
        let executor = self.executor.clone();
        let read = async move {
            let mut words = Vec::new();
            for row in world.records.outbox_of(&executor).await? {
                if row.message != OutboxMessage::Word {
                    continue;
                }
                let found = world.records.lookup_transaction(row.transaction).await?;
                words.extend(found.map(|found| (row.transaction, found.stored.state)));
            }
            Ok::<Vec<(TransactionId, State)>, baton_records::Fault>(words)
        };
        let done = read.into_actor(self).map(|words, actor, _| match words {
            Ok(words) => {
                for (transaction, state) in words {
                    actor.say(Downward::Commit { transaction, state });
                }
            }
            Err(fault) => tracing::warn!(%fault, "the outbox could not be read"),
        });
        ctx.spawn(done);
    }
}

/// What a transaction that is not open here answers: its stored word. One that the store still
/// holds open is being committed right now; what it says leaves behind that commit, never before.
fn late_word(
    row: TransactionRow,
    input: Input,
    policy: Arc<Policy>,
    now: Timestamp,
) -> Result<Vec<Effect>, RefusalCode> {
    if !row.stored.state.is_final() {
        return Err(RefusalCode::NotReady);
    }
    let mut over = Transaction::restore(row.facts, row.stored, policy, now);
    over.step(input, now).map_err(|_| RefusalCode::StateWrong)
}

fn log_end(facts: &Facts, change: &Change) {
    let seconds = change.at.since_ms(facts.accepted_at) as f64 / 1_000.0;
    metrics::histogram!("baton_transaction_seconds", "to" => change.to.word()).record(seconds);
    tracing::info!(
        transaction = %facts.id,
        terminal = %facts.terminal,
        app = %facts.app,
        amount = %facts.amount,
        state = change.to.word(),
        reason = reason(&change.cause),
        "transaction over"
    );
}

#[cfg(test)]
mod tests;
