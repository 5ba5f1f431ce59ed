//! Requests out and answers in: how long each may take, how large it may be, and what is lost.
//!
//! Owns the connections. Never follows a redirect, never repeats by itself, never uses a proxy.
//! May not read a body: [`super::answer`] and [`super::profile`] do.

use crate::ask::Limits;
use crate::fault::{ClientInvalid, Lost, Unreachable};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Response};
use std::time::Duration;

pub(super) struct Transport {
    base_url: String,
    limits: Limits,
    http: reqwest::Client,
}

/// An answer as it arrived.
pub(super) struct Arrived {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Transport {
    pub(super) fn new(base_url: &str, limits: Limits) -> Result<Self, ClientInvalid> {
        let valid = reqwest::Url::parse(base_url)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.query().is_none());
        if !valid || base_url.ends_with('/') {
            return Err(ClientInvalid::UrlInvalid { base_url: base_url.to_owned() });
        }
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_millis(limits.connect_ms))
            .timeout(Duration::from_millis(limits.answer_ms))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()
            .map_err(|cause| ClientInvalid::Machinery { cause: cause.to_string() })?;
        Ok(Self { base_url: base_url.to_owned(), limits, http })
    }

    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(super) const fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Sends what belongs to no transaction and returns the status, whatever it is.
    pub(super) async fn greet(&self, request: RequestBuilder) -> Result<u16, Unreachable> {
        let request = request.timeout(Duration::from_millis(self.limits.connect_ms));
        match request.send().await {
            Ok(response) => Ok(response.status().as_u16()),
            Err(cause) if cause.is_timeout() => Err(Unreachable::Silent),
            Err(_) => Err(Unreachable::Refused),
        }
    }

    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Arrived, Lost> {
        let mut response = request.send().await.map_err(|cause| lost(&cause))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = read(response, self.limits.answer_bytes_max).await?;
        Ok(Arrived { status, headers, body })
    }
}

async fn read(mut response: Response, bytes_max: usize) -> Result<Vec<u8>, Lost> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|cause| lost(&cause))? {
        if body.len().saturating_add(chunk.len()) > bytes_max {
            return Err(Lost::Garbled);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn lost(cause: &reqwest::Error) -> Lost {
    if cause.is_connect() {
        return Lost::NotSent;
    }
    if cause.is_timeout() { Lost::Silent } else { Lost::Cut }
}
