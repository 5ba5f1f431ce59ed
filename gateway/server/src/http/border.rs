//! What every request passes: its head is bounded, and every refusal is a problem document.
//!
//! Owns the two things that the HTTP library does in its own words: how large a head may be, and
//! what is answered when a body or a path cannot be read. A head over the library's own 128 KiB
//! never comes here; it is answered with 431 and no body. Next: the routes in [`super`].

use super::problem::Problem;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};
use baton_protocol::MESSAGE_BYTES_MAX;
use baton_protocol::refusal::RefusalCode;

/// Refuses a head that is too large, and puts the library's refusals into our words.
///
/// # Errors
/// As the inner service.
pub async fn guard<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if head_bytes(&request) > MESSAGE_BYTES_MAX {
        let detail = "send at most 16 KiB of headers";
        let problem = Problem::with(RefusalCode::BodyTooLarge, detail);
        return Ok(request.into_response(problem.error_response()).map_into_right_body());
    }
    let response = next.call(request).await?;
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let ours = kind.is_some_and(|kind| kind == Problem::CONTENT_TYPE);
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response.map_into_left_body());
    }
    let problem = Problem::of(code_of(status));
    let request = response.into_parts().0;
    Ok(ServiceResponse::new(request, problem.error_response()).map_into_right_body())
}

fn head_bytes(request: &ServiceRequest) -> usize {
    let headers = request.headers().iter();
    let sizes = headers.map(|(name, value)| name.as_str().len().saturating_add(value.len()));
    sizes.fold(0, usize::saturating_add)
}

fn code_of(status: StatusCode) -> RefusalCode {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => RefusalCode::BodyTooLarge,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => RefusalCode::NotFound,
        _ if status.is_client_error() => RefusalCode::BodyInvalid,
        _ => RefusalCode::Internal,
    }
}
