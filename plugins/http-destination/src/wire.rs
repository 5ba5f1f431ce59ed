//! The bodies of the HTTP interface, and what each answer means.
//!
//! Owns the table of statuses: 200 is read, 409 with `code_used` is "code used", everything else
//! leaves doubt. Unknown fields are tolerated. Next: the host, which checks that an approval speaks
//! of what was asked.

use crate::GARBLED;
use baton_plugin_api::documents::destination::{
    Authorize, GiveBack, InquiryAnswer, Reverse, Verdict,
};
use baton_plugin_api::documents::http::HttpAnswer;
use baton_plugin_api::documents::{DeclineReason, UndoAnswer, UnknownReason};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(crate) struct AuthorizeBody<'a> {
    transaction_id: &'a str,
    terminal_id: &'a str,
    app_id: &'a str,
    code: &'a str,
    amount: i64,
    currency: &'a str,
}

#[derive(Serialize)]
pub(crate) struct ReverseBody<'a> {
    transaction_id: &'a str,
    amount: i64,
    currency: &'a str,
}

#[derive(Serialize)]
pub(crate) struct RefundBody<'a> {
    transaction_id: &'a str,
    original_transaction_id: &'a str,
    kind: &'a str,
    terminal_id: &'a str,
    app_id: &'a str,
    amount: i64,
    currency: &'a str,
}

#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Answered {
    Approved { transaction_id: String, amount: i64, currency: String, reference: String },
    Declined { reason: DeclineReason },
}

#[derive(Deserialize)]
struct Refused {
    error: String,
}

#[derive(Deserialize)]
struct Inquired {
    inquiry_id: String,
    transaction_id: String,
    #[serde(flatten)]
    status: Status,
}

#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Status {
    Approved { amount: i64, currency: String, reference: String },
    Declined { reason: DeclineReason },
    Reversed,
    ExpiredUnused,
    NotFound,
}

#[derive(Deserialize)]
struct ReversedBody {
    transaction_id: String,
    status: Undone,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Undone {
    Accepted,
    OriginalUnknown,
    Refused,
}

impl<'a> AuthorizeBody<'a> {
    pub(crate) fn of(ask: &'a Authorize) -> Self {
        Self {
            transaction_id: &ask.transaction_id,
            terminal_id: &ask.terminal_id,
            app_id: &ask.app_id,
            code: ask.code.reveal(),
            amount: ask.amount,
            currency: &ask.currency,
        }
    }
}

impl<'a> ReverseBody<'a> {
    pub(crate) fn of(ask: &'a Reverse) -> Self {
        let (transaction_id, currency) = (ask.transaction_id.as_str(), ask.currency.as_str());
        Self { transaction_id, amount: ask.amount, currency }
    }
}

impl<'a> RefundBody<'a> {
    pub(crate) fn of(ask: &'a GiveBack, kind: &'a str) -> Self {
        Self {
            transaction_id: &ask.transaction_id,
            original_transaction_id: &ask.original_transaction_id,
            kind,
            terminal_id: &ask.terminal_id,
            app_id: &ask.app_id,
            amount: ask.amount,
            currency: &ask.currency,
        }
    }
}

pub(crate) fn verdict(answer: &HttpAnswer) -> Verdict {
    let text = answer.body.text().unwrap_or_default();
    match answer.status {
        200 => match serde_json::from_str(text) {
            Ok(Answered::Approved { transaction_id, amount, currency, reference }) => {
                Verdict::Approved { transaction_id, amount, currency, reference }
            }
            Ok(Answered::Declined { reason }) => Verdict::Declined { reason },
            Err(_) => GARBLED,
        },
        409 if serde_json::from_str(text).is_ok_and(|body: Refused| body.error == "code_used") => {
            Verdict::Unknown { reason: UnknownReason::CodeUsed }
        }
        _ => Verdict::Unknown { reason: UnknownReason::Inconclusive },
    }
}

pub(crate) fn inquiry(answer: &HttpAnswer) -> Option<InquiryAnswer> {
    let body: Inquired = read(answer)?;
    let (inquiry_id, transaction_id) = (body.inquiry_id, body.transaction_id);
    Some(match body.status {
        Status::Approved { amount, currency, reference } => {
            InquiryAnswer::Approved { inquiry_id, transaction_id, amount, currency, reference }
        }
        Status::Declined { reason } => {
            InquiryAnswer::Declined { inquiry_id, transaction_id, reason }
        }
        Status::Reversed => InquiryAnswer::Reversed { inquiry_id, transaction_id },
        Status::ExpiredUnused => InquiryAnswer::ExpiredUnused { inquiry_id, transaction_id },
        Status::NotFound => InquiryAnswer::NotFound { inquiry_id, transaction_id },
    })
}

pub(crate) fn reversal(answer: &HttpAnswer) -> Option<UndoAnswer> {
    let body: ReversedBody = read(answer)?;
    let transaction_id = body.transaction_id;
    Some(match body.status {
        Undone::Accepted => UndoAnswer::Accepted { transaction_id },
        Undone::OriginalUnknown => UndoAnswer::OriginalUnknown { transaction_id },
        Undone::Refused => UndoAnswer::Refused { transaction_id },
    })
}

fn read<'a, T: Deserialize<'a>>(answer: &'a HttpAnswer) -> Option<T> {
    let text = answer.body.text().filter(|_| answer.status == 200)?;
    serde_json::from_str(text).ok()
}
