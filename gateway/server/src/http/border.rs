//! What every request passes: places, a bounded head, a bounded body, a bounded time.
//!
//! Owns what the HTTP library does not hold or says in its own words, so that every refusal is a
//! problem document. A head over the library's own 128 KiB never comes here; it is answered with
//! 431 and no body. Next: the routes in [`super`].

use super::problem::Problem;
use crate::config::Limits;
use crate::edges::Places;
use crate::edges::door::{Busy, Door, Entered};
use crate::world::World;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use actix_web::http::header::{TRANSFER_ENCODING, UPGRADE};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{Error, HttpMessage, ResponseError};
use baton_protocol::refusal::RefusalCode;
use futures_util::StreamExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::timeout;

/// The one question that is answered however much else is in flight.
const ALIVE: &str = "/healthz";
/// The one question that makes new work.
const TOUCHES: &str = "/v1/touches";

/// What one listener lets in.
pub struct Border {
    /// Its connections.
    pub door: Arc<Door>,
    /// Its requests in flight.
    pub in_flight: Places,
}

/// Lets a request in within the limits, and puts the library's refusals into our words.
///
/// # Errors
/// [`RefusalCode::OutcomeUnknown`] for a request that is not answered in time; as the inner
/// service.
pub async fn guard<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(busy) = request.conn_data::<Entered>().map(Entered::busy) else {
        return Ok(refuse(request, RefusalCode::Overloaded));
    };
    let Some((world, border)) = shared(&request) else {
        return Ok(refuse(request, RefusalCode::Internal));
    };
    let limits = &world.edges.limits;
    if let Some(code) = head_refusal(&request, limits) {
        return Ok(refuse(request, code));
    }
    let place = match border.in_flight.take() {
        Ok(place) => Some(place),
        Err(_) if request.path() == ALIVE => None,
        Err(code) => return Ok(refuse(request, code)),
    };
    if has_body(&request) {
        match body(&mut request, limits).await {
            Ok(body) => request.set_payload(Payload::from(body)),
            Err(code) => return Ok(refuse(request, code)),
        }
    }
    // Before any handler is looked for, so that a flood costs the payments under way least.
    if is_new_touch(&request) && world.edges.has_no_place_for_touch(world.records.writer.waiting())
    {
        let response = Problem::of(RefusalCode::Overloaded).error_response();
        return Ok(request.into_response(response));
    }
    let answered = timeout(Duration::from_millis(limits.request_ms), next.call(request)).await;
    let response = answered.map_err(|_| Problem::of(RefusalCode::OutcomeUnknown))??;
    drop(place);
    Ok(held(in_our_words(response), busy))
}

fn is_new_touch(request: &ServiceRequest) -> bool {
    request.method() == Method::POST && request.path() == TOUCHES
}

fn shared(request: &ServiceRequest) -> Option<(Data<World>, Data<Border>)> {
    let world = request.app_data::<Data<World>>()?.clone();
    Some((world, request.app_data::<Data<Border>>()?.clone()))
}

/// What was not read is not waited for: the connection ends with this answer.
fn refuse(request: ServiceRequest, code: RefusalCode) -> ServiceResponse<BoxBody> {
    let mut response = Problem::of(code).error_response();
    if has_body(&request) {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    request.into_response(response)
}

fn head_refusal(request: &ServiceRequest, limits: &Limits) -> Option<RefusalCode> {
    let headers = request.headers();
    let sizes = headers.iter().map(|(name, value)| name.as_str().len().saturating_add(value.len()));
    let bytes = sizes.fold(request.uri().path().len(), usize::saturating_add);
    let large = bytes > limits.head_bytes_max || headers.len() > limits.headers_max;
    large.then_some(RefusalCode::HeadTooLarge)
}

/// A WebSocket's bytes are no body, and what comes with a question is not read.
fn has_body(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    let announced = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
    announced && !asks && !headers.contains_key(UPGRADE)
}

/// Reads the whole body before anything is done for it, within its time and its size.
async fn body(request: &mut ServiceRequest, limits: &Limits) -> Result<Bytes, RefusalCode> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced: usize = announced.and_then(|value| value.parse().ok()).unwrap_or_default();
    if announced > limits.body_bytes_max {
        return Err(RefusalCode::BodyTooLarge);
    }
    let read = collect(request.take_payload(), limits.body_bytes_max);
    let in_time = timeout(Duration::from_millis(limits.request_body_ms), read).await;
    in_time.unwrap_or(Err(RefusalCode::RequestSlow))
}

async fn collect(mut payload: Payload, bytes_max: usize) -> Result<Bytes, RefusalCode> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| RefusalCode::BodyInvalid)?;
        if body.len().saturating_add(chunk.len()) > bytes_max {
            return Err(RefusalCode::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn in_our_words<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let ours = kind.is_some_and(|kind| kind == Problem::CONTENT_TYPE);
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return response.map_into_boxed_body();
    }
    let problem = Problem::of(code_of(status));
    ServiceResponse::new(response.into_parts().0, problem.error_response())
}

fn code_of(status: StatusCode) -> RefusalCode {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => RefusalCode::BodyTooLarge,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => RefusalCode::NotFound,
        _ if status.is_client_error() => RefusalCode::BodyInvalid,
        _ => RefusalCode::Internal,
    }
}

/// A stream keeps its connection busy to its end; anything else has been answered.
fn held(response: ServiceResponse<BoxBody>, busy: Busy) -> ServiceResponse<BoxBody> {
    if response.response().body().size() != BodySize::Stream {
        return response;
    }
    response.map_body(|_, body| BoxBody::new(Held { body, _busy: busy }))
}

struct Held {
    body: BoxBody,
    _busy: Busy,
}

impl MessageBody for Held {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
