//! Who wrote a recipe: its Ed25519 signature beside it, checked before a word of it is read.
//!
//! Owns signing, checking and loading. A recipe decides where codes are written, so an unsigned or
//! changed one is refused. Next: [`super::recipe`], which reads the words.

use super::recipe::{RECIPE_BYTES_MAX, Recipe, RecipeInvalid};
use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::io::Read;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Stands before the signed bytes, so that no other signature of the same key fits a recipe.
const PURPOSE: &[u8] = b"baton recipe 1\n";
/// The most bytes of a signature file: 86 letters and a line end.
const SIGNATURE_BYTES_MAX: u64 = 128;
/// The most bytes of a key file: a PKCS#8 Ed25519 key has 83.
const KEY_BYTES_MAX: u64 = 256;
/// Bytes of an Ed25519 public key. Source: RFC 8032.
const PUBLIC_BYTES: usize = 32;

/// A public key whose recipes this shop follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer([u8; PUBLIC_BYTES]);

/// Why a recipe is not followed.
#[derive(Debug, thiserror::Error)]
pub enum RecipeRefused {
    /// A file cannot be read or written.
    #[error("{path}: {fault}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What happened.
        fault: std::io::Error,
    },
    /// The file is longer than any recipe or signature.
    #[error("{0} is too long")]
    TooLong(PathBuf),
    /// There is no signature.
    #[error("{0} is not signed: its signature file is missing; see `baton-agent recipe sign`")]
    Unsigned(PathBuf),
    /// The signature is of other bytes, or of another key than `recipes.signers` names.
    #[error("the signature of {0} fits none of recipes.signers: changed, or by somebody else")]
    SignatureWrong(PathBuf),
    /// The words are wrong.
    #[error("{path}: {invalid}")]
    Words {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        invalid: RecipeInvalid,
    },
    /// The file is no UTF-8 text.
    #[error("{0} is not text")]
    NotText(PathBuf),
    /// The text is no Ed25519 key.
    #[error("{0} is not an Ed25519 key")]
    KeyInvalid(String),
    /// The recipe is for another app than it stands for.
    #[error("{path} is a recipe for {app}")]
    AppWrong {
        /// Which file.
        path: PathBuf,
        /// Whose recipe it is.
        app: String,
    },
}

impl Signer {
    /// Reads a public key: 32 bytes in base64url without padding.
    ///
    /// # Errors
    /// [`RecipeRefused::KeyInvalid`].
    pub fn parse(text: &str) -> Result<Self, RecipeRefused> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| RecipeRefused::KeyInvalid(text.to_owned()))
    }
}

/// Loads a recipe that one of the signers signed, with the SHA-256 of its file.
///
/// # Errors
/// Each variant of [`RecipeRefused`] as it says; nothing of an unsigned file is read as words.
pub fn load(path: &Path, signers: &[Signer]) -> Result<(Recipe, String), RecipeRefused> {
    let bytes = read(path)?;
    let signature = match read_bounded(&beside(path), SIGNATURE_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(RecipeRefused::File { fault, .. }) if fault.kind() == std::io::ErrorKind::NotFound => {
            return Err(RecipeRefused::Unsigned(path.to_owned()));
        }
        Err(other) => return Err(other),
    };
    let wrong = || RecipeRefused::SignatureWrong(path.to_owned());
    let signature = URL_SAFE_NO_PAD.decode(signature.trim_ascii()).map_err(|_| wrong())?;
    let signed = message(&bytes);
    let fits = |signer: &Signer| {
        UnparsedPublicKey::new(&ED25519, signer.0).verify(&signed, &signature).is_ok()
    };
    if !signers.iter().any(fits) {
        return Err(wrong());
    }
    let digest = digest::digest(&digest::SHA256, &bytes);
    let digest = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((words(path, bytes)?, digest))
}

/// Loads a recipe without asking who wrote it, for the person who is writing it.
///
/// # Errors
/// Each variant of [`RecipeRefused`] about files and words.
pub fn load_unsigned(path: &Path) -> Result<Recipe, RecipeRefused> {
    words(path, read(path)?)
}

/// Makes a signing key and writes it; returns the public half for `recipes.signers`.
///
/// # Errors
/// [`RecipeRefused::File`], also where the file exists already.
pub fn make_key(path: &Path) -> Result<String, RecipeRefused> {
    let invalid = || RecipeRefused::KeyInvalid(path.display().to_string());
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| invalid())?;
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|_| invalid())?;
    write_new(path, document.as_ref())?;
    Ok(URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()))
}

/// Signs a recipe; its words are checked first. Returns where the signature is.
///
/// **Repeat**: writes the same signature again.
///
/// # Errors
/// Each variant of [`RecipeRefused`] about files, words and the key.
pub fn sign(path: &Path, key: &Path) -> Result<PathBuf, RecipeRefused> {
    let bytes = read(path)?;
    words(path, bytes.clone())?;
    let document = Zeroizing::new(read_bounded(key, KEY_BYTES_MAX)?);
    let pair = Ed25519KeyPair::from_pkcs8(&document)
        .map_err(|_| RecipeRefused::KeyInvalid(key.display().to_string()))?;
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(&message(&bytes)).as_ref());
    let at = beside(path);
    std::fs::write(&at, format!("{signature}\n"))
        .map_err(|fault| RecipeRefused::File { path: at.clone(), fault })?;
    Ok(at)
}

fn words(path: &Path, bytes: Vec<u8>) -> Result<Recipe, RecipeRefused> {
    let text = String::from_utf8(bytes).map_err(|_| RecipeRefused::NotText(path.to_owned()))?;
    let invalid = |invalid| RecipeRefused::Words { path: path.to_owned(), invalid };
    Recipe::parse(&text).map_err(invalid)
}

fn message(bytes: &[u8]) -> Vec<u8> {
    [PURPOSE, bytes].concat()
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

fn read(path: &Path) -> Result<Vec<u8>, RecipeRefused> {
    read_bounded(path, u64::try_from(RECIPE_BYTES_MAX).unwrap_or(u64::MAX))
}

fn read_bounded(path: &Path, bytes_max: u64) -> Result<Vec<u8>, RecipeRefused> {
    let file = |fault| RecipeRefused::File { path: path.to_owned(), fault };
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).map_err(file)?;
    opened.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes).map_err(file)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= bytes_max => Ok(bytes),
        _ => Err(RecipeRefused::TooLong(path.to_owned())),
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), RecipeRefused> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|fault| RecipeRefused::File { path: path.to_owned(), fault })
}

#[cfg(test)]
mod tests;
