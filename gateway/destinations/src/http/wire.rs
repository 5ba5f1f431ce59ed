//! The bodies of the HTTP/JSON interface, both directions.
//!
//! Owns shapes only; the simulators speak them too. Unknown fields are tolerated, missing and
//! doubled ones are not. Next: [`super::answer`].

use crate::ask::{Authorize, GiveBack, Reverse, Way};
use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::ids::{AppId, InquiryId, TerminalId, TransactionId};
use baton_protocol::money::Currency;
use baton_protocol::work::{DeclineReason, MembershipAction, Work};
use serde::{Deserialize, Serialize};

/// Carries the transaction id of an authorization.
pub const IDEMPOTENCY_HEADER: &str = "idempotency-key";
/// Carries the id of an inquiry.
pub const INQUIRY_HEADER: &str = "inquiry-id";
/// The `error` word of a 409 for a code that another transaction used.
pub const CODE_USED: &str = "code_used";

/// Body of `POST /v1/authorizations`: a payment has `code`, a membership `member_id` and `action`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthorizationBody {
    /// Which transaction; equal to the idempotency key.
    pub transaction_id: TransactionId,
    /// Where the shopper stands.
    pub terminal_id: TerminalId,
    /// Through which app.
    pub app_id: AppId,
    /// The payment code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<PaymentCode>,
    /// The member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_id: Option<MemberId>,
    /// What to do with the membership.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<MembershipAction>,
    /// Minor units, or points.
    pub amount: i64,
    /// Three letters; `PTS` for points.
    pub currency: Currency,
}

/// Answer 200 to an authorization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum AuthorizationAnswer {
    /// Charged.
    Approved {
        /// Which transaction.
        transaction_id: TransactionId,
        /// Minor units, or points.
        amount: i64,
        /// Three letters.
        currency: Currency,
        /// The destination's approval number.
        reference: String,
        /// The member's points afterwards.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        balance: Option<i64>,
    },
    /// Not charged.
    Declined {
        /// Which transaction, if the destination says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transaction_id: Option<TransactionId>,
        /// Why.
        reason: DeclineReason,
    },
}

/// Answer to `GET /v1/authorizations/{transaction}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryBody {
    /// The inquiry's own id, carried back.
    pub inquiry_id: InquiryId,
    /// Which transaction.
    pub transaction_id: TransactionId,
    /// What became of it.
    #[serde(flatten)]
    pub status: InquiryStatus,
}

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum InquiryStatus {
    /// Charged, and it stands.
    Approved {
        /// Minor units, or points.
        amount: i64,
        /// Three letters.
        currency: Currency,
        /// The destination's approval number.
        reference: String,
    },
    /// Not charged.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// Charged and taken back, or never to be charged.
    Reversed,
    /// The code ended unused.
    ExpiredUnused,
    /// Never seen; that is not "not charged".
    NotFound,
}

/// Body of `POST /v1/reversals`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalBody {
    /// Which transaction.
    pub transaction_id: TransactionId,
    /// Minor units, or points.
    pub amount: i64,
    /// Three letters.
    pub currency: Currency,
}

/// Answer 200 to a reversal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalBodyAnswer {
    /// Which transaction.
    pub transaction_id: TransactionId,
    /// What was done.
    pub status: ReversalStatus,
}

/// What was done about a reversal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReversalStatus {
    /// Reversed now or earlier, or remembered.
    Accepted,
    /// No original, and not remembered.
    OriginalUnknown,
    /// Will not be reversed.
    Refused,
}

/// Body of `POST /v1/refunds`; its answer is that of an authorization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundBody {
    /// The refund itself; equal to the idempotency key.
    pub transaction_id: TransactionId,
    /// What is given back.
    pub original_transaction_id: TransactionId,
    /// `refund` or `void`.
    pub kind: Way,
    /// Where the shopper stood.
    pub terminal_id: TerminalId,
    /// Through which app.
    pub app_id: AppId,
    /// Minor units, or points.
    pub amount: i64,
    /// Three letters.
    pub currency: Currency,
}

/// Body of every answer that is not 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// A stable word.
    pub error: String,
}

impl AuthorizationBody {
    pub(crate) fn of(ask: &Authorize) -> Self {
        let amount = ask.work.amount();
        let (code, member_id, action) = match &ask.work {
            Work::Payment { code, .. } => (Some(code.clone()), None, None),
            Work::Membership { member_id, action, .. } => {
                (None, Some(member_id.clone()), Some(*action))
            }
        };
        Self {
            transaction_id: ask.transaction,
            terminal_id: ask.terminal.clone(),
            app_id: ask.app.clone(),
            code,
            member_id,
            action,
            amount: amount.minor,
            currency: amount.currency,
        }
    }
}

impl RefundBody {
    pub(crate) fn of(ask: &GiveBack) -> Self {
        Self {
            transaction_id: ask.transaction,
            original_transaction_id: ask.original,
            kind: ask.how,
            terminal_id: ask.terminal.clone(),
            app_id: ask.app.clone(),
            amount: ask.amount.minor,
            currency: ask.amount.currency,
        }
    }
}

impl ReversalBody {
    pub(crate) const fn of(ask: &Reverse) -> Self {
        Self {
            transaction_id: ask.transaction,
            amount: ask.amount.minor,
            currency: ask.amount.currency,
        }
    }
}
