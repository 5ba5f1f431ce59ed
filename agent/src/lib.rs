//! The program beside a POS: enters codes into the POS program and remembers each step.
//!
//! Owns how settings become a running agent; the loop itself is `baton-link`'s, shared with the
//! relay terminal. May not see the gateway's rules or records. Reading order: [`config`], [`pos`],
//! [`login`], [`desk`], [`entry`], then `baton_link::executor`.

#[cfg(target_os = "linux")]
pub mod atspi;
pub mod clock;
pub mod config;
pub mod desk;
pub mod entry;
pub mod login;
pub mod pos;
pub mod standing;
pub mod stop;
pub mod surface;
pub mod teach;
pub mod web;
#[cfg(windows)]
pub mod win32;
pub mod workbench;
#[cfg(target_os = "linux")]
pub mod x11;

use baton_link::device::{self, Setup};
use baton_protocol::enrol::Role;
use pos::{Pos, PosInvalid};

pub use baton_link::device::{Running, StartFault};
pub use baton_link::executor::{Observer, Seen, Step};
pub use config::{Config, ConfigFault};

/// Why an agent does not start.
#[derive(Debug, thiserror::Error)]
pub enum AgentFault {
    /// A driver's settings are wrong.
    #[error(transparent)]
    Pos(#[from] PosInvalid),
    /// Identity, key, journal or address is unusable.
    #[error(transparent)]
    Start(#[from] StartFault),
}

/// A POS agent.
#[derive(Debug)]
pub struct Agent;

impl Agent {
    /// Starts an agent that was enrolled in the configured state folder.
    ///
    /// Must be called on a tokio runtime. The POS program need not run yet.
    ///
    /// # Errors
    /// Each variant of [`AgentFault`] as it says; nothing was started.
    pub fn start(config: &Config, observer: Option<Observer>) -> Result<Running, AgentFault> {
        let setup = Setup {
            state: config.state.clone(),
            role: Role::Agent,
            program: concat!("baton-agent ", env!("CARGO_PKG_VERSION")).to_owned(),
            clock: clock::clock(),
            observer,
        };
        Ok(device::start(setup, Pos::new(config)?)?)
    }
}
