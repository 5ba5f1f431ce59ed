//! The loop of a device: hears commands, obeys its journal, lets an executor do the work.
//!
//! Owns the order of things: step the machine, make records durable, then act. What the work is,
//! the [`Executor`] knows. May not decide outcomes. Next: [`crate::journal`], which decides.

use super::{Executor, Fence, Finding, News, Observer, Seen, Step};
use crate::asks::{Question, Questions};
use crate::client::{Handle, LinkEvent};
use crate::clock::Clock;
use crate::journal::{Effect, Effects, Head, Input, Journal, JournalFault, JournalFile, Record};
use crate::journal::{Order, Refusal};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, Downward, FenceReason, NotReadyReason, Upward};
use baton_protocol::work::{UnknownReason, Verdict};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Longest wait for a verdict, in seconds: three times the longest execution timer of the policy,
/// so that it only ends an executor that broke its own limits.
const EXECUTE_S_MAX: u64 = 90;
/// How long a stop waits for a verdict that is on its way, in seconds.
const STOP_S_MAX: u64 = 5;

/// Everything the loop works with.
pub(crate) struct Parts<E> {
    pub executor: Arc<E>,
    pub journal: Journal,
    pub file: JournalFile,
    pub head: watch::Sender<Head>,
    pub link: Handle,
    pub events: mpsc::Receiver<LinkEvent>,
    pub stop: watch::Receiver<()>,
    pub clock: Clock,
    pub observer: Option<Observer>,
    pub questions: Questions,
}

type Job = Pin<Box<dyn Future<Output = Done> + Send>>;

enum Done {
    Prepared(Result<(), Fence>),
    Answered(Finding),
}

enum Turn {
    Heard(Option<LinkEvent>),
    Finished(TransactionId, Done),
    TtlPassed,
    Late(TransactionId, Finding),
    Asked(Question),
    Stop,
}

/// A journal that cannot be written accepts nothing until the program is started again.
enum Disk {
    Ready(JournalFile),
    Failed,
}

pub(crate) struct Loop<E> {
    executor: Arc<E>,
    journal: Journal,
    disk: Disk,
    head: watch::Sender<Head>,
    link: Handle,
    events: mpsc::Receiver<LinkEvent>,
    stop: watch::Receiver<()>,
    clock: Clock,
    observer: Option<Observer>,
    questions: Questions,
    held: Option<Arc<Command>>,
    job: Option<(TransactionId, Job)>,
}

impl<E: Executor> Loop<E> {
    pub(crate) fn new(parts: Parts<E>) -> Self {
        let Parts { executor, journal, file, head, link, .. } = parts;
        let Parts { events, stop, clock, observer, questions, .. } = parts;
        let disk = Disk::Ready(file);
        let (held, job) = (None, None);
        Self {
            executor,
            journal,
            disk,
            head,
            link,
            events,
            stop,
            clock,
            observer,
            questions,
            held,
            job,
        }
    }

    pub(crate) async fn run(mut self) {
        self.step(Input::Restarted).await;
        loop {
            match self.turn().await {
                Turn::Heard(Some(event)) => self.hear(event).await,
                Turn::Finished(transaction, done) => self.finish(transaction, done).await,
                Turn::TtlPassed => self.step(Input::TtlPassed).await,
                Turn::Late(transaction, finding) => self.late(transaction, finding).await,
                Turn::Asked(question) => self.questions.send(question, &self.link),
                Turn::Heard(None) | Turn::Stop => break,
            }
        }
        let wait = Duration::from_secs(STOP_S_MAX);
        if let Some((transaction, job)) = self.job.take()
            && let Ok(done) = tokio::time::timeout(wait, job).await
        {
            self.wind_up(transaction, done).await;
        }
        if tokio::time::timeout(wait, self.executor.leave()).await.is_err() {
            tracing::warn!("whoever the work was sent to did not let us go");
        }
        self.link.stop().await;
    }

    /// A stopping device submits nothing more; a verdict that came is still written and told.
    async fn wind_up(&mut self, transaction: TransactionId, done: Done) {
        match done {
            Done::Answered(_) => self.finish(transaction, done).await,
            Done::Prepared(_) => {
                let fence = FenceReason::Restarted.into();
                self.step(Input::SubmitRefused { transaction, fence }).await;
            }
        }
    }

