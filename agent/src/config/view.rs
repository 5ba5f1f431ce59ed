//! A view of the POS program's database in which the end of a payment can be read.
//!
//! Owns its name and the names of its columns; the address of the database, a secret, is in the
//! agent's settings. May not ask a database: [`crate::entry::view`] does. Next: [`super::recipe`].

use serde::Deserialize;
use std::fmt;
use zeroize::Zeroizing;

/// The longest name of a view or a column: PostgreSQL cuts longer ones off.
const NAME_MAX: usize = 63;

/// One view and its columns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Its name, with a schema and a dot before it where it has one.
    pub name: String,
    /// The column with the time at which the payment came into being; it never changes.
    pub time: String,
    /// The column with the amount in whole minor units.
    pub amount: String,
    /// The column with the word that says what came of it.
    pub word: String,
    /// The column with the POS program's reference; there for `approved`.
    #[serde(default)]
    pub reference: Option<String>,
    /// The column with the last four of the code, where the POS keeps them.
    #[serde(default)]
    pub last4: Option<String>,
    /// Where the database is, from the settings.
    #[serde(skip)]
    pub address: Option<Address>,
}

/// The address of a database, with its password; prints without.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Address(Zeroizing<String>);

impl Address {
    /// Returns the address. Never for a log.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Address {
    fn from(address: String) -> Self {
        Self(Zeroizing::new(address))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

impl View {
    /// Tells whether every name is one that needs no trust: letters, digits, `_`, and one dot in
    /// the view's.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let parts: Vec<&str> = self.name.split('.').collect();
        let columns = [&self.time, &self.amount, &self.word].into_iter();
        let columns = columns.chain(&self.reference).chain(&self.last4);
        parts.len() <= 2 && parts.into_iter().chain(columns.map(String::as_str)).all(plain)
    }
}

fn plain(name: &str) -> bool {
    let rest = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !name.is_empty() && name.len() <= NAME_MAX && name.chars().all(rest)
}
