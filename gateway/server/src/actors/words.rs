//! The stable words with which the audit and the phone name why a transaction stepped.
//!
//! Owns the words only; they never change meaning. Read by [`super::facts`].

use baton_core::relay::transaction::{Cause, Purpose};
use baton_protocol::phone::TransactionKind;
use serde::Serialize;

/// Returns the word of a cause.
#[must_use]
pub fn cause_word(cause: &Cause) -> &'static str {
    match cause {
        Cause::Requested => "requested",
        Cause::Routed => "routed",
        Cause::Unroutable => "unroutable",
        Cause::OtherHalfFailed => "other_half_failed",
        Cause::WaitedTooLong => "waited_too_long",
        Cause::Approved { .. } => "approved",
        Cause::Declined(_) => "declined",
        Cause::Fenced(_) => "fenced",
        Cause::Doubtful(_) => "doubtful",
        Cause::NotReady(_) => "not_ready",
        Cause::ExecutorForgot => "executor_forgot",
        Cause::ExecuteDeadline => "execute_deadline",
        Cause::CancelRequested => "cancel_requested",
        Cause::InquiryApproved { .. } => "inquiry_approved",
        Cause::InquiryDeclined(_) => "inquiry_declined",
        Cause::ExpiredUnused => "expired_unused",
        Cause::DecideDeadline => "decide_deadline",
        Cause::Reversed => "reversed",
        Cause::SuspenseDeadline => "suspense_deadline",
        Cause::Resolved(_) => "resolved",
    }
}

/// Returns the particulars of a cause in a stable word, where it has some.
#[must_use]
pub fn cause_detail(cause: &Cause) -> Option<String> {
    match cause {
        Cause::Declined(reason) | Cause::InquiryDeclined(reason) => Some(word_of(reason)),
        Cause::Fenced(reason) => Some(word_of(reason)),
        Cause::Doubtful(reason) => Some(word_of(reason)),
        Cause::NotReady(reason) => Some(word_of(reason)),
        Cause::Requested
        | Cause::Routed
        | Cause::Unroutable
        | Cause::OtherHalfFailed
        | Cause::WaitedTooLong
        | Cause::Approved { .. }
        | Cause::ExecutorForgot
        | Cause::ExecuteDeadline
        | Cause::CancelRequested
        | Cause::InquiryApproved { .. }
        | Cause::ExpiredUnused
        | Cause::DecideDeadline
        | Cause::Reversed
        | Cause::SuspenseDeadline
        | Cause::Resolved(_) => None,
    }
}

/// Returns what a transaction is for, as phones and merchants are told.
#[must_use]
pub const fn kind_of(purpose: Purpose) -> TransactionKind {
    match purpose {
        Purpose::Payment => TransactionKind::Payment,
        Purpose::Accrue => TransactionKind::Accrue,
        Purpose::Redeem => TransactionKind::Redeem,
        Purpose::Balance => TransactionKind::Balance,
        Purpose::Refund => TransactionKind::Refund,
        Purpose::Void => TransactionKind::Void,
    }
}

/// Returns the wire word of an enum that is one.
pub(super) fn word_of(word: &impl Serialize) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => "unknown".to_owned(),
    }
}
