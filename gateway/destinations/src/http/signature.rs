//! The header with which requests prove that they come from Baton, unchanged.
//!
//! Owns `Baton-Signature: t=<milliseconds>,v1=<hex of HMAC-SHA-256 over "t.body">`. The body of a
//! GET is empty. While a secret is changed there are two `v1`, and either is proof enough. Source
//! of the primitive: FIPS 198-1, through aws-lc. Next: [`super::answer`].

use crate::secret::Secret;
use aws_lc_rs::hmac;

/// The header's name.
pub const SIGNATURE_HEADER: &str = "baton-signature";

/// Signatures of one header that are looked at: a change of secrets makes two.
const TAGS_MAX: usize = 4;

/// Why a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureInvalid {
    /// Not `t=<milliseconds>,v1=<hex>`.
    #[error("signature header is unreadable")]
    Unreadable,
    /// Signed longer ago, or further ahead, than allowed.
    #[error("signature is too old or from the future")]
    Stale,
    /// Another key or another body.
    #[error("signature does not fit the body")]
    Wrong,
}

/// Makes the header's value.
#[must_use]
pub fn sign(secret: &Secret, at_ms: i64, body: &[u8]) -> String {
    sign_each(std::slice::from_ref(secret), at_ms, body)
}

/// Makes the header's value with a signature for each secret.
#[must_use]
pub fn sign_each(secrets: &[Secret], at_ms: i64, body: &[u8]) -> String {
    let bytes = signed_bytes(at_ms, body);
    let tags = secrets.iter().map(|secret| hmac::sign(&key(secret), &bytes));
    tags.fold(format!("t={at_ms}"), |header, tag| {
        format!("{header},v1={}", hex::encode(tag.as_ref()))
    })
}

/// Checks a header's value, in constant time for the tag.
///
/// **Units** `now_ms` is milliseconds since 1970, `age_ms_max` how far the two clocks may differ.
///
/// # Errors
/// [`SignatureInvalid`], each variant as it says.
pub fn verify(
    secret: &Secret,
    header: &str,
    body: &[u8],
    now_ms: i64,
    age_ms_max: u64,
) -> Result<(), SignatureInvalid> {
    let (at_ms, tags) = split(header).ok_or(SignatureInvalid::Unreadable)?;
    if now_ms.abs_diff(at_ms) > age_ms_max {
        return Err(SignatureInvalid::Stale);
    }
    let (key, bytes) = (key(secret), signed_bytes(at_ms, body));
    let fits = tags.iter().any(|tag| hmac::verify(&key, &bytes, tag).is_ok());
    if fits { Ok(()) } else { Err(SignatureInvalid::Wrong) }
}

fn split(header: &str) -> Option<(i64, Vec<Vec<u8>>)> {
    let (time, tags) = header.split_once(',')?;
    let at_ms = time.strip_prefix("t=")?.parse().ok()?;
    let tags = tags.split(',').take(TAGS_MAX);
    let tags = tags.map(|tag| hex::decode(tag.strip_prefix("v1=")?).ok());
    Some((at_ms, tags.collect::<Option<_>>()?))
}

fn signed_bytes(at_ms: i64, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{at_ms}.").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.reveal())
}
