//! The token with which a device opens one connection.
//!
//! Owns what is in it; the gateway checks it against the enrolled public key. May not read a clock
//! or draw lots: both come in. Next: [`crate::client`], which makes one for each connection.

use crate::enrol::Identity;
use crate::keys::DeviceKey;
use baton_protocol::enrol::LINK_TOKEN_TYPE;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use uuid::Uuid;

/// Life of a connection token, in seconds: half of what the gateway allows, so that a clock which
/// runs ahead by as much is still served.
pub const TOKEN_LIFE_S: u64 = 30;

/// The key could not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the device key cannot sign; enrol this device again")]
pub struct SigningFailed;

/// Makes the token of one connection.
///
/// `now_s` is in seconds since 1970, `unique` is a random id that no other token carries.
///
/// # Errors
/// [`SigningFailed`] when the key is unusable.
pub fn link_token(
    key: &DeviceKey,
    identity: &Identity,
    now_s: u64,
    unique: Uuid,
) -> Result<String, SigningFailed> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(LINK_TOKEN_TYPE.to_owned());
    header.kid = Some(identity.id.clone());
    let claims = json!({
        "iss": identity.id,
        "aud": identity.audience,
        "iat": now_s,
        "exp": now_s + TOKEN_LIFE_S,
        "jti": unique.to_string(),
    });
    let signer = EncodingKey::from_ed_der(key.pkcs8());
    jsonwebtoken::encode(&header, &claims, &signer).map_err(|_| SigningFailed)
}

#[cfg(test)]
mod tests;
