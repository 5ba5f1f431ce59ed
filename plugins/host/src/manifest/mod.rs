//! The manifest `plugin.toml`: what a plugin is, what it may do, and who says so.
//!
//! Owns its grammar and the bytes that are signed. Those are made from what was read, not from the
//! file's text: whatever this host uses is covered, and a key that it does not know is refused.
//! Next: [`crate::release`].

#[cfg(test)]
mod tests;

use crate::keys::{Checked, KeyId, SigningKey, TrustedKeys};
use crate::origin::{Origin, OriginInvalid};
use crate::refusal::Refusal;
use crate::version::Version;
use baton_plugin_api::Capabilities;
use baton_plugin_api::abi::{ABI_CURRENT, ABI_MIN};
use baton_plugin_api::documents::Kind;
use baton_plugin_api::documents::describe::{Description, Provided};
use serde::{Deserialize, Serialize};

/// The file's name in a plugin's folder.
pub const MANIFEST_FILE: &str = "plugin.toml";
/// The longest name: it becomes a folder, a log field and a database key.
const NAME_CHARACTERS_MAX: usize = 64;
/// Hosts, secrets or signatures of one manifest: a provider has a handful.
const LIST_MAX: usize = 16;
/// Separates these signatures from any other use of the same key.
const SIGNED_AS: &[u8] = b"baton-plugin-manifest-1\n";

/// A manifest that was read; not yet one that is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The plugin's name: small letters, digits and dashes.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// The library's file name, in the same folder.
    pub library: String,
    /// The library's SHA-256, in hexadecimal.
    pub sha256: String,
    /// The tables that the library can be loaded with.
    pub abi: AbiRange,
    /// What it provides: at most one of each kind.
    pub provides: Vec<Provided>,
    /// What it may do.
    pub permissions: Permissions,
    /// Who vouches for it.
    #[serde(default)]
    pub signatures: Vec<Signature>,
}

/// Versions of the C table, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbiRange {
    /// The oldest.
    pub min: u32,
    /// The newest.
    pub max: u32,
}

/// What a plugin may do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permissions {
    /// Origins that it may send requests to, as `https://host` or `http://host:port`.
    pub hosts: Vec<String>,
    /// Secrets that it may ask for, by name.
    pub secrets: Vec<String>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Whose.
    pub key: KeyId,
    /// Ed25519, in hexadecimal.
    pub ed25519: String,
}

/// Why a text is no manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestInvalid {
    /// Not TOML, a key that is missing, or one that is not known.
    #[error("manifest cannot be read: {cause}")]
    Unreadable {
        /// Where and what.
        cause: String,
    },
    /// Not small letters, digits and dashes.
    #[error("name must be 1 to 64 small letters, digits and dashes")]
    Name,
    /// Not a file name.
    #[error("library must be a file name without a path")]
    Library,
    /// Not 64 small hexadecimal digits.
    #[error("sha256 must be 64 small hexadecimal digits")]
    Hash,
    /// `min` over `max`.
    #[error("abi.min is over abi.max")]
    Abi,
    /// Nothing, or one kind twice.
    #[error("provides must list each kind once, and at least one")]
    Provides,
    /// More than anybody needs.
    #[error("{list} has more than 16 entries")]
    TooMany {
        /// Which list.
        list: &'static str,
    },
    /// Not an origin.
    #[error("permissions.hosts: {0}")]
    Host(#[from] OriginInvalid),
    /// It cannot be written.
    #[error("manifest cannot be written: {cause}")]
    Unwritable {
        /// What is wrong.
        cause: String,
    },
}

impl Manifest {
    /// Makes a manifest that promises nothing and permits nothing.
    #[must_use]
    pub fn draft() -> Self {
        Self {
            name: "draft".to_owned(),
            version: Version::new(0, 0, 0),
            library: "draft.so".to_owned(),
            sha256: String::new(),
            abi: AbiRange { min: ABI_MIN, max: ABI_CURRENT },
            provides: Vec::new(),
            permissions: Permissions::default(),
            signatures: Vec::new(),
        }
    }

