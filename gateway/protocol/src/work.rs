//! What a command asks for and what came of it, in the words that every program shares.
//!
//! Owns `Work` (the order), `Verdict` (a destination's word) and `State` (the gateway's word).
//! Only the gateway's word releases goods. Next: [`crate::link`].

use crate::code::{MemberId, PaymentCode};
use crate::money::{Currency, Money};
use serde::{Deserialize, Serialize};

/// What is to be done with a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipAction {
    /// Add points.
    Accrue,
    /// Spend points.
    Redeem,
    /// Read the balance; moves nothing.
    Balance,
}

/// The order of one transaction: everything the executor needs besides where to send it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// Charge an amount against a one-time code.
    Payment {
        /// The phone's code.
        code: PaymentCode,
        /// How much.
        amount: Money,
    },
    /// Move points of a member.
    Membership {
        /// Whose points.
        member_id: MemberId,
        /// Which way.
        action: MembershipAction,
        /// How many; 0 for a balance.
        points: i64,
    },
}

impl Work {
    /// Returns the amount in the work's own currency; points count as [`Currency::POINTS`].
    #[must_use]
    pub fn amount(&self) -> Money {
        match self {
            Self::Payment { amount, .. } => *amount,
            Self::Membership { points, .. } => Money::new(*points, Currency::POINTS),
        }
    }

    /// Returns the text that is typed or sent: the code or the member id.
    #[must_use]
    pub fn reveal(&self) -> &str {
        match self {
            Self::Payment { code, .. } => code.reveal(),
            Self::Membership { member_id, .. } => member_id.reveal(),
        }
    }
}

/// What a destination said, as far as anybody can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Charged.
    Approved {
        /// The amount that the destination says it charged.
        amount: Money,
        /// The destination's own approval number.
        reference: String,
    },
    /// Conclusively not charged.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// Nobody here can tell whether it was charged.
    Unknown {
        /// Why not.
        reason: UnknownReason,
    },
}

/// A conclusive "no". Reasons that leave doubt are in [`UnknownReason`] instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// Not enough money.
    Funds,
    /// Not enough points.
    Points,
    /// The code was past its life.
    CodeExpired,
    /// The destination never issued this code.
    CodeUnknown,
    /// No such member.
    MemberUnknown,
    /// The destination's limits or rules.
    Refused,
    /// The original was reversed before it arrived.
    Reversed,
}

/// Why an outcome is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
    /// No answer in time.
    Silent,
    /// The connection broke after something may have been sent.
    Cut,
    /// The answer could not be read.
    Garbled,
    /// The destination answered that it could not tell (ISO 8583 91, 96, HTTP 5xx).
    Inconclusive,
    /// "Code already used": perhaps by ourselves.
    CodeUsed,
    /// The answer names another amount, currency or transaction.
    Mismatch,
    /// The device restarted between submit and result.
    Restarted,
    /// The POS gives no result back.
    Unreadable,
}

/// What an inquiry brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum InquiryAnswer {
    /// Charged, and the charge stands.
    Approved {
        /// The charged amount.
        amount: Money,
        /// The destination's approval number.
        reference: String,
    },
    /// Conclusively not charged, or charged and reversed.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// The code's life is over and it was never used.
    ExpiredUnused,
    /// The destination has not seen it. This is not "not charged".
    NotFound,
    /// No usable answer.
    NoAnswer,
}

/// What a reversal brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReversalAnswer {
    /// Reversed now, earlier, or remembered so that the original will be refused.
    Accepted,
    /// The destination has no original and does not remember the reversal.
    OriginalUnknown,
    /// The destination will not reverse it.
    Refused,
    /// No usable answer.
    NoAnswer,
}

/// The state of a transaction as everybody outside the gateway sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Written down; nothing sent.
    Received,
    /// A command is on its way or being executed.
    Dispatched,
    /// Nobody knows yet whether it was charged; the gateway is asking.
    Unknown,
    /// The gateway decided to undo it; it will not be charged.
    Reversing,
    /// People are looking at it.
    Suspense,
    /// Charged. Final.
    Approved,
    /// Not charged: the destination said no. Final.
    Declined,
    /// Not charged: it was never submitted. Final.
    Cancelled,
    /// Not charged: undone. Final.
    Reversed,
    /// Not charged: the code ended unused. Final.
    Expired,
    /// Not charged: never sent. Final.
    Rejected,
}

impl State {
    /// Every state, in the order of its life.
    pub const ALL: [Self; 11] = [
        Self::Received,
        Self::Dispatched,
        Self::Unknown,
        Self::Reversing,
        Self::Suspense,
        Self::Approved,
        Self::Declined,
        Self::Cancelled,
        Self::Reversed,
        Self::Expired,
        Self::Rejected,
    ];

    /// Tells whether nothing can change any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(
            self,
            Self::Received | Self::Dispatched | Self::Unknown | Self::Reversing | Self::Suspense
        )
    }

    /// Returns the word used on the wire and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Dispatched => "dispatched",
            Self::Unknown => "unknown",
            Self::Reversing => "reversing",
            Self::Suspense => "suspense",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Reversed => "reversed",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
        }
    }

    /// Finds a state by its word.
    #[must_use]
    pub fn lookup(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}
