//! Keys that sign manifests, and those that an operator trusts.
//!
//! Owns Ed25519 (RFC 8032) through aws-lc, and the form of key files: hexadecimal, one key a line,
//! `#` begins a comment. A private key never leaves its type. Next: [`crate::manifest`].

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Bytes of an Ed25519 seed and of a public key (RFC 8032, 5.1.5).
const KEY_BYTES: usize = 32;

/// The first eight bytes of a public key's SHA-256, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(String);

/// A text that is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyInvalid {
    /// Not 64 hexadecimal digits.
    #[error("line {line} is not a key of 64 hexadecimal digits")]
    Unreadable {
        /// Which line, from 1.
        line: usize,
    },
    /// The machinery of keys failed.
    #[error("the key machinery fails")]
    Machinery,
}

/// The public keys that an operator trusts.
#[derive(Debug, Clone, Default)]
pub struct TrustedKeys(BTreeMap<KeyId, Vec<u8>>);

/// A private key of a provider.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    seed: [u8; KEY_BYTES],
}

impl KeyId {
    fn of(public: &[u8]) -> Self {
        let hash = digest(&SHA256, public);
        Self(hex::encode(hash.as_ref().get(..8).unwrap_or_default()))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TrustedKeys {
    /// Reads a file of public keys; an empty one trusts nobody.
    ///
    /// # Errors
    /// [`KeyInvalid::Unreadable`] naming the first line that is no key.
    pub fn parse(text: &str) -> Result<Self, KeyInvalid> {
        let mut keys = BTreeMap::new();
        for (place, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let unreadable = KeyInvalid::Unreadable { line: place.saturating_add(1) };
            let public = hex::decode(line).ok().filter(|bytes| bytes.len() == KEY_BYTES);
            let public = public.ok_or(unreadable)?;
            keys.insert(KeyId::of(&public), public);
        }
        Ok(Self(keys))
    }

    /// Tells whether the key is trusted and the signature fits.
    pub(crate) fn check(&self, key: &KeyId, message: &[u8], signature: &[u8]) -> Checked {
        let Some(public) = self.0.get(key) else { return Checked::Unknown };
        match UnparsedPublicKey::new(&ED25519, public).verify(message, signature) {
            Ok(()) => Checked::Fits,
            Err(_) => Checked::Wrong,
        }
    }
}

/// What a signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    Fits,
    Wrong,
    Unknown,
}

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`KeyInvalid::Machinery`] without randomness.
    pub fn generate() -> Result<Self, KeyInvalid> {
        let mut seed = [0; KEY_BYTES];
        rand::fill(&mut seed).map_err(|_| KeyInvalid::Machinery)?;
        Self::of(seed)
    }

    /// Reads a private key file.
    ///
    /// # Errors
    /// [`KeyInvalid::Unreadable`] when it is none.
    pub fn parse(text: &str) -> Result<Self, KeyInvalid> {
        let line = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        let seed = hex::decode(line.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        Self::of(seed.ok_or(KeyInvalid::Unreadable { line: 1 })?)
    }

    fn of(seed: [u8; KEY_BYTES]) -> Result<Self, KeyInvalid> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyInvalid::Machinery)?;
        Ok(Self { pair, seed })
    }

    /// Shows the private key for the file that keeps it.
    #[must_use]
    pub fn reveal(&self) -> String {
        hex::encode(self.seed)
    }

    /// Returns the line by which an operator trusts this key.
    #[must_use]
    pub fn public(&self) -> String {
        hex::encode(self.pair.public_key().as_ref())
    }

    /// Returns the name of the public key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::of(self.pair.public_key().as_ref())
    }

    /// Signs.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id())
    }
}
