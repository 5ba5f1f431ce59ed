//! The highest version of each plugin that ran here: an older one is not taken again.
//!
//! Owns one small file, replaced as a whole and synced before a version counts as seen. A file
//! that cannot be read refuses every plugin: guessing would let an old one in. Next:
//! [`crate::plugins`].

#[cfg(test)]
mod tests;

use crate::refusal::Refusal;
use crate::version::Version;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Name to highest version.
#[derive(Debug)]
pub(crate) struct Floors {
    path: PathBuf,
    highest: BTreeMap<String, Version>,
}

impl Floors {
    /// Reads the file; one that is not there yet has seen nothing.
    pub(crate) fn open(path: &Path) -> Result<Self, Refusal> {
        let highest = match fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text).map_err(|cause| store(&cause))?,
            Err(cause) if cause.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(cause) => return Err(store(&cause)),
        };
        Ok(Self { path: path.to_owned(), highest })
    }

    pub(crate) fn check(&self, name: &str, version: Version) -> Result<(), Refusal> {
        match self.highest.get(name) {
            Some(highest) if version < *highest => {
                Err(Refusal::Older { version, highest: *highest })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Records a version, durably. **Repeat** writes nothing.
    pub(crate) fn record(&mut self, name: &str, version: Version) -> Result<(), Refusal> {
        if self.highest.get(name).is_some_and(|highest| *highest >= version) {
            return Ok(());
        }
        let mut next = self.highest.clone();
        next.insert(name.to_owned(), version);
        let text = toml::to_string(&next).map_err(|cause| store(&cause))?;
        replace(&self.path, text.as_bytes()).map_err(|cause| store(&cause))?;
        self.highest = next;
        Ok(())
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

fn store(cause: &impl ToString) -> Refusal {
    Refusal::Store { cause: cause.to_string() }
}
