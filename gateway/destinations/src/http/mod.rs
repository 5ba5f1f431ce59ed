//! A destination that speaks HTTP and JSON: wallets and membership servers.
//!
//! Owns the requests and how long each may take. Never follows a redirect and never repeats by
//! itself. Reading order: [`wire`] (bodies), [`signature`], [`answer`] (what it means).

mod answer;
pub mod signature;
pub mod wire;

use crate::ask::{Authorize, GiveBack, Inquire, Limits, Reverse};
use crate::fault::{ClientInvalid, Lost, Unreachable};
use crate::secret::Secret;
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, Verdict};
use reqwest::{RequestBuilder, Response};
use serde::Serialize;
use signature::{SIGNATURE_HEADER, sign};
use std::time::Duration;

pub(crate) struct HttpClient {
    base_url: String,
    secret: Option<Secret>,
    limits: Limits,
    http: reqwest::Client,
}

/// An answer as it arrived: status and body.
pub(crate) struct Arrived {
    status: u16,
    body: Vec<u8>,
}

impl HttpClient {
    pub(crate) fn new(
        base_url: &str,
        secret: Option<Secret>,
        limits: Limits,
    ) -> Result<Self, ClientInvalid> {
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
        Ok(Self { base_url: base_url.to_owned(), secret, limits, http })
    }

    /// Any answer of an HTTP server will do; the path is one that needs no rights.
    pub(crate) async fn prepare(&self) -> Result<(), Unreachable> {
        self.greet().await.map(drop)
    }

    /// Any answer but that of a gateway which cannot reach its server, or of maintenance.
    pub(crate) async fn echo(&self) -> Result<(), Unreachable> {
        match self.greet().await? {
            502..=504 => Err(Unreachable::Silent),
            _ => Ok(()),
        }
    }

    async fn greet(&self) -> Result<u16, Unreachable> {
        let request = self.http.get(format!("{}/health", self.base_url));
        let request = request.timeout(Duration::from_millis(self.limits.connect_ms));
        match request.send().await {
            Ok(response) => Ok(response.status().as_u16()),
            Err(cause) if cause.is_timeout() => Err(Unreachable::Silent),
            Err(_) => Err(Unreachable::Refused),
        }
    }

    pub(crate) async fn authorize(&self, ask: &Authorize) -> Verdict {
        let body = wire::AuthorizationBody::of(ask);
        let path = format!("{}/v1/authorizations", self.base_url);
        let request = self.http.post(path);
        let request = request.header(wire::IDEMPOTENCY_HEADER, ask.transaction.to_string());
        match self.post(request, &body, ask.at_ms).await {
            Ok(arrived) => answer::verdict(ask, &arrived),
            Err(Lost::Unsendable) => Verdict::Declined { reason: DeclineReason::Refused },
            Err(lost) => Verdict::Unknown { reason: lost.reason() },
        }
    }

    pub(crate) async fn give_back(&self, ask: &GiveBack) -> Verdict {
        let body = wire::RefundBody::of(ask);
        let request = self.http.post(format!("{}/v1/refunds", self.base_url));
        let request = request.header(wire::IDEMPOTENCY_HEADER, ask.transaction.to_string());
        match self.post(request, &body, ask.at_ms).await {
            Ok(arrived) => answer::given_back(ask, &arrived),
            Err(Lost::Unsendable) => Verdict::Declined { reason: DeclineReason::Refused },
            Err(lost) => Verdict::Unknown { reason: lost.reason() },
        }
    }

    pub(crate) async fn inquire(&self, ask: &Inquire) -> InquiryAnswer {
        let path = format!("{}/v1/authorizations/{}", self.base_url, ask.transaction);
        let request = self.http.get(path).header(wire::INQUIRY_HEADER, ask.inquiry.to_string());
        match self.send(self.signed(request, b"", ask.at_ms)).await {
            Ok(arrived) => answer::inquiry(ask, &arrived),
            Err(_) => InquiryAnswer::NoAnswer,
        }
    }

    pub(crate) async fn reverse(&self, ask: &Reverse) -> ReversalAnswer {
        let body = wire::ReversalBody::of(ask);
        let request = self.http.post(format!("{}/v1/reversals", self.base_url));
        match self.post(request, &body, ask.at_ms).await {
            Ok(arrived) => answer::reversal(ask, &arrived),
            Err(_) => ReversalAnswer::NoAnswer,
        }
    }

    async fn post(
        &self,
        request: RequestBuilder,
        body: &impl Serialize,
        at_ms: i64,
    ) -> Result<Arrived, Lost> {
        let body = serde_json::to_vec(body).map_err(|_| Lost::Unsendable)?;
        let request = self.signed(request, &body, at_ms);
        self.send(request.header("content-type", "application/json").body(body)).await
    }

    fn signed(&self, request: RequestBuilder, body: &[u8], at_ms: i64) -> RequestBuilder {
        match &self.secret {
            Some(secret) => request.header(SIGNATURE_HEADER, sign(secret, at_ms, body)),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Arrived, Lost> {
        let response = request.send().await.map_err(|cause| lost(&cause))?;
        let status = response.status().as_u16();
        let body = read(response, self.limits.answer_bytes_max).await?;
        Ok(Arrived { status, body })
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
