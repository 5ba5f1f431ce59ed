//! `GET /v1/sightings`: a store's server reads what its terminals heard, as they signed it.
//!
//! Owns reading the request. The caller shows a token of its shop and sees only that shop's
//! terminals; it verifies each report by itself. Next: [`crate::sightings`].

use super::problem::Problem;
use super::sales::authenticate;
use crate::world::World;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use baton_protocol::refusal::RefusalCode;
use baton_protocol::sighting::SightingsAnswer;
use serde::Deserialize;

/// Reports of one answer: under 400 KB, and a busy shop's of several seconds.
pub(super) const ANSWER_REPORTS_MAX: usize = 100;

/// What the address says after `?`.
#[derive(Debug, Deserialize)]
pub struct Asked {
    after: Option<String>,
}

/// `GET /v1/sightings?after=…`.
///
/// # Errors
/// 401 without a token of a shop, 400 for a number that is none.
pub async fn page(
    request: HttpRequest,
    asked: Query<Asked>,
    world: Data<World>,
) -> Result<HttpResponse, Problem> {
    let shop = authenticate(&request, &world)?;
    let detail = "`after` is the `next` of an answer before";
    let number = asked.after.as_deref().map_or(Ok(0), str::parse);
    let after = number.map_err(|_| Problem::with(RefusalCode::BodyInvalid, detail))?;
    let (snapshot, now) = (world.tables.snapshot(), world.clock.now());
    let (reports, next) = world.sightings.after(&shop, &snapshot, after, ANSWER_REPORTS_MAX, now);
    let answer = SightingsAnswer { audience: world.audience.clone(), reports, next };
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    Ok(response.json(answer))
}
