//! Where a destination is and how to speak to it, as a command names it to an executor.
//!
//! Owns the address part of Table 2 that devices see. Credentials are never here: they are
//! provisioned to the device. Next: `destinations`, which dials it.

use crate::MESSAGE_BYTES_MAX;
use crate::ids::DestinationId;
use serde::{Deserialize, Serialize};

/// One destination's address and way of speaking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Whose address this is.
    pub destination: DestinationId,
    /// How to speak there.
    pub way: Way,
    /// What this one does differently from others of its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
}

impl Target {
    /// Names a destination that speaks its way as Baton's own simulators do.
    #[must_use]
    pub const fn new(destination: DestinationId, way: Way) -> Self {
        Self { destination, way, profile: None }
    }

    /// Returns it with a profile.
    #[must_use]
    pub fn with_profile(self, profile: Option<Profile>) -> Self {
        Self { profile, ..self }
    }
}

/// The most bytes of a profile: half of a frame, for the command around it needs room.
pub const PROFILE_BYTES_MAX: usize = MESSAGE_BYTES_MAX / 2;

/// What a destination does differently, as the text of its configuration file. Its words are the
/// destination client's; secrets are named in it, never contained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Profile(String);

/// A profile with too many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a profile has at most {PROFILE_BYTES_MAX} bytes; this one has {bytes}")]
pub struct ProfileTooLarge {
    /// How many it has.
    pub bytes: usize,
}

impl Profile {
    /// Takes the text of a profile.
    ///
    /// # Errors
    /// [`ProfileTooLarge`] over [`PROFILE_BYTES_MAX`].
    pub fn new(text: impl Into<String>) -> Result<Self, ProfileTooLarge> {
        let text = text.into();
        match text.len() {
            0..=PROFILE_BYTES_MAX => Ok(Self(text)),
            bytes => Err(ProfileTooLarge { bytes }),
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Profile {
    type Error = ProfileTooLarge;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

/// A way of speaking to a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Way {
    /// ISO 8583 over TCP; without a profile 1987, 2-byte binary length, ASCII fields.
    Iso8583 {
        /// `host:port`.
        address: String,
    },
    /// HTTP and JSON; without a profile Baton's own wallet and membership interface.
    Http {
        /// `http://host:port`, without a trailing slash.
        base_url: String,
    },
    /// A provider's plugin, which whoever executes the command has.
    Plugin {
        /// The name in its manifest.
        name: String,
    },
}
