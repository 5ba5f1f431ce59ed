//! The token with which a terminal or agent opens the link: signed by its own Ed25519 key.
//!
//! Owns the check of one connection: at most a minute old, used once, from a device that is not
//! suspended. Next: [`crate::sockets`].

use super::token::{TokenRefused, header_of, verified};
use super::{Spending, Spent};
use crate::clock::wall_ms;
use crate::tables::Snapshot;
use baton_core::relay::lookup::Standing;
use baton_core::relay::plan::Executor;
use baton_protocol::enrol::{LINK_TOKEN_LIFE_S_MAX, LINK_TOKEN_TYPE};
use baton_records::directory::Device;
use jsonwebtoken::{Algorithm, DecodingKey};

/// Checks a connection token and spends it.
///
/// # Errors
/// [`TokenRefused`] for every way of being wrong.
pub fn check(
    token: &str,
    snapshot: &Snapshot,
    audience: &str,
    spent: &Spent,
) -> Result<Executor, TokenRefused> {
    let header = header_of(token, LINK_TOKEN_TYPE)?;
    let id = header.kid.ok_or(TokenRefused("kid names no device"))?;
    let (executor, device) = lookup(snapshot, &id).ok_or(TokenRefused("unknown device"))?;
    if device.standing != Standing::Active {
        return Err(TokenRefused("the device is suspended"));
    }
    let key = device.public_key.as_deref().ok_or(TokenRefused("the device is not enrolled"))?;
    let key = DecodingKey::from_ed_components(key).map_err(|_| TokenRefused("unusable key"))?;
    let life_s_max = LINK_TOKEN_LIFE_S_MAX;
    let claims = verified(token, Algorithm::EdDSA, &key, &id, audience, life_s_max)?;
    let ends_s = i64::try_from(claims.exp).unwrap_or(i64::MAX);
    match spent.spend(&claims.jti, ends_s.saturating_add(60), wall_ms() / 1_000) {
        Spending::First => Ok(executor),
        Spending::Again => Err(TokenRefused("used before")),
    }
}

fn lookup<'s>(snapshot: &'s Snapshot, id: &str) -> Option<(Executor, &'s Device)> {
    let terminal = id.parse().ok().map(Executor::Terminal);
    let agent = id.parse().ok().map(Executor::Agent);
    let found = [terminal, agent].into_iter().flatten();
    found.into_iter().find_map(|one| snapshot.devices.get(&one).map(|device| (one, device)))
}
