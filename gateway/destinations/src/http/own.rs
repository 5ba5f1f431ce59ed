//! Baton's own wallet and membership interface, which its simulators speak.
//!
//! Owns the requests. Their bodies are in [`super::wire`], their proof in [`super::signature`].
//! Next: [`super::answer`] (what comes back, and what it means).

use super::answer;
use super::signature::{SIGNATURE_HEADER, sign};
use super::transport::{Arrived, Transport};
use super::wire;
use crate::ask::{Authorize, GiveBack, Inquire, Reverse};
use crate::fault::{Lost, Unreachable};
use crate::secret::Secret;
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, Verdict};
use reqwest::RequestBuilder;
use serde::Serialize;

pub(crate) struct OwnInterface {
    transport: Transport,
    secret: Option<Secret>,
}

impl OwnInterface {
    pub(super) const fn new(transport: Transport, secret: Option<Secret>) -> Self {
        Self { transport, secret }
    }

    /// Any answer of an HTTP server will do; the path is one that needs no rights.
    pub(super) async fn prepare(&self) -> Result<(), Unreachable> {
        self.greet().await.map(drop)
    }

    /// Any answer but that of a gateway which cannot reach its server, or of maintenance.
    pub(super) async fn echo(&self) -> Result<(), Unreachable> {
        match self.greet().await? {
            502..=504 => Err(Unreachable::Silent),
            _ => Ok(()),
        }
    }

    async fn greet(&self) -> Result<u16, Unreachable> {
        let url = format!("{}/health", self.transport.base_url());
        self.transport.greet(self.transport.http().get(url)).await
    }

    pub(super) async fn authorize(&self, ask: &Authorize) -> Verdict {
        let body = wire::AuthorizationBody::of(ask);
        let path = format!("{}/v1/authorizations", self.transport.base_url());
        let request = self.transport.http().post(path);
        let request = request.header(wire::IDEMPOTENCY_HEADER, ask.transaction.to_string());
        match self.post(request, &body, ask.at_ms).await {
            Ok(arrived) => answer::verdict(ask, &arrived),
            Err(Lost::Unsendable) => Verdict::Declined { reason: DeclineReason::Refused },
            Err(lost) => Verdict::Unknown { reason: lost.reason() },
        }
    }

    pub(super) async fn give_back(&self, ask: &GiveBack) -> Verdict {
        let body = wire::RefundBody::of(ask);
        let path = format!("{}/v1/refunds", self.transport.base_url());
        let request = self.transport.http().post(path);
        let request = request.header(wire::IDEMPOTENCY_HEADER, ask.transaction.to_string());
        match self.post(request, &body, ask.at_ms).await {
            Ok(arrived) => answer::given_back(ask, &arrived),
            Err(Lost::Unsendable) => Verdict::Declined { reason: DeclineReason::Refused },
            Err(lost) => Verdict::Unknown { reason: lost.reason() },
        }
    }

    pub(super) async fn inquire(&self, ask: &Inquire) -> InquiryAnswer {
        let base_url = self.transport.base_url();
        let path = format!("{base_url}/v1/authorizations/{}", ask.transaction);
        let request = self.transport.http().get(path);
        let request = request.header(wire::INQUIRY_HEADER, ask.inquiry.to_string());
        match self.transport.send(self.signed(request, b"", ask.at_ms)).await {
            Ok(arrived) => answer::inquiry(ask, &arrived),
            Err(_) => InquiryAnswer::NoAnswer,
        }
    }

    pub(super) async fn reverse(&self, ask: &Reverse) -> ReversalAnswer {
        let body = wire::ReversalBody::of(ask);
        let path = format!("{}/v1/reversals", self.transport.base_url());
        match self.post(self.transport.http().post(path), &body, ask.at_ms).await {
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
        let request = request.header("content-type", "application/json").body(body);
        self.transport.send(request).await
    }

    fn signed(&self, request: RequestBuilder, body: &[u8], at_ms: i64) -> RequestBuilder {
        match &self.secret {
            Some(secret) => request.header(SIGNATURE_HEADER, sign(secret, at_ms, body)),
            None => request,
        }
    }
}
