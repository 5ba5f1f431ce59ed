//! The signature of a beacon's round: only the network together can have made it.
//!
//! Owns the key and the scheme of drand's network quicknet: signatures on G1, the key on G2, the
//! message is SHA-256 of the round. The curve comes from the crate `blst`. May not fetch anything.

use super::file::bytes;
use baton_core::raffle::draw::Digest;
use blst::BLST_ERROR;
use blst::min_sig::{PublicKey, Signature};

/// The public key of quicknet. Source: the network's own description under its chain hash.
const QUICKNET_KEY: [u8; 96] = [
    0x83, 0xcf, 0x0f, 0x28, 0x96, 0xad, 0xee, 0x7e, 0xb8, 0xb5, 0xf0, 0x1f, 0xca, 0xd3, 0x91, 0x22,
    0x12, 0xc4, 0x37, 0xe0, 0x07, 0x3e, 0x91, 0x1f, 0xb9, 0x00, 0x22, 0xd3, 0xe7, 0x60, 0x18, 0x3c,
    0x8c, 0x4b, 0x45, 0x0b, 0x6a, 0x0a, 0x6c, 0x3a, 0xc6, 0xa5, 0x77, 0x6a, 0x2d, 0x10, 0x64, 0x51,
    0x0d, 0x1f, 0xec, 0x75, 0x8c, 0x92, 0x1c, 0xc2, 0x2b, 0x0e, 0x17, 0xe6, 0x3a, 0xaf, 0x4b, 0xcb,
    0x5e, 0xd6, 0x63, 0x04, 0xde, 0x9c, 0xf8, 0x09, 0xbd, 0x27, 0x4c, 0xa7, 0x3b, 0xab, 0x4a, 0xf5,
    0xa6, 0xe9, 0xc7, 0x6a, 0x4b, 0xc0, 0x9e, 0x76, 0xea, 0xe8, 0x99, 0x1e, 0xf5, 0xec, 0xe4, 0x5a,
];
/// How a message becomes a point of the curve. Source: RFC 9380, the suite that quicknet names.
const SUITE: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// Why a signature does not prove a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// It is no point of the curve.
    #[error("beacon signature: not 96 hex digits of a point of the curve")]
    Malformed,
    /// The network has not signed this round with it.
    #[error("beacon signature: the network quicknet did not sign round {round} with it")]
    Forged {
        /// The round.
        round: u64,
    },
    /// The number is another.
    #[error("beacon: {said} is said, but the signature makes {made}")]
    Number {
        /// What is said.
        said: Digest,
        /// What follows from the signature.
        made: Digest,
    },
}

/// Checks that quicknet signed a round, and that the number follows from the signature.
///
/// # Errors
/// Each variant of [`Unsigned`] as it says.
pub fn verify(round: u64, signature: &str, number: &Digest) -> Result<(), Unsigned> {
    let point = bytes(signature).map_err(|_| Unsigned::Malformed)?;
    let point = Signature::from_bytes(&point).map_err(|_| Unsigned::Malformed)?;
    let key = PublicKey::from_bytes(&QUICKNET_KEY).map_err(|_| Unsigned::Malformed)?;
    let message = Digest::of(&[&round.to_be_bytes()]);
    let verdict = point.verify(true, message.bytes(), SUITE, &[], &key, true);
    if verdict != BLST_ERROR::BLST_SUCCESS {
        return Err(Unsigned::Forged { round });
    }
    let made = number_of(signature)?;
    if made == *number { Ok(()) } else { Err(Unsigned::Number { said: *number, made }) }
}

/// Returns the number that follows from a signature.
///
/// # Errors
/// [`Unsigned::Malformed`] for what is no hexadecimal text.
pub fn number_of(signature: &str) -> Result<Digest, Unsigned> {
    let point = bytes(signature).map_err(|_| Unsigned::Malformed)?;
    Ok(Digest::of(&[&point]))
}
