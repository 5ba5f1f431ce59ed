//! The only place of this crate that throws dice.
//!
//! Owns `{nonce}`, which providers want fresh in each signed request. It names nothing and decides
//! nothing: a repeated request is recognised by its transaction id. Next: [`super::facts`].

/// Random bits of a nonce, in bytes: two never meet.
const NONCE_BYTES: usize = 16;

/// Returns 32 hexadecimal digits; nothing if the system has no randomness.
pub(super) fn fresh() -> Option<String> {
    let mut bytes = [0; NONCE_BYTES];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(hex::encode(bytes))
}
