//! The rows of the view: those before a submit, and the one that came with it.
//!
//! Owns the connection, which is opened at the first question and again after a fault. No clock is
//! compared: a row counts because it was not among the newest before. Next: [`super`].

use super::broken;
use crate::config::pattern::Pattern;
use crate::config::recipe::Expected;
use crate::config::view::View;
use crate::entry::Order;
use crate::entry::seams::{Fault, Outcome, Screen, Showed, Window};
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How long a question may take, in milliseconds: it is asked every 20 of them, and a till waits.
const ANSWER_MS: u64 = 1_000;
/// The most rows that are looked at: so many payments do not come in within one outcome's wait.
const ROWS_MAX: usize = 64;
/// Stands between what was read; no database's text has it.
const SEPARATOR: char = '\u{1f}';

/// One payment as the view shows it.
type Row = (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

/// What makes a row the same one later: not its word, and not its reference.
type Key = (Option<String>, Option<String>, Option<String>);

/// What a row must have to be the order's.
struct Sought {
    minor: i64,
    last4: String,
}

/// The view, and behind it another way to see an outcome.
pub struct Rows {
    view: View,
    expected: Vec<Expected>,
    read: Pattern,
    runtime: Runtime,
    connection: Option<AnyConnection>,
    sought: Option<Sought>,
    before: Result<Vec<Key>, Fault>,
    behind: Box<dyn Outcome>,
}

impl Rows {
    /// Makes it; the database is asked later.
    ///
    /// # Errors
    /// [`Fault::Broken`] where the settings name no database.
    pub fn open(
        view: &View,
        expected: &[Expected],
        behind: Box<dyn Outcome>,
    ) -> Result<Self, Fault> {
        if view.address.is_none() {
            return Err(broken("the settings name none: recipes.database"));
        }
        install_default_drivers();
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|fault| broken(&fault.to_string()))?;
        let slots = format!("{{reference}}{SEPARATOR}{{amount}}");
        let read = Pattern::parse(&slots).map_err(|wrong| broken(&wrong.to_string()))?;
        let (view, expected) = (view.clone(), expected.to_vec());
        let before = Err(broken("it was not asked before the submit"));
        Ok(Self { view, expected, read, runtime, connection: None, sought: None, before, behind })
    }

    /// Asks for the newest rows.
    fn newest(&mut self) -> Result<Vec<Row>, Fault> {
        let address = self.view.address.as_ref().map(|address| address.reveal().to_owned());
        let (query, held) = (query(&self.view), self.connection.take());
        let asked = self.runtime.block_on(async {
            let limit = Duration::from_millis(ANSWER_MS);
            let asking = ask(held, address.unwrap_or_default(), query);
            match tokio::time::timeout(limit, asking).await {
                Ok(answer) => answer.map_err(|fault| broken(&told(&fault))),
                Err(_) => Err(Fault::Silent("the pos database")),
            }
        });
        let (connection, rows) = asked?;
        self.connection = Some(connection);
        Ok(rows)
    }

    fn find(&mut self) -> Result<Option<Showed>, Fault> {
        let rows = self.newest()?;
        let before = self.before.as_ref().map_err(Clone::clone)?;
        let Some(sought) = &self.sought else { return Ok(None) };
        let new = rows.iter().filter(|row| !before.contains(&key(row)) && sought.fits(row));
        let ended: Vec<(usize, &Row)> = new
            .filter_map(|row| {
                let word = row.1.as_deref()?;
                let said = |expected: &Expected| expected.view.as_deref() == Some(word);
                Some((self.expected.iter().position(said)?, row))
            })
            .collect();
        match ended.as_slice() {
            [] => Ok(None),
            [(which, row)] => {
                let (amount, reference) = (row.2.as_deref(), row.3.as_deref());
                let (amount, reference) =
                    (amount.unwrap_or_default(), reference.unwrap_or_default());
                let text = format!("{reference}{SEPARATOR}{amount}");
                Ok(Some(Showed { which: *which, text, pattern: Some(self.read.clone()) }))
            }
            _ => Err(broken("two new rows fit the payment")),
        }
    }
}

impl Sought {
    fn fits(&self, row: &Row) -> bool {
        let amount = row.2.as_ref().and_then(|amount| amount.parse::<i64>().ok());
        let last4 = row.4.as_ref().is_none_or(|shown| *shown == self.last4);
        amount == Some(self.minor) && last4
    }
}

impl Outcome for Rows {
    fn look(&mut self, screen: Screen<'_>, input: &Window) -> Result<Option<Showed>, Fault> {
        let found = self.find();
        match (self.behind.look(screen, input), found) {
            (_, Ok(Some(row))) => Ok(Some(row)),
            (Ok(Some(showed)), _) => Ok(Some(showed)),
            (_, Err(fault)) => Err(fault),
            (seen, Ok(None)) => seen,
        }
    }

    fn expect(&mut self, order: &Order) {
        let letters: Vec<char> = order.code.chars().rev().take(4).collect();
        let last4 = letters.into_iter().rev().collect();
        self.sought = Some(Sought { minor: order.amount.minor, last4 });
        self.behind.expect(order);
    }

    fn forget(&mut self) {
        if self.sought.is_some() {
            self.before = self.newest().map(|rows| rows.iter().map(key).collect());
        }
        self.behind.forget();
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("view", &self.view).finish_non_exhaustive()
    }
}

fn key(row: &Row) -> Key {
    (row.0.clone(), row.2.clone(), row.4.clone())
}

/// The names were checked when the recipe was read; nothing else stands in it.
fn query(view: &View) -> String {
    let text = |column: &str| format!("CAST(\"{column}\" AS TEXT)");
    let perhaps = |column: &Option<String>| {
        column.as_ref().map_or_else(|| "CAST(NULL AS TEXT)".to_owned(), |column| text(column))
    };
    let columns = [
        text(&view.time),
        text(&view.word),
        text(&view.amount),
        perhaps(&view.reference),
        perhaps(&view.last4),
    ];
    let name = view.name.replace('.', "\".\"");
    let (columns, time) = (columns.join(", "), &view.time);
    format!("SELECT {columns} FROM \"{name}\" ORDER BY \"{time}\" DESC LIMIT {ROWS_MAX}")
}

async fn ask(
    held: Option<AnyConnection>,
    address: String,
    query: String,
) -> Result<(AnyConnection, Vec<Row>), sqlx::Error> {
    let mut connection = match held {
        Some(held) => held,
        None => read_only(&address).await?,
    };
    let rows = sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut connection).await?;
    Ok((connection, rows))
}

/// Opens a session in which nothing can be written, whatever its user may do.
async fn read_only(address: &str) -> Result<AnyConnection, sqlx::Error> {
    let mut connection = AnyConnection::connect(address).await?;
    let only = match connection.backend_name() {
        "SQLite" => "PRAGMA query_only = ON",
        _ => "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    };
    connection.execute(only).await?;
    Ok(connection)
}

/// Says what failed, without the address.
fn told(fault: &sqlx::Error) -> String {
    if let sqlx::Error::Database(said) = fault {
        return said.message().to_owned();
    }
    if let sqlx::Error::Io(fault) = fault {
        return fault.to_string();
    }
    let address = matches!(fault, sqlx::Error::Configuration(_));
    let words = if address { "recipes.database is not an address" } else { "it cannot be asked" };
    words.to_owned()
}

#[cfg(test)]
mod tests;
