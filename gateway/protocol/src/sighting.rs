//! What a relay terminal heard of beacons, signed by it, on its way to a store's server.
//!
//! Owns the report, the bytes that its signature covers, and the document in which the gateway
//! offers reports. May not sign, verify or judge: `baton-link` does the first two, a store's server
//! the last, from its own knowledge of whose identity that is. Next: `baton-link`'s `sighting`.

use crate::ids::TerminalId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the signed bytes begin with: no other thing that a device key signs begins so, for a
/// connection token has no byte of zero.
pub const SIGHTINGS_PREFIX: &[u8] = b"baton.sightings.v1\0";
/// Sightings in one report: more phones than stand within a few metres of one counter.
pub const SIGHTINGS_MAX: usize = 32;
/// Bytes of the longest identity: those of iBeacon and AltBeacon.
pub const IDENTITY_BYTES_MAX: usize = 20;
/// Characters of a signature: the 64 bytes of Ed25519 in base64url without padding.
pub const SIGNATURE_CHARACTERS: usize = 86;

/// What a terminal heard in about a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SightingReport {
    /// Who heard it and signs it.
    pub terminal: TerminalId,
    /// When it was signed, in milliseconds since 1970; each report of a terminal has a later one.
    pub signed_at_ms: u64,
    /// What was heard, at most [`SIGHTINGS_MAX`].
    pub sightings: Vec<Sighting>,
    /// Ed25519 with the device's key over [`SightingReport::signed_bytes`]: base64url without
    /// padding.
    pub signature: String,
}

/// A beacon that was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// When, on the terminal's clock, in milliseconds since 1970.
    pub at_ms: u64,
    /// How strong. **Units** dBm.
    pub signal_dbm: i8,
    /// What kind of frame it was.
    pub kind: BeaconKind,
    /// Whose it was.
    pub identity: BeaconIdentity,
}

/// The kinds of frames that say whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BeaconKind {
    /// Apple's; the identity is its UUID, major and minor number.
    Ibeacon,
    /// Of any maker; the identity is its twenty bytes.
    Altbeacon,
    /// Google's, lasting; the identity is namespace and instance.
    EddystoneUid,
    /// Google's, changing; the identity is that of the moment.
    EddystoneEid,
    /// A kind of a later version, which this build does not know; it cannot be signed.
    #[serde(other)]
    Later,
}

/// What a frame says of whose it is: hexadecimal digits on the wire.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BeaconIdentity(Vec<u8>);

/// A text or bytes that are no identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identity has 1 to {IDENTITY_BYTES_MAX} bytes, in lower-case hexadecimal digits")]
pub struct IdentityInvalid;

/// Why a report has no bytes to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportInvalid {
    /// It says nothing, or too much.
    #[error("a report has 1 to {SIGHTINGS_MAX} sightings")]
    Count,
    /// A kind that is not known, or an identity that is not as long as its kind's.
    #[error("a sighting is of no known kind, or its identity is not as long as its kind's")]
    Kind,
    /// A name that is longer than its length can be written.
    #[error("the gateway's name is too long to be signed")]
    Audience,
}

/// Answer of `GET /v1/sightings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SightingsAnswer {
    /// The gateway's name, which the signed bytes carry.
    pub audience: String,
    /// The newest reports after the asked number, oldest first.
    pub reports: Vec<ReportHeld>,
    /// Where to go on: ask with `after` of this number.
    pub next: u64,
}

/// A report that the gateway took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportHeld {
    /// Its number; later ones are larger.
    pub seq: u64,
    /// When it came, on the gateway's clock, in milliseconds since 1970.
    pub received_at_ms: i64,
    /// The key against which the gateway verified it: 32 bytes in base64url without padding. Who
    /// does not take the gateway's word has it from the terminal's installer.
    pub public_key: String,
    /// As the terminal signed it.
    pub report: SightingReport,
}

