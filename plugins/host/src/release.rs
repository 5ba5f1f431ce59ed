//! A plugin's folder, opened and checked: what is loaded is what was hashed.
//!
//! Owns the reading of `plugin.toml` and of the library, each from one descriptor. The library's
//! bytes are hashed and copied into sealed memory; nothing reads the file again, so that a swapped
//! file or link changes nothing. Next: [`crate::running`].

use crate::keys::TrustedKeys;
use crate::manifest::{MANIFEST_FILE, Manifest};
use crate::refusal::Refusal;
use aws_lc_rs::digest::{SHA256, digest};
use rustix::fs::{MemfdFlags, Mode, OFlags, SealFlags};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// The largest manifest, in bytes: sixteen hosts, secrets and signatures fit ten times.
const MANIFEST_BYTES_MAX: u64 = 64 * 1024;
/// The largest library, in bytes: a debug build with TLS of its own stays under it.
const LIBRARY_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// A plugin that may be loaded.
#[derive(Debug)]
pub struct Release {
    pub(crate) manifest: Manifest,
    pub(crate) library: Sealed,
}

/// A library in memory that nobody can change any more.
#[derive(Debug)]
pub(crate) struct Sealed {
    memory: OwnedFd,
}

impl Release {
    /// Opens a folder with a manifest and a library and checks both.
    ///
    /// # Errors
    /// [`Refusal`] with the first reason.
    pub fn open(folder: &Path, keys: &TrustedKeys) -> Result<Self, Refusal> {
        let (manifest, path, bytes) = checked(folder, keys)?;
        Ok(Self { library: Sealed::of(&bytes, &path)?, manifest })
    }

    /// Takes a library without any signature, for the conformance kit on a provider's own machine.
    /// A program that serves shops never calls this.
    ///
    /// # Errors
    /// [`Refusal`] when the library cannot be read.
    pub fn unverified(library: &Path, mut manifest: Manifest) -> Result<Self, Refusal> {
        let bytes = read(library, LIBRARY_BYTES_MAX)?;
        manifest.sha256 = sha256(&bytes);
        manifest.check_abi()?;
        Ok(Self { library: Sealed::of(&bytes, library)?, manifest })
    }

    /// Returns the manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

impl Sealed {
    fn of(bytes: &[u8], path: &Path) -> Result<Self, Refusal> {
        seal(bytes).map(|memory| Self { memory }).map_err(|cause| Refusal::Unreadable {
            path: path.to_owned(),
            cause: cause.to_string(),
        })
    }

    /// Returns another descriptor of the same memory.
    pub(crate) fn descriptor(&self) -> io::Result<OwnedFd> {
        self.memory.try_clone()
    }
}

/// Checks a folder as [`Release::open`] does, and keeps nothing of the library.
///
/// # Errors
/// [`Refusal`] with the first reason.
pub(crate) fn examine(folder: &Path, keys: &TrustedKeys) -> Result<Manifest, Refusal> {
    checked(folder, keys).map(|(manifest, ..)| manifest)
}

/// Returns the manifest, and the library's place and content.
fn checked(folder: &Path, keys: &TrustedKeys) -> Result<(Manifest, PathBuf, Vec<u8>), Refusal> {
    let manifest = manifest(folder)?;
    manifest.verify(keys)?;
    manifest.check_abi()?;
    let path = folder.join(&manifest.library);
    let bytes = read(&path, LIBRARY_BYTES_MAX)?;
    let found = sha256(&bytes);
    if found != manifest.sha256 {
        return Err(Refusal::HashDiffers { found, signed: manifest.sha256 });
    }
    Ok((manifest, path, bytes))
}

/// Reads the manifest of a folder, trusted or not.
///
/// # Errors
/// [`Refusal`] when it cannot be read.
pub fn manifest(folder: &Path) -> Result<Manifest, Refusal> {
    let path = folder.join(MANIFEST_FILE);
    let bytes = read(&path, MANIFEST_BYTES_MAX)?;
    let text = String::from_utf8(bytes).map_err(|_| Refusal::Unreadable {
        path: path.clone(),
        cause: "it is not utf-8".to_owned(),
    })?;
    Manifest::parse(&text).map_err(|cause| Refusal::Manifest { path, cause })
}

/// Returns the SHA-256 of bytes in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// Reads a plain file from one descriptor; a link in its place is not followed.
fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Refusal> {
    let unreadable =
        |cause: io::Error| Refusal::Unreadable { path: path.to_owned(), cause: cause.to_string() };
    let not_a_file = || Refusal::NotAFile { path: path.to_owned() };
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(opened) => opened,
        Err(rustix::io::Errno::LOOP) => return Err(not_a_file()),
        Err(cause) => return Err(unreadable(cause.into())),
    };
    let file = File::from(opened);
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(not_a_file());
    }
    let mut bytes = Vec::new();
    let read = file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(unreadable)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > bytes_max {
        return Err(Refusal::TooLarge { path: path.to_owned(), bytes_max });
    }
    Ok(bytes)
}

fn seal(bytes: &[u8]) -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let mut file = File::from(rustix::fs::memfd_create("baton-plugin", flags)?);
    file.write_all(bytes)?;
    let all = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
    rustix::fs::fcntl_add_seals(&file, all)?;
    Ok(file.into())
}
