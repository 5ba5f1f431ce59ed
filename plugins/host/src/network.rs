//! How requests of plugins leave this machine.
//!
//! Owns the HTTP client: no redirects, no proxies, no repeats, and an answer of bounded size. What
//! may be asked is decided before, in [`crate::door`].

use baton_plugin_api::documents::http::{Body, HttpAnswer, HttpFault, HttpOutcome, HttpRequest};
use futures_util::future::BoxFuture;
use reqwest::{Client, Method, Response};
use std::fmt;
use std::time::Duration;

/// Until a connection stands, in milliseconds: as for the gateway's own destinations.
const CONNECT_MS: u64 = 3_000;
/// The largest answer body, in bytes: it doubles in hexadecimal and must fit a frame.
pub(crate) const BODY_BYTES_MAX: usize = 128 * 1024;
/// Headers of an answer that are passed on: honest servers send a dozen.
const HEADERS_MAX: usize = 32;
/// The longest header value that is passed on, in bytes: longer ones are left out.
const HEADER_BYTES_MAX: usize = 1024;

/// A way out. The conformance kit has another one, which loses answers.
pub trait Network: fmt::Debug + Send + Sync {
    /// Sends a request that may be sent. Never fails otherwise than with an outcome.
    fn send(&self, request: HttpRequest, within: Duration) -> BoxFuture<'_, HttpOutcome>;
}

/// The real network.
#[derive(Debug, Clone)]
pub struct Web {
    client: Client,
}

/// The HTTP machinery refuses to start. Trying again is no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("http client cannot be started: {cause}")]
pub struct WebInvalid {
    /// What it said.
    pub cause: String,
}

impl Web {
    /// Makes a client.
    ///
    /// # Errors
    /// [`WebInvalid`] when the system's certificates or TLS cannot be used.
    pub fn new() -> Result<Self, WebInvalid> {
        let client = Client::builder()
            .connect_timeout(Duration::from_millis(CONNECT_MS))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build();
        let client = client.map_err(|cause| WebInvalid { cause: cause.to_string() })?;
        Ok(Self { client })
    }

    async fn answer(
        &self,
        request: HttpRequest,
        within: Duration,
    ) -> Result<HttpAnswer, HttpFault> {
        let method = Method::from_bytes(request.method.as_bytes());
        let method = method.map_err(|_| HttpFault::refused("method is unknown"))?;
        let body = request.body.bytes();
        let body = body.ok_or_else(|| HttpFault::refused("body is not hexadecimal"))?;
        let mut sent = self.client.request(method, request.url).timeout(within);
        for (name, value) in request.headers {
            sent = sent.header(name, value);
        }
        if !body.is_empty() {
            sent = sent.body(body);
        }
        let response = sent.send().await.map_err(|cause| fault(&cause))?;
        let status = response.status().as_u16();
        let headers = headers(&response);
        Ok(HttpAnswer { status, headers, body: Body::of(read(response).await?) })
    }
}

impl Network for Web {
    fn send(&self, request: HttpRequest, within: Duration) -> BoxFuture<'_, HttpOutcome> {
        Box::pin(async move {
            match self.answer(request, within).await {
                Ok(answer) => HttpOutcome::Answered(answer),
                Err(fault) => HttpOutcome::Failed(fault),
            }
        })
    }
}

fn headers(response: &Response) -> Vec<(String, String)> {
    let texts = response.headers().iter().filter_map(|(name, value)| {
        let value = value.to_str().ok().filter(|value| value.len() <= HEADER_BYTES_MAX)?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    texts.take(HEADERS_MAX).collect()
}

async fn read(mut response: Response) -> Result<Vec<u8>, HttpFault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|cause| fault(&cause))? {
        if body.len().saturating_add(chunk.len()) > BODY_BYTES_MAX {
            return Err(HttpFault::maybe("answer is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The cause without its URL.
fn fault(cause: &reqwest::Error) -> HttpFault {
    if cause.is_builder() {
        return HttpFault::refused("request cannot be written");
    }
    if cause.is_connect() {
        return HttpFault::refused("no connection");
    }
    HttpFault::maybe(if cause.is_timeout() { "no answer in time" } else { "connection broke" })
}