    async fn turn(&mut self) -> Turn {
        let deadline = self.journal.next_deadline();
        let left = deadline.map(|at| at.saturating_sub((self.clock.monotonic_ms)()));
        tokio::select! {
            event = self.events.recv() => Turn::Heard(event),
            (transaction, done) = finished(&mut self.job) => {
                self.job = None;
                Turn::Finished(transaction, done)
            }
            () = passed(left) => Turn::TtlPassed,
            (transaction, finding) = self.executor.late() => Turn::Late(transaction, finding),
            question = self.questions.next() => Turn::Asked(question),
            _ = self.stop.changed() => Turn::Stop,
        }
    }

    async fn hear(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Online { epoch, .. } => {
                tracing::info!(epoch, "online");
                self.questions.online();
                self.executor.display(News::Online);
                self.step(Input::Connected).await;
            }
            LinkEvent::Offline => {
                tracing::info!("offline");
                self.questions.offline();
                self.executor.display(News::Offline);
            }
            LinkEvent::Message(Downward::Command(command)) => self.command(command).await,
            LinkEvent::Message(Downward::Cancel { transaction, epoch }) => {
                self.step(Input::CancelReceived { transaction, epoch }).await;
            }
            LinkEvent::Message(Downward::Commit { transaction, state }) => {
                self.step(Input::CommitReceived { transaction, state }).await;
            }
            LinkEvent::Message(Downward::Sale { sale, amount }) => {
                self.executor.display(News::Sale { sale, amount });
            }
            LinkEvent::Message(Downward::News { transaction, amount, state }) => {
                self.executor.display(News::Elsewhere { transaction, amount, state });
            }
            LinkEvent::Message(answer @ (Downward::Taken { .. } | Downward::Refused { .. })) => {
                self.questions.answered(&answer)
            }
            LinkEvent::Message(Downward::Version { min, max }) => {
                tracing::warn!(min, max, "the gateway did not know a message; update one of us");
            }
            LinkEvent::Message(Downward::Welcome { .. } | Downward::Ack | Downward::Later) => {}
        }
    }

    async fn command(&mut self, command: Command) {
        let order = Order::from(&command);
        self.see(order.transaction, Step::CommandReceived);
        if self.journal.executing().is_none() {
            self.held = Some(Arc::new(command));
        }
        self.step(Input::CommandReceived(order)).await;
        if self.journal.executing().is_none() {
            self.held = None;
        }
    }

    async fn finish(&mut self, transaction: TransactionId, done: Done) {
        match done {
            Done::Prepared(Ok(())) => self.step(Input::SubmitReady { transaction }).await,
            Done::Prepared(Err(fence)) => {
                self.step(Input::SubmitRefused { transaction, fence }).await;
            }
            Done::Answered(Finding { verdict, evidence }) => {
                self.held = None;
                self.see(transaction, Step::Answered);
                self.step(Input::VerdictArrived { transaction, verdict, evidence }).await;
            }
        }
    }

    /// An answer after its question was given up concludes what it is about, if that was submitted
    /// here. While the question is still open it is not believed: then it did not match.
    async fn late(&mut self, transaction: TransactionId, finding: Finding) {
        let Finding { verdict, evidence } = finding;
        let ours = self.journal.has_submitted(transaction);
        let open = self.journal.executing() == Some(transaction);
        let conclusive = !matches!(verdict, Verdict::Unknown { .. });
        if ours && !open && conclusive {
            tracing::info!(%transaction, "a late answer");
            self.step(Input::VerdictArrived { transaction, verdict, evidence }).await;
        }
    }

    async fn step(&mut self, input: Input) {
        if matches!(self.disk, Disk::Failed) {
            return self.refuse_all(&input).await;
        }
        match self.journal.step(input, (self.clock.monotonic_ms)()) {
            Ok(effects) => {
                if let Err(fault) = self.carry_out(effects).await {
                    tracing::error!(%fault, "no command is taken until this device is restarted");
                    self.disk = Disk::Failed;
                }
            }
            Err(Refusal::NotReady { transaction, reason }) => {
                tracing::info!(%transaction, ?reason, "not ready");
                self.link.send(Upward::NotReady { transaction, reason }).await;
            }
            Err(refusal @ Refusal::StateWrong { .. }) => tracing::warn!(%refusal, "ignored"),
        }
    }

    /// The only place where effects are carried out. An effect after a record that could not be
    /// written is not done.
    async fn carry_out(&mut self, effects: Effects) -> Result<(), JournalFault> {
        let mut records = Vec::new();
        for effect in effects {
            if !matches!(effect, Effect::Append(_)) {
                let written = self.append(&std::mem::take(&mut records));
                if let (Err(_), Effect::Report(Upward::Accepted { transaction, .. })) =
                    (&written, &effect)
                {
                    self.not_ready(*transaction).await;
                }
                written?;
            }
            match effect {
                Effect::Append(record) => records.push(record),
                Effect::Report(report) => self.link.send(report).await,
                Effect::Prepare(transaction) => self.prepare(transaction),
                Effect::Submit(transaction) => self.submit(transaction),
                Effect::Abandon(transaction) => self.abandon(transaction),
                Effect::Show { transaction, state } => {
                    self.executor.show(transaction, state);
                    self.see(transaction, Step::Shown);
                }
            }
        }
        self.append(&records)
    }

    /// Writes on this thread and blocks it while the disk flushes: this device may do nothing else
    /// before the record is durable. On one core the link's heartbeat waits for the flush as well.
    fn append(&mut self, records: &[Record]) -> Result<(), JournalFault> {
        if records.is_empty() {
            return Ok(());
        }
        let at_ms = self.clock.unix_ms();
        let Disk::Ready(file) = &mut self.disk else { return Err(JournalFault::Closed) };
        file.append(records, at_ms)?;
        self.head.send_replace(file.head().clone());
        Ok(())
    }

    fn prepare(&mut self, transaction: TransactionId) {
        let Some(command) = self.held(transaction) else { return };
        let executor = Arc::clone(&self.executor);
        let work = async move { Done::Prepared(executor.prepare(&command).await) };
        self.job = Some((transaction, Box::pin(work)));
    }

    fn submit(&mut self, transaction: TransactionId) {
        let Some(command) = self.held(transaction) else { return };
        self.see(transaction, Step::Submitted);
        let executor = Arc::clone(&self.executor);
        let work = async move {
            let limit = Duration::from_secs(EXECUTE_S_MAX);
            let silent = Verdict::Unknown { reason: UnknownReason::Silent };
            let found = tokio::time::timeout(limit, executor.execute(&command)).await;
            Done::Answered(found.unwrap_or_else(|_| silent.into()))
        };
        self.job = Some((transaction, Box::pin(work)));
    }

    fn abandon(&mut self, transaction: TransactionId) {
        self.job.take_if(|(id, _)| *id == transaction);
        self.held.take_if(|command| command.transaction == transaction);
    }

    async fn refuse_all(&mut self, input: &Input) {
        if let Input::CommandReceived(order) = input {
            self.not_ready(order.transaction).await;
        }
    }

    async fn not_ready(&mut self, transaction: TransactionId) {
        let reason = NotReadyReason::Journal;
        self.link.send(Upward::NotReady { transaction, reason }).await;
    }

    fn held(&self, transaction: TransactionId) -> Option<Arc<Command>> {
        self.held.clone().filter(|command| command.transaction == transaction)
    }

    fn see(&self, transaction: TransactionId, step: Step) {
        let Some(observer) = &self.observer else { return };
        let at_us = (self.clock.unix_us)();
        if observer.try_send(Seen { transaction, step, at_us }).is_err() {
            tracing::debug!(%transaction, "a timeline step found no room");
        }
    }
}

async fn finished(job: &mut Option<(TransactionId, Job)>) -> (TransactionId, Done) {
    match job {
        Some((transaction, job)) => (*transaction, job.await),
        None => std::future::pending().await,
    }
}

async fn passed(left_ms: Option<u64>) {
    match left_ms {
        Some(left_ms) => tokio::time::sleep(Duration::from_millis(left_ms)).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
