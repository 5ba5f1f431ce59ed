//! The gateway's database, read from outside through a connection of its own.
//!
//! Owns counting rows and reading ledger lines; writes nothing. Table names are those of the
//! migration. Next: [`super::wait`].

use super::wait::until;
use baton_protocol::ids::TransactionId;
use sqlx::{AnyPool, AssertSqlSafe, Row};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Every table that a request could leave something in.
const TABLES: [&str; 7] =
    ["touches", "transactions", "outbox", "audit", "ledger", "sales", "table_history"];

/// The open database.
pub struct Books {
    pool: AnyPool,
}

/// One line of the ledger: account, debit, credit, currency.
pub type Line = (String, i64, i64, String);

impl Books {
    pub(super) async fn open(address: &str) -> anyhow::Result<Self> {
        Ok(Self { pool: AnyPool::connect(address).await? })
    }

    /// How many rows each table has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rows(&self) -> anyhow::Result<BTreeMap<&'static str, i64>> {
        let mut rows = BTreeMap::new();
        for table in TABLES {
            let count = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
            rows.insert(table, sqlx::query_scalar(count).fetch_one(&self.pool).await?);
        }
        Ok(rows)
    }

    /// Waits until every counter has shown its last word, so that rows change no more.
    ///
    /// # Errors
    /// When the database fails, or some word is never shown.
    pub async fn until_shown(&self) -> anyhow::Result<()> {
        until("the outbox is empty", async || Ok((self.rows().await?["outbox"] == 0).then_some(())))
            .await
    }

    /// How many transactions are in each state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn states(&self) -> anyhow::Result<BTreeMap<String, i64>> {
        let question = "SELECT state, COUNT(*) FROM transactions GROUP BY state";
        let rows = sqlx::query(question).fetch_all(&self.pool).await?;
        rows.iter().map(|row| anyhow::Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// When each transaction that is over came to its end, in milliseconds since 1970.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ends_ms(&self) -> anyhow::Result<Vec<i64>> {
        let question = "SELECT final_ms FROM transactions WHERE final_ms IS NOT NULL";
        Ok(sqlx::query_scalar(question).fetch_all(&self.pool).await?)
    }

    /// The ledger lines of one transaction that count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lines(&self, transaction: TransactionId) -> anyhow::Result<Vec<Line>> {
        let question = "SELECT account, debit, credit, currency FROM ledger \
                        WHERE transaction_id = $1 AND phase = 'posted' ORDER BY line";
        let rows = sqlx::query(question).bind(transaction.to_string());
        let rows = rows.fetch_all(&self.pool).await?;
        let line = |row: &sqlx::any::AnyRow| {
            anyhow::Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
        };
        rows.iter().map(line).collect()
    }
}

pub(super) async fn fresh_postgres(server: &str) -> anyhow::Result<String> {
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(server).await?;
    let name = format!("baton_{}", Uuid::new_v4().simple());
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&pool).await?;
    pool.close().await;
    let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
    Ok(format!("{base}/{name}"))
}
