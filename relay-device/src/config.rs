//! The terminal's settings: one file, read once at start.
//!
//! Owns the names in `config/relay-device.toml`; unknown ones are refused. Keys of destinations
//! stand in files of their own, never here. Next: [`crate::destination`].

mod beacon;
mod counter;
mod printer;
mod reader;
mod scanner;

pub use beacon::{BeaconKind, BeaconSettings};
pub use counter::{DisplaySettings, DisplaySpeech, KeypadConfig};
pub use counter::{LampSettings, ScreenSettings, SoundSettings};
pub use printer::PrinterSettings;
pub use reader::{ScriptSettings, ScriptWriting};
pub use scanner::{ScannerKind, ScannerSettings};

use crate::beacon::SightingSource;
use crate::counter::FaceSettings;
use crate::keypad::KeypadSettings;
use crate::scan::SourceSettings;
use baton_destinations::{Limits, PluginSettings, Secret};
use baton_protocol::ids::DestinationId;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Prefix of environment variables that override the file: `BATON_RELAY_DEVICE_STATE=…`.
const ENVIRONMENT_PREFIX: &str = "BATON_RELAY_DEVICE_";
/// The state folder, unless the file or the command line names another.
pub const STATE_DEFAULT: &str = "state/relay-device";

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder that enrolment filled; the journal is in it too.
    pub state: PathBuf,
    /// How patiently destinations are asked.
    pub destinations: DestinationSettings,
    /// Keys that destinations gave to this shop.
    pub secrets: Vec<SecretFile>,
    /// Providers' plugins.
    pub plugins: PluginSettings,
    /// What leads phones to this terminal.
    pub tag: TagSettings,
    /// What people read on its labels.
    pub label: LabelSettings,
    /// The NFC reader.
    pub reader: ReaderSettings,
    /// The receipt printer.
    pub printer: PrinterSettings,
    /// Scanners.
    pub scanners: Vec<ScannerSettings>,
    /// What hears beacons.
    pub beacons: Vec<BeaconSettings>,
    /// The page for a browser on this machine.
    pub screen: ScreenSettings,
    /// The customer's display.
    pub display: DisplaySettings,
    /// Lamps.
    pub lamp: LampSettings,
    /// Tones.
    pub sound: SoundSettings,
    /// The keypad.
    pub keypad: KeypadConfig,
}

/// The NFC reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReaderSettings {
    /// A part of the reader's name; empty, any reader.
    pub name: String,
    /// What cards and phones are asked while the terminal runs; empty, nothing.
    pub scripts: Vec<ScriptSettings>,
}

/// What leads phones to this terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TagSettings {
    /// Where phones reach the gateway; empty, where the terminal does.
    pub address: String,
    /// The file with the master key of one-time tags; empty, none are made here.
    pub master_key_file: PathBuf,
}

/// What people read on its labels.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LabelSettings {
    /// The shop's name; empty, none.
    pub shop: String,
    /// A font file for letters that the built-in ones lack; empty, none.
    pub font: PathBuf,
}

/// How patiently destinations are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DestinationSettings {
    /// Until a connection stands, in milliseconds.
    pub connect_ms: u64,
    /// From the question to its answer, in milliseconds.
    pub answer_ms: u64,
    /// The largest HTTP answer, in bytes.
    pub answer_bytes_max: usize,
    /// How long a standing ISO 8583 line may be idle before an echo, in milliseconds.
    pub echo_idle_ms: u64,
}

/// Where the key of one destination is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretFile {
    /// Whose key.
    pub destination: DestinationId,
    /// A file with nothing but the key; blanks around it do not count.
    pub file: PathBuf,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// The file is missing, or a name or value in it is wrong.
    #[error("settings {path}: {reason}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A value is well formed and of no use.
    #[error("settings: {key}: {advice}")]
    Value {
        /// Which setting.
        key: String,
        /// What to write.
        advice: String,
    },
    /// A key file cannot be read.
    #[error("key file {path} of destination {destination}: {source}")]
    Secret {
        /// Whose key.
        destination: DestinationId,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state: STATE_DEFAULT.into(),
            destinations: DestinationSettings::default(),
            secrets: Vec::new(),
            plugins: PluginSettings::default(),
            tag: TagSettings::default(),
            label: LabelSettings::default(),
            reader: ReaderSettings::default(),
            printer: PrinterSettings::default(),
            scanners: Vec::new(),
            beacons: Vec::new(),
            screen: ScreenSettings::default(),
            display: DisplaySettings::default(),
            lamp: LampSettings::default(),
            sound: SoundSettings::default(),
            keypad: KeypadConfig::default(),
        }
    }
}

impl Default for DestinationSettings {
    fn default() -> Self {
        let Limits { connect_ms, answer_ms, answer_bytes_max, echo_idle_ms } = Limits::default();
        Self { connect_ms, answer_ms, answer_bytes_max, echo_idle_ms }
    }
}

impl Config {
    /// Reads a settings file, then the environment.
    ///
    /// # Errors
    /// [`ConfigFault::File`].
    pub fn load(path: &Path) -> Result<Self, ConfigFault> {
        let figment = Figment::new()
            .merge(Toml::file_exact(path))
            .merge(Env::prefixed(ENVIRONMENT_PREFIX).split("__"));
        let fault = |reason: String| ConfigFault::File { path: path.to_owned(), reason };
        figment.extract().map_err(|wrong| fault(wrong.to_string()))
    }

    /// Returns the limits of destination clients.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        let DestinationSettings { connect_ms, answer_ms, answer_bytes_max, echo_idle_ms } =
            self.destinations;
        Limits { connect_ms, answer_ms, answer_bytes_max, echo_idle_ms }
    }

    /// Returns what every scanner and the NFC reader are started with.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn sources(&self) -> Result<Vec<(String, SourceSettings)>, ConfigFault> {
        let mut sources: Vec<(String, SourceSettings)> =
            self.scanners.iter().map(ScannerSettings::source).collect::<Result<_, _>>()?;
        sources.extend(self.reader.source()?);
        Ok(sources)
    }

    /// Returns what every source of sightings is started with.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn sightings(&self) -> Result<Vec<(String, SightingSource)>, ConfigFault> {
        self.beacons.iter().map(BeaconSettings::source).collect()
    }

    /// Returns what the counter's faces are started with.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn faces(&self) -> Result<FaceSettings, ConfigFault> {
        counter::faces(&self.screen, &self.display, &self.lamp, &self.sound)
    }

    /// Returns what the keypad is started with, or nothing when none is set up.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn keypad_settings(&self) -> Result<Option<KeypadSettings>, ConfigFault> {
        self.keypad.keypad()
    }

    /// Reads every key file.
    ///
    /// # Errors
    /// [`ConfigFault::Secret`].
    pub fn read_secrets(&self) -> Result<BTreeMap<DestinationId, Secret>, ConfigFault> {
        let mut secrets = BTreeMap::new();
        for SecretFile { destination, file } in &self.secrets {
            let text = std::fs::read_to_string(file).map_err(|source| ConfigFault::Secret {
                destination: destination.clone(),
                path: file.clone(),
                source,
            })?;
            secrets.insert(destination.clone(), Secret::new(text.trim().to_owned()));
        }
        Ok(secrets)
    }
}

#[cfg(test)]
mod tests;