impl SightingReport {
    /// Returns the bytes that the signature covers; numbers are big-endian.
    ///
    /// | bytes | what |
    /// |---|---|
    /// | 19 | `baton.sightings.v1` and a zero |
    /// | 2 + n | the gateway's name: its length, then UTF-8 |
    /// | 2 + n | the terminal's id, likewise |
    /// | 8 | `signed_at_ms` |
    /// | 2 | how many sightings follow, in their order in the report |
    /// | 8 | each: `at_ms` |
    /// | 1 | its signal, in two's complement |
    /// | 1 | its kind: 1 iBeacon, 2 AltBeacon, 3 Eddystone UID, 4 Eddystone EID |
    /// | 1 + n | its identity: the length, then the bytes |
    ///
    /// # Errors
    /// Each variant of [`ReportInvalid`] as it says.
    pub fn signed_bytes(&self, audience: &str) -> Result<Vec<u8>, ReportInvalid> {
        let invalid = ReportInvalid::Count;
        let count = u16::try_from(self.sightings.len()).map_err(|_| invalid)?;
        if self.sightings.is_empty() || self.sightings.len() > SIGHTINGS_MAX {
            return Err(invalid);
        }
        let mut bytes = SIGHTINGS_PREFIX.to_vec();
        for text in [audience, self.terminal.as_str()] {
            let length = u16::try_from(text.len()).map_err(|_| ReportInvalid::Audience)?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes.extend_from_slice(&self.signed_at_ms.to_be_bytes());
        bytes.extend_from_slice(&count.to_be_bytes());
        for sighting in &self.sightings {
            sighting.append(&mut bytes)?;
        }
        Ok(bytes)
    }
}

impl Sighting {
    fn append(&self, bytes: &mut Vec<u8>) -> Result<(), ReportInvalid> {
        let (code, length) = self.kind.code_and_length().ok_or(ReportInvalid::Kind)?;
        let identity = self.identity.bytes();
        if identity.len() != usize::from(length) {
            return Err(ReportInvalid::Kind);
        }
        bytes.extend_from_slice(&self.at_ms.to_be_bytes());
        bytes.extend_from_slice(&[self.signal_dbm.cast_unsigned(), code, length]);
        bytes.extend_from_slice(identity);
        Ok(())
    }
}

impl BeaconKind {
    /// The number that is signed, and the bytes of an identity of this kind.
    const fn code_and_length(self) -> Option<(u8, u8)> {
        match self {
            Self::Ibeacon => Some((1, 20)),
            Self::Altbeacon => Some((2, 20)),
            Self::EddystoneUid => Some((3, 16)),
            Self::EddystoneEid => Some((4, 8)),
            Self::Later => None,
        }
    }
}

impl BeaconIdentity {
    /// Takes bytes.
    ///
    /// # Errors
    /// [`IdentityInvalid`].
    pub fn new(bytes: Vec<u8>) -> Result<Self, IdentityInvalid> {
        let fits = (1..=IDENTITY_BYTES_MAX).contains(&bytes.len());
        if fits { Ok(Self(bytes)) } else { Err(IdentityInvalid) }
    }

    /// Returns the bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<String> for BeaconIdentity {
    type Error = IdentityInvalid;

    fn try_from(text: String) -> Result<Self, IdentityInvalid> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return Err(IdentityInvalid) };
        let nibble = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
            b'a'..=b'f' => Some(digit.wrapping_sub(b'a').wrapping_add(10)),
            _ => None,
        };
        let bytes = pairs.iter().map(|[high, low]| Some((nibble(*high)? << 4) | nibble(*low)?));
        Self::new(bytes.collect::<Option<Vec<u8>>>().ok_or(IdentityInvalid)?)
    }
}

impl From<BeaconIdentity> for String {
    fn from(identity: BeaconIdentity) -> Self {
        identity.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Whose phone was where is told to the store's server, not to logs.
impl fmt::Debug for BeaconIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BeaconIdentity({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests;
