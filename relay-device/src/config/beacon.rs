//! Settings of what hears beacons: one table each.
//!
//! Owns their names, and what is said when one of them cannot be used. Next: [`crate::beacon`].

use super::ConfigFault;
use crate::beacon::SightingSource;
use crate::scan::framing::READING_BYTES_MAX;
use crate::scan::{Content, Framing, PortName, SerialSettings};
use serde::Deserialize;
use std::path::PathBuf;

/// How long a sniffer's line may pause, in milliseconds.
const IDLE_MS: u64 = 500;

/// One source of sightings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconSettings {
    /// Its name in logs and reports.
    pub name: String,
    /// What hears.
    pub kind: BeaconKind,
    /// A sniffer's serial port.
    #[serde(default)]
    pub port: String,
    /// Its speed, in bits a second.
    #[serde(default = "baud")]
    pub baud: u32,
    /// The file of a recording.
    #[serde(default)]
    pub file: PathBuf,
    /// This machine's adapter, as `hci0`; empty, the first one.
    #[serde(default)]
    pub adapter: String,
}

/// What hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BeaconKind {
    /// This machine's own Bluetooth.
    Bluez,
    /// A sniffer on a serial port.
    Sniffer,
    /// A recording, for trials.
    File,
}

const fn baud() -> u32 {
    115_200
}

impl BeaconSettings {
    /// Checks the settings and returns what the source is started with.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn source(&self) -> Result<(String, SightingSource), ConfigFault> {
        let source = match self.kind {
            BeaconKind::Bluez => self.bluez()?,
            BeaconKind::Sniffer if self.port.is_empty() => {
                return Err(self.wrong("port", "write the sniffer's port, as \"/dev/ttyACM0\""));
            }
            BeaconKind::Sniffer => {
                let (prefix, suffix) = (Vec::new(), b"\n".to_vec());
                let (idle_ms, bytes_max) = (IDLE_MS, READING_BYTES_MAX);
                let framing = Framing { prefix, suffix, idle_ms, bytes_max };
                let (port, content) = (PortName::Path(self.port.clone()), Content::Sightings);
                let baud = self.baud;
                SightingSource::Sniffer(SerialSettings { port, baud, framing, content })
            }
            BeaconKind::File if self.file.as_os_str().is_empty() => {
                return Err(self.wrong("file", "write the recording's path"));
            }
            BeaconKind::File => SightingSource::Recording(self.file.clone()),
        };
        Ok((self.name.clone(), source))
    }

    #[cfg(feature = "bluez")]
    #[expect(clippy::unnecessary_wraps, reason = "without the feature it is a fault")]
    fn bluez(&self) -> Result<SightingSource, ConfigFault> {
        let (adapter, bus) = (self.adapter.clone(), String::new());
        Ok(SightingSource::Bluez(crate::beacon::bluez::BluezSettings { adapter, bus }))
    }

    #[cfg(not(feature = "bluez"))]
    fn bluez(&self) -> Result<SightingSource, ConfigFault> {
        let advice = "this program was built without Bluetooth: build it with --features bluez";
        Err(self.wrong("kind", advice))
    }

    fn wrong(&self, key: &str, advice: &str) -> ConfigFault {
        let key = format!("{key} of beacons `{}`", self.name);
        ConfigFault::Value { key, advice: advice.to_owned() }
    }
}
