//! Server-sent events: the text of one event, and the response that streams them.
//!
//! Owns the format only. `id:` is the audit number, so a reader that comes back with
//! `Last-Event-ID` misses nothing. Used by [`super::phone`] and [`super::live`].

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::Stream;
use serde::Serialize;

/// Makes the bytes of one event.
pub fn event(id: i64, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).unwrap_or_default();
    Bytes::from(format!("id: {id}\ndata: {data}\n\n"))
}

/// A comment that keeps the connection alive.
#[must_use]
pub const fn pulse() -> Bytes {
    Bytes::from_static(b": still here\n\n")
}

/// Makes the streaming response.
pub fn response<S>(events: S) -> HttpResponse
where
    S: Stream<Item = Result<Bytes, std::convert::Infallible>> + 'static,
{
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(events)
}
