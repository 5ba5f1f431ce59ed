//! The actor of one relay terminal or one POS agent: its desk, its connection, its one timer.
//!
//! Owns carrying facts into [`baton_core::relay::desk::Desk`] and effects out, strictly in order:
//! a list of effects waits until the commit that protects it, and every commit before it, is
//! durable. If the store fails, the actor ends and its connection with it; the next one reads
//! what is true. Next: [`super::destination`].

mod carry;
mod compensate;
mod health;
mod hear;
mod journal;
mod load;
mod messages;

use compensate::received;
pub use health::Back;
pub use messages::*;

use super::exceptions::{Heard as Evidence, of_clock, of_end, of_heard};
use super::facts::{Memory, of_records};
use super::keeper::Keeper;
use crate::touch::Online;
use crate::world::World;
use actix::prelude::*;
use baton_core::relay::desk::{Desk, DeskRefusal, Due};
use baton_core::relay::plan::Executor;
use baton_core::relay::transaction::{Input, Transaction};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, Downward};
use baton_protocol::refusal::RefusalCode;
use baton_records::rows::{SaleRow, Told, ToldRow};
use baton_records::writer::{CommitFault, Committed, Fact};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Messages that may wait for one desk: one command is in flight, the rest are retries and news.
const MAILBOX_MESSAGES_MAX: usize = 64;

/// Lists of effects that may wait for their commits: a desk has one command in flight and few open
/// transactions, so this many mean that the store does not keep up with what is reported.
const LISTS_WAITING_MAX: usize = 1_024;
/// Questions about transactions that are over which one executor may have running at the store.
const LOOKS_RUNNING_MAX: usize = 32;

/// Effects that wait for their commit.
struct Waiting {
    commit: Option<oneshot::Receiver<Result<Committed, CommitFault>>>,
    dues: Vec<Due>,
    begun: Option<(TransactionId, Answer)>,
    answer: Option<Answer>,
}

/// The actor.
pub struct DeskActor {
    world: Arc<World>,
    keeper: Keeper,
    executor: Executor,
    desk: Desk,
    memories: BTreeMap<TransactionId, Memory>,
    commands: BTreeMap<TransactionId, Command>,
    sales: BTreeMap<TransactionId, SaleRow>,
    lane: Option<mpsc::Sender<Downward>>,
    parked: Option<Parked>,
    queue: VecDeque<Waiting>,
    pumping: Pumping,
    looks_running: usize,
    timer: Option<SpawnHandle>,
    journal: journal::Held,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pumping {
    Busy,
    Idle,
}

impl DeskActor {
    /// Makes the actor; it reads the store before its first message.
    #[must_use]
    pub fn new(world: Arc<World>, keeper: Keeper, executor: Executor) -> Self {
        let desk = Desk::new(world.policy.clone(), Vec::new(), Vec::new());
        Self {
            world,
            keeper,
            executor,
            desk,
            memories: BTreeMap::new(),
            commands: BTreeMap::new(),
            sales: BTreeMap::new(),
            lane: None,
            parked: None,
            queue: VecDeque::new(),
            pumping: Pumping::Idle,
            looks_running: 0,
            timer: None,
            journal: journal::Held::default(),
        }
    }

    /// Commits the records among the effects and queues the rest behind that commit.
    fn after_commit(
        &mut self,
        mut facts: Vec<Fact>,
        dues: Vec<Due>,
        answer: Option<Answer>,
        ctx: &mut Context<Self>,
    ) {
        let dues = self.with_voids(dues);
        facts.extend(of_records(&dues, &self.desk, &mut self.memories));
        facts.extend(self.settle_sales(&dues));
        facts.extend(of_end(&dues));
        self.enqueue(facts, dues, None, answer, ctx);
    }

    fn enqueue(
        &mut self,
        facts: Vec<Fact>,
        dues: Vec<Due>,
        begun: Option<(TransactionId, Answer)>,
        answer: Option<Answer>,
        ctx: &mut Context<Self>,
    ) {
        let full = self.queue.len() >= LISTS_WAITING_MAX;
        if full && facts.is_empty() && dues.is_empty() {
            return tell(answer, Err(RefusalCode::Overloaded));
        }
        if full {
            return self.refuse_or_fail(&CommitFault::Full, begun, answer, ctx);
        }
        let commit = if facts.is_empty() {
            None
        } else {
            match self.world.records.writer.submit(facts) {
                Ok(commit) => Some(commit),
                Err(fault) => return self.refuse_or_fail(&fault, begun, answer, ctx),
            }
        };
        self.queue.push_back(Waiting { commit, dues, begun, answer });
        self.pump(ctx);
        self.arm(ctx);
    }

    /// Carries out what waits, one list after the other, each behind its own commit.
    fn pump(&mut self, ctx: &mut Context<Self>) {
        while self.pumping == Pumping::Idle {
            let Some(mut waiting) = self.queue.pop_front() else { return };
            let Some(commit) = waiting.commit.take() else {
                self.carry_out(waiting.dues, &Committed::default(), ctx);
                tell(waiting.answer, Ok(()));
                continue;
            };
            self.pumping = Pumping::Busy;
            let done = commit.into_actor(self).map(move |outcome, actor, ctx| {
                actor.pumping = Pumping::Idle;
                match outcome.unwrap_or(Err(CommitFault::Stopped)) {
                    Ok(committed) => {
                        actor.carry_out(waiting.dues, &committed, ctx);
                        tell(waiting.begun.map(|(_, answer)| answer), Ok(()));
                        tell(waiting.answer, Ok(()));
                    }
                    Err(fault) => {
                        actor.refuse_or_fail(&fault, waiting.begun, waiting.answer, ctx);
                    }
                }
                actor.pump(ctx);
            });
            ctx.spawn(done);
        }
    }

