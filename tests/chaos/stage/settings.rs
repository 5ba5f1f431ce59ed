//! The settings files of all programs.
//!
//! Owns the timers of the run: the product's own `[timers]`, shortened so that doubt ends in
//! seconds. Next: `cast`.

use super::cast::settings_of;
use super::{AUDIENCE, Stage, devices};
use crate::faults::{Victim, Wire};
use baton_gateway::config::{Config, Gateway, Listen, RecordsAt};
use baton_protocol::policy::Policy;

/// Life of the wallet's codes, in milliseconds: phones of this run are served in far less.
pub const CODE_LIFE_MS: u64 = 20_000;

/// The timers of the run.
pub fn timers() -> Policy {
    Policy {
        acknowledge_ms: 500,
        execute_standalone_ms: 3_000,
        execute_paired_ms: 5_000,
        inquiry_pauses_ms: vec![200, 400, 800, 1_000],
        decide_ms: 5_000,
        suspense_ms: 40_000,
        suspense_inquiry_ms: 5_000,
        code_life_ms: CODE_LIFE_MS,
        clock_skew_ms: 1_000,
        message_life_ms: 9_000,
        heartbeat_ms: 1_000,
        ..Policy::default()
    }
}

/// Writes every settings file.
///
/// # Errors
/// When a file cannot be written.
pub fn write(stage: &Stage) -> anyhow::Result<()> {
    let config = Config {
        listen: Listen { public: stage.addresses.public, operator: stage.addresses.operator },
        gateway: Gateway {
            name: AUDIENCE.to_owned(),
            key_file: stage.folder.join("gateway.key"),
            ..Gateway::default()
        },
        records: RecordsAt { database: stage.database.clone(), ..RecordsAt::default() },
        timers: stage.policy.clone(),
        ..Config::default()
    };
    let path = settings_of(&stage.folder, Victim::Gateway);
    std::fs::write(path, toml::to_string(&config)?)?;
    for victim in devices() {
        let state = stage.state_of(victim);
        let settings = if let Victim::Agent(number) = victim {
            let pos = stage.addresses.front(Wire::Pos(number));
            format!(
                "state = {state:?}\ndriver = \"http\"\n[http]\nbase_url = \"http://{pos}\"\n\
                 connect_ms = 1000\nanswer_ms = 3500\n",
            )
        } else {
            format!("state = {state:?}\n[destinations]\nconnect_ms = 1000\nanswer_ms = 2500\n")
        };
        std::fs::write(settings_of(&stage.folder, victim), settings)?;
    }
    Ok(())
}
