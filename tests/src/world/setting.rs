//! What a test may choose about its world.
//!
//! Owns the choices and their usual values; everything else is the same everywhere. Next:
//! [`super::servers`].

use baton_destinations::PluginSettings;
use baton_gateway::config::health::HealthSettings;
use baton_gateway::config::{Limits, Webhooks};
use baton_protocol::policy::Policy;
use baton_simulators::Delays;
use std::path::PathBuf;

/// Where the gateway remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// A file in the world's folder.
    Sqlite,
    /// A fresh database of a server.
    Postgres {
        /// Its address, with a database that exists.
        server: String,
    },
}

/// What the phone page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// A guide to one's own app, as in a shop.
    Guide,
    /// It plays the world's apps, as in the demo.
    Apps,
}

/// The wishes of a test.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// Where the gateway remembers.
    pub store: Store,
    /// Every timer.
    pub timers: Policy,
    /// When a destination is believed to be well.
    pub health: HealthSettings,
    /// How much strangers may ask of the gateway.
    pub limits: Limits,
    /// How long terminals and the POS program wait for a destination, in milliseconds.
    pub patience_ms: u64,
    /// How late the late answers of destinations are.
    pub late: Delays,
    /// How events are delivered.
    pub webhooks: Webhooks,
    /// What the wallet declares of C1 to C7; it behaves as with all of them.
    pub wallet_can: String,
    /// The gateway's plugins.
    pub gateway_plugins: PluginSettings,
    /// The plugins of the terminal at the counter.
    pub counter_plugins: PluginSettings,
    /// The port of the scanner at the counter, if there is one.
    pub scanner: Option<PathBuf>,
    /// What the phone page is.
    pub page: Page,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            store: Store::Sqlite,
            timers: Policy::default(),
            health: HealthSettings::default(),
            limits: Limits::default(),
            patience_ms: 8_000,
            late: Delays::default(),
            webhooks: Webhooks { allow_private: true, ..Webhooks::default() },
            wallet_can: "C1,C2,C3,C4,C5,C6,C7".to_owned(),
            gateway_plugins: PluginSettings::default(),
            counter_plugins: PluginSettings::default(),
            scanner: None,
            page: Page::Guide,
        }
    }
}

impl Wishes {
    /// The same, with every doubt over within two seconds.
    #[must_use]
    pub fn hurried() -> Self {
        let timers = Policy {
            acknowledge_ms: 200,
            execute_standalone_ms: 3_000,
            execute_paired_ms: 3_000,
            inquiry_pauses_ms: vec![30, 60, 120],
            decide_ms: 1_000,
            suspense_ms: 2_000,
            suspense_inquiry_ms: 500,
            code_life_ms: 300,
            clock_skew_ms: 50,
            message_life_ms: 50,
            ..Policy::default()
        };
        let late = Delays { short_ms: 600, long_ms: 900 };
        Self { timers, patience_ms: 400, late, ..Self::default() }
    }
}

impl Store {
    /// PostgreSQL when `BATON_TEST_POSTGRES` names a server; a line says so when it does not.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        let server = std::env::var("BATON_TEST_POSTGRES").ok();
        if server.is_none() {
            eprintln!("BATON_TEST_POSTGRES is not set: PostgreSQL not tried");
        }
        server.map(|server| Self::Postgres { server })
    }
}
