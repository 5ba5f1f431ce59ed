//! First contact of a device with the gateway: a one-time code against a public key.
//!
//! Owns both documents of `POST /v1/enrol`. The code is shown once by `baton-gateway admin`; the
//! private key never leaves the device. Next: `baton-link`'s `enrol`.

use serde::{Deserialize, Serialize};

/// What a device sends once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The eight characters that the installer typed.
    pub code: String,
    /// The device's Ed25519 public key: 32 bytes in base64url without padding.
    pub public_key: String,
    /// What the device is, so that a code for the other kind is refused and stays good. Programs
    /// before this field did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// What it gets back and keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolAnswer {
    /// What the device is from now on.
    pub role: Role,
    /// Its id.
    pub id: String,
    /// The name of this gateway, which connection tokens must carry as `aud`.
    pub audience: String,
}

/// The two kinds of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A relay terminal.
    Terminal,
    /// A POS agent.
    Agent,
}

impl Role {
    /// Returns the word used on the wire and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Agent => "agent",
        }
    }
}

/// `typ` of a device's connection token.
pub const LINK_TOKEN_TYPE: &str = "baton-link+jwt";
/// `typ` of an app's token on the phone API.
pub const PHONE_TOKEN_TYPE: &str = "baton-phone+jwt";
/// The longest life of a connection token, in seconds.
pub const LINK_TOKEN_LIFE_S_MAX: u64 = 60;
/// The longest life of a phone token, in seconds.
pub const PHONE_TOKEN_LIFE_S_MAX: u64 = 300;
