//! Everything that Baton remembers, in SQLite or PostgreSQL behind one door.
//!
//! Owns all SQL and the one writer. May not decide anything: rules come from `baton-core`, and
//! what cannot be written exactly as asked is refused. [`Records::open`] is the door,
//! [`writer`] how facts get in, [`relay`] and [`directory`] how they come out.
#![deny(missing_docs)]

pub mod admin;
mod append_only;
pub mod audit;
pub mod directory;
pub mod events;
pub mod exceptions;
pub mod export;
mod open;
pub mod relay;
pub mod rows;
pub mod settlement;
mod snapshot;
pub mod uptime;
pub mod webhooks;
pub mod writer;

pub use open::{OpenFault, Records};
pub use snapshot::Snapshot;

/// A failure of the database; what was asked may or may not have been done.
#[derive(Debug, thiserror::Error)]
#[error("the database failed: {0}")]
pub struct Fault(#[from] pub sqlx::Error);

/// What a refused change ran into, for words to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// There is one of that id already.
    Taken,
    /// An id that it names does not exist.
    Dangling,
    /// There is nothing of that id to be changed.
    Absent,
    /// The database itself failed.
    Database,
}

impl Fault {
    /// Tells what a change ran into.
    #[must_use]
    pub fn obstacle(&self) -> Obstacle {
        match (&self.0, self.0.as_database_error()) {
            (sqlx::Error::RowNotFound, _) => Obstacle::Absent,
            (_, Some(error)) if error.is_unique_violation() => Obstacle::Taken,
            (_, Some(error)) if error.is_foreign_key_violation() => Obstacle::Dangling,
            _ => Obstacle::Database,
        }
    }
}
