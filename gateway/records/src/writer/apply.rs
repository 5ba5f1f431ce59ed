//! The statements of one commit: one multi-row statement a table, the same on both databases.
//!
//! Owns how facts become rows. A row that the store excludes is a `Conflict`. The texts are in
//! `statements`.

use super::group::failed;
use super::statements::{
    AUDIT, GIVE_BACK, LEDGER, OUTBOX, REFUNDS, SALES, Statements, TELL, TOUCHES, TRANSACTIONS,
    Table, chunk,
};
use super::{CommitFault, Conflict, Fact};
use crate::audit::link;
use crate::exceptions::Exception;
use crate::rows::*;
use baton_protocol::ids::TransactionId;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, Transaction};
use std::sync::Arc;

pub(super) type Commit<'c> = Transaction<'c, Any>;
type Bound<'q> = Query<'q, Any, AnyArguments>;

/// The end of the audit chain while a commit is being made.
pub(super) struct Head {
    pub(super) seq: i64,
    hash: String,
}

/// Reading and moving the end of the chain. Taking it locks out every other writer.
pub(super) mod head {
    use super::*;

    pub(in crate::writer) async fn put(
        commit: &mut Commit<'_>,
        head: &Head,
    ) -> Result<(), CommitFault> {
        let update = sqlx::query("UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1");
        let update = update.bind(head.seq).bind(head.hash.clone());
        update.execute(&mut **commit).await.map_err(failed)?;
        Ok(())
    }
}

pub(super) async fn take_head(commit: &mut Commit<'_>) -> Result<Head, CommitFault> {
    let lock = "UPDATE audit_head SET seq = seq WHERE id = 1 RETURNING seq, hash";
    let row = sqlx::query(lock).fetch_one(&mut **commit).await.map_err(failed)?;
    let unreadable = |fault: crate::Fault| failed(fault.0);
    Ok(Head {
        seq: number(&row, "seq").map_err(unreadable)?,
        hash: text(&row, "hash").map_err(unreadable)?,
    })
}

pub(super) async fn apply(
    commit: &mut Commit<'_>,
    statements: &Statements,
    facts: &[&Fact],
    head: &mut Head,
) -> Result<(), CommitFault> {
    let rows = Sorted::of(facts);
    insert(commit, statements, &TOUCHES, &rows.touches, bind_touch).await?;
    insert(commit, statements, &TRANSACTIONS, &rows.new, bind_transaction).await?;
    write(commit, &rows.steps, |count| statements.step(count), bind_step).await?;
    let links: Vec<Linked<'_>> = rows.audit.iter().map(|row| head.extend(row)).collect();
    insert(commit, statements, &AUDIT, &links, bind_audit).await?;
    insert(commit, statements, &LEDGER, &rows.ledger, bind_ledger).await?;
    insert(commit, statements, &OUTBOX, &rows.outbox_put, bind_outbox).await?;
    insert(commit, statements, &SALES, &rows.sales, bind_sale).await?;
    insert(commit, statements, &REFUNDS, &rows.refunds, bind_refund).await?;
    give_back(commit, &rows.given_back).await?;
    tell(commit, &rows.told).await?;
    remove(commit, statements, &rows.outbox_remove).await?;
    super::exceptions::write(commit, &rows.exceptions).await
}

/// The facts of a commit, a list for each table.
#[derive(Default)]
struct Sorted<'f> {
    touches: Vec<&'f TouchRow>,
    new: Vec<&'f TransactionRow>,
    steps: Vec<&'f TransactionRow>,
    audit: Vec<&'f AuditRow>,
    ledger: Vec<&'f LedgerRow>,
    outbox_put: Vec<&'f OutboxRow>,
    outbox_remove: Vec<String>,
    sales: Vec<&'f SaleRow>,
    exceptions: Vec<&'f Exception>,
    refunds: Vec<&'f RefundRow>,
    given_back: Vec<(TransactionId, i64)>,
    told: Vec<&'f ToldRow>,
}

impl<'f> Sorted<'f> {
    fn of(facts: &[&'f Fact]) -> Self {
        let mut rows = Self::default();
        for fact in facts {
            match fact {
                Fact::Touch(row) => rows.touches.push(row),
                Fact::Transaction(row) if row.prior == 0 => rows.new.push(row),
                Fact::Transaction(row) => rows.steps.push(row),
                Fact::Audit(row) => rows.audit.push(row),
                Fact::Ledger(row) => rows.ledger.push(row),
                Fact::OutboxPut(row) => rows.outbox_put.push(row),
                Fact::OutboxRemove(id) => rows.outbox_remove.push(id.to_string()),
                Fact::Sale(row) => rows.sales.push(row),
                Fact::Exception(row) => rows.exceptions.push(row),
                Fact::Refund(row) => rows.refunds.push(row),
                Fact::Told(row) => rows.told.push(row),
                Fact::GivenBack { original, minor } => rows.given_back.push((*original, *minor)),
            }
        }
        rows
    }
}

struct Linked<'f> {
    seq: i64,
    prev: String,
    hash: String,
    row: &'f AuditRow,
}

