//! The program on a relay terminal: executes commands at destinations and remembers each step.
//!
//! Owns how settings become a running device; the loop itself is `baton-link`'s, shared with the
//! POS agent. May not see the gateway's rules or records. Reading order: [`config`],
//! [`destination`], then `baton_link::executor`.

pub mod ask;
pub mod beacon;
pub mod clock;
pub mod config;
pub mod counter;
pub mod destination;
pub mod doctor;
pub mod front;
pub mod keypad;
pub mod label;
pub mod receipt;
pub mod scan;
pub mod tag;

use baton_destinations::{ShelfFault, open_plugins};
use baton_link::device::{self, Setup};
use baton_link::enrol::{IDENTITY_FILE, Identity, IdentityFault};
use baton_protocol::enrol::Role;
use baton_protocol::ids::{IdInvalid, TerminalId};
use counter::Counter;
use destination::{Destinations, Ownership, Standalone};
use std::sync::Arc;

pub use baton_link::device::{Running, StartFault};
pub use baton_link::executor::{Observer, Seen, Step};
pub use config::{Config, ConfigFault};
pub use front::{Front, FrontFault};

/// What a caller may add to the settings.
#[derive(Debug, Default)]
pub struct Extras {
    /// Clients to share with other devices of this process; without them the device makes its own.
    pub destinations: Option<Arc<Destinations>>,
    /// Who wants to see the steps of each transaction.
    pub observer: Option<Observer>,
}

/// Why a terminal does not start.
#[derive(Debug, thiserror::Error)]
pub enum DeviceFault {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigFault),
    /// The terminal was not enrolled.
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    /// The gateway gave an id that is none.
    #[error(transparent)]
    Id(#[from] IdInvalid),
    /// Key, journal or address is unusable.
    #[error(transparent)]
    Start(#[from] StartFault),
    /// The settings of plugins are unusable.
    #[error(transparent)]
    Plugins(#[from] ShelfFault),
}

/// A relay terminal.
#[derive(Debug)]
pub struct Device;

impl Device {
    /// Starts a terminal that was enrolled in the configured state folder.
    ///
    /// Must be called on a tokio runtime.
    ///
    /// # Errors
    /// Each variant of [`DeviceFault`] as it says; nothing was started.
    pub fn start(config: &Config, extras: Extras) -> Result<Running, DeviceFault> {
        Self::start_at(config, extras, Counter::new(clock::clock()))
    }

    /// The same, with people who see what happens.
    ///
    /// # Errors
    /// As [`Device::start`].
    pub fn start_at(
        config: &Config,
        extras: Extras,
        counter: Counter,
    ) -> Result<Running, DeviceFault> {
        let Extras { destinations, observer } = extras;
        let identity = Identity::load(&config.state.join(IDENTITY_FILE))?;
        let terminal: TerminalId = identity.id.parse()?;
        let destinations = match destinations {
            Some(shared) => (shared, Ownership::Shared),
            None => {
                let own = Destinations::new(config.limits(), config.read_secrets()?);
                (Arc::new(own.with_plugins(open_plugins(&config.plugins)?)), Ownership::Own)
            }
        };
        let clock = clock::clock();
        let setup = Setup {
            state: config.state.clone(),
            role: Role::Terminal,
            program: concat!("baton-relay-device ", env!("CARGO_PKG_VERSION")).to_owned(),
            clock,
            observer,
        };
        let executor = Standalone::new(terminal, destinations, clock).shown_at(counter);
        Ok(device::start(setup, executor)?)
    }
}
