//! What an operator does with a plugins folder: put one in, see what is there, take one out.
//!
//! Owns that a folder changes as a whole: what is put in is copied aside, checked and started there
//! once, and moved to its place with one rename. A running program follows within a second. Used by
//! command lines only. Next: [`super::words`].

use super::shelf::{PluginSettings, ShelfFault, empty, said};
use baton_plugin_host::manifest::MANIFEST_FILE;
use baton_plugin_host::release::manifest as read_manifest;
use baton_plugin_host::{Manifest, Plugins, Refusal, Version};
use std::io;
use std::path::{Path, PathBuf};

/// Where copies stand until they are checked, one for each program that puts one in; a folder
/// without a manifest of its own is no plugin.
const ASIDE: &str = ".incoming";
/// The copy inside it.
const COPY: &str = "copy";

/// A plugins folder, seen by whoever looks after it.
pub struct Stock {
    folder: PathBuf,
    plugins: Plugins,
}

/// One plugin that lies in the folder.
#[derive(Debug)]
pub struct Stocked {
    /// Its own folder.
    pub place: PathBuf,
    /// What it is, or why it is not taken.
    pub found: Result<Manifest, Refusal>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StockFault {
    /// The settings name no folder.
    #[error("there is no plugins folder: set plugins.folder in the configuration file")]
    NoFolder,
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] ShelfFault),
    /// It is not taken.
    #[error("the plugin is not taken")]
    Refused(#[from] Refusal),
    /// A higher version is there.
    #[error("{name} {version} is older than {there}, which lies there; remove that one first")]
    Older {
        /// Whose.
        name: String,
        /// The version that was to be put in.
        version: Version,
        /// The one that lies there.
        there: Version,
    },
    /// This very version is there with other contents.
    #[error("{name} {version} lies there already and is another one: give it a higher version")]
    Different {
        /// Whose.
        name: String,
        /// Which.
        version: Version,
    },
    /// No plugin of this name is there.
    #[error("no plugin is called {name}; see admin plugin list")]
    Unknown {
        /// The name that was asked for.
        name: String,
    },
    /// A file or folder cannot be read or written.
    #[error("{path}: {why}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
}

impl Stock {
    /// Opens the folder of the settings; makes it if it is not there.
    ///
    /// # Errors
    /// [`StockFault::NoFolder`], [`StockFault::Settings`], [`StockFault::File`].
    pub fn open(settings: &PluginSettings) -> Result<Self, StockFault> {
        let folder = said(&settings.folder).ok_or(StockFault::NoFolder)?;
        std::fs::create_dir_all(folder).map_err(file(folder))?;
        Ok(Self { folder: folder.to_owned(), plugins: empty(settings, folder)? })
    }

    /// Puts one in, with its manifest and library. Older versions of it go. **Repeat** changes
    /// nothing.
    ///
    /// **Order** on a tokio runtime: its process is started once to see that it can be.
    ///
    /// # Errors
    /// [`StockFault::Refused`], [`StockFault::Older`], [`StockFault::Different`] and
    /// [`StockFault::File`]; nothing is changed then.
    pub async fn put(&self, from: &Path) -> Result<Manifest, StockFault> {
        let aside = self.folder.join(format!("{ASIDE}-{}", std::process::id()));
        let copy = aside.join(COPY);
        std::fs::create_dir_all(&copy).map_err(file(&copy))?;
        let copied = self.copied(from, &copy).await;
        let put = copied.and_then(|manifest| self.place(&copy, manifest));
        // What was copied aside goes in any case; a rest would only take room.
        std::fs::remove_dir_all(&aside).unwrap_or_default();
        put
    }

    /// Returns what lies there, by folder, each checked as a program that starts would.
    #[must_use]
    pub fn list(&self) -> Vec<Stocked> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut places: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|place| place.join(MANIFEST_FILE).exists())
            .collect();
        places.sort();
        let stocked = |place: PathBuf| Stocked { found: self.plugins.examine(&place), place };
        places.into_iter().map(stocked).collect()
    }

    /// Takes every version of one out, and returns the folders that went.
    ///
    /// # Errors
    /// [`StockFault::Unknown`]; [`StockFault::File`], when some may be gone already.
    pub fn take_out(&self, name: &str) -> Result<Vec<PathBuf>, StockFault> {
        let places = self.places_of(name);
        if places.is_empty() {
            return Err(StockFault::Unknown { name: name.to_owned() });
        }
        for place in &places {
            std::fs::remove_dir_all(place).map_err(file(place))?;
        }
        Ok(places)
    }

    /// Copies manifest and library, then judges the copy: it is what will be loaded.
    async fn copied(&self, from: &Path, copy: &Path) -> Result<Manifest, StockFault> {
        let told = read_manifest(from)?;
        for name in [told.library.as_str(), MANIFEST_FILE] {
            let source = from.join(name);
            std::fs::copy(&source, copy.join(name)).map_err(file(&source))?;
        }
        Ok(self.plugins.try_out(copy).await?)
    }

    fn place(&self, copy: &Path, manifest: Manifest) -> Result<Manifest, StockFault> {
        let (name, version) = (manifest.name.clone(), manifest.version);
        for Stocked { place, found } in self.list() {
            let says = || read_manifest(&place).ok();
            match found {
                Ok(there) if there.name == name && there.version > version => {
                    return Err(StockFault::Older { name, version, there: there.version });
                }
                // Nobody can tell now whether it is to be trusted, so it is not thrown away.
                Err(why @ (Refusal::Unreadable { .. } | Refusal::Store { .. }))
                    if says().is_some_and(|says| says.name == name && says.version > version) =>
                {
                    return Err(StockFault::Refused(why));
                }
                Ok(_) | Err(_) => {}
            }
        }
        let place = self.folder.join(format!("{name}-{version}"));
        let older = self.places_of(&name);
        match read_manifest(&place) {
            Ok(there) if there == manifest => return Ok(manifest),
            Ok(_) => return Err(StockFault::Different { name, version }),
            Err(_) => {}
        }
        std::fs::rename(copy, &place).map_err(file(&place))?;
        for gone in older {
            std::fs::remove_dir_all(&gone).map_err(file(&gone))?;
        }
        Ok(manifest)
    }

    /// Folders whose manifest says this name, trusted or not.
    fn places_of(&self, name: &str) -> Vec<PathBuf> {
        let named = |place: &PathBuf| read_manifest(place).is_ok_and(|found| found.name == name);
        self.list().into_iter().map(|stocked| stocked.place).filter(named).collect()
    }
}

fn file(path: &Path) -> impl FnOnce(io::Error) -> StockFault + use<> {
    let path = path.to_owned();
    |why| StockFault::File { path, why }
}