impl Head {
    fn extend<'f>(&mut self, row: &'f AuditRow) -> Linked<'f> {
        self.seq += 1;
        let hash = link(&self.hash, &row.body);
        let prev = std::mem::replace(&mut self.hash, hash.clone());
        Linked { seq: self.seq, prev, hash, row }
    }
}

async fn insert<R>(
    commit: &mut Commit<'_>,
    statements: &Statements,
    table: &Table,
    rows: &[R],
    bind: impl for<'q> Fn(Bound<'q>, &R) -> Bound<'q>,
) -> Result<(), CommitFault> {
    write(commit, rows, |count| statements.insertion(table, count), bind).await
}

/// Each row must be written, or nothing is: a row that has moved or is not there is a conflict.
async fn write<R>(
    commit: &mut Commit<'_>,
    rows: &[R],
    statement: impl Fn(usize) -> Option<Arc<str>>,
    bind: impl for<'q> Fn(Bound<'q>, &R) -> Bound<'q>,
) -> Result<(), CommitFault> {
    let mut rest = rows;
    while !rest.is_empty() {
        let (rows, more) = chunk(rest);
        rest = more;
        let query = prepared(statement(rows.len()))?;
        let query = rows.iter().fold(query, &bind);
        let written = query.execute(&mut **commit).await.map_err(excluded)?.rows_affected();
        if usize::try_from(written) != Ok(rows.len()) {
            return Err(CommitFault::Conflict(Conflict::Version));
        }
    }
    Ok(())
}

async fn remove(
    commit: &mut Commit<'_>,
    statements: &Statements,
    ids: &[String],
) -> Result<(), CommitFault> {
    let mut rest = ids;
    while !rest.is_empty() {
        let (ids, more) = chunk(rest);
        rest = more;
        let query = prepared(statements.removal(ids.len()))?;
        let query = ids.iter().fold(query, |query, id| query.bind(id.clone()));
        query.execute(&mut **commit).await.map_err(failed)?;
    }
    Ok(())
}

/// After the transactions, because the original may have become approved in this very commit.
async fn give_back(
    commit: &mut Commit<'_>,
    given_back: &[(TransactionId, i64)],
) -> Result<(), CommitFault> {
    for (original, minor) in given_back {
        let query = sqlx::query(GIVE_BACK).bind(*minor).bind(original.to_string());
        let given = query.execute(&mut **commit).await.map_err(failed)?.rows_affected();
        if given != 1 {
            return Err(CommitFault::Conflict(Conflict::GivenBack));
        }
    }
    Ok(())
}

/// Only what executes a transaction may tell of it; what others tell is written nowhere.
async fn tell(commit: &mut Commit<'_>, told: &[&ToldRow]) -> Result<(), CommitFault> {
    for row in told {
        let (role, executor) = executor_words(&row.executor);
        let Told { evidence, cause } = row.told;
        let query = sqlx::query(TELL).bind(evidence.map(evidence_words));
        let query = query.bind(cause.map(|cause| cause.word().to_owned()));
        let query = query.bind(row.transaction.to_string()).bind(role).bind(executor.to_owned());
        query.execute(&mut **commit).await.map_err(failed)?;
    }
    Ok(())
}

fn prepared<'q>(text: Option<Arc<str>>) -> Result<Bound<'q>, CommitFault> {
    let text = text.ok_or_else(|| CommitFault::Failed("a statement is missing".to_owned()))?;
    Ok(sqlx::query(sqlx::AssertSqlSafe(text)))
}

/// Says which unique rule a row broke. SQLite names columns, PostgreSQL names the rule.
fn excluded(error: sqlx::Error) -> CommitFault {
    let Some(database) = error.as_database_error() else { return failed(error) };
    if !database.is_unique_violation() {
        return failed(error);
    }
    let message = database.message();
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let conflict = if says(&["request_key", "refund_requests"]) {
        Conflict::Key
    } else if says(&["token_id"]) {
        Conflict::Token
    } else if says(&["code_digest", "transactions_code"]) {
        Conflict::Code
    } else if says(&["ledger_once", "ledger.transaction_id"]) {
        Conflict::Booked
    } else {
        Conflict::Other
    };
    CommitFault::Conflict(conflict)
}

fn bind_touch<'q>(query: Bound<'q>, row: &&TouchRow) -> Bound<'q> {
    query
        .bind(row.id.to_string())
        .bind(row.app.to_string())
        .bind(row.key.to_string())
        .bind(row.fingerprint.clone())
        .bind(row.token_id.clone())
        .bind(row.terminal.to_string())
        .bind(row.created.ms())
}