    /// Makes a manifest of what a library says of itself.
    ///
    /// # Errors
    /// [`ManifestInvalid`] when it says what no manifest may say.
    pub fn describing(
        told: &Description,
        library: &str,
        sha256: String,
        permissions: Permissions,
    ) -> Result<Self, ManifestInvalid> {
        let version = Version::parse(&told.version)
            .map_err(|cause| ManifestInvalid::Unreadable { cause: cause.to_string() })?;
        let (name, provides) = (told.name.clone(), told.provides.clone());
        let library = library.to_owned();
        let manifest =
            Self { name, version, library, sha256, provides, permissions, ..Self::draft() };
        manifest.check()?;
        Ok(manifest)
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// Each variant of [`ManifestInvalid`] as it says.
    pub fn parse(text: &str) -> Result<Self, ManifestInvalid> {
        let manifest: Self = toml::from_str(text)
            .map_err(|cause| ManifestInvalid::Unreadable { cause: cause.message().to_owned() })?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Writes it as it is read.
    ///
    /// # Errors
    /// [`ManifestInvalid::Unwritable`].
    pub fn write(&self) -> Result<String, ManifestInvalid> {
        toml::to_string(self)
            .map_err(|cause| ManifestInvalid::Unwritable { cause: cause.to_string() })
    }

    /// Adds a signature, in place of an earlier one of the same key.
    ///
    /// # Errors
    /// [`ManifestInvalid`] when it could not be read again.
    pub fn sign(&mut self, key: &SigningKey) -> Result<(), ManifestInvalid> {
        self.check()?;
        let ed25519 = hex::encode(key.sign(&self.signed_bytes()?));
        self.signatures.retain(|one| one.key != key.id());
        self.signatures.push(Signature { key: key.id(), ed25519 });
        self.check()
    }

    /// Returns what it says about one kind.
    #[must_use]
    pub fn capabilities(&self, kind: Kind) -> Option<&Capabilities> {
        let provided = self.provides.iter().find(|one| one.kind == kind)?;
        Some(&provided.capabilities)
    }

    /// Returns the origins that it may send requests to.
    #[must_use]
    pub fn origins(&self) -> Vec<Origin> {
        self.permissions.hosts.iter().filter_map(|host| Origin::parse(host).ok()).collect()
    }

    /// Checks that every signature is of a trusted key and fits, and that there is one.
    pub(crate) fn verify(&self, keys: &TrustedKeys) -> Result<(), Refusal> {
        if self.signatures.is_empty() {
            return Err(Refusal::Unsigned);
        }
        let message = self
            .signed_bytes()
            .map_err(|cause| Refusal::Manifest { path: MANIFEST_FILE.into(), cause })?;
        for Signature { key, ed25519 } in &self.signatures {
            let bytes = hex::decode(ed25519).unwrap_or_default();
            match keys.check(key, &message, &bytes) {
                Checked::Fits => {}
                Checked::Unknown => return Err(Refusal::KeyUnknown { key: key.clone() }),
                Checked::Wrong => return Err(Refusal::SignatureWrong { key: key.clone() }),
            }
        }
        Ok(())
    }

    pub(crate) const fn check_abi(&self) -> Result<(), Refusal> {
        let AbiRange { min, max } = self.abi;
        if max < ABI_MIN || min > ABI_CURRENT {
            let (host_min, host_max) = (ABI_MIN, ABI_CURRENT);
            return Err(Refusal::AbiUnknown { min, max, host_min, host_max });
        }
        Ok(())
    }

    /// Compares with what the library says of itself; returns the first difference.
    pub(crate) fn differs(&self, told: &Description) -> Option<String> {
        if told.name != self.name {
            return Some(format!("it calls itself '{}'", told.name.escape_debug()));
        }
        if told.version != self.version.to_string() {
            return Some(format!("it says that it is version {}", told.version.escape_debug()));
        }
        let mut told_kinds = told.provides.clone();
        let mut kinds = self.provides.clone();
        told_kinds.sort_by_key(|one| one.kind);
        kinds.sort_by_key(|one| one.kind);
        (told_kinds != kinds).then(|| "it promises other capabilities than its manifest".to_owned())
    }

    fn check(&self) -> Result<(), ManifestInvalid> {
        let letters = |text: &str| {
            text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if self.name.is_empty() || self.name.len() > NAME_CHARACTERS_MAX || !letters(&self.name) {
            return Err(ManifestInvalid::Name);
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if self.library.is_empty()
            || self.library.starts_with('.')
            || !self.library.chars().all(plain)
        {
            return Err(ManifestInvalid::Library);
        }
        let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if self.sha256.len() != 64 || !self.sha256.bytes().all(digit) {
            return Err(ManifestInvalid::Hash);
        }
        if self.abi.min > self.abi.max {
            return Err(ManifestInvalid::Abi);
        }
        self.check_lists()
    }

    fn check_lists(&self) -> Result<(), ManifestInvalid> {
        let doubled = |kind| self.provides.iter().filter(|one| one.kind == kind).count() > 1;
        if self.provides.is_empty() || doubled(Kind::Destination) || doubled(Kind::Membership) {
            return Err(ManifestInvalid::Provides);
        }
        let lists = [
            ("permissions.hosts", self.permissions.hosts.len()),
            ("permissions.secrets", self.permissions.secrets.len()),
            ("signatures", self.signatures.len()),
        ];
        if let Some((list, _)) = lists.into_iter().find(|(_, len)| *len > LIST_MAX) {
            return Err(ManifestInvalid::TooMany { list });
        }
        for host in &self.permissions.hosts {
            Origin::parse(host)?;
        }
        Ok(())
    }

    /// Everything but the signatures, in one canonical form: JSON, fields in this order.
    fn signed_bytes(&self) -> Result<Vec<u8>, ManifestInvalid> {
        #[derive(Serialize)]
        struct Signed<'a> {
            name: &'a str,
            version: Version,
            library: &'a str,
            sha256: &'a str,
            abi: AbiRange,
            provides: &'a [Provided],
            permissions: &'a Permissions,
        }
        let signed = Signed {
            name: &self.name,
            version: self.version,
            library: &self.library,
            sha256: &self.sha256,
            abi: self.abi,
            provides: &self.provides,
            permissions: &self.permissions,
        };
        let json = serde_json::to_vec(&signed)
            .map_err(|cause| ManifestInvalid::Unwritable { cause: cause.to_string() })?;
        Ok([SIGNED_AS, &json].concat())
    }
}
