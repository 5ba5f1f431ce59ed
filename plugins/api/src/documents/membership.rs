//! What a membership provider is asked, and what it answers, in points.
//!
//! Owns shapes and the check that an answer speaks of what was asked. A member id is used many
//! times, so the transaction is the only key: moving points without C2 is asked at most once.
//! Next: [`super::describe`].

use super::operation::{Mismatch, Operation, OperationName, same};
use super::shown::MemberId;
use super::{DeclineReason, UndoAnswer, UnknownReason};
use serde::{Deserialize, Serialize};

/// How many points has the member? Moves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Which question, a UUID.
    pub transaction_id: String,
    /// Where the shopper stands.
    pub terminal_id: String,
    /// Through which app.
    pub app_id: String,
    /// Whose points.
    pub member_id: MemberId,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Points that are to be held, added or spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Which transaction, a UUID; the idempotency key.
    pub transaction_id: String,
    /// Where the shopper stands.
    pub terminal_id: String,
    /// Through which app.
    pub app_id: String,
    /// Whose points.
    pub member_id: MemberId,
    /// How many.
    pub points: i64,
    /// Redeem only: the reserve whose points are spent, if they were held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_transaction_id: Option<String>,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Hold points until they are redeemed or released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reserve(pub Move);

/// Add points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Accrue(pub Move);

/// Spend points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Redeem(pub Move);

/// What is to be undone. **Repeat** safe: the transaction is the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The transaction that is undone.
    pub transaction_id: String,
    /// Where the shopper stood.
    pub terminal_id: String,
    /// Through which app.
    pub app_id: String,
    /// How many points it was about.
    pub points: i64,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Let the points of a reserve go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Release(pub Undo);

/// Take an accrual or redemption back, or remember never to do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cancel(pub Undo);

/// Did you move points? Moves nothing. Asked of providers with C3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquirePoints {
    /// This question's own id; only an answer that carries it back counts.
    pub inquiry_id: String,
    /// Which transaction.
    pub transaction_id: String,
    /// Where the shopper stood.
    pub terminal_id: String,
    /// Through which app.
    pub app_id: String,
    /// How many points it was about.
    pub points: i64,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// What a question for the balance brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum BalanceAnswer {
    /// The member has so many points that are free to spend.
    Points {
        /// How many.
        points: i64,
    },
    /// The provider says no.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// No usable answer.
    NoAnswer,
}

/// What a provider said to a reserve, an accrual or a redemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum PointsVerdict {
    /// Held, added or spent. Everything here is what the provider says, not what was asked.
    Approved {
        /// Which transaction.
        transaction_id: String,
        /// How many points.
        points: i64,
        /// The provider's approval number.
        reference: String,
        /// The member's points afterwards.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        balance: Option<i64>,
    },
    /// Conclusively not.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// Nobody here can tell.
    Unknown {
        /// Why not.
        reason: UnknownReason,
    },
}

/// What an inquiry brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum PointsInquiryAnswer {
    /// Moved, and it stands.
    Approved {
        /// The inquiry that the provider answers.
        inquiry_id: String,
        /// Which transaction.
        transaction_id: String,
        /// How many points.
        points: i64,
        /// The provider's approval number.
        reference: String,
    },
    /// Conclusively not moved.
    Declined {
        /// The inquiry that the provider answers.
        inquiry_id: String,
        /// Which transaction.
        transaction_id: String,
        /// Why.
        reason: DeclineReason,
    },
    /// Moved and taken back, or never to be moved.
    Reversed {
        /// The inquiry that the provider answers.
        inquiry_id: String,
        /// Which transaction.
        transaction_id: String,
    },
    /// Never seen. That is not "not moved".
    NotFound {
        /// The inquiry that the provider answers.
        inquiry_id: String,
        /// Which transaction.
        transaction_id: String,
    },
    /// No usable answer.
    NoAnswer,
}

impl PointsVerdict {
    fn speaks_of(&self, ask: &Move) -> Result<(), Mismatch> {
        match self {
            Self::Approved { transaction_id, points, .. } => {
                same(transaction_id, &ask.transaction_id)?;
                fits(*points, ask.points)
            }
            Self::Declined { .. } | Self::Unknown { .. } => Ok(()),
        }
    }
}

impl Operation for Balance {
    const NAME: OperationName = OperationName::Balance;
    type Answer = BalanceAnswer;

    fn check(&self, _: &BalanceAnswer) -> Result<(), Mismatch> {
        Ok(())
    }

    fn shown(&self) -> Option<&str> {
        Some(self.member_id.reveal())
    }
}

impl Operation for Reserve {
    const NAME: OperationName = OperationName::Reserve;
    type Answer = PointsVerdict;

    fn check(&self, answer: &PointsVerdict) -> Result<(), Mismatch> {
        answer.speaks_of(&self.0)
    }

    fn shown(&self) -> Option<&str> {
        Some(self.0.member_id.reveal())
    }
}

impl Operation for Accrue {
    const NAME: OperationName = OperationName::Accrue;
    type Answer = PointsVerdict;

    fn check(&self, answer: &PointsVerdict) -> Result<(), Mismatch> {
        answer.speaks_of(&self.0)
    }

    fn shown(&self) -> Option<&str> {
        Some(self.0.member_id.reveal())
    }
}

impl Operation for Redeem {
    const NAME: OperationName = OperationName::Redeem;
    type Answer = PointsVerdict;

    fn check(&self, answer: &PointsVerdict) -> Result<(), Mismatch> {
        answer.speaks_of(&self.0)
    }

    fn shown(&self) -> Option<&str> {
        Some(self.0.member_id.reveal())
    }
}

impl Operation for Release {
    const NAME: OperationName = OperationName::Release;
    type Answer = UndoAnswer;

    fn check(&self, answer: &UndoAnswer) -> Result<(), Mismatch> {
        answer.speaks_of(&self.0.transaction_id)
    }
}

impl Operation for Cancel {
    const NAME: OperationName = OperationName::Cancel;
    type Answer = UndoAnswer;

    fn check(&self, answer: &UndoAnswer) -> Result<(), Mismatch> {
        answer.speaks_of(&self.0.transaction_id)
    }
}

impl Operation for InquirePoints {
    const NAME: OperationName = OperationName::InquirePoints;
    type Answer = PointsInquiryAnswer;

    fn check(&self, answer: &PointsInquiryAnswer) -> Result<(), Mismatch> {
        let ids = |inquiry: &str, transaction: &str| {
            same(transaction, &self.transaction_id)?;
            if inquiry == self.inquiry_id { Ok(()) } else { Err(Mismatch::Inquiry) }
        };
        match answer {
            PointsInquiryAnswer::Approved { inquiry_id, transaction_id, points, .. } => {
                ids(inquiry_id, transaction_id)?;
                fits(*points, self.points)
            }
            PointsInquiryAnswer::Declined { inquiry_id, transaction_id, .. }
            | PointsInquiryAnswer::Reversed { inquiry_id, transaction_id }
            | PointsInquiryAnswer::NotFound { inquiry_id, transaction_id } => {
                ids(inquiry_id, transaction_id)
            }
            PointsInquiryAnswer::NoAnswer => Ok(()),
        }
    }
}

fn fits(told: i64, asked: i64) -> Result<(), Mismatch> {
    if told == asked { Ok(()) } else { Err(Mismatch::Amount) }
}
