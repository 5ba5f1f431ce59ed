//! The master key of all tags, from its file, and random bytes from the system.
//!
//! Owns the form of the file: 32 hexadecimal digits, readable by its owner alone. Next:
//! `reader.rs`.

use super::fault::TagFault;
use baton_formats::nfc::dna::TagKeys;
use baton_formats::nfc::sun::AesKey;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where Linux gives random bytes; it does not run dry.
const RANDOM: &str = "/dev/urandom";
/// Permissions of everybody but the owner.
const OTHERS: u32 = 0o077;

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum SecretFault {
    /// The setting is empty.
    #[error(
        "tag.master_key_file is not set; write the path of a file with 32 hexadecimal digits, \
         made once for all tags: openssl rand -hex 16"
    )]
    NotSet,
    /// The file cannot be read.
    #[error("tag.master_key_file {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others may read it.
    #[error("tag.master_key_file {path} may be read by others; run: chmod 600 {path}")]
    Exposed {
        /// Which file.
        path: PathBuf,
    },
    /// It holds something else.
    #[error("tag.master_key_file {path} does not hold exactly 32 hexadecimal digits")]
    NoKey {
        /// Which file.
        path: PathBuf,
    },
}

/// Reads the master key.
///
/// # Errors
/// [`SecretFault`], each as it says.
pub fn load(path: &Path) -> Result<TagKeys, SecretFault> {
    if path.as_os_str().is_empty() {
        return Err(SecretFault::NotSet);
    }
    let fault = |source| SecretFault::File { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(fault)?;
    let mode = file.metadata().map_err(fault)?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(SecretFault::Exposed { path: path.to_owned() });
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(fault)?;
    let key = parse(text.trim()).ok_or_else(|| SecretFault::NoKey { path: path.to_owned() })?;
    Ok(TagKeys::new(AesKey::new(*key)))
}

/// Reads sixteen random bytes.
///
/// # Errors
/// [`TagFault::Random`].
pub fn random() -> Result<[u8; 16], TagFault> {
    let mut bytes = [0; 16];
    let read = File::open(RANDOM).and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(|fault| TagFault::Random { reason: fault.to_string() })?;
    Ok(bytes)
}

fn parse(digits: &str) -> Option<Zeroizing<[u8; 16]>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let mut key = Zeroizing::new([0; 16]);
    if pairs.len() != key.len() {
        return None;
    }
    for (place, pair) in key.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *place = u8::try_from((high? << 4) | low?).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests;
