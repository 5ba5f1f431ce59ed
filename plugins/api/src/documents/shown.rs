//! What a shopper shows and what an operator entrusts: texts that print as stars.
//!
//! Owns the mask only; the gateway has checked the grammar before. May not be written to logs or
//! URLs. Next: [`super::destination`].

use serde::{Deserialize, Serialize};
use std::fmt;

/// A one-time payment code: 6 to 128 visible ASCII characters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(String);

/// A shopper's number at a membership provider: 1 to 128 visible ASCII characters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MemberId(String);

/// The value of a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Code {
    /// Takes a code as it came.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Shows the code, for the one place that sends it on.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl MemberId {
    /// Takes a member id as it came.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Shows the id, for the one place that sends it on.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Secret {
    /// Takes a secret as it was configured.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Shows the secret, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(***)")
    }
}

impl fmt::Debug for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberId(***)")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
