//! What the headers of a phone's request say: who, under which key, and how long it would wait.
//!
//! Owns reading `Authorization`, `Idempotency-Key` and `Prefer: wait` (RFC 7240).

use crate::http::problem::Problem;
use crate::identity::token::{Caller, check};
use crate::world::World;
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use baton_protocol::ids::RequestKey;
use baton_protocol::refusal::RefusalCode;
use std::time::Duration;

/// The longest wait that a phone may ask for, in seconds: under the idle limits of mobile networks
/// and under the time of a whole request.
const WAIT_S_MAX: u64 = 30;

pub(in crate::http) fn authenticate(
    request: &HttpRequest,
    world: &World,
) -> Result<Caller, Problem> {
    let refused = || Problem::of(RefusalCode::TokenInvalid);
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(refused)?;
    let caller = check(token, &world.tables.snapshot(), &world.audience).map_err(|why| {
        tracing::debug!(%why, "a phone was not let in");
        refused()
    })?;
    let taken = world.edges.apps.take(&caller.app);
    taken.map_err(|exhausted| Problem::exhausted(exhausted.again_in_s))?;
    Ok(caller)
}

pub(in crate::http) fn idempotency_key(request: &HttpRequest) -> Result<RequestKey, Problem> {
    let header = request.headers().get("Idempotency-Key").and_then(|value| value.to_str().ok());
    let key = header.map(|text| text.trim_matches('"')).and_then(|text| text.parse().ok());
    key.ok_or(Problem::of(RefusalCode::KeyInvalid))
}

pub(in crate::http) fn wait_wish(request: &HttpRequest) -> Option<Duration> {
    let header = request.headers().get("Prefer").and_then(|value| value.to_str().ok())?;
    let wishes = header.split(',').map(str::trim);
    let seconds = wishes.filter_map(|wish| wish.strip_prefix("wait=")).next()?.parse().ok()?;
    Some(Duration::from_secs(WAIT_S_MAX.min(seconds)))
}
