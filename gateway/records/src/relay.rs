//! Reading touches, transactions, sales and what executors must still be told.
//!
//! Owns the questions of the relay; every answer is what was durably committed. May not write:
//! [`crate::writer`] does. Next: [`crate::directory`].

use crate::rows::{self, OutboxRow, RefundRow, SaleRow, TouchRow, TransactionRow, number, text};
use crate::{Fault, Records};
use baton_core::relay::plan::Executor;
use baton_protocol::ids::{AppId, RequestKey, SaleId, ShopId, TerminalId, TouchId, TransactionId};
use baton_protocol::work::State;

/// Every open transaction. The condition on the executor says nothing and lets the index of open
/// transactions be used, so that a start does not read millions of final ones.
const OPEN_TRANSACTIONS: &str =
    "SELECT * FROM transactions WHERE final_ms IS NULL AND executor >= ''";
/// Every sale that is open or being paid, by the index of those.
const OPEN_SALES: &str = "SELECT * FROM sales WHERE state IN ('open', 'taken') AND terminal >= ''";

/// What a start reads of the tables that grow for ever; each must be answered by an index.
pub const QUESTIONS_AT_START: [&str; 2] = [OPEN_TRANSACTIONS, OPEN_SALES];

/// One event of a touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// Its number in the audit chain.
    pub seq: i64,
    /// The step, as canonical JSON.
    pub body: String,
}

