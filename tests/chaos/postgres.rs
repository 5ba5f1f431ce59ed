//! A database of our own on a PostgreSQL server: made for a run, written out for the search, gone.
//!
//! Owns its name. The server must allow `CREATE DATABASE`; no other database is touched.

use anyhow::Context;
use sqlx::AnyPool;
use std::fmt::Write;
use std::path::Path;

/// Every table of the gateway, to be searched for codes.
const TABLES: &str = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
                      WHERE table_schema = 'public' ORDER BY table_name";

/// Makes a database and returns its address.
///
/// # Errors
/// When the server refuses.
pub async fn fresh(server: &str) -> anyhow::Result<String> {
    let name = format!("baton_chaos_{}", uuid::Uuid::new_v4().simple());
    perform(server, format!("CREATE DATABASE {name}")).await?;
    let (base, _) = server.rsplit_once('/').context("write the address as postgres://…/NAME")?;
    Ok(format!("{base}/{name}"))
}

/// Removes a database that [`fresh`] made.
///
/// # Errors
/// When the server refuses.
pub async fn drop(server: &str, database: &str) -> anyhow::Result<()> {
    let name = database.rsplit_once('/').map_or("", |(_, name)| name);
    perform(server, format!("DROP DATABASE {name} WITH (FORCE)")).await
}

/// Writes every row of every table into a file of the folder.
///
/// # Errors
/// When a table cannot be read.
pub async fn dump(pool: &AnyPool, folder: &Path) -> anyhow::Result<()> {
    let mut text = String::new();
    let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(pool).await?;
    anyhow::ensure!(!tables.is_empty(), "the database shows no tables");
    for table in tables {
        let question = format!("SELECT CAST(one AS TEXT) FROM {table} AS one");
        let query = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(question));
        for row in query.fetch_all(pool).await? {
            writeln!(text, "{table} {row}")?;
        }
    }
    Ok(std::fs::write(folder.join("postgres-tables.txt"), text)?)
}

async fn perform(server: &str, statement: String) -> anyhow::Result<()> {
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(server).await.context("the PostgreSQL server does not answer")?;
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await?;
    pool.close().await;
    Ok(())
}
