//! Why a plugin is not taken.
//!
//! Owns the reasons, each in words that an operator can act on. Trying again without a change is
//! no use, except for [`Refusal::Store`]. Next: [`crate::release`].

use crate::keys::KeyId;
use crate::manifest::ManifestInvalid;
use crate::version::Version;
use std::path::PathBuf;

/// Why a plugin is not taken. Nothing of it runs afterwards; an older version goes on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A file cannot be opened or read.
    #[error("{path} cannot be read: {cause}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// A symbolic link, a folder or a device where a file is expected.
    #[error("{path} is not a plain file; links are not followed")]
    NotAFile {
        /// Which file.
        path: PathBuf,
    },
    /// A file over its limit.
    #[error("{path} is larger than {bytes_max} bytes")]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// The limit.
        bytes_max: u64,
    },
    /// The manifest cannot be read.
    #[error("{path}: {cause}")]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        cause: ManifestInvalid,
    },
    /// The plugin's table has no version that this host speaks.
    #[error("plugin speaks abi {min} to {max}, this host {host_min} to {host_max}")]
    AbiUnknown {
        /// The plugin's oldest.
        min: u32,
        /// The plugin's newest.
        max: u32,
        /// The host's oldest.
        host_min: u32,
        /// The host's newest.
        host_max: u32,
    },
    /// No signature at all.
    #[error("manifest is not signed")]
    Unsigned,
    /// Signed by a key that the operator does not trust.
    #[error("manifest is signed by key {key}, which is not trusted here")]
    KeyUnknown {
        /// Which key.
        key: KeyId,
    },
    /// The signature does not fit: the manifest was changed after it was signed.
    #[error("signature of key {key} does not fit the manifest; it was changed after signing")]
    SignatureWrong {
        /// Which key.
        key: KeyId,
    },
    /// The library is not the one that was signed.
    #[error("library has sha-256 {found}, its manifest says {signed}")]
    HashDiffers {
        /// What the library has.
        found: String,
        /// What the manifest says.
        signed: String,
    },
    /// An older version than one that ran here before.
    #[error("version {version} is older than {highest}, which ran here before")]
    Older {
        /// The version that was offered.
        version: Version,
        /// The highest seen.
        highest: Version,
    },
    /// Two plugins of one name, and this one is not the newer.
    #[error("plugin '{name}' is loaded from another folder, in this version or a newer one")]
    NameTaken {
        /// Which name.
        name: String,
    },
    /// It cannot be started, or describes itself otherwise than its manifest.
    #[error("plugin cannot be started: {cause}")]
    Unstartable {
        /// Why not.
        cause: String,
    },
    /// The file of the highest versions cannot be read or written. Trying again may help.
    #[error("the record of the highest versions fails: {cause}")]
    Store {
        /// What the system says.
        cause: String,
    },
}
