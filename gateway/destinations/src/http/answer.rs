//! What an HTTP answer means, after checking that it speaks of the same transaction and amount.
//!
//! Owns the table of status codes: 200 is read, 409 with `code_used` is "code used", everything
//! else leaves doubt. A body that is not exactly one JSON document is garbled. Next: the
//! gateway, which decides what to do about doubt.

use super::transport::Arrived;
use super::wire::{
    AuthorizationAnswer, CODE_USED, ErrorBody, InquiryBody, InquiryStatus, ReversalBodyAnswer,
    ReversalStatus,
};
use crate::ask::{Authorize, GiveBack, Inquire, Reverse};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Money;
use baton_protocol::work::{
    DeclineReason, InquiryAnswer, MembershipAction, ReversalAnswer, UnknownReason, Verdict, Work,
};

pub(super) fn verdict(ask: &Authorize, arrived: &Arrived) -> Verdict {
    let wants = if is_balance(&ask.work) { Wants::Balance } else { Wants::ApprovalNumber };
    let asked = Asked { transaction: ask.transaction, amount: ask.work.amount(), wants };
    read(arrived, |answer| judged(&asked, answer))
}

/// A refund is answered as an authorization is.
pub(super) fn given_back(ask: &GiveBack, arrived: &Arrived) -> Verdict {
    let wants = Wants::ApprovalNumber;
    let asked = Asked { transaction: ask.transaction, amount: ask.amount, wants };
    read(arrived, |answer| judged(&asked, answer))
}

fn read(arrived: &Arrived, judge: impl FnOnce(AuthorizationAnswer) -> Verdict) -> Verdict {
    match arrived.status {
        200 => match serde_json::from_slice(&arrived.body) {
            Ok(answer) => judge(answer),
            Err(_) => Verdict::Unknown { reason: UnknownReason::Garbled },
        },
        409 if code_used(&arrived.body) => Verdict::Unknown { reason: UnknownReason::CodeUsed },
        _ => Verdict::Unknown { reason: UnknownReason::Inconclusive },
    }
}

pub(super) fn inquiry(ask: &Inquire, arrived: &Arrived) -> InquiryAnswer {
    let Ok(body) = serde_json::from_slice::<InquiryBody>(&arrived.body) else {
        return InquiryAnswer::NoAnswer;
    };
    let ours = body.inquiry_id == ask.inquiry && body.transaction_id == ask.transaction;
    if arrived.status != 200 || !ours {
        return InquiryAnswer::NoAnswer;
    }
    match body.status {
        InquiryStatus::Approved { amount, currency, reference } => {
            InquiryAnswer::Approved { amount: Money::new(amount, currency), reference }
        }
        InquiryStatus::Declined { reason } => InquiryAnswer::Declined { reason },
        InquiryStatus::Reversed => InquiryAnswer::Declined { reason: DeclineReason::Reversed },
        InquiryStatus::ExpiredUnused => InquiryAnswer::ExpiredUnused,
        InquiryStatus::NotFound => InquiryAnswer::NotFound,
    }
}

pub(super) fn reversal(ask: &Reverse, arrived: &Arrived) -> ReversalAnswer {
    let Ok(body) = serde_json::from_slice::<ReversalBodyAnswer>(&arrived.body) else {
        return ReversalAnswer::NoAnswer;
    };
    if arrived.status != 200 || body.transaction_id != ask.transaction {
        return ReversalAnswer::NoAnswer;
    }
    match body.status {
        ReversalStatus::Accepted => ReversalAnswer::Accepted,
        ReversalStatus::OriginalUnknown => ReversalAnswer::OriginalUnknown,
        ReversalStatus::Refused => ReversalAnswer::Refused,
    }
}

/// What an answer must speak of.
struct Asked {
    transaction: TransactionId,
    amount: Money,
    wants: Wants,
}

/// What stands in the reference of an approval.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    ApprovalNumber,
    Balance,
}

fn judged(ask: &Asked, answer: AuthorizationAnswer) -> Verdict {
    let mismatch = Verdict::Unknown { reason: UnknownReason::Mismatch };
    match answer {
        AuthorizationAnswer::Approved { transaction_id, amount, currency, reference, balance } => {
            let amount = Money::new(amount, currency);
            if transaction_id != ask.transaction || amount != ask.amount {
                return mismatch;
            }
            let reference = match balance {
                Some(points) if ask.wants == Wants::Balance => points.to_string(),
                _ => reference,
            };
            Verdict::Approved { amount, reference }
        }
        AuthorizationAnswer::Declined { transaction_id, reason } => match transaction_id {
            Some(other) if other != ask.transaction => mismatch,
            _ => Verdict::Declined { reason },
        },
    }
}

fn code_used(body: &[u8]) -> bool {
    serde_json::from_slice::<ErrorBody>(body).is_ok_and(|body| body.error == CODE_USED)
}

const fn is_balance(work: &Work) -> bool {
    matches!(work, Work::Membership { action: MembershipAction::Balance, .. })
}
