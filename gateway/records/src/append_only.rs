//! The rule that ledger, audit and history only grow, held by the database itself.
//!
//! Owns the triggers, the second place where SQLite and PostgreSQL differ: their languages for it
//! have nothing in common, so they stand here and not in the migrations. Whoever may drop a trigger
//! can still change a row; then `audit verify` names it. Next: [`crate::writer`].

use crate::open::Kind;
use sqlx::AnyPool;

/// Tables of which no row is ever changed or deleted.
const APPEND_ONLY: [&str; 3] = ["audit", "ledger", "table_history"];

/// Makes what is missing of the triggers.
pub(crate) async fn hold(kind: Kind, pool: &AnyPool) -> Result<(), sqlx::Error> {
    match kind {
        Kind::Sqlite => hold_sqlite(pool).await,
        Kind::Postgres => hold_postgres(pool).await,
    }
}

async fn hold_sqlite(pool: &AnyPool) -> Result<(), sqlx::Error> {
    for table in APPEND_ONLY {
        for verb in ["UPDATE", "DELETE"] {
            let text = format!(
                "CREATE TRIGGER IF NOT EXISTS {table}_only_grows_{verb} BEFORE {verb} ON {table} \
                 BEGIN SELECT RAISE(ABORT, 'table {table} only grows'); END"
            );
            sqlx::query(sqlx::AssertSqlSafe(text)).execute(pool).await?;
        }
    }
    Ok(())
}

/// Gateways that start together take turns, because PostgreSQL refuses two of the same at once.
async fn hold_postgres(pool: &AnyPool) -> Result<(), sqlx::Error> {
    let mut work = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('baton append only'))")
        .execute(&mut *work)
        .await?;
    let known = "SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE '%_only_grows'";
    let known: i64 = sqlx::query_scalar(known).fetch_one(&mut *work).await?;
    if usize::try_from(known) == Ok(APPEND_ONLY.len()) {
        return work.commit().await;
    }
    let refuse = "CREATE OR REPLACE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS \
                  $$ BEGIN RAISE EXCEPTION 'table % only grows', TG_TABLE_NAME; END $$";
    sqlx::query(refuse).execute(&mut *work).await?;
    for table in APPEND_ONLY {
        let text = format!(
            "CREATE OR REPLACE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE \
             ON {table} FOR EACH STATEMENT EXECUTE FUNCTION only_grows()"
        );
        sqlx::query(sqlx::AssertSqlSafe(text)).execute(&mut *work).await?;
    }
    work.commit().await
}
