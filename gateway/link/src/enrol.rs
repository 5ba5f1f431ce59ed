//! First contact: a one-time code and a public key against an id.
//!
//! Owns the identity file, how private files are written, and `POST /v1/enrol`. The order on disk
//! is key first, then identity: whoever has an identity has its key. Next: [`crate::token`].

use crate::disk::{private, sync_folder};
use baton_protocol::enrol::{EnrolAnswer, Role};
use serde_json::Value;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Name of the key file in a device's state folder.
pub const KEY_FILE: &str = "device.key";
/// Name of the identity file in a device's state folder.
pub const IDENTITY_FILE: &str = "identity.json";
/// Name of the journal in a device's state folder.
pub const JOURNAL_FILE: &str = "journal.jsonl";

/// What a device is, as its gateway named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Terminal or agent.
    pub role: Role,
    /// The device's id.
    pub id: String,
    /// The gateway's name, which connection tokens carry as `aud`.
    pub audience: String,
    /// Where the gateway is: `http://host:port`.
    pub gateway: String,
}

/// Why an identity cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IdentityFault {
    /// The file cannot be read or written.
    #[error("identity {path}: {source}; enrol this device first")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not an identity.
    #[error("identity {0} cannot be read; enrol this device again")]
    Unreadable(PathBuf),
}

impl Identity {
    /// Joins the gateway's answer with the address that gave it.
    #[must_use]
    pub fn new(answer: EnrolAnswer, gateway: String) -> Self {
        let EnrolAnswer { role, id, audience } = answer;
        Self { role, id, audience, gateway }
    }

    /// Reads the file that [`Identity::save`] wrote.
    ///
    /// # Errors
    /// Each variant of [`IdentityFault`] as it says.
    pub fn load(path: &Path) -> Result<Self, IdentityFault> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| IdentityFault::File { path: path.to_owned(), source })?;
        Self::parse(&text).ok_or_else(|| IdentityFault::Unreadable(path.to_owned()))
    }

    /// Writes the identity with mode 0600: beside the place, fsynced, then renamed over it.
    ///
    /// # Errors
    /// [`IdentityFault::File`].
    pub fn save(&self, path: &Path) -> Result<(), IdentityFault> {
        let text = serde_json::json!({
            "role": self.role.word(),
            "id": self.id,
            "audience": self.audience,
            "gateway": self.gateway,
        });
        write_private(path, text.to_string().as_bytes())
            .map_err(|source| IdentityFault::File { path: path.to_owned(), source })
    }

    fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let gateway = value.get("gateway")?.as_str()?.to_owned();
        let answer: EnrolAnswer = serde_json::from_value(value).ok()?;
        Some(Self::new(answer, gateway))
    }
}

/// Writes a file that only its owner may read; a crash leaves the old one or the new one.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let mut file = private(&mut options).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&beside, path)?;
    sync_folder(path)
}

#[cfg(feature = "client")]
mod first_contact;
#[cfg(feature = "client")]
pub use first_contact::{EnrolFault, enrol};

#[cfg(test)]
mod tests;
