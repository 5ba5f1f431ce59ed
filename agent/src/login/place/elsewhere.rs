//! The meeting place on systems that have none yet: every call says so.
//!
//! Owns only these answers, so that the rest compiles and reads the same everywhere. Next:
//! [`crate::login::service`].

use super::PlaceFault;
use std::fmt;
use std::path::{Path, PathBuf};

/// A connection.
pub type Stream = tokio::io::DuplexStream;

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who;

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "somebody")
    }
}

/// The users who may help.
#[derive(Debug, Clone)]
pub struct Users;

impl Users {
    /// Finds the users that the settings name.
    ///
    /// # Errors
    /// [`PlaceFault::NotHere`].
    pub const fn find(_: &[String]) -> Result<Self, PlaceFault> {
        Err(PlaceFault::NotHere)
    }

    /// Tells whether somebody may help.
    #[must_use]
    pub const fn may_help(&self, _: Who) -> bool {
        false
    }

    /// Tells whether somebody may ask how things are.
    #[must_use]
    pub const fn may_ask(&self, _: Who) -> bool {
        false
    }
}

/// The service's end.
#[derive(Debug)]
pub struct Door;

impl Door {
    /// Opens it.
    ///
    /// # Errors
    /// [`PlaceFault::NotHere`].
    pub const fn open(_: &Path, _: &Users) -> Result<Self, PlaceFault> {
        Err(PlaceFault::NotHere)
    }

    /// Waits for the next one who comes.
    ///
    /// # Errors
    /// None here.
    pub async fn next(&self) -> Result<(Stream, Who), std::io::Error> {
        std::future::pending().await
    }
}

/// Goes to the service's end.
///
/// # Errors
/// [`PlaceFault::NotHere`].
pub async fn knock(_: &Path) -> Result<Stream, PlaceFault> {
    std::future::ready(Err(PlaceFault::NotHere)).await
}

/// Reads a settings file that nobody but its rightful owner could have written.
///
/// # Errors
/// [`PlaceFault::NotHere`].
pub fn read_trusted(
    _: &Path,
    _: impl FnOnce(&str) -> Option<PathBuf>,
) -> Result<String, PlaceFault> {
    Err(PlaceFault::NotHere)
}
