//! The signature under a report of sightings: a terminal makes it, anybody can verify it.
//!
//! Owns Ed25519 over the report's bytes with the key of enrolment (crate `aws-lc-rs`). May not read
//! a clock, and does not say whether a report is new: whoever takes it does. What is signed is
//! `baton-protocol`'s. Next: [`crate::reports`] on a device; `sightings` in the gateway.

use crate::keys::DeviceKey;
use crate::token::SigningFailed;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_protocol::ids::TerminalId;
use baton_protocol::sighting::{ReportInvalid, SIGNATURE_CHARACTERS, Sighting, SightingReport};

/// Why a report was not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignFault {
    /// There is nothing that could be signed.
    #[error(transparent)]
    Report(#[from] ReportInvalid),
    /// The key could not sign.
    #[error(transparent)]
    Key(#[from] SigningFailed),
}

/// Why a report proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyRefusal {
    /// It has no bytes that could have been signed.
    #[error(transparent)]
    Report(#[from] ReportInvalid),
    /// The signature is of another key, another gateway or another report.
    #[error("the report is not signed by its terminal for this gateway")]
    Signature,
}

/// Signs what a terminal heard.
///
/// # Errors
/// Each variant of [`SignFault`] as it says.
pub fn sign(
    key: &DeviceKey,
    audience: &str,
    terminal: TerminalId,
    signed_at_ms: u64,
    sightings: Vec<Sighting>,
) -> Result<SightingReport, SignFault> {
    let signature = String::new();
    let mut report = SightingReport { terminal, signed_at_ms, sightings, signature };
    let bytes = report.signed_bytes(audience)?;
    let pair = Ed25519KeyPair::from_pkcs8(key.pkcs8()).map_err(|_| SigningFailed)?;
    report.signature = URL_SAFE_NO_PAD.encode(pair.sign(&bytes).as_ref());
    Ok(report)
}

/// Verifies a report; this is all that a store's server needs to know that the terminal heard it.
///
/// `audience` is the gateway's name, `public_key` the terminal's, in base64url without padding.
///
/// # Errors
/// Each variant of [`VerifyRefusal`] as it says.
pub fn verify(
    report: &SightingReport,
    audience: &str,
    public_key: &str,
) -> Result<(), VerifyRefusal> {
    let bytes = report.signed_bytes(audience)?;
    let refused = VerifyRefusal::Signature;
    if report.signature.len() != SIGNATURE_CHARACTERS {
        return Err(refused);
    }
    let signature = URL_SAFE_NO_PAD.decode(&report.signature).map_err(|_| refused)?;
    let key = URL_SAFE_NO_PAD.decode(public_key).map_err(|_| refused)?;
    UnparsedPublicKey::new(&ED25519, key).verify(&bytes, &signature).map_err(|_| refused)
}

#[cfg(test)]
mod tests;
