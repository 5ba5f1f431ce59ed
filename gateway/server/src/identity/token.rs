//! The token that an app's backend signs for its phone: checked by the rules of RFC 8725.
//!
//! Owns one algorithm a key, exact `kid`, `typ`, `aud`, `iss`, `exp` within five minutes, `jti`.
//! Headers that bring their own key are refused. May not spend the token: the store does.

use crate::clock::wall_ms;
use crate::tables::Snapshot;
use baton_protocol::enrol::{PHONE_TOKEN_LIFE_S_MAX, PHONE_TOKEN_TYPE};
use baton_protocol::ids::AppId;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;

/// The largest token in bytes: ours have under 500.
pub const TOKEN_BYTES_MAX: usize = 4_096;
/// The longest `jti` in bytes: a UUID has 36.
const TOKEN_ID_BYTES_MAX: usize = 64;
/// How far the signer's clock may be off, in seconds.
const SKEW_S: u64 = 30;

/// Who calls, and with which token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The app.
    pub app: AppId,
    /// When its token ends, and its `jti`.
    pub token_id: String,
}

/// A token is not usable; nobody is told why, but the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("token refused: {0}")]
pub struct TokenRefused(pub &'static str);

#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) exp: u64,
    pub(super) jti: String,
}

/// Checks a phone's token against the tables.
///
/// # Errors
/// [`TokenRefused`] for every way of being wrong.
pub fn check(token: &str, snapshot: &Snapshot, audience: &str) -> Result<Caller, TokenRefused> {
    let header = header_of(token, PHONE_TOKEN_TYPE)?;
    let issuer = unverified_issuer(token)?;
    let app: AppId = issuer.parse().map_err(|_| TokenRefused("iss is no app id"))?;
    let known = snapshot.app_keys.get(&app).ok_or(TokenRefused("the app has no key here"))?;
    if header.kid.as_deref() != Some(known.key_id.as_str()) {
        return Err(TokenRefused("kid is not the app's"));
    }
    let life_s_max = PHONE_TOKEN_LIFE_S_MAX;
    let claims = verified(token, known.algorithm, &known.key, app.as_str(), audience, life_s_max)?;
    // Time first: tokens of one minute lie together in the store's index, not all over it.
    Ok(Caller { app, token_id: format!("{}.{}", claims.exp, claims.jti) })
}

/// Reads the header and refuses everything that RFC 8725 warns of.
pub(super) fn header_of(token: &str, typ: &str) -> Result<Header, TokenRefused> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenRefused("too large"));
    }
    let header = decode_header(token).map_err(|_| TokenRefused("not a token"))?;
    let brings_keys = header.jku.is_some()
        || header.jwk.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some()
        || header.crit.is_some();
    if brings_keys {
        return Err(TokenRefused("the header brings a key or crit"));
    }
    if header.typ.as_deref() != Some(typ) {
        return Err(TokenRefused("typ is for another purpose"));
    }
    Ok(header)
}

/// Verifies signature and claims with one pinned algorithm.
pub(super) fn verified(
    token: &str,
    algorithm: Algorithm,
    key: &DecodingKey,
    issuer: &str,
    audience: &str,
    life_s_max: u64,
) -> Result<Claims, TokenRefused> {
    let mut rules = Validation::new(algorithm);
    rules.set_audience(&[audience]);
    rules.set_issuer(&[issuer]);
    rules.set_required_spec_claims(&["exp", "aud", "iss"]);
    rules.leeway = SKEW_S;
    rules.validate_nbf = true;
    let claims =
        decode::<Claims>(token, key, &rules).map_err(|_| TokenRefused("does not verify"))?.claims;
    if claims.jti.is_empty() || claims.jti.len() > TOKEN_ID_BYTES_MAX {
        return Err(TokenRefused("jti is empty or too long"));
    }
    let now_s = u64::try_from(wall_ms() / 1_000).unwrap_or(0);
    if claims.exp > now_s + life_s_max + SKEW_S {
        return Err(TokenRefused("lives too long"));
    }
    Ok(claims)
}

/// Reads `iss` to find the key with which everything is then verified.
fn unverified_issuer(token: &str) -> Result<String, TokenRefused> {
    #[derive(Deserialize)]
    struct Issuer {
        iss: String,
    }
    let claims = jsonwebtoken::dangerous::insecure_decode_claims::<Issuer>(token);
    Ok(claims.map_err(|_| TokenRefused("claims cannot be read"))?.iss)
}
