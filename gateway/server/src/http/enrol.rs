//! `POST /v1/enrol`: a device's first contact, a one-time code against its public key.
//!
//! Owns reading the request. Guessing is bounded: 40 bits of code, ten minutes, and at most sixty
//! wrong codes a minute from everybody together.

use super::problem::Problem;
use super::strict_json;
use crate::identity::Guessing;
use crate::vault::plain_digest;
use crate::world::World;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_protocol::enrol::{EnrolAnswer, EnrolRequest, Role};
use baton_protocol::refusal::RefusalCode;
use baton_records::directory::Enrolment;

/// After how long codes are looked up again when too many were wrong, in seconds: their window.
const GUESSES_AGAIN_S: u32 = 60;
/// Bytes of an Ed25519 public key (RFC 8032).
const PUBLIC_KEY_BYTES: usize = 32;

/// `POST /v1/enrol`.
///
/// # Errors
/// A problem document with 401 for a code that is wrong, used or too old, with 409 for one that is
/// for the other kind of device.
pub async fn enrol(body: Bytes, world: Data<World>) -> Result<HttpResponse, Problem> {
    let body: EnrolRequest = strict_json::read_within(&body, world.edges.shape())
        .map_err(|_| Problem::of(RefusalCode::BodyInvalid))?;
    let key = URL_SAFE_NO_PAD.decode(&body.public_key).unwrap_or_default();
    if key.len() != PUBLIC_KEY_BYTES {
        let detail = "public_key is 32 bytes in base64url without padding";
        return Err(Problem::with(RefusalCode::BodyInvalid, detail));
    }
    let now = world.clock.now();
    if world.guesses.allowed(now) == Guessing::TooMany {
        return Err(Problem::exhausted(GUESSES_AGAIN_S));
    }
    let digest = plain_digest(&body.code.trim().to_ascii_uppercase());
    let enrolled = world.records.enrol(&digest, &body.public_key, body.role, now).await;
    match enrolled.map_err(|_| Problem::of(RefusalCode::NotReady))? {
        Enrolment::CodeInvalid => {
            world.guesses.wrong();
            Err(Problem::of(RefusalCode::EnrolmentCodeInvalid))
        }
        Enrolment::RoleWrong { role } => {
            let other = match role {
                Role::Terminal => "the code is for a terminal, and is still good there",
                Role::Agent => "the code is for an agent, and is still good there",
            };
            Err(Problem::with(RefusalCode::StateWrong, other))
        }
        Enrolment::Done { role, id } => {
            let fresh = world.tables.refresh(&world.records).await;
            fresh.map_err(|_| Problem::of(RefusalCode::NotReady))?;
            tracing::info!(role = role.word(), id, "enrolled");
            Ok(HttpResponse::Ok().json(EnrolAnswer { role, id, audience: world.audience.clone() }))
        }
    }
}
