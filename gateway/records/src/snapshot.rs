//! A database as it is at one moment, read only: what `audit verify` and `export` look at.
//!
//! Owns the connection and the one read transaction. A running gateway goes on writing beside it.
//! May not change anything, not even the layout. Next: [`crate::audit`], [`crate::export`].

use crate::Fault;
use crate::open::{Kind, OpenFault, address_of};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection, Row};
use std::collections::BTreeMap;

/// One row: its columns by name.
pub(crate) type Cells = BTreeMap<&'static str, Value>;

/// A parameter of a question.
pub(crate) enum Bind {
    Text(String),
    Number(i64),
}

/// An open snapshot.
pub struct Snapshot {
    pub(crate) connection: AnyConnection,
    pub(crate) kind: Kind,
}

impl Snapshot {
    /// Opens `sqlite:FILE` or `postgres://…` and holds what is committed now.
    ///
    /// # Errors
    /// [`OpenFault::Unreachable`], [`OpenFault::KindUnknown`], or [`OpenFault::Layout`] when the
    /// tables are of another version of the program.
    pub async fn open(address: &str) -> Result<Self, OpenFault> {
        sqlx::any::install_default_drivers();
        let (kind, url) = address_of(address, "ro")?;
        let connection = AnyConnection::connect(&url).await.map_err(OpenFault::Unreachable)?;
        let mut snapshot = Self { connection, kind };
        let begin: &[&str] = match kind {
            Kind::Sqlite => &["PRAGMA busy_timeout = 5000", "BEGIN"],
            Kind::Postgres => &["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"],
        };
        for statement in begin {
            let statement = sqlx::query(*statement).execute(&mut snapshot.connection);
            statement.await.map_err(OpenFault::Unreachable)?;
        }
        snapshot.check_layout().await?;
        Ok(snapshot)
    }

    /// Ends the read transaction.
    pub async fn close(self) {
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "a reading connection did not close cleanly");
        }
    }

    /// The first read also fixes the moment.
    async fn check_layout(&mut self) -> Result<(), OpenFault> {
        let wanted = sqlx::migrate!().iter().map(|one| one.version).max().unwrap_or(0);
        let newest = "SELECT MAX(version) FROM _sqlx_migrations";
        let found: Option<i64> = sqlx::query_scalar(newest)
            .fetch_one(&mut self.connection)
            .await
            .map_err(OpenFault::Unreachable)?;
        if found == Some(wanted) {
            return Ok(());
        }
        Err(OpenFault::Layout { found: found.unwrap_or(0), wanted })
    }

    /// Reads rows of a page.
    pub(crate) async fn page(
        &mut self,
        question: &'static str,
        binds: &[Bind],
    ) -> Result<Vec<AnyRow>, Fault> {
        let query = binds.iter().fold(sqlx::query(question), |query, bind| match bind {
            Bind::Text(text) => query.bind(text.clone()),
            Bind::Number(number) => query.bind(*number),
        });
        Ok(query.fetch_all(&mut self.connection).await?)
    }
}

/// Reads the named columns of a row as they are, whatever their types.
///
/// # Errors
/// The column that is neither a whole number, nor text, nor absent.
pub(crate) fn cells(row: &AnyRow, columns: &[&'static str]) -> Result<Cells, &'static str> {
    columns.iter().map(|column| Ok((*column, cell(row, column).ok_or(*column)?))).collect()
}

fn cell(row: &AnyRow, column: &str) -> Option<Value> {
    if let Ok(number) = row.try_get::<Option<i64>, _>(column) {
        return Some(json!(number));
    }
    row.try_get::<Option<String>, _>(column).ok().map(|text| json!(text))
}
