//! Which batches go into one commit, and what everyone who waits is told.
//!
//! Owns the loop of the writer's task. Two batches about the same thing never share a commit, so
//! each statement of `apply` meets a row at most once. A batch that the store excludes fails
//! alone: the others of its group are written without it. Next: `apply`.

use super::apply::{apply, head, take_head};
use super::statements::Statements;
use super::{CommitFault, Committed, Condition, Fact, Grouping};
use baton_protocol::ids::TransactionId;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Transaction};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// Facts in one commit: past it a commit takes longer than the disk, and everyone waits for it.
const FACTS_PER_COMMIT_MAX: usize = 4_096;

/// The first pause before the store is tried again, in milliseconds: most outages are a restart.
const TRY_PAUSE_MS_MIN: u64 = 100;
/// The longest such pause: a shop waits no longer than this after the store is back.
const TRY_PAUSE_MS_MAX: u64 = 2_000;

type Answer = Result<Committed, CommitFault>;

pub(super) enum Queued {
    Batch { facts: Vec<Fact>, done: oneshot::Sender<Answer> },
    Stop { done: oneshot::Sender<()> },
}

struct Batch {
    facts: Vec<Fact>,
    done: oneshot::Sender<Answer>,
}

/// Where commits go, and their statements.
pub(super) struct Store {
    pub(super) pool: AnyPool,
    pub(super) statements: Statements,
    pub(super) condition: Arc<watch::Sender<Condition>>,
}

