//! A plugin's version: three numbers, compared as numbers.
//!
//! Owns the grammar. No pre-releases: what is shipped to shops has a number of its own. Next:
//! [`crate::manifest`].

use serde::{Deserialize, Serialize};
use std::fmt;

/// `major.minor.patch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

/// A text that is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a version of three numbers, for example 1.4.0")]
pub struct VersionInvalid {
    /// What was written.
    pub text: String,
}

impl Version {
    /// Makes a version.
    #[must_use]
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// Reads `1.4.0`; a number has no sign and no leading zero.
    ///
    /// # Errors
    /// [`VersionInvalid`] for anything else.
    pub fn parse(text: &str) -> Result<Self, VersionInvalid> {
        let invalid = || VersionInvalid { text: text.chars().take(32).collect() };
        let number = |part: &str| -> Option<u32> {
            let number: u32 = part.parse().ok()?;
            (number.to_string() == part).then_some(number)
        };
        let mut parts = text.split('.').map(number);
        let (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid());
        };
        Ok(Self { major, minor, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl TryFrom<String> for Version {
    type Error = VersionInvalid;

    fn try_from(text: String) -> Result<Self, VersionInvalid> {
        Self::parse(&text)
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}
