//! The stable words with which a request is refused.
//!
//! Owns the list; the words are part of the API and never change meaning. `http/problem.rs` of the
//! gateway turns each into a problem document. Next: `core/relay/request.rs`, which decides them.

use serde::{Deserialize, Serialize};

/// A rule that said no. An ordinary answer, not a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The body is not what the API describes.
    BodyInvalid,
    /// The body is over the limit.
    BodyTooLarge,
    /// No usable token.
    TokenInvalid,
    /// The token was used for another request.
    TokenUsed,
    /// The caller may not do this.
    Forbidden,
    /// No such terminal.
    TerminalUnknown,
    /// The terminal, or the POS agent it is paired with, is not connected.
    TerminalOffline,
    /// Another command is being executed there.
    Busy,
    /// No such app, or not the caller's own.
    AppUnknown,
    /// The app cannot do this kind of work.
    AppKindWrong,
    /// The two halves of the touch are executed in different places.
    HalvesApart,
    /// Neither the request nor an open sale names an amount.
    AmountRequired,
    /// The amount is not positive, too large, or differs from the sale.
    AmountInvalid,
    /// No such sale, or it is not open any more.
    SaleNotOpen,
    /// The code's life is over.
    CodeExpired,
    /// The code was used in another request.
    DuplicateCode,
    /// The key was used with another body.
    KeyReused,
    /// The key is missing or not a UUID.
    KeyInvalid,
    /// The destination is being rested after failures.
    DestinationDown,
    /// The gateway is at its limit; nothing was done.
    Overloaded,
    /// The gateway cannot write to its database; nothing was done.
    NotReady,
    /// No such thing here.
    NotFound,
    /// Its state does not allow this any more.
    StateWrong,
    /// Less than that is left of the original.
    RefundTooLarge,
    /// The enrolment code is wrong, used or too old.
    EnrolmentCodeInvalid,
    /// Something broke inside; nothing is known to have been done.
    Internal,
    /// Who proposed a decision cannot confirm it.
    SameOperator,
    /// Another decision is proposed.
    ProposalDiffers,
    /// This cannot be decided as the matter stands.
    DecisionImpossible,
    /// Undoing it was decided, so it can never become approved.
    ReversalDecided,
    /// The destination answers no inquiries.
    InquiryImpossible,
    /// The caller asks more often than it may; nothing was done.
    RateLimited,
    /// The head of the request is over the limit; nothing was done.
    HeadTooLarge,
    /// The request did not arrive in time; nothing was done.
    RequestSlow,
    /// The request may have been taken, and its answer is not known in time.
    OutcomeUnknown,
}

impl RefusalCode {
    /// Every code, for the API description and the tests.
    pub const ALL: [Self; 35] = [
        Self::BodyInvalid,
        Self::BodyTooLarge,
        Self::TokenInvalid,
        Self::TokenUsed,
        Self::Forbidden,
        Self::TerminalUnknown,
        Self::TerminalOffline,
        Self::Busy,
        Self::AppUnknown,
        Self::AppKindWrong,
        Self::HalvesApart,
        Self::AmountRequired,
        Self::AmountInvalid,
        Self::SaleNotOpen,
        Self::CodeExpired,
        Self::DuplicateCode,
        Self::KeyReused,
        Self::KeyInvalid,
        Self::DestinationDown,
        Self::Overloaded,
        Self::NotReady,
        Self::NotFound,
        Self::StateWrong,
        Self::RefundTooLarge,
        Self::EnrolmentCodeInvalid,
        Self::Internal,
        Self::SameOperator,
        Self::ProposalDiffers,
        Self::DecisionImpossible,
        Self::ReversalDecided,
        Self::InquiryImpossible,
        Self::RateLimited,
        Self::HeadTooLarge,
        Self::RequestSlow,
        Self::OutcomeUnknown,
    ];

    /// Returns the word used on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::BodyInvalid => "body_invalid",
            Self::BodyTooLarge => "body_too_large",
            Self::TokenInvalid => "token_invalid",
            Self::TokenUsed => "token_used",
            Self::Forbidden => "forbidden",
            Self::TerminalUnknown => "terminal_unknown",
            Self::TerminalOffline => "terminal_offline",
            Self::Busy => "busy",
            Self::AppUnknown => "app_unknown",
            Self::AppKindWrong => "app_kind_wrong",
            Self::HalvesApart => "halves_apart",
            Self::AmountRequired => "amount_required",
            Self::AmountInvalid => "amount_invalid",
            Self::SaleNotOpen => "sale_not_open",
            Self::CodeExpired => "code_expired",
            Self::DuplicateCode => "duplicate_code",
            Self::KeyReused => "key_reused",
            Self::KeyInvalid => "key_invalid",
            Self::DestinationDown => "destination_down",
            Self::Overloaded => "overloaded",
            Self::NotReady => "not_ready",
            Self::NotFound => "not_found",
            Self::StateWrong => "state_wrong",
            Self::RefundTooLarge => "refund_too_large",
            Self::EnrolmentCodeInvalid => "enrolment_code_invalid",
            Self::Internal => "internal",
            Self::SameOperator => "same_operator",
            Self::ProposalDiffers => "proposal_differs",
            Self::DecisionImpossible => "decision_impossible",
            Self::ReversalDecided => "reversal_decided",
            Self::InquiryImpossible => "inquiry_impossible",
            Self::RateLimited => "rate_limited",
            Self::HeadTooLarge => "head_too_large",
            Self::RequestSlow => "request_slow",
            Self::OutcomeUnknown => "outcome_unknown",
        }
    }
}
