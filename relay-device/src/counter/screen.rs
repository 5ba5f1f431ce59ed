//! A page for a browser on this machine, live by server-sent events.
//!
//! Owns the routes, their headers and who may ask: only this machine, and only under a loopback
//! name, so that no web page elsewhere can read it through a name of its own. HTTP is `hyper`'s,
//! which is in the program already. Next: `screen/page.js`, which draws.

use super::Counter;
use super::view::{Headline, Reach, View};
use baton_protocol::money::Money;
use futures_util::stream::{self, Stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// Browsers at a time: one stands at the counter, and somebody looks at it while setting it up.
const CONNECTIONS_MAX: usize = 16;
/// How long a browser may take to say what it wants, in seconds.
const HEAD_S_MAX: u64 = 5;
/// How often a page hears what it knows already, in seconds; it minds three missed times.
const REPEAT_S: u64 = 3;
/// Pause after a connection could not be taken, in milliseconds: descriptors come back.
const AGAIN_MS: u64 = 200;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const PAGE: &str = include_str!("screen/page.html");
const STYLE: &str = include_str!("screen/page.css");
const SCRIPT: &str = include_str!("screen/page.js");

type Content = UnsyncBoxBody<Bytes, Infallible>;

/// Serves the page until this future is dropped.
pub async fn serve(listener: TcpListener, counter: Counter) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let view = counter.watch();
                tokio::spawn(async move {
                    connection(stream, view).await;
                    drop(place);
                });
            }
            Err(fault) => {
                tracing::debug!(%fault, "screen");
                tokio::time::sleep(Duration::from_millis(AGAIN_MS)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, view: watch::Receiver<View>) {
    let answer = service_fn(move |request| {
        let answered = answer(&request, &view);
        async move { Ok::<_, Infallible>(answered) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(HEAD_S_MAX));
    if let Err(fault) = http.serve_connection(TokioIo::new(stream), answer).await {
        tracing::debug!(%fault, "screen");
    }
}

fn answer(request: &Request<Incoming>, view: &watch::Receiver<View>) -> Response<Content> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    if !host.is_some_and(is_loopback_name) {
        let words = "ask under a loopback name, as http://127.0.0.1\n";
        return plain(StatusCode::MISDIRECTED_REQUEST, words);
    }
    if request.method() != Method::GET {
        let mut refused = plain(StatusCode::METHOD_NOT_ALLOWED, "GET only\n");
        refused.headers_mut().insert(ALLOW, Method::GET.as_str().parse().unwrap_or(GET_ONLY));
        return refused;
    }
    match request.uri().path() {
        "/" => file("text/html; charset=utf-8", PAGE),
        "/page.css" => file("text/css; charset=utf-8", STYLE),
        "/page.js" => file("text/javascript; charset=utf-8", SCRIPT),
        "/now" => file("application/json", json(&view.borrow()).to_string()),
        "/events" => respond(StatusCode::OK, "text/event-stream", StreamBody::new(events(view))),
        _ => plain(StatusCode::NOT_FOUND, "not here\n"),
    }
}

const GET_ONLY: hyper::header::HeaderValue = hyper::header::HeaderValue::from_static("GET");

/// The view at once, then each new one, and the same again as a sign of life.
fn events(
    view: &watch::Receiver<View>,
) -> impl Stream<Item = Result<Frame<Bytes>, Infallible>> + Send + 'static {
    let mut view = view.clone();
    view.mark_changed();
    stream::unfold(view, |mut view| async move {
        let repeat = Duration::from_secs(REPEAT_S);
        if let Ok(Err(_)) = tokio::time::timeout(repeat, view.changed()).await {
            return None;
        }
        let text = format!("data: {}\n\n", json(&view.borrow_and_update()));
        Some((Ok(Frame::data(Bytes::from(text))), view))
    })
}

fn json(view: &View) -> Value {
    let reason = match &view.headline {
        Headline::NotTaken { reason } => Some(reason.word()),
        Headline::Ready
        | Headline::Offline
        | Headline::Sale
        | Headline::Typing
        | Headline::Typed
        | Headline::Busy
        | Headline::Checking
        | Headline::Approved
        | Headline::Declined
        | Headline::NotCharged => None,
    };
    json!({
        "online": view.reach == Reach::Online,
        "headline": view.headline.word(),
        "reason": reason,
        "amount": view.amount.map(money),
        "typed": view.typed.map(money),
        "checking": view.checking,
        "troubles": view.troubles,
        "count": view.count,
    })
}

/// The number as people write it, without its currency, for the page to write in its language.
fn money(amount: Money) -> Value {
    let text = amount.to_string();
    let number = text.split(' ').next().unwrap_or_default();
    json!({ "number": number, "currency": amount.currency.letters() })
}

/// A name under which only this machine is reached; with a port or without.
fn is_loopback_name(host: &str) -> bool {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return address.ip().is_loopback();
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return address.is_loopback();
    }
    host.split(':').next().is_some_and(|name| name.eq_ignore_ascii_case("localhost"))
}

fn file(kind: &'static str, text: impl Into<Bytes>) -> Response<Content> {
    respond(StatusCode::OK, kind, Full::new(text.into()))
}

fn plain(status: StatusCode, words: &'static str) -> Response<Content> {
    respond(status, "text/plain; charset=utf-8", Full::new(Bytes::from_static(words.as_bytes())))
}

fn respond(
    status: StatusCode,
    kind: &'static str,
    body: impl Body<Data = Bytes, Error = Infallible> + Send + 'static,
) -> Response<Content> {
    let mut response = Response::new(BodyExt::boxed_unsync(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut put =
        |name, value| headers.insert(name, hyper::header::HeaderValue::from_static(value));
    put(CONTENT_TYPE, kind);
    put(CACHE_CONTROL, "no-store");
    put(CONTENT_SECURITY_POLICY, POLICY);
    put(hyper::header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(hyper::header::REFERRER_POLICY, "no-referrer");
    response
}

#[cfg(test)]
mod tests;
