//! The address that a tag or label carries: where a phone pays at this terminal.
//!
//! Owns its form, `<gateway>/t/<terminal>`, which the gateway's page answers. It is no secret and
//! no proof: anybody may copy it. Next: [`crate::label`].

use baton_link::enrol::Identity;
use baton_protocol::ids::{IdInvalid, TerminalId};
use std::fmt;

/// The longest address in bytes: the file of an NTAG 424 DNA has 256 bytes, and its one-time
/// parameters take 65 of them, its NDEF header 7.
pub const ADDRESS_BYTES_MAX: usize = 184;

/// Where phones reach the gateway, and which terminal they meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagAddress {
    terminal: TerminalId,
    whole: String,
}

/// Whether others between phone and gateway can read along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// `https`.
    Sealed,
    /// `http`: for trials on one machine or one bench.
    Open,
}

/// Why there is no address to write on a tag.
#[derive(Debug, thiserror::Error)]
pub enum AddressFault {
    /// Neither `http://` nor `https://` with a host, or characters that no address has.
    #[error(
        "`{given}` is no address for tags; write tag.address = \"https://pay.example\", \
         where phones reach the gateway"
    )]
    NoAddress {
        /// What was given.
        given: String,
    },
    /// Over [`ADDRESS_BYTES_MAX`].
    #[error(
        "the tag's address has {bytes} bytes, a tag holds {ADDRESS_BYTES_MAX}; \
         give tag.address a shorter host"
    )]
    TooLong {
        /// How many it would have.
        bytes: usize,
    },
    /// The gateway gave this device an id that no terminal has.
    #[error(transparent)]
    Id(#[from] IdInvalid),
}

impl TagAddress {
    /// Joins where phones reach the gateway and the terminal's id.
    ///
    /// # Errors
    /// `NoAddress` and `TooLong` of [`AddressFault`].
    pub fn new(base: &str, terminal: TerminalId) -> Result<Self, AddressFault> {
        let trimmed = base.trim_end_matches('/');
        let rest = trimmed.strip_prefix("https://").or_else(|| trimmed.strip_prefix("http://"));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:/[]".contains(&byte);
        if !rest.is_some_and(|host| !host.is_empty() && host.bytes().all(plain)) {
            return Err(AddressFault::NoAddress { given: base.to_owned() });
        }
        let whole = format!("{trimmed}/t/{terminal}");
        if whole.len() > ADDRESS_BYTES_MAX {
            return Err(AddressFault::TooLong { bytes: whole.len() });
        }
        Ok(Self { terminal, whole })
    }

    /// Returns the address of an enrolled terminal; an empty `base` means that phones reach the
    /// gateway where the terminal does.
    ///
    /// # Errors
    /// [`AddressFault`], each as it says.
    pub fn of(identity: &Identity, base: &str) -> Result<Self, AddressFault> {
        let base = if base.is_empty() { identity.gateway.as_str() } else { base };
        Self::new(base, identity.id.parse()?)
    }

    /// Returns the whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// Returns the terminal that it names.
    #[must_use]
    pub const fn terminal(&self) -> &TerminalId {
        &self.terminal
    }

    /// Tells whether phones will come over TLS.
    #[must_use]
    pub fn cover(&self) -> Cover {
        if self.whole.starts_with("https://") { Cover::Sealed } else { Cover::Open }
    }
}

impl fmt::Display for TagAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole)
    }
}

#[cfg(test)]
mod tests;
