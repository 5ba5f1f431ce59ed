//! A payment provider as a plugin: it speaks the HTTP interface that `plugins/README.md` defines.
//!
//! Owns the translation between Baton's questions and that interface. It is the example to begin
//! with when a provider has an HTTP interface of its own. Next: [`wire`], the bodies and what each
//! answer means.

mod wire;

use baton_plugin_api::documents::destination::{
    Authorize, GiveBack, Inquire, InquiryAnswer, Reverse, Verdict,
};
use baton_plugin_api::documents::http::{HttpAnswer, HttpFault, HttpRequest};
use baton_plugin_api::documents::{UndoAnswer, UnknownReason};
use baton_plugin_api::{Capabilities, Capability, Destination, Host, Level};
use serde::Serialize;
use wire::{AuthorizeBody, RefundBody, ReverseBody};

/// The secret that says where the server is: `https://host`, without trailing slash.
pub const SECRET: &str = "http-destination-url";

/// The plugin.
#[derive(Debug, Default)]
pub struct HttpDestination;

baton_plugin_api::export!(destination = HttpDestination);

impl Destination for HttpDestination {
    fn capabilities(&self) -> Capabilities {
        Capabilities::of(&[
            Capability::OneTimeCode,
            Capability::Idempotent,
            Capability::Inquiry,
            Capability::Reversal,
            Capability::Tombstone,
        ])
    }

    fn authorize(&self, ask: &Authorize, host: &Host<'_>) -> Verdict {
        let body = AuthorizeBody::of(ask);
        charged(host, post(host, "/v1/authorizations", &ask.transaction_id, &body))
    }

    fn inquire(&self, ask: &Inquire, host: &Host<'_>) -> InquiryAnswer {
        let answer = url(host).and_then(|url| {
            let path = format!("{url}/v1/authorizations/{}", ask.transaction_id);
            host.http(&HttpRequest::get(path).header("inquiry-id", &ask.inquiry_id))
        });
        answer.ok().and_then(|answer| wire::inquiry(&answer)).unwrap_or(InquiryAnswer::NoAnswer)
    }

    fn reverse(&self, ask: &Reverse, host: &Host<'_>) -> UndoAnswer {
        let body = ReverseBody::of(ask);
        let answer = post(host, "/v1/reversals", &ask.transaction_id, &body);
        answer.ok().and_then(|answer| wire::reversal(&answer)).unwrap_or(UndoAnswer::NoAnswer)
    }

    fn void(&self, ask: &GiveBack, host: &Host<'_>) -> Verdict {
        let body = RefundBody::of(ask, "void");
        charged(host, post(host, "/v1/refunds", &ask.transaction_id, &body))
    }

    fn refund(&self, ask: &GiveBack, host: &Host<'_>) -> Verdict {
        let body = RefundBody::of(ask, "refund");
        charged(host, post(host, "/v1/refunds", &ask.transaction_id, &body))
    }
}

fn charged(host: &Host<'_>, answer: Result<HttpAnswer, HttpFault>) -> Verdict {
    match answer {
        Ok(answer) => wire::verdict(&answer),
        Err(fault) => {
            host.log(Level::Warn, &format!("the server gave no answer: {fault}"));
            Verdict::Unknown { reason: fault.unknown() }
        }
    }
}

fn url(host: &Host<'_>) -> Result<String, HttpFault> {
    let url = host.secret(SECRET).ok_or_else(|| HttpFault::refused("no server is set"))?;
    Ok(url.reveal().to_owned())
}

fn post(
    host: &Host<'_>,
    path: &str,
    transaction: &str,
    body: &impl Serialize,
) -> Result<HttpAnswer, HttpFault> {
    let body = serde_json::to_string(body).map_err(|_| HttpFault::refused("cannot be written"))?;
    let request = HttpRequest::post_json(format!("{}{path}", url(host)?), body);
    host.http(&request.header("idempotency-key", transaction))
}

/// What an answer that cannot be read leaves behind.
const GARBLED: Verdict = Verdict::Unknown { reason: UnknownReason::Garbled };