impl Store {
    /// Remembers what a failure says about the store. Broken stays broken.
    fn learn(&self, fault: &CommitFault) {
        let CommitFault::Unwell { condition, .. } = fault else { return };
        self.condition.send_if_modified(|known| {
            let news = *known != Condition::Broken && known != condition;
            if news {
                *known = *condition;
            }
            news
        });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    GoOn,
    Stop,
}

fn refuse(batch: Option<Batch>, condition: Condition) {
    if let Some(batch) = batch {
        batch.done.send(Err(unwell(condition))).unwrap_or_default();
    }
}

fn unwell(condition: Condition) -> CommitFault {
    CommitFault::Unwell { condition, why: "the writer waits for the store".to_owned() }
}

/// Refuses everyone at once while it tries, ever more slowly, whether the store is well again.
async fn wait_until_well(store: &Store, queue: &mut mpsc::Receiver<Queued>) -> End {
    let mut pause_ms = TRY_PAUSE_MS_MIN;
    loop {
        let pause = Duration::from_millis(pause_ms);
        let tried = async move {
            tokio::time::sleep(pause).await;
            write_together(store, &[]).await
        };
        tokio::pin!(tried);
        let outcome = loop {
            tokio::select! {
                outcome = &mut tried => break outcome,
                queued = queue.recv() => match queued {
                    Some(Queued::Batch { facts, done }) => {
                        refuse(Some(Batch { facts, done }), *store.condition.borrow());
                    }
                    Some(Queued::Stop { done }) => {
                        done.send(()).unwrap_or_default();
                        return End::Stop;
                    }
                    None => return End::Stop,
                },
            }
        };
        match outcome {
            Ok(_) if *store.condition.borrow() != Condition::Broken => {
                store.condition.send_replace(Condition::Well);
                tracing::info!("the store takes commits again");
                return End::GoOn;
            }
            Ok(_) => {}
            Err(fault) => store.learn(&fault),
        }
        pause_ms = pause_ms.saturating_mul(2).min(TRY_PAUSE_MS_MAX);
    }
}

pub(super) async fn run(store: Store, mut queue: mpsc::Receiver<Queued>, grouping: Grouping) {
    let mut held: Option<Batch> = None;
    loop {
        if *store.condition.borrow() != Condition::Well {
            refuse(held.take(), *store.condition.borrow());
            if wait_until_well(&store, &mut queue).await == End::Stop {
                return;
            }
        }
        let first = match held.take() {
            Some(batch) => batch,
            None => match queue.recv().await {
                Some(Queued::Batch { facts, done }) => Batch { facts, done },
                Some(Queued::Stop { done }) => {
                    store.pool.close().await;
                    return done.send(()).unwrap_or_default();
                }
                None => return store.pool.close().await,
            },
        };
        if grouping == Grouping::PerFact {
            write_each_fact(&store, first).await;
            continue;
        }
        let (group, rest, stop) = collect(first, &mut queue);
        held = rest;
        write_group(&store, group).await;
        if let Some(done) = stop {
            store.pool.close().await;
            return done.send(()).unwrap_or_default();
        }
    }
}

/// Takes what waits, up to the first batch about something that is in the group already.
fn collect(
    first: Batch,
    queue: &mut mpsc::Receiver<Queued>,
) -> (Vec<Batch>, Option<Batch>, Option<oneshot::Sender<()>>) {
    let mut subjects = subjects_of(&first.facts);
    let mut facts = first.facts.len();
    let mut group = vec![first];
    while facts < FACTS_PER_COMMIT_MAX {
        match queue.try_recv() {
            Ok(Queued::Batch { facts: more, done }) => {
                let batch = Batch { facts: more, done };
                let new = subjects_of(&batch.facts);
                if !subjects.is_disjoint(&new) {
                    return (group, Some(batch), None);
                }
                subjects.extend(new);
                facts += batch.facts.len();
                group.push(batch);
            }
            Ok(Queued::Stop { done }) => return (group, None, Some(done)),
            Err(_) => break,
        }
    }
    (group, None, None)
}

fn subjects_of(facts: &[Fact]) -> BTreeSet<TransactionId> {
    let subjects = facts.iter().filter_map(|fact| match fact {
        Fact::Transaction(row) => Some(row.facts.id),
        Fact::OutboxPut(row) => Some(row.transaction),
        Fact::OutboxRemove(id) => Some(*id),
        Fact::Sale(row) => Some(TransactionId::new(row.sale.id.uuid())),
        Fact::Touch(row) => Some(TransactionId::new(row.id.uuid())),
        Fact::GivenBack { original, .. } => Some(*original),
        Fact::Audit(_) | Fact::Ledger(_) | Fact::Exception(_) | Fact::Refund(_) | Fact::Told(_) => {
            None
        }
    });
    subjects.collect()
}

async fn write_group(store: &Store, group: Vec<Batch>) {
    match write_together(store, &group).await {
        Ok(answers) => {
            for (batch, answer) in group.into_iter().zip(answers) {
                batch.done.send(Ok(answer)).unwrap_or_default();
            }
        }
        Err(CommitFault::Conflict(_)) => write_apart(store, group).await,
        Err(fault) => {
            tracing::error!(%fault, batches = group.len(), "a commit failed");
            store.learn(&fault);
            for batch in group {
                batch.done.send(Err(fault.clone())).unwrap_or_default();
            }
        }
    }
}

async fn write_together(store: &Store, group: &[Batch]) -> Result<Vec<Committed>, CommitFault> {
    let mut connection = store.pool.acquire().await.map_err(failed)?;
    let written = write_on(&mut connection, &store.statements, group).await;
    keep_or_close(connection, written.as_ref().err()).await;
    written
}

async fn write_on(
    connection: &mut AnyConnection,
    statements: &Statements,
    group: &[Batch],
) -> Result<Vec<Committed>, CommitFault> {
    let mut commit = connection.begin().await.map_err(failed)?;
    let facts: Vec<&Fact> = group.iter().flat_map(|batch| &batch.facts).collect();
    let mut head = take_head(&mut commit).await?;
    let first = head.seq;
    apply(&mut commit, statements, &facts, &mut head).await?;
    head::put(&mut commit, &head).await?;
    commit.commit().await.map_err(failed)?;
    let mut seq = first;
    Ok(group.iter().map(|batch| numbered(&batch.facts, &mut seq)).collect())
}

/// A failure may have ended the transaction behind the driver's back (SQLite does so when the disk
/// is full). Whatever was begun on that connection later might never be committed: it is closed.
async fn keep_or_close(connection: PoolConnection<Any>, fault: Option<&CommitFault>) {
    if let Some(CommitFault::Failed(_) | CommitFault::Unwell { .. }) = fault
        && let Err(error) = connection.close().await
    {
        tracing::warn!(%error, "the writer's connection did not close cleanly");
    }
}

/// One durable commit again, but each batch behind its own savepoint.
async fn write_apart(store: &Store, group: Vec<Batch>) {
    let mut waiting = Vec::with_capacity(group.len());
    let outcome = write_with_savepoints(store, group, &mut waiting).await;
    if let Err(fault) = &outcome {
        store.learn(fault);
    }
    for (done, answer) in waiting {
        let answer = match &outcome {
            Ok(()) => answer,
            Err(fault) => Err(fault.clone()),
        };
        done.send(answer).unwrap_or_default();
    }
}

async fn write_with_savepoints(
    store: &Store,
    group: Vec<Batch>,
    waiting: &mut Vec<(oneshot::Sender<Answer>, Answer)>,
) -> Result<(), CommitFault> {
    let mut connection = match store.pool.acquire().await {
        Ok(connection) => connection,
        Err(error) => {
            let fault = failed(error);
            waiting.extend(group.into_iter().map(|batch| (batch.done, Err(fault.clone()))));
            return Err(fault);
        }
    };
    let written = write_one_by_one(&mut connection, &store.statements, group, waiting).await;
    keep_or_close(connection, written.as_ref().err()).await;
    written
}

async fn write_one_by_one(
    connection: &mut AnyConnection,
    statements: &Statements,
    group: Vec<Batch>,
    waiting: &mut Vec<(oneshot::Sender<Answer>, Answer)>,
) -> Result<(), CommitFault> {
    let mut commit = connection.begin().await.map_err(failed);
    for batch in group {
        let answer = match &mut commit {
            Ok(commit) => behind_savepoint(commit, statements, &batch.facts).await,
            Err(fault) => Err(fault.clone()),
        };
        if let Err(fault @ (CommitFault::Failed(_) | CommitFault::Stopped)) = &answer {
            commit = Err(fault.clone());
        }
        waiting.push((batch.done, answer));
    }
    commit?.commit().await.map_err(failed)
}

async fn behind_savepoint(
    commit: &mut Transaction<'_, Any>,
    statements: &Statements,
    facts: &[Fact],
) -> Answer {
    statement(commit, "SAVEPOINT batch").await?;
    let facts: Vec<&Fact> = facts.iter().collect();
    let outcome = async {
        let mut head = take_head(commit).await?;
        let mut seq = head.seq;
        apply(commit, statements, &facts, &mut head).await?;
        head::put(commit, &head).await?;
        Ok(numbered_refs(&facts, &mut seq))
    };
    match outcome.await {
        Ok(committed) => {
            statement(commit, "RELEASE SAVEPOINT batch").await?;
            Ok(committed)
        }
        Err(fault) => {
            statement(commit, "ROLLBACK TO SAVEPOINT batch").await?;
            statement(commit, "RELEASE SAVEPOINT batch").await?;
            Err(fault)
        }
    }
}

/// The measured opposite of grouping: begin, one fact, commit, again and again.
async fn write_each_fact(store: &Store, batch: Batch) {
    let mut all = Committed::default();
    for fact in batch.facts {
        let (done, _) = oneshot::channel();
        let one = [Batch { facts: vec![fact], done }];
        match write_together(store, &one).await {
            Ok(written) => {
                all.audit_seqs.extend(written.into_iter().flat_map(|one| one.audit_seqs));
            }
            Err(fault) => {
                store.learn(&fault);
                return batch.done.send(Err(fault)).unwrap_or_default();
            }
        }
    }
    batch.done.send(Ok(all)).unwrap_or_default();
}

fn numbered(facts: &[Fact], seq: &mut i64) -> Committed {
    numbered_refs(&facts.iter().collect::<Vec<_>>(), seq)
}

fn numbered_refs(facts: &[&Fact], seq: &mut i64) -> Committed {
    let links = facts.iter().filter(|fact| matches!(fact, Fact::Audit(_)));
    let audit_seqs = links.map(|_| {
        *seq += 1;
        *seq
    });
    Committed { audit_seqs: audit_seqs.collect() }
}

async fn statement(
    commit: &mut Transaction<'_, Any>,
    statement: &'static str,
) -> Result<(), CommitFault> {
    sqlx::query(statement).execute(&mut **commit).await.map_err(failed)?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is the function that `map_err` is given")]
pub(super) fn failed(error: sqlx::Error) -> CommitFault {
    let why = error.to_string();
    match Condition::of(&error) {
        Some(condition) => CommitFault::Unwell { condition, why },
        None => CommitFault::Failed(why),
    }
}
