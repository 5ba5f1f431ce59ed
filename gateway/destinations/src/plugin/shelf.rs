//! The folder from which a program has its plugins, followed while it runs.
//!
//! Owns the settings, the same in each program's file, and following the folder: what is dropped
//! into it is added, a newer manifest is an update, what disappears is removed. A plugin that is
//! refused is said to be once, and never keeps a program from starting. Next: [`super::stock`].

use baton_plugin_api::documents::Secret;
use baton_plugin_host::manifest::MANIFEST_FILE;
use baton_plugin_host::{Manifest, Plugins, Settings, TrustedKeys, Web};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

/// Pause between two looks at the folder, in milliseconds: a person who drops a file waits so long.
const LOOK_MS: u64 = 1_000;
/// The file of the highest versions, unless the settings name another.
const VERSIONS: &str = "versions.toml";
/// Files of one plugin that are looked at: it has a manifest and a library.
const FILES_MAX: usize = 64;
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
    /// Which program becomes the plugins' processes; empty, the one that asks. No file says it: it
    /// is for tests, which are not one of Baton's programs.
    #[serde(skip)]
    pub program: PathBuf,
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
    let plugins = Arc::new(empty(settings, folder)?);
    let seen = look(folder, &Seen::new());
    plugins.load_all(folder);
    tokio::spawn(follow(Arc::downgrade(&plugins), folder.to_owned(), seen));
    Ok(Some(plugins))
}

/// Makes the list with everything that the settings say, and nothing loaded.
pub(super) fn empty(settings: &PluginSettings, folder: &Path) -> Result<Plugins, ShelfFault> {
    let keys = match said(&settings.keys) {
        Some(file) => TrustedKeys::parse(&read(file)?)
            .map_err(|why| ShelfFault::Keys { reason: why.to_string() })?,
        None => TrustedKeys::default(),
    };
    let web = Web::new().map_err(|why| ShelfFault::Network { reason: why.to_string() })?;
    let mut host = Settings::new(Arc::new(web));
    host.trusted.clone_from(&settings.trusted);
    if let Some(program) = said(&settings.program) {
        program.clone_into(&mut host.program);
    }
    for PluginSecret { plugin, name, file } in &settings.secrets {
        let secret = Secret::new(read(file)?.trim().to_owned());
        host.secrets.entry(plugin.clone()).or_default().insert(name.clone(), secret);
    }
    let versions = said(&settings.versions).map_or(folder.join(VERSIONS), Path::to_owned);
    Ok(Plugins::new(host, keys, versions))
}

pub(super) fn said(path: &Path) -> Option<&Path> {
    (!path.as_os_str().is_empty()).then_some(path)
}

fn read(file: &Path) -> Result<String, ShelfFault> {
    let fault = |why| ShelfFault::File { path: file.to_owned(), why };
    std::fs::read_to_string(file).map_err(fault)
}

/// What lies in a folder of plugins, by its own folder.
type Seen = BTreeMap<PathBuf, Listed>;

/// A plugin's folder as it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    /// The latest change of its files, and their bytes: a library may arrive after its manifest.
    state: (SystemTime, u64),
    /// Whose it is; nothing if it cannot be read.
    name: Option<String>,
}

async fn follow(plugins: Weak<Plugins>, folder: PathBuf, mut seen: Seen) {
    loop {
        tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
        let Some(plugins) = plugins.upgrade() else { return };
        let now = look(&folder, &seen);
        for (place, _) in now.iter().filter(|(place, listed)| seen.get(*place) != Some(*listed)) {
            if let Err(refusal) = plugins.add(place).await {
                tracing::error!(folder = %place.display(), %refusal, "plugin refused");
            }
        }
        for name in gone(&seen, &now) {
            plugins.remove(&name).await;
        }
        seen = now;
    }
}

/// Plugins of which no folder is left: one of two versions may go without the other.
fn gone(seen: &Seen, now: &Seen) -> BTreeSet<String> {
    let names = |all: &Seen| all.values().filter_map(|one| one.name.clone()).collect();
    let (before, after): (BTreeSet<String>, BTreeSet<String>) = (names(seen), names(now));
    before.difference(&after).cloned().collect()
}

/// Looks at every folder with a manifest, and reads those that have changed.
fn look(folder: &Path, seen: &Seen) -> Seen {
    let Ok(entries) = std::fs::read_dir(folder) else { return Seen::new() };
    let manifests = entries.flatten().take(FOLDERS_MAX).filter_map(|entry| {
        let place = entry.path();
        let state = state(&place)?;
        if let Some(known) = seen.get(&place).filter(|known| known.state == state) {
            return Some((place, known.clone()));
        }
        let text = std::fs::read_to_string(place.join(MANIFEST_FILE)).ok()?;
        let name = Manifest::parse(&text).ok().map(|manifest| manifest.name);
        Some((place, Listed { state, name }))
    });
    manifests.collect()
}

fn state(place: &Path) -> Option<(SystemTime, u64)> {
    let files = std::fs::read_dir(place).ok()?.flatten().take(FILES_MAX);
    files.filter_map(|file| file.metadata().ok()).try_fold(
        (SystemTime::UNIX_EPOCH, 0_u64),
        |(latest, bytes), file| {
            Some((latest.max(file.modified().ok()?), bytes.saturating_add(file.len())))
        },
    )
}

#[cfg(test)]
mod tests;
