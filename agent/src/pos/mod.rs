//! Makes entries in the POS program: which driver for which app, and what each can find out.
//!
//! Owns the choice of driver. Nothing reaches the POS before the journal says *submitted*: a POS
//! submits by itself on the last character. Drivers: [`http`] hears the result, [`scanner`] does
//! not. Next: the driver's file.

pub mod http;
pub mod scanner;

use crate::config::{AppDriver, Config, DriverKind};
use baton_link::executor::Executor;
use baton_protocol::ids::{AppId, TransactionId};
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::work::{State, Verdict};
use http::HttpPos;
use scanner::ScannerPos;
use std::collections::BTreeMap;

/// A driver whose settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PosInvalid {
    /// The POS address is wrong.
    #[error("pos address {0} is not http://host:port without a trailing slash")]
    Url(String),
    /// The HTTP machinery refused to start.
    #[error("the http driver cannot start: {0}")]
    Machinery(String),
    /// An app stands twice.
    #[error("app {0} has two drivers; keep one of its [[apps]] tables")]
    AppTwice(AppId),
}

/// A way into the POS program.
#[derive(Debug)]
pub enum Driver {
    /// Its HTTP interface.
    Http(HttpPos),
    /// Its scanner port.
    Scanner(ScannerPos),
}

/// The POS beside this agent.
#[derive(Debug)]
pub struct Pos {
    http: Driver,
    scanner: Driver,
    default: DriverKind,
    apps: BTreeMap<AppId, DriverKind>,
}

impl Pos {
    /// Makes both drivers; connects and opens nothing yet.
    ///
    /// # Errors
    /// Each variant of [`PosInvalid`] as it says.
    pub fn new(config: &Config) -> Result<Self, PosInvalid> {
        let mut apps = BTreeMap::new();
        for AppDriver { app, driver } in &config.apps {
            if apps.insert(app.clone(), *driver).is_some() {
                return Err(PosInvalid::AppTwice(app.clone()));
            }
        }
        Ok(Self {
            http: Driver::Http(HttpPos::new(&config.http)?),
            scanner: Driver::Scanner(ScannerPos::new(&config.scanner)),
            default: config.driver,
            apps,
        })
    }

    /// Returns the driver of an app.
    #[must_use]
    pub fn driver(&self, app: &AppId) -> &Driver {
        match self.apps.get(app).unwrap_or(&self.default) {
            DriverKind::Http => &self.http,
            DriverKind::Scanner => &self.scanner,
        }
    }
}

impl Executor for Pos {
    async fn prepare(&self, command: &Command) -> Result<(), FenceReason> {
        match self.driver(&command.app) {
            Driver::Http(pos) => pos.prepare(command).await,
            Driver::Scanner(pos) => pos.prepare(command).await,
        }
    }

    async fn execute(&self, command: &Command) -> Verdict {
        match self.driver(&command.app) {
            Driver::Http(pos) => pos.execute(command).await,
            Driver::Scanner(pos) => pos.execute(command).await,
        }
    }

    fn show(&self, transaction: TransactionId, state: State) {
        tracing::info!(%transaction, state = state.word(), "on display");
    }
}

#[cfg(test)]
mod tests;