fn bind_transaction<'q>(query: Bound<'q>, row: &&TransactionRow) -> Bound<'q> {
    let facts = &row.facts;
    let stored = &row.stored;
    let (role, executor) = executor_words(&facts.executor);
    let decided = stored.reversal == baton_core::relay::transaction::ReversalDecided::Yes;
    let final_ms = stored.state.is_final().then(|| stored.since.ms());
    query
        .bind(facts.id.to_string())
        .bind(facts.touch.to_string())
        .bind(facts.terminal.to_string())
        .bind(role)
        .bind(executor.to_owned())
        .bind(facts.app.to_string())
        .bind(facts.shop.to_string())
        .bind(facts.destination.to_string())
        .bind(facts.capabilities.to_string())
        .bind(facts.route.letter())
        .bind(purpose_word(facts.purpose))
        .bind(facts.amount.minor)
        .bind(facts.amount.currency.letters().to_owned())
        .bind(facts.code_digest.clone())
        .bind(stored.state.word())
        .bind(i64::from(stored.version))
        .bind(i64::from(row.prior))
        .bind(prior_state_word(row.prior_state))
        .bind(stored.since.ms())
        .bind(stored.doubt_since.map(|at| at.ms()))
        .bind(i64::from(decided))
        .bind(facts.accepted_at.ms())
        .bind(final_ms)
        .bind(row.reason.clone())
        .bind(facts.links.original.map(|original| original.id.to_string()))
        .bind(facts.links.original.map(|original| purpose_word(original.purpose)))
        .bind(facts.links.after.map(|id| id.to_string()))
        .bind(facts.links.then.map(|id| id.to_string()))
        .bind(row.uptime.as_ref().map(|at| at.boot.clone()))
        .bind(row.uptime.as_ref().map(|at| at.ms))
}

/// In the order of the columns that a step changes.
fn bind_step<'q>(query: Bound<'q>, row: &&TransactionRow) -> Bound<'q> {
    let stored = &row.stored;
    let decided = stored.reversal == baton_core::relay::transaction::ReversalDecided::Yes;
    query
        .bind(row.facts.id.to_string())
        .bind(stored.state.word())
        .bind(i64::from(stored.version))
        .bind(i64::from(row.prior))
        .bind(prior_state_word(row.prior_state))
        .bind(stored.since.ms())
        .bind(stored.doubt_since.map(|at| at.ms()))
        .bind(i64::from(decided))
        .bind(stored.state.is_final().then(|| stored.since.ms()))
        .bind(row.reason.clone())
}

fn bind_audit<'q>(query: Bound<'q>, linked: &Linked<'_>) -> Bound<'q> {
    query
        .bind(linked.seq)
        .bind(linked.prev.clone())
        .bind(linked.hash.clone())
        .bind(linked.row.transaction.to_string())
        .bind(linked.row.touch.to_string())
        .bind(linked.row.app.to_string())
        .bind(linked.row.shop.to_string())
        .bind(linked.row.body.clone())
}

fn bind_ledger<'q>(query: Bound<'q>, row: &&LedgerRow) -> Bound<'q> {
    query
        .bind(row.transaction.to_string())
        .bind(stage(row.phase))
        .bind(row.line)
        .bind(row.phase.word())
        .bind(row.account.clone())
        .bind(row.debit.currency.letters().to_owned())
        .bind(row.debit.minor)
        .bind(row.credit.minor)
}

fn bind_outbox<'q>(query: Bound<'q>, row: &&OutboxRow) -> Bound<'q> {
    let (role, executor) = executor_words(&row.executor);
    let (message, sealed) = match &row.message {
        OutboxMessage::Work { sealed } => ("work", Some(sealed.clone())),
        OutboxMessage::Word => ("word", None),
    };
    query
        .bind(row.transaction.to_string())
        .bind(role)
        .bind(executor.to_owned())
        .bind(message)
        .bind(sealed)
}

fn bind_sale<'q>(query: Bound<'q>, row: &&SaleRow) -> Bound<'q> {
    query
        .bind(row.sale.id.to_string())
        .bind(row.terminal.to_string())
        .bind(row.sale.amount.minor)
        .bind(row.sale.amount.currency.letters().to_owned())
        .bind(row.sale.order_ref.clone())
        .bind(sale_word(row.sale.state))
        .bind(row.sale.touch.map(|touch| touch.to_string()))
        .bind(row.sale.expires_at.ms())
}

fn bind_refund<'q>(query: Bound<'q>, row: &&RefundRow) -> Bound<'q> {
    query
        .bind(row.shop.to_string())
        .bind(row.key.to_string())
        .bind(row.fingerprint.clone())
        .bind(row.transaction.to_string())
        .bind(row.created.ms())
}
