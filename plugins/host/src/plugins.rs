//! Every plugin of a program: found in a folder, added, updated and removed while it runs.
//!
//! Owns the list and the order of an update: check, start, record the version, replace. A plugin
//! that is refused changes nothing: an older version goes on, and the program starts without it.
//! Next: the program that asks.

use crate::floor::Floors;
use crate::keys::TrustedKeys;
use crate::manifest::Manifest;
use crate::plugin::Plugin;
use crate::refusal::Refusal;
use crate::release::{self, Release};
use crate::running::Running;
use crate::settings::Settings;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Plugins of one program: a gateway serves a few dozen providers.
const PLUGINS_MAX: usize = 256;

/// The plugins of a program.
#[derive(Debug)]
pub struct Plugins {
    settings: Settings,
    keys: TrustedKeys,
    floors: PathBuf,
    loaded: Mutex<BTreeMap<String, Plugin>>,
    /// One change at a time: an update starts a process before it takes effect.
    changing: tokio::sync::Mutex<()>,
}

/// A folder that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which folder.
    pub folder: PathBuf,
    /// Why not.
    pub refusal: Refusal,
}

impl Plugins {
    /// Makes an empty list. `floors` is the file that keeps the highest versions seen.
    #[must_use]
    pub fn new(settings: Settings, keys: TrustedKeys, floors: PathBuf) -> Self {
        let (loaded, changing) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { settings, keys, floors, loaded, changing }
    }

    /// Takes every folder inside one that holds a manifest, without starting any process; of
    /// several versions the newest. Never fails: what is refused is returned, so that a broken
    /// plugin does not keep a program from starting.
    pub fn load_all(&self, folder: &Path) -> Vec<Refused> {
        let mut refused = Vec::new();
        for folder in folders(folder) {
            if let Err(refusal) = self.load(&folder) {
                tracing::error!(folder = %folder.display(), %refusal, "plugin refused");
                refused.push(Refused { folder, refusal });
            }
        }
        refused
    }

    /// Adds or updates one plugin: it is checked, started and asked what it is before it takes the
    /// place of an older version, whose running calls end on it.
    ///
    /// # Errors
    /// [`Refusal`]; then everything is as before.
    pub async fn add(&self, folder: &Path) -> Result<Plugin, Refusal> {
        let _changing = self.changing.lock().await;
        let running = self.checked(folder)?;
        running.warm().await.map_err(|cause| Refusal::Unstartable { cause: cause.to_string() })?;
        self.record(&running)?;
        Ok(self.place(running))
    }

    /// Checks a folder as [`Plugins::add`] does, without taking it; nothing of it is loaded or
    /// started, whoever trusts it.
    ///
    /// # Errors
    /// [`Refusal`] with the first reason.
    pub fn examine(&self, folder: &Path) -> Result<Manifest, Refusal> {
        let manifest = release::examine(folder, &self.keys)?;
        self.high_enough(&manifest)?;
        Ok(manifest)
    }

    /// Checks a folder and starts its plugin once, without taking it.
    ///
    /// # Errors
    /// [`Refusal`] with the first reason.
    pub async fn try_out(&self, folder: &Path) -> Result<Manifest, Refusal> {
        let running = self.checked(folder)?;
        running.warm().await.map_err(|cause| Refusal::Unstartable { cause: cause.to_string() })?;
        Ok(Manifest::clone(&running.manifest))
    }

    /// Removes one; running calls end, further ones are not asked. Tells whether there was one.
    pub async fn remove(&self, name: &str) -> bool {
        let _changing = self.changing.lock().await;
        let removed = self.loaded().remove(name);
        if let Some(plugin) = &removed {
            plugin.replace(None);
            tracing::info!(plugin = name, "plugin removed");
        }
        removed.is_some()
    }

    /// Finds one.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Option<Plugin> {
        self.loaded().get(name).cloned()
    }

    /// Returns all, by name.
    #[must_use]
    pub fn list(&self) -> Vec<Plugin> {
        self.loaded().values().cloned().collect()
    }

    fn load(&self, folder: &Path) -> Result<(), Refusal> {
        let running = self.checked(folder)?;
        let (name, version) = (&running.manifest.name, running.manifest.version);
        let before = self.lookup(name).and_then(|plugin| plugin.manifest());
        if before.is_some_and(|before| before.version >= version) {
            return Err(Refusal::NameTaken { name: name.clone() });
        }
        self.record(&running)?;
        self.place(running);
        Ok(())
    }

    fn release(&self, folder: &Path) -> Result<Release, Refusal> {
        let release = Release::open(folder, &self.keys)?;
        self.high_enough(release.manifest())?;
        Ok(release)
    }

    fn high_enough(&self, manifest: &Manifest) -> Result<(), Refusal> {
        Floors::open(&self.floors)?.check(&manifest.name, manifest.version)
    }

    /// Loads a trusted one into this program; any other starts with its first call.
    fn checked(&self, folder: &Path) -> Result<Running, Refusal> {
        Running::new(self.release(folder)?, &self.settings)
            .map_err(|cause| Refusal::Unstartable { cause })
    }

    fn record(&self, running: &Running) -> Result<(), Refusal> {
        let manifest = &running.manifest;
        Floors::open(&self.floors)?.record(&manifest.name, manifest.version)
    }

    fn place(&self, running: Running) -> Plugin {
        let (name, version) = (running.manifest.name.clone(), running.manifest.version);
        tracing::info!(plugin = %name, %version, "plugin loaded");
        let mut loaded = self.loaded();
        if let Some(plugin) = loaded.get(&name).cloned() {
            drop(loaded);
            plugin.replace(Some(running));
            return plugin;
        }
        let plugin = Plugin::new(running);
        loaded.insert(name, plugin.clone());
        plugin
    }

    fn loaded(&self) -> MutexGuard<'_, BTreeMap<String, Plugin>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Folders with a manifest, by name; nothing when there is no such folder.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        folders.filter(|path| path.join(crate::manifest::MANIFEST_FILE).exists()).collect();
    found.sort();
    found.truncate(PLUGINS_MAX);
    found
}
