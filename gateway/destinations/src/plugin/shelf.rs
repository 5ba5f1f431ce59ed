//! The folder from which a program has its plugins, followed while it runs.
//!
//! Owns the settings, the same in each program's file, and following the folder: what is dropped
//! into it is added, a newer manifest is an update, what disappears is removed. A plugin that is
//! refused is said to be once, and never keeps a program from starting. Next: [`super`].

use baton_plugin_api::documents::Secret;
use baton_plugin_host::{Plugins, Settings, TrustedKeys, Web};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

/// Pause between two looks at the folder, in milliseconds: a person who drops a file waits so long.
const LOOK_MS: u64 = 1_000;
/// The file of a plugin that changes with every version.
const MANIFEST: &str = "plugin.toml";
/// The file of the highest versions, unless the settings name another.
const VERSIONS: &str = "versions.toml";
/// Plugins in one folder: as many as a program may have.
const FOLDERS_MAX: usize = 256;

/// The section `[plugins]` of a program's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PluginSettings {
    /// A folder with one folder for each plugin; empty, there are none.
    pub folder: PathBuf,
    /// A file of public keys, one a line in hexadecimal digits; others' plugins are refused.
    pub keys: PathBuf,
    /// The file that remembers the highest version of each plugin; empty, it is in the folder.
    pub versions: PathBuf,
    /// Plugins that run in this program's own process; each can bring it down.
    pub trusted: BTreeSet<String>,
    /// Secrets, which plugins get by name if their manifest asks for them.
    pub secrets: Vec<PluginSecret>,
}

/// One secret of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PluginSecret {
    /// Whose.
    pub plugin: String,
    /// As what its manifest names it.
    pub name: String,
    /// A file with nothing but the secret; blanks around it do not count.
    pub file: PathBuf,
}

/// Why there can be no plugins.
#[derive(Debug, thiserror::Error)]
pub enum ShelfFault {
    /// A file of the settings cannot be read.
    #[error("plugins: cannot read {path}: {why}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// The keys are no keys.
    #[error("plugins.keys: {reason}")]
    Keys {
        /// What is wrong.
        reason: String,
    },
    /// The HTTP machinery for plugins refused to start.
    #[error("plugins: no HTTP for them: {reason}")]
    Network {
        /// What it said.
        reason: String,
    },
}

/// Loads what is in the folder, and follows it for as long as the list is used. Starts no process.
///
/// **Order** on a tokio runtime that lives as long as the program.
///
/// # Errors
/// [`ShelfFault`], for the settings only: a plugin that is refused is logged and left out.
pub fn open(settings: &PluginSettings) -> Result<Option<Arc<Plugins>>, ShelfFault> {
    let Some(folder) = said(&settings.folder) else { return Ok(None) };
    let keys = match said(&settings.keys) {
        Some(file) => TrustedKeys::parse(&read(file)?)
            .map_err(|why| ShelfFault::Keys { reason: why.to_string() })?,
        None => TrustedKeys::default(),
    };
    let web = Web::new().map_err(|why| ShelfFault::Network { reason: why.to_string() })?;
    let mut host = Settings::new(Arc::new(web));
    host.trusted.clone_from(&settings.trusted);
    for PluginSecret { plugin, name, file } in &settings.secrets {
        let secret = Secret::new(read(file)?.trim().to_owned());
        host.secrets.entry(plugin.clone()).or_default().insert(name.clone(), secret);
    }
    let versions = said(&settings.versions).map_or(folder.join(VERSIONS), Path::to_owned);
    let plugins = Arc::new(Plugins::new(host, keys, versions));
    let seen = look(folder);
    plugins.load_all(folder);
    tokio::spawn(follow(Arc::downgrade(&plugins), folder.to_owned(), seen));
    Ok(Some(plugins))
}

fn said(path: &Path) -> Option<&Path> {
    (!path.as_os_str().is_empty()).then_some(path)
}

fn read(file: &Path) -> Result<String, ShelfFault> {
    let fault = |why| ShelfFault::File { path: file.to_owned(), why };
    std::fs::read_to_string(file).map_err(fault)
}

/// Folders of plugins with the moment of their manifests.
type Seen = BTreeMap<PathBuf, SystemTime>;

async fn follow(plugins: Weak<Plugins>, folder: PathBuf, mut seen: Seen) {
    let mut names = BTreeMap::new();
    loop {
        tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
        let Some(plugins) = plugins.upgrade() else { return };
        let now = look(&folder);
        for plugin in plugins.list() {
            remember(&mut names, &now, plugin.name());
        }
        for (place, _) in now.iter().filter(|(place, at)| seen.get(*place) != Some(*at)) {
            match plugins.add(place).await {
                Ok(plugin) => drop(names.insert(place.clone(), plugin.name().to_owned())),
                Err(refusal) => {
                    tracing::error!(folder = %place.display(), %refusal, "plugin refused");
                }
            }
        }
        for gone in seen.keys().filter(|place| !now.contains_key(*place)) {
            if let Some(name) = names.remove(gone) {
                plugins.remove(&name).await;
            }
        }
        seen = now;
    }
}

/// A plugin that was loaded at the start lies in the folder of its name.
fn remember(names: &mut BTreeMap<PathBuf, String>, now: &Seen, name: &str) {
    let place = now.keys().find(|place| place.file_name().is_some_and(|last| last == name));
    if let Some(place) = place {
        names.entry(place.clone()).or_insert_with(|| name.to_owned());
    }
}

fn look(folder: &Path) -> Seen {
    let Ok(entries) = std::fs::read_dir(folder) else { return Seen::new() };
    let manifests = entries.flatten().take(FOLDERS_MAX).filter_map(|entry| {
        let changed = std::fs::metadata(entry.path().join(MANIFEST)).ok()?.modified().ok()?;
        Some((entry.path(), changed))
    });
    manifests.collect()
}