    /// A new transaction that was not written is taken back; anything else ends the actor.
    fn refuse_or_fail(
        &mut self,
        fault: &CommitFault,
        begun: Option<(TransactionId, Answer)>,
        answer: Option<Answer>,
        ctx: &mut Context<Self>,
    ) {
        let refusal = refusal_of(fault);
        tell(answer, Err(refusal));
        let excluded = matches!(fault, CommitFault::Conflict(_) | CommitFault::Full);
        if let Some((id, answer)) = begun {
            tell(Some(answer), Err(refusal));
            if excluded {
                self.withdraw(id);
                return self.arm(ctx);
            }
        }
        tracing::error!(executor = %self.executor, %fault, "the desk ends and is read again");
        self.lane = None;
        ctx.stop();
    }

    fn withdraw(&mut self, id: TransactionId) {
        self.desk.withdraw(id);
        let second = self.memories.get(&id).and_then(|first| first.facts.links.then);
        for id in [Some(id), second].into_iter().flatten() {
            self.memories.remove(&id);
            self.commands.remove(&id);
            if let Some(row) = self.sales.remove(&id) {
                self.world.sales.put_back(&row);
            }
        }
    }

    /// What changes for a sale when its transaction ends.
    fn settle_sales(&mut self, dues: &[Due]) -> Vec<Fact> {
        use baton_core::relay::transaction::Effect;
        let mut settled = Vec::new();
        for (id, effect) in dues {
            let Effect::Record(change) = effect else { continue };
            if !change.to.is_final() {
                continue;
            }
            let Some(mut row) = self.sales.remove(id) else { continue };
            row.sale.settle(change.to);
            self.world.sales.put(&row.terminal, &row.sale);
            settled.push(Fact::Sale(row));
        }
        settled
    }

    fn arm(&mut self, ctx: &mut Context<Self>) {
        if let Some(timer) = self.timer.take() {
            ctx.cancel_future(timer);
        }
        let Some(deadline) = self.desk.next_deadline() else { return };
        let pause = Duration::from_millis(deadline.since_ms(self.world.clock.now()));
        self.timer = Some(ctx.run_later(pause, |actor, ctx| {
            let now = actor.world.clock.now();
            let dues = actor.desk.deadline_passed(now);
            actor.timer = None;
            let cases = of_clock(&dues, &actor.memories, now);
            actor.after_commit(cases, dues, None, ctx);
        }));
    }

    /// What is kept of what the executor told of its own work, in the commit of what follows.
    fn told(&self, transaction: TransactionId, told: Told) -> Option<Fact> {
        let row = ToldRow { transaction, executor: self.executor.clone(), told };
        (!told.is_nothing()).then_some(Fact::Told(row))
    }

    fn about(
        &mut self,
        id: TransactionId,
        input: Input,
        told: Told,
        answer: Option<Answer>,
        ctx: &mut Context<Self>,
    ) {
        let now = self.world.clock.now();
        let was = self.desk.lookup(id).map(Transaction::state);
        match self.desk.about(id, input.clone(), now) {
            Ok(dues) => {
                let heard = self.memories.get(&id).zip(was).map(|(memory, was)| {
                    let (facts, input, dues) = (&memory.facts, &input, &dues);
                    of_heard(Evidence { facts, was, input, told, dues }, now)
                });
                let mut kept = heard.unwrap_or_default();
                kept.extend(self.told(id, told));
                self.after_commit(kept, dues, answer, ctx);
            }
            Err(DeskRefusal::NotOpen(_)) => self.about_closed(id, input, told, answer, ctx),
            Err(DeskRefusal::Rule(refusal)) => {
                tracing::debug!(transaction = %id, %refusal, "refused");
                tell(answer, Err(RefusalCode::StateWrong));
            }
        }
    }
}

impl Actor for DeskActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX_MESSAGES_MAX);
        self.load(ctx);
    }
}

fn tell(answer: Option<Answer>, outcome: Result<(), RefusalCode>) {
    if let Some(answer) = answer {
        answer.send(outcome).unwrap_or_default();
    }
}

const fn refusal_of(fault: &CommitFault) -> RefusalCode {
    use baton_records::writer::Conflict;
    match fault {
        CommitFault::Conflict(Conflict::Key) => RefusalCode::KeyReused,
        CommitFault::Conflict(Conflict::Token) => RefusalCode::TokenUsed,
        CommitFault::Conflict(Conflict::Code) => RefusalCode::DuplicateCode,
        CommitFault::Conflict(Conflict::GivenBack) => RefusalCode::RefundTooLarge,
        CommitFault::Conflict(Conflict::Version | Conflict::Booked | Conflict::Other) => {
            RefusalCode::StateWrong
        }
        CommitFault::Full => RefusalCode::Overloaded,
        CommitFault::Unwell { .. } | CommitFault::Failed(_) | CommitFault::Stopped => {
            RefusalCode::NotReady
        }
    }
}

/// Turns the answer of [`Ask`] into a word.
#[must_use]
pub const fn online_of(answer: bool) -> Online {
    if answer { Online::Yes } else { Online::No }
}
