//! Every setting of the gateway: one section per module, read once at start.
//!
//! Owns names, defaults and their units. Unknown keys are errors, secrets come from files or the
//! environment (`BATON_SECTION__KEY`). `config/gateway.toml` is the complete, commented example.

pub mod health;
mod limits;

pub use limits::Limits;

use crate::webhooks::address::Reach;
use baton_core::relay::delivery::{Bounds, Patience};
use baton_destinations::PluginSettings;
use baton_protocol::ids::DestinationId;
use baton_protocol::policy::Policy;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use health::HealthSettings;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Variables that begin like settings and are none: what the command line and the tests read.
const NOT_SETTINGS: &[&str] = &["config", "log", "test_postgres"];

/// The whole configuration.
#[derive(Debug, Clone, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where it listens.
    pub listen: Listen,
    /// Who it is.
    pub gateway: Gateway,
    /// Where it remembers.
    pub records: RecordsAt,
    /// How much a stranger may ask of it.
    pub limits: Limits,
    /// How events are delivered to their receivers.
    pub webhooks: Webhooks,
    /// Every timer of the relay.
    pub timers: Policy,
    /// When a destination is believed to be well.
    pub health: HealthSettings,
    /// Secrets of destinations, by destination id.
    pub destinations: BTreeMap<DestinationId, Credentials>,
    /// Providers' plugins.
    pub plugins: PluginSettings,
}

/// Where the gateway listens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// For phones, order systems, terminals and agents.
    pub public: SocketAddr,
    /// For operators: live page and metrics. Keep it on loopback or a management network.
    pub operator: SocketAddr,
}

/// Who the gateway is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// Its name; tokens carry it as `aud`.
    pub name: String,
    /// The file with its secret key; made at the first start.
    pub key_file: PathBuf,
    /// Processor threads for HTTP, and as many for actors.
    pub workers: usize,
}

/// Where the gateway remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordsAt {
    /// `sqlite:FILE` or `postgres://…`.
    pub database: String,
    /// `group` for work; `per_fact` only measures what grouping brings.
    pub commits: Commits,
}

/// How facts are put into commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Commits {
    /// Everything that waits goes into one commit.
    Group,
    /// Every fact is a commit of its own.
    PerFact,
}

/// How events are delivered to their receivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Webhooks {
    /// Whether receivers at private, local and reserved addresses may be sent to.
    pub allow_private: bool,
    /// Requests of one webhook at once.
    pub requests_max: usize,
    /// Events of one webhook that are read and not taken; beyond it no more are read.
    pub waiting_max: usize,
    /// How long a connection may take, in milliseconds.
    pub connect_ms: u64,
    /// How long the whole of a request may take, in milliseconds.
    pub answer_ms: u64,
    /// Pause after the first failure of an event, in milliseconds; it doubles.
    pub first_pause_ms: u64,
    /// The longest pause, in milliseconds.
    pub pause_max_ms: u64,
    /// From the first attempt of an event to the last, in milliseconds.
    pub give_up_ms: u64,
    /// How long the old secret signs beside the new one, in milliseconds.
    pub both_secrets_ms: u64,
}

/// What a destination wants to see from us.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The file with the HMAC key for its HTTP interface.
    pub secret_file: PathBuf,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            public: SocketAddr::from(([127, 0, 0, 1], 8700)),
            operator: SocketAddr::from(([127, 0, 0, 1], 8701)),
        }
    }
}

impl Default for Gateway {
    fn default() -> Self {
        Self { name: "baton".to_owned(), key_file: "baton.key".into(), workers: 2 }
    }
}

impl Default for RecordsAt {
    fn default() -> Self {
        Self { database: "sqlite:baton.sqlite".to_owned(), commits: Commits::Group }
    }
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            allow_private: false,
            requests_max: 8,
            waiting_max: 10_000,
            connect_ms: 5_000,
            answer_ms: 10_000,
            first_pause_ms: 1_000,
            pause_max_ms: 3_600_000,
            give_up_ms: 86_400_000,
            both_secrets_ms: 86_400_000,
        }
    }
}

impl Webhooks {
    /// Where requests may go.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        if self.allow_private { Reach::Everywhere } else { Reach::Public }
    }

    /// How long a receiver is tried.
    #[must_use]
    pub const fn patience(&self) -> Patience {
        Patience {
            first_pause_ms: self.first_pause_ms,
            pause_ms_max: self.pause_max_ms,
            give_up_ms: self.give_up_ms,
        }
    }

    /// How many events may be where.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        Bounds { flying_max: self.requests_max, waiting_max: self.waiting_max }
    }
}

impl Config {
    /// Reads a file, then the environment over it.
    ///
    /// # Errors
    /// The file's place and the key at fault, as figment words them.
    #[expect(clippy::result_large_err, reason = "read once at start, then printed")]
    pub fn read(file: Option<&Path>) -> Result<Self, figment::Error> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment.merge(Env::prefixed("BATON_").ignore(NOT_SETTINGS).split("__")).extract()
    }
}
