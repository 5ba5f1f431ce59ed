//! The chapters of the command line: one file for each task that is more than a call.
//!
//! Owns arguments and what is printed; the work is in the library. Next: [`label`],
//! [`tag`], [`doctor`], [`receipt`].

pub mod doctor;
pub mod label;
pub mod receipt;
pub mod tag;

use baton_relay_device::{Config, ConfigFault};
use std::path::PathBuf;

/// Where settings and state are.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// The settings file; without it every setting has its default.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The state folder, instead of the one in the settings.
    #[arg(long)]
    state: Option<PathBuf>,
}

impl Place {
    /// Reads the settings.
    pub fn settings(self) -> Result<Config, ConfigFault> {
        let mut config =
            self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::load)?;
        if let Some(state) = self.state {
            config.state = state;
        }
        Ok(config)
    }
}
