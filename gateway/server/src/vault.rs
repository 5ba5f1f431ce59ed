//! What keeps secrets: a keyed digest that may be stored, a seal for the outbox and for webhooks.
//!
//! Owns the gateway's secret key. The digest tells whether two codes are the same and nothing
//! else; the seal is opened only to send a command again. May not log. Next: [`crate::touch`].

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use baton_destinations::Secret;
use baton_protocol::ids::{TransactionId, WebhookId};
use baton_protocol::link::Command;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Bytes of the secret key: 256 bits for the digest and the seal alike.
const KEY_BYTES: usize = 32;

/// Why the secret key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultFault {
    /// The key file cannot be read or made.
    #[error("cannot use the key file {path}: {why}; check its folder's permissions")]
    File {
        /// Which file.
        path: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// The key file holds something else.
    #[error("the key file {path} must hold 32 bytes as 64 hexadecimal digits")]
    Content {
        /// Which file.
        path: String,
    },
    /// The machine gives no randomness, or the seal failed.
    #[error("cryptography failed")]
    Crypto,
}

/// The gateway's secrets.
pub struct Vault {
    digest_key: hmac::Key,
    seal_key: RandomizedNonceKey,
    webhook_key: RandomizedNonceKey,
}

impl Vault {
    /// Reads the key file, or makes it with a new key that only its owner may read.
    ///
    /// # Errors
    /// Each variant of [`VaultFault`] as it says.
    pub fn open(path: &Path) -> Result<Self, VaultFault> {
        let file = |why| VaultFault::File { path: path.display().to_string(), why };
        match fs::read_to_string(path) {
            Ok(text) => {
                let content = || VaultFault::Content { path: path.display().to_string() };
                let key = hex::decode(text.trim()).map_err(|_| content())?;
                Self::with_key(&key).ok_or_else(content)
            }
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
                let mut key = [0; KEY_BYTES];
                rand::fill(&mut key).map_err(|_| VaultFault::Crypto)?;
                let mut options = OpenOptions::new();
                let mut new =
                    options.write(true).create_new(true).mode(0o600).open(path).map_err(file)?;
                new.write_all(hex::encode(key).as_bytes()).map_err(file)?;
                new.sync_all().map_err(file)?;
                Self::with_key(&key).ok_or(VaultFault::Crypto)
            }
            Err(why) => Err(file(why)),
        }
    }

    fn with_key(key: &[u8]) -> Option<Self> {
        if key.len() != KEY_BYTES {
            return None;
        }
        let root = hmac::Key::new(hmac::HMAC_SHA256, key);
        let digest = hmac::sign(&root, b"baton code digest");
        let seal = hmac::sign(&root, b"baton outbox seal");
        let webhook = hmac::sign(&root, b"baton webhook seal");
        Some(Self {
            digest_key: hmac::Key::new(hmac::HMAC_SHA256, digest.as_ref()),
            seal_key: RandomizedNonceKey::new(&AES_256_GCM, seal.as_ref()).ok()?,
            webhook_key: RandomizedNonceKey::new(&AES_256_GCM, webhook.as_ref()).ok()?,
        })
    }

    /// Computes the keyed digest of parts; no two lists of parts share one by joining.
    #[must_use]
    pub fn digest(&self, parts: &[&[u8]]) -> String {
        let mut context = hmac::Context::with_key(&self.digest_key);
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        hex::encode(context.sign())
    }

    /// Seals a command for the outbox, bound to its transaction.
    ///
    /// # Errors
    /// [`VaultFault::Crypto`].
    pub fn seal(&self, command: &Command) -> Result<String, VaultFault> {
        let bytes = serde_json::to_vec(command).map_err(|_| VaultFault::Crypto)?;
        seal_with(&self.seal_key, command.transaction.uuid().as_bytes(), bytes)
    }

    /// Opens a sealed command.
    ///
    /// # Errors
    /// [`VaultFault::Crypto`] when it was sealed with another key or for another transaction.
    pub fn unseal(&self, id: TransactionId, sealed: &str) -> Result<Command, VaultFault> {
        let opened = open_with(&self.seal_key, id.uuid().as_bytes(), sealed)?;
        serde_json::from_slice(&opened).map_err(|_| VaultFault::Crypto)
    }

    /// Seals the secret of a webhook, bound to its id.
    ///
    /// # Errors
    /// [`VaultFault::Crypto`].
    pub fn seal_secret(&self, id: &WebhookId, secret: &str) -> Result<String, VaultFault> {
        seal_with(&self.webhook_key, id.as_str().as_bytes(), secret.as_bytes().to_vec())
    }

    /// Opens the sealed secret of a webhook.
    ///
    /// # Errors
    /// [`VaultFault::Crypto`] when it was sealed with another key or for another webhook.
    pub fn unseal_secret(&self, id: &WebhookId, sealed: &str) -> Result<Secret, VaultFault> {
        let opened = open_with(&self.webhook_key, id.as_str().as_bytes(), sealed)?;
        String::from_utf8(opened).map(Secret::new).map_err(|_| VaultFault::Crypto)
    }
}

fn seal_with(
    key: &RandomizedNonceKey,
    bound_to: &[u8],
    mut bytes: Vec<u8>,
) -> Result<String, VaultFault> {
    let nonce = key.seal_in_place_append_tag(Aad::from(bound_to), &mut bytes);
    let mut sealed = nonce.map_err(|_| VaultFault::Crypto)?.as_ref().to_vec();
    sealed.extend_from_slice(&bytes);
    Ok(BASE64.encode(sealed))
}

fn open_with(
    key: &RandomizedNonceKey,
    bound_to: &[u8],
    sealed: &str,
) -> Result<Vec<u8>, VaultFault> {
    let bytes = BASE64.decode(sealed).map_err(|_| VaultFault::Crypto)?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN).ok_or(VaultFault::Crypto)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultFault::Crypto)?;
    let mut sealed = sealed.to_vec();
    let opened = key.open_in_place(nonce, Aad::from(bound_to), &mut sealed);
    opened.map(|opened| opened.to_vec()).map_err(|_| VaultFault::Crypto)
}

/// Digest of a random token or enrolment code: it has enough entropy to need no key.
#[must_use]
pub fn plain_digest(text: &str) -> String {
    hex::encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

/// Makes a random text of so many characters that nobody confuses when typing.
///
/// # Errors
/// [`VaultFault::Crypto`] when the machine gives no randomness.
pub fn random_text(characters: usize) -> Result<String, VaultFault> {
    // Crockford's base 32: no I, L, O or U.
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bytes = vec![0; characters];
    rand::fill(&mut bytes).map_err(|_| VaultFault::Crypto)?;
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).map_or('0', |b| char::from(*b));
    Ok(bytes.iter().map(letter).collect())
}

#[cfg(test)]
mod tests;
