//! The one place where a refusal becomes an HTTP answer: problem documents of RFC 9457.
//!
//! Owns status, title and what to do for every [`RefusalCode`]. The detail is ours, never an
//! internal text and never anything that the caller sent.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use baton_protocol::refusal::RefusalCode;
use serde::Serialize;
use std::fmt;

/// A refusal on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    code: RefusalCode,
    detail: Option<&'static str>,
}

#[derive(Serialize)]
struct Document {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'static str,
}

impl Problem {
    /// The media type of every refusal (RFC 9457).
    pub const CONTENT_TYPE: &'static str = "application/problem+json";

    /// Makes the answer of a refusal.
    #[must_use]
    pub const fn of(code: RefusalCode) -> Self {
        Self { code, detail: None }
    }

    /// Returns which refusal it is.
    #[must_use]
    pub const fn code(&self) -> RefusalCode {
        self.code
    }

    /// The same with a detail that says more than the code does.
    #[must_use]
    pub const fn with(code: RefusalCode, detail: &'static str) -> Self {
        Self { code, detail: Some(detail) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.word())
    }
}

impl From<RefusalCode> for Problem {
    fn from(code: RefusalCode) -> Self {
        Self::of(code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(says(self.code).0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let (status, title, detail) = says(self.code);
        let document = Document {
            kind: "about:blank",
            title,
            status,
            code: self.code.word(),
            detail: self.detail.unwrap_or(detail),
        };
        metrics::counter!("baton_refusals_total", "code" => self.code.word()).increment(1);
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CONTENT_TYPE, Self::CONTENT_TYPE));
        if status == 429 || status == 503 {
            response.insert_header((RETRY_AFTER, "1"));
        }
        response.body(serde_json::to_string(&document).unwrap_or_default())
    }
}

/// Everything that is no route.
pub async fn not_found(_request: HttpRequest) -> HttpResponse {
    Problem::of(RefusalCode::NotFound).error_response()
}

/// Status, title, and what the caller can do.
type Says = (u16, &'static str, &'static str);

// What operators are told at the exceptions desk.
const SAME_OPERATOR: Says =
    (409, "You proposed this", "a different operator must confirm; your proposal stands");
const PROPOSAL_DIFFERS: Says =
    (409, "Something else is proposed", "confirm that, or let its operator withdraw it");
const DECISION_IMPOSSIBLE: Says =
    (409, "This cannot be decided now", "read the case again: `may` says what can");
const REVERSAL_DECIDED: Says = (
    409,
    "It can never become approved",
    "undoing it was decided and told; choose what the destination's books show",
);
const INQUIRY_IMPOSSIBLE: Says =
    (409, "The destination answers no inquiries", "ask its operator by the transaction id");

const fn says(code: RefusalCode) -> Says {
    use RefusalCode as R;
    match code {
        R::BodyInvalid => {
            (400, "The request cannot be read", "send the JSON that /openapi.json describes")
        }
        R::BodyTooLarge => (413, "The request is too large", "send at most 16 KiB"),
        R::TokenInvalid => {
            (401, "The token is not usable", "sign a new token as the README describes")
        }
        R::TokenUsed => (401, "The token was used before", "sign a new token for each request"),
        R::Forbidden => (403, "Not allowed", "this belongs to another app or shop"),
        R::TerminalUnknown => (404, "No such terminal", "read the tag or code again"),
        R::TerminalOffline => {
            (503, "The terminal is not connected", "nothing was charged; pay another way or wait")
        }
        R::Busy => (409, "The terminal is busy", "wait until the payment before it is over"),
        R::AppUnknown => (404, "No such app here", "ask the operator to add the app"),
        R::AppKindWrong => (
            422,
            "The app does something else",
            "pay with a payment app, collect with a membership",
        ),
        R::AmountRequired => {
            (422, "No amount", "name an amount and its currency, or let the merchant open a sale")
        }
        R::AmountInvalid => {
            (422, "The amount is not usable", "use whole minor units above zero, as the sale says")
        }
        R::SaleNotOpen => (409, "The sale is not open", "ask the merchant to open it again"),
        R::CodeExpired => (422, "The code is too old", "let the app show a new code"),
        R::DuplicateCode => {
            (409, "The code was used before", "ask for the state of the first request")
        }
        R::KeyReused => {
            (422, "The key was used for something else", "use a new key for a new payment")
        }
        R::KeyInvalid => (400, "No usable Idempotency-Key", "send a random UUID and keep it"),
        R::DestinationDown => {
            (503, "The payment server does not answer", "nothing was charged; pay another way")
        }
        R::Overloaded => (503, "Too much at once", "nothing was done; try again with the same key"),
        R::NotReady => {
            (503, "The gateway cannot write now", "try again with the same Idempotency-Key")
        }
        R::NotFound => (404, "Nothing here", "look at /openapi.json"),
        R::StateWrong => (409, "Not possible any more", "ask for the current state"),
        R::RefundTooLarge => {
            (409, "Not so much is left", "ask for the transaction: what was given back is counted")
        }
        R::EnrolmentCodeInvalid => {
            (401, "The code is wrong, used or too old", "let the operator issue a new code")
        }
        R::Internal => (500, "Something broke here", "ask for the state with the same key"),
        R::SameOperator => SAME_OPERATOR,
        R::ProposalDiffers => PROPOSAL_DIFFERS,
        R::DecisionImpossible => DECISION_IMPOSSIBLE,
        R::ReversalDecided => REVERSAL_DECIDED,
        R::InquiryImpossible => INQUIRY_IMPOSSIBLE,
    }
}