impl Records {
    /// Finds a touch by the phone's key.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn lookup_touch_by_key(
        &self,
        app: &AppId,
        key: RequestKey,
    ) -> Result<Option<TouchRow>, Fault> {
        let question = "SELECT * FROM touches WHERE app = $1 AND request_key = $2";
        let query = sqlx::query(question).bind(app.to_string()).bind(key.to_string());
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(rows::touch).transpose()
    }

    /// Finds a touch.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn lookup_touch(&self, id: TouchId) -> Result<Option<TouchRow>, Fault> {
        let query = sqlx::query("SELECT * FROM touches WHERE id = $1").bind(id.to_string());
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(rows::touch).transpose()
    }

    /// Reads the transactions of a touch, oldest first.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn transactions_of(&self, touch: TouchId) -> Result<Vec<TransactionRow>, Fault> {
        let question = "SELECT * FROM transactions WHERE touch = $1 ORDER BY id";
        let found = sqlx::query(question).bind(touch.to_string()).fetch_all(&self.pool).await?;
        found.iter().map(rows::transaction).collect()
    }

    /// Finds a transaction.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn lookup_transaction(
        &self,
        id: TransactionId,
    ) -> Result<Option<TransactionRow>, Fault> {
        let query = sqlx::query("SELECT * FROM transactions WHERE id = $1").bind(id.to_string());
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(rows::transaction).transpose()
    }

    /// Finds a merchant's request by its key.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn lookup_refund_by_key(
        &self,
        shop: &ShopId,
        key: RequestKey,
    ) -> Result<Option<RefundRow>, Fault> {
        let question = "SELECT * FROM refund_requests WHERE shop = $1 AND request_key = $2";
        let query = sqlx::query(question).bind(shop.to_string()).bind(key.to_string());
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(rows::refund).transpose()
    }

    /// Tells where the transaction stands that brought a code; one that was rejected brought none.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn lookup_state_by_code(
        &self,
        app: &AppId,
        code_digest: &str,
    ) -> Result<Option<State>, Fault> {
        let question = "SELECT * FROM transactions \
                        WHERE app = $1 AND code_digest = $2 AND state <> 'rejected'";
        let query = sqlx::query(question).bind(app.to_string()).bind(code_digest.to_owned());
        let row = query.fetch_optional(&self.pool).await?;
        let found = row.as_ref().map(rows::transaction).transpose()?;
        Ok(found.map(|row| row.stored.state))
    }

    /// Reads the newest transactions, newest first.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn newest_transactions(&self, limit: i64) -> Result<Vec<TransactionRow>, Fault> {
        let question = "SELECT * FROM transactions ORDER BY id DESC LIMIT $1";
        let found = sqlx::query(question).bind(limit).fetch_all(&self.pool).await?;
        found.iter().map(rows::transaction).collect()
    }

    /// Counts the transactions that stand in a state.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn count_in(&self, state: State) -> Result<i64, Fault> {
        let question = "SELECT COUNT(*) FROM transactions WHERE state = $1";
        Ok(sqlx::query_scalar(question).bind(state.word()).fetch_one(&self.pool).await?)
    }

    /// Reads every transaction that is not final, oldest first.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn open_transactions(&self) -> Result<Vec<TransactionRow>, Fault> {
        let found = sqlx::query(OPEN_TRANSACTIONS).fetch_all(&self.pool).await?;
        let rows: Result<Vec<TransactionRow>, Fault> =
            found.iter().map(rows::transaction).collect();
        let mut rows = rows?;
        rows.sort_by_key(|row| row.facts.id);
        Ok(rows)
    }

    /// Reads the open transactions of one executor, oldest first.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn open_transactions_of(
        &self,
        executor: &Executor,
    ) -> Result<Vec<TransactionRow>, Fault> {
        let (role, id) = rows::executor_words(executor);
        let question = "SELECT * FROM transactions \
                        WHERE final_ms IS NULL AND executor = $1 AND executor_role = $2 \
                        ORDER BY id";
        let query = sqlx::query(question).bind(id.to_owned()).bind(role);
        let found = query.fetch_all(&self.pool).await?;
        found.iter().map(rows::transaction).collect()
    }

    /// Reads what an executor must still be told, oldest first.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn outbox_of(&self, executor: &Executor) -> Result<Vec<OutboxRow>, Fault> {
        let (role, id) = rows::executor_words(executor);
        let question = "SELECT * FROM outbox WHERE executor = $1 AND executor_role = $2 \
                        ORDER BY transaction_id";
        let query = sqlx::query(question).bind(id.to_owned()).bind(role);
        let found = query.fetch_all(&self.pool).await?;
        found.iter().map(rows::outbox).collect()
    }

    /// Finds the waiting message about one transaction.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn lookup_outbox(&self, id: TransactionId) -> Result<Option<OutboxRow>, Fault> {
        let question = "SELECT * FROM outbox WHERE transaction_id = $1";
        let row = sqlx::query(question).bind(id.to_string()).fetch_optional(&self.pool).await?;
        row.as_ref().map(rows::outbox).transpose()
    }

    /// Reads the events of a touch after a number, oldest first.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn events_of(&self, touch: TouchId, after: i64) -> Result<Vec<EventRecord>, Fault> {
        let question = "SELECT seq, body FROM audit WHERE touch = $1 AND seq > $2 ORDER BY seq";
        let query = sqlx::query(question).bind(touch.to_string()).bind(after);
        let found = query.fetch_all(&self.pool).await?;
        let event = |row| Ok(EventRecord { seq: number(row, "seq")?, body: text(row, "body")? });
        found.iter().map(event).collect()
    }

    /// Reads every sale that is open or being paid.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn open_sales(&self) -> Result<Vec<SaleRow>, Fault> {
        let found = sqlx::query(OPEN_SALES).fetch_all(&self.pool).await?;
        found.iter().map(rows::sale).collect()
    }

    /// Reads the sales of a terminal that are open or being paid.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn open_sales_of(&self, terminal: &TerminalId) -> Result<Vec<SaleRow>, Fault> {
        let question = "SELECT * FROM sales \
                        WHERE terminal = $1 AND state IN ('open', 'taken') ORDER BY id";
        let found = sqlx::query(question).bind(terminal.to_string()).fetch_all(&self.pool).await?;
        found.iter().map(rows::sale).collect()
    }

    /// Finds a sale.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn lookup_sale(&self, id: SaleId) -> Result<Option<SaleRow>, Fault> {
        let query = sqlx::query("SELECT * FROM sales WHERE id = $1").bind(id.to_string());
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(rows::sale).transpose()
    }
}
