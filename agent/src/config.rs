//! The agent's settings: one file, read once at start.
//!
//! Owns the names in `config/agent.toml`; unknown ones are refused. Next: [`crate::pos`].

pub mod amount;
pub mod pattern;
pub mod recipe;
pub mod signature;
pub mod view;

use crate::login::place::PLACE_DEFAULT;
use baton_protocol::ids::AppId;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use recipe::Recipe;
use serde::Deserialize;
use signature::{RecipeRefused, Signer};
use std::path::{Path, PathBuf};
use view::Address;

/// Prefix of environment variables that override the file: `BATON_AGENT_STATE=…`.
const ENVIRONMENT_PREFIX: &str = "BATON_AGENT_";
/// The state folder, unless the file or the command line names another.
pub const STATE_DEFAULT: &str = "state/agent";

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder that enrolment filled; the journal is in it too.
    pub state: PathBuf,
    /// How entries are made, unless `apps` says otherwise.
    pub driver: DriverKind,
    /// The HTTP driver.
    pub http: HttpSettings,
    /// The scanner driver.
    pub scanner: ScannerSettings,
    /// The UDP driver.
    pub udp: UdpSettings,
    /// The WebSocket driver.
    pub websocket: WebsocketSettings,
    /// The recipe driver.
    pub recipes: RecipeSettings,
    /// The helper in the cashier's session; without it the drivers run in the service.
    pub login: Option<LoginSettings>,
    /// Apps whose window is reached another way.
    pub apps: Vec<AppDriver>,
}

/// A way to make an entry in the POS program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriverKind {
    /// The POS program's HTTP interface.
    Http,
    /// A serial port, as a scanner writes to it.
    Scanner,
    /// A datagram to the POS program.
    Udp,
    /// A message over the POS program's WebSocket.
    Websocket,
    /// The POS program's own windows, as a recipe says; for single apps only.
    Recipe,
}

/// Settings of the HTTP driver.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSettings {
    /// Address of the POS program, without a trailing slash.
    pub base_url: String,
    /// Until a connection stands, in milliseconds.
    pub connect_ms: u64,
    /// From the entry to its result, in milliseconds.
    pub answer_ms: u64,
}

/// Settings of the scanner driver.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScannerSettings {
    /// The port that the POS program reads.
    pub port: String,
    /// Its speed, in bits a second.
    pub baud: u32,
}

/// Settings of the UDP driver.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UdpSettings {
    /// Address and port of the POS program, in numbers.
    pub address: String,
    /// From the entry to its answer, in milliseconds; 0 for a POS program that never answers.
    pub answer_ms: u64,
}

/// Settings of the WebSocket driver.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebsocketSettings {
    /// Address of the POS program, `ws` only.
    pub url: String,
    /// Until a connection stands, in milliseconds.
    pub connect_ms: u64,
    /// From the entry to its answer, in milliseconds.
    pub answer_ms: u64,
}

/// Settings of the recipe driver.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecipeSettings {
    /// The folder of the recipes; that of an app is `APP.toml`, with `APP.toml.sig` beside it.
    pub folder: PathBuf,
    /// Public keys whose recipes are followed, in base64url.
    pub signers: Vec<String>,
    /// The POS program's database, for recipes that name a view of it.
    pub database: Option<Address>,
}

/// Settings of the helper in the cashier's session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LoginSettings {
    /// The socket between service and helper; on Windows a named pipe.
    pub socket: PathBuf,
    /// Users whose helpers are taken, by name or number (Windows: SID); none is the service's own.
    pub users: Vec<String>,
}

/// The driver of one app.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppDriver {
    /// Which app.
    pub app: AppId,
    /// Which driver.
    pub driver: DriverKind,
}

/// The file is missing, or a name or value in it is wrong.
#[derive(Debug, thiserror::Error)]
#[error("settings {path}: {reason}")]
pub struct ConfigFault {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state: STATE_DEFAULT.into(),
            driver: DriverKind::Http,
            http: HttpSettings::default(),
            scanner: ScannerSettings::default(),
            udp: UdpSettings::default(),
            websocket: WebsocketSettings::default(),
            recipes: RecipeSettings::default(),
            login: None,
            apps: Vec::new(),
        }
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        let base_url = "http://127.0.0.1:7100".to_owned();
        Self { base_url, connect_ms: 2_000, answer_ms: 25_000 }
    }
}

impl Default for ScannerSettings {
    fn default() -> Self {
        Self { port: "/dev/ttyUSB0".to_owned(), baud: 9_600 }
    }
}

impl Default for UdpSettings {
    fn default() -> Self {
        Self { address: "127.0.0.1:7101".to_owned(), answer_ms: 25_000 }
    }
}

impl Default for WebsocketSettings {
    fn default() -> Self {
        let url = "ws://127.0.0.1:7102/entries".to_owned();
        Self { url, connect_ms: 2_000, answer_ms: 25_000 }
    }
}

impl Default for LoginSettings {
    fn default() -> Self {
        Self { socket: PLACE_DEFAULT.into(), users: Vec::new() }
    }
}

impl Default for RecipeSettings {
    fn default() -> Self {
        Self { folder: "config/recipes".into(), signers: Vec::new(), database: None }
    }
}

impl RecipeSettings {
    /// Loads the signed recipe of an app, with the SHA-256 of its file.
    ///
    /// # Errors
    /// Each variant of [`RecipeRefused`] as it says.
    pub fn load(&self, app: &AppId) -> Result<(Recipe, String), RecipeRefused> {
        let signers: Result<Vec<_>, _> =
            self.signers.iter().map(|key| Signer::parse(key)).collect();
        let path = self.folder.join(format!("{app}.toml"));
        let (mut recipe, digest) = signature::load(&path, &signers?)?;
        if let Some(view) = &mut recipe.outcome.view {
            view.address = self.database.clone();
        }
        if recipe.app == *app {
            return Ok((recipe, digest));
        }
        let app = recipe.app.to_string();
        Err(RecipeRefused::AppWrong { path, app })
    }
}

impl Config {
    /// Reads a settings file, then the environment.
    ///
    /// # Errors
    /// [`ConfigFault`].
    pub fn load(path: &Path) -> Result<Self, ConfigFault> {
        let figment = Figment::new()
            .merge(Toml::file_exact(path))
            .merge(Env::prefixed(ENVIRONMENT_PREFIX).split("__"));
        let fault = |reason: String| ConfigFault { path: path.to_owned(), reason };
        figment.extract().map_err(|wrong| fault(wrong.to_string()))
    }

    /// Reads settings from the text of a file alone: whoever starts the login helper chooses its
    /// environment, and must not choose whose recipes are followed.
    ///
    /// # Errors
    /// [`ConfigFault`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigFault> {
        let fault = |reason: String| ConfigFault { path: path.to_owned(), reason };
        toml::from_str(text).map_err(|wrong: toml::de::Error| fault(wrong.to_string()))
    }

    /// Loads the recipe of every app that has one.
    ///
    /// # Errors
    /// The first app whose recipe is not followed, and why.
    pub fn all_recipes(&self) -> Result<Vec<(Recipe, String)>, (AppId, RecipeRefused)> {
        let with = self.apps.iter().filter(|app| app.driver == DriverKind::Recipe);
        let load = |of: &AppDriver| {
            self.recipes.load(&of.app).map_err(|refused| (of.app.clone(), refused))
        };
        with.map(load).collect()
    }
}

#[cfg(test)]
mod tests;
