//! The one place where a refusal becomes an HTTP answer: problem documents of RFC 9457.
//!
//! Owns status, title, what to do, and whether to ask again, for every [`RefusalCode`]. The detail
//! is ours, never an internal text and never anything that the caller sent. `Retry-After` stands
//! only where nothing was done; where an outcome is not known, nobody is told to try again.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use serde::Serialize;
use std::fmt;

/// Pause before the same request is worth sending again, in seconds: overload passes quickly.
const AGAIN_S: u32 = 1;
/// The same for something that people or other machines must mend first, in seconds.
const MENDED_S: u32 = 5;

/// What to do after a refusal that proves that nothing was done.
const SAME_KEY: &str = "nothing was done; try again with the same key";
/// What to do when a payment may be under way.
const ASK_STATE: &str = "do not pay again; ask for the state with the same key";

/// A refusal on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    code: RefusalCode,
    detail: Option<&'static str>,
    first: Option<State>,
    again_in_s: Option<u32>,
}

#[derive(Serialize)]
struct Document {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
}

impl Problem {
    /// The media type of every refusal (RFC 9457).
    pub const CONTENT_TYPE: &'static str = "application/problem+json";

    /// Makes the answer of a refusal.
    #[must_use]
    pub const fn of(code: RefusalCode) -> Self {
        Self { code, detail: None, first: None, again_in_s: again_in_s(code) }
    }

    /// Returns which refusal it is.
    #[must_use]
    pub const fn code(&self) -> RefusalCode {
        self.code
    }

    /// The same with a detail that says more than the code does.
    #[must_use]
    pub const fn with(code: RefusalCode, detail: &'static str) -> Self {
        Self { detail: Some(detail), ..Self::of(code) }
    }

    /// The answer to a code that another request brought: where that one stands, and no more.
    #[must_use]
    pub const fn code_taken(first: State) -> Self {
        let detail = if matches!(first, State::Approved) {
            "the first request with this code was paid; do not pay again"
        } else if first.is_final() {
            "the first request with this code is over; use a new code"
        } else {
            "the first request with this code is not over; do not pay again"
        };
        Self { first: Some(first), ..Self::with(RefusalCode::DuplicateCode, detail) }
    }

    /// The answer to a caller that asks too often.
    #[must_use]
    pub const fn exhausted(again_in_s: u32) -> Self {
        Self { again_in_s: Some(again_in_s), ..Self::of(RefusalCode::RateLimited) }
    }

    /// The answer when a payment exists and cannot be read: nobody may take it for nothing done.
    #[must_use]
    pub const fn unread() -> Self {
        let detail = "the state cannot be read now; do not pay again";
        Self { again_in_s: None, ..Self::with(RefusalCode::NotReady, detail) }
    }

    /// The whole HTTP message, for connections on which the HTTP library does not speak.
    #[must_use]
    pub fn message(&self) -> String {
        let status = self.status_code();
        let body = self.body();
        let again = self.again_in_s.map(|again_in_s| format!("retry-after: {again_in_s}\r\n"));
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: {}\r\ncontent-length: {}\r\n{}\
             connection: close\r\n\r\n{body}",
            Self::CONTENT_TYPE,
            body.len(),
            again.unwrap_or_default(),
        )
    }

    fn body(&self) -> String {
        let (status, title, detail) = says(self.code);
        let document = Document {
            kind: "about:blank",
            title,
            status,
            code: self.code.word(),
            detail: self.detail.unwrap_or(detail),
            state: self.first.map(State::word),
        };
        serde_json::to_string(&document).unwrap_or_default()
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
        metrics::counter!("baton_refusals_total", "code" => self.code.word()).increment(1);
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CONTENT_TYPE, Self::CONTENT_TYPE));
        if let Some(again_in_s) = self.again_in_s {
            response.insert_header((RETRY_AFTER, again_in_s.to_string()));
        }
        response.body(self.body())
    }
}

/// Everything that is no route.
pub async fn not_found(_request: HttpRequest) -> HttpResponse {
    Problem::of(RefusalCode::NotFound).error_response()
}

/// When the same request may come again: only where nothing was done and nothing is open.
const fn again_in_s(code: RefusalCode) -> Option<u32> {
    use RefusalCode as R;
    if matches!(code, R::Overloaded | R::NotReady | R::RateLimited) {
        return Some(AGAIN_S);
    }
    if matches!(code, R::TerminalOffline | R::DestinationDown) {
        return Some(MENDED_S);
    }
    None
}

/// Status, title, and what the caller can do.
type Says = (u16, &'static str, &'static str);

const KEY_REUSED: Says =
    (422, "The key was used for something else", "ask with the body that came with it");
const APP_KIND_WRONG: Says =
    (422, "The app does something else", "pay with a payment app, collect with a membership");
const HALVES_APART: Says =
    (422, "Not both in one touch here", "nothing was done; touch once for each");

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
        R::TokenUsed => {
            (401, "The token was used before", "sign a new token and keep the key of the payment")
        }
        R::Forbidden => (403, "Not allowed", "this belongs to another app or shop"),
        R::TerminalUnknown => (404, "No such terminal", "read the tag or code again"),
        R::TerminalOffline => {
            (503, "The terminal is not connected", "nothing was charged; pay another way or wait")
        }
        R::Busy => (409, "The terminal is busy", "wait until the payment before it is over"),
        R::AppUnknown => (404, "No such app here", "ask the operator to add the app"),
        R::AppKindWrong => APP_KIND_WRONG,
        R::HalvesApart => HALVES_APART,
        R::AmountRequired => {
            (422, "No amount", "name an amount and its currency, or let the merchant open a sale")
        }
        R::AmountInvalid => {
            (422, "The amount is not usable", "use whole minor units above zero, as the sale says")
        }
        R::SaleNotOpen => (409, "The sale is not open", "ask the merchant to open it again"),
        R::CodeExpired => (422, "The code is too old", "let the app show a new code"),
        R::DuplicateCode => {
            (409, "The code was used before", "ask for the state of the first request with its key")
        }
        R::KeyReused => KEY_REUSED,
        R::KeyInvalid => (400, "No usable Idempotency-Key", "send a random UUID and keep it"),
        R::DestinationDown => {
            (503, "The payment server does not answer", "nothing was charged; pay another way")
        }
        R::Overloaded => (503, "Too much at once", SAME_KEY),
        R::NotReady => (503, "The gateway cannot write now", SAME_KEY),
        R::NotFound => (404, "Nothing here", "look at /openapi.json"),
        R::StateWrong => (409, "Not possible any more", "ask for the current state"),
        R::RefundTooLarge => {
            (409, "Not so much is left", "ask for the transaction: what was given back is counted")
        }
        R::EnrolmentCodeInvalid => {
            (401, "The code is wrong, used or too old", "let the operator issue a new code")
        }
        R::SameOperator => SAME_OPERATOR,
        R::ProposalDiffers => PROPOSAL_DIFFERS,
        R::DecisionImpossible => DECISION_IMPOSSIBLE,
        R::ReversalDecided => REVERSAL_DECIDED,
        R::InquiryImpossible => INQUIRY_IMPOSSIBLE,
        R::Internal => (500, "Something broke here", ASK_STATE),
        R::RateLimited => (429, "Too many requests", SAME_KEY),
        R::HeadTooLarge => (431, "The head is too large", "send fewer and smaller headers"),
        R::RequestSlow => (408, "The request came too slowly", SAME_KEY),
        R::OutcomeUnknown => (503, "The outcome is not known yet", ASK_STATE),
    }
}

#[cfg(test)]
mod tests;
