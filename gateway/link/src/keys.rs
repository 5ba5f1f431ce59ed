//! The key pair that a device is: made here, kept here, never sent.
//!
//! Owns making, saving and loading the Ed25519 key. May not print or export the private half.
//! Next: [`crate::enrol`], which sends the public half once.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

use crate::enrol::write_private;

/// A device's key pair.
pub struct DeviceKey {
    pkcs8: Zeroizing<Vec<u8>>,
    public: String,
}

/// Why a key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The system gave no random bytes.
    #[error("the system's random source failed; nothing was written")]
    Random,
    /// The file cannot be read or written.
    #[error("device key {path}: {source}; has this device been enrolled?")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not an Ed25519 key.
    #[error("device key {0} is not an Ed25519 key in PKCS#8; enrol this device again")]
    Unreadable(PathBuf),
}

impl DeviceKey {
    /// Makes a new key pair.
    ///
    /// # Errors
    /// [`KeyFault::Random`].
    pub fn generate() -> Result<Self, KeyFault> {
        let document =
            Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyFault::Random)?;
        Self::from_pkcs8(document.as_ref()).ok_or(KeyFault::Random)
    }

    /// Reads the key that [`DeviceKey::save`] wrote.
    ///
    /// # Errors
    /// [`KeyFault::File`] or [`KeyFault::Unreadable`].
    pub fn load(path: &Path) -> Result<Self, KeyFault> {
        let bytes = std::fs::read(path)
            .map_err(|source| KeyFault::File { path: path.to_owned(), source })?;
        Self::from_pkcs8(&Zeroizing::new(bytes))
            .ok_or_else(|| KeyFault::Unreadable(path.to_owned()))
    }

    /// Writes the key with mode 0600: beside the place, fsynced, then renamed over it.
    ///
    /// # Errors
    /// [`KeyFault::File`].
    pub fn save(&self, path: &Path) -> Result<(), KeyFault> {
        write_private(path, &self.pkcs8)
            .map_err(|source| KeyFault::File { path: path.to_owned(), source })
    }

    /// Returns the public key: 32 bytes in base64url without padding.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// Returns the private half for the one place that signs with it.
    pub(crate) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    fn from_pkcs8(bytes: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(bytes).ok()?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Some(Self { pkcs8: Zeroizing::new(bytes.to_vec()), public })
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey({})", self.public)
    }
}

#[cfg(test)]
mod tests;
