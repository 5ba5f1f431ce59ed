//! Opening a database: connect, assert that it is durable, migrate, start the writer.
//!
//! Owns what differs between SQLite and PostgreSQL. A database that could lose an acknowledged
//! commit is refused at start: that promise is not for configuration. Next: [`crate::writer`].

use crate::writer::{Grouping, Parameters, Writer};
use crate::{Fault, append_only};
use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool};
use std::sync::Arc;
use std::time::Duration;

/// Connections for reading: two cores serve no more at a time, and the writer has its own.
const READ_CONNECTIONS_MAX: u32 = 4;
/// How long a connection waits for another program's lock, in seconds.
const LOCK_WAIT_S: u64 = 5;
/// How long a server that is away is tried, in milliseconds: whoever asks is answered within a
/// second that it is away.
const CONNECT_WAIT_MS: u64 = 800;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// It cannot be reached or read.
    #[error("cannot open the database: {0}; check the address and the permissions of its folder")]
    Unreachable(#[source] sqlx::Error),
    /// Its layout cannot be brought up to date.
    #[error("cannot bring the database's tables up to date: {0}")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// It could lose what it has acknowledged.
    #[error("the database is not durable: {setting} is {found:?} and must be {wanted:?}")]
    NotDurable {
        /// Which setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// It was written by another version of the program.
    #[error(
        "the tables have layout {found} and this program reads {wanted}: start the gateway of this \
         version once, or use the program that wrote them"
    )]
    Layout {
        /// What is there.
        found: i64,
        /// What this program reads.
        wanted: i64,
    },
    /// It failed while it was read.
    #[error(transparent)]
    Failed(#[from] Fault),
    /// The address names another kind of database.
    #[error("database addresses start with sqlite: or postgres:")]
    KindUnknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// An open database with its writer.
#[derive(Clone)]
pub struct Records {
    pub(crate) pool: AnyPool,
    pub(crate) address: Arc<str>,
    /// The one way for facts to get in.
    pub writer: Writer,
}

impl Records {
    /// Opens `sqlite:FILE` (made if absent) or `postgres://…`, migrates it and starts the writer.
    ///
    /// # Errors
    /// Each variant of [`OpenFault`] as it says.
    pub async fn open(address: &str, grouping: Grouping) -> Result<Self, OpenFault> {
        sqlx::any::install_default_drivers();
        let (kind, url) = address_of(address, "rwc")?;
        let writing = connect(kind, &url, 1).await?;
        sqlx::migrate!().run(&writing).await.map_err(OpenFault::Migration)?;
        append_only::hold(kind, &writing).await.map_err(OpenFault::Unreachable)?;
        let pool = connect(kind, &url, READ_CONNECTIONS_MAX).await?;
        assert_durable(kind, &writing).await?;
        let parameters = match kind {
            Kind::Sqlite => Parameters::InOrder,
            Kind::Postgres => Parameters::Numbered,
        };
        let writer = Writer::start(writing, parameters, grouping);
        Ok(Self { pool, writer, address: address.into() })
    }

    /// Gives a connection back after a change, or closes it: after a failure inside a transaction
    /// it could not be trusted.
    pub(crate) async fn give_back<T>(
        &self,
        connection: PoolConnection<Any>,
        made: Result<T, Fault>,
    ) -> Result<T, Fault> {
        if let Err(fault) = &made {
            self.writer.learn(fault);
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a connection did not close cleanly");
            }
        }
        made
    }

    /// Ends the writer after what it was given, and closes every connection.
    pub async fn close(&self) {
        self.writer.stop().await;
        self.pool.close().await;
    }
}

/// Reads an address: which kind, and how its driver writes it. SQLite files are opened in `mode`.
pub(crate) fn address_of(address: &str, mode: &str) -> Result<(Kind, String), OpenFault> {
    match address.split_once(':') {
        Some(("sqlite", file)) => {
            let file = file.trim_start_matches("//");
            Ok((Kind::Sqlite, format!("sqlite:{file}?mode={mode}")))
        }
        Some(("postgres" | "postgresql", _)) => Ok((Kind::Postgres, address.to_owned())),
        _ => Err(OpenFault::KindUnknown),
    }
}

async fn connect(kind: Kind, url: &str, connections_max: u32) -> Result<AnyPool, OpenFault> {
    let options = AnyPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(match kind {
            Kind::Sqlite => Duration::from_secs(LOCK_WAIT_S),
            Kind::Postgres => Duration::from_millis(CONNECT_WAIT_MS),
        })
        // A file cannot hang up, so a test before each use would only cost a turn of its thread.
        .test_before_acquire(kind == Kind::Postgres)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                let settings: &[&'static str] = match kind {
                    Kind::Sqlite => &[
                        "PRAGMA busy_timeout = 5000",
                        "PRAGMA journal_mode = WAL",
                        "PRAGMA synchronous = FULL",
                        "PRAGMA foreign_keys = ON",
                        // 16 MiB a connection: random keys touch pages all over their indexes.
                        "PRAGMA cache_size = -16384",
                        // What undoes one statement is needed only while this process lives.
                        "PRAGMA temp_store = MEMORY",
                        // 32 MiB of log between copies into the file; the log is as durable.
                        "PRAGMA wal_autocheckpoint = 8192",
                    ],
                    Kind::Postgres => &["SET synchronous_commit = on"],
                };
                for setting in settings {
                    sqlx::query(*setting).execute(&mut *connection).await?;
                }
                Ok(())
            })
        });
    options.connect(url).await.map_err(OpenFault::Unreachable)
}

async fn assert_durable(kind: Kind, pool: &AnyPool) -> Result<(), OpenFault> {
    let wanted: &[(&'static str, &'static str, &'static str)] = match kind {
        Kind::Sqlite => &[
            ("journal_mode", "SELECT journal_mode FROM pragma_journal_mode", "wal"),
            ("synchronous", "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous", "2"),
        ],
        Kind::Postgres => &[
            ("synchronous_commit", "SELECT current_setting('synchronous_commit')", "on"),
            ("fsync", "SELECT current_setting('fsync')", "on"),
            ("full_page_writes", "SELECT current_setting('full_page_writes')", "on"),
        ],
    };
    for &(setting, question, wanted) in wanted {
        let found: String =
            sqlx::query_scalar(question).fetch_one(pool).await.map_err(OpenFault::Unreachable)?;
        if found != wanted {
            return Err(OpenFault::NotDurable { setting, found, wanted });
        }
    }
    Ok(())
}
