//! What a destination is asked, and what it answers: charge, inquire, reverse, give back, compare.
//!
//! Owns shapes and the check that an answer speaks of what was asked. An approval that names
//! another amount is no approval. Next: [`super::membership`].

use super::operation::{Mismatch, Operation, OperationName, same};
use super::shown::Code;
use super::{DeclineReason, UndoAnswer, UnknownReason};
use serde::{Deserialize, Serialize};

/// Charge. **Repeat** with the capability C2 the same transaction gets the same answer; others may
/// answer "code used", which is [`UnknownReason::CodeUsed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorize {
    /// Which transaction, a UUID; the idempotency key.
    pub transaction_id: String,
    /// Where the shopper stands.
    pub terminal_id: String,
    /// Through which app.
    pub app_id: String,
    /// What the shopper shows.
    pub code: Code,
    /// How much, in minor units.
    pub amount: i64,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Did you charge? Moves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquire {
    /// This question's own id; only an answer that carries it back counts.
    pub inquiry_id: String,
    /// Which transaction.
    pub transaction_id: String,
    /// Where the shopper stood.
    pub terminal_id: String,
    /// Through which app.
    pub app_id: String,
    /// How much was asked, in minor units.
    pub amount: i64,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Take it back, or remember never to do it. **Repeat** safe: the transaction is the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reverse {
    /// Which transaction.
    pub transaction_id: String,
    /// Where the shopper stood.
    pub terminal_id: String,
    /// Through which app.
    pub app_id: String,
    /// How much was asked, in minor units.
    pub amount: i64,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// What is given back of an approved charge. **Repeat** with C2 the same transaction gets the same
/// answer; at others it is asked only once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveBack {
    /// The refund or void itself; the idempotency key.
    pub transaction_id: String,
    /// What is given back.
    pub original_transaction_id: String,
    /// Where the shopper stood.
    pub terminal_id: String,
    /// Through which app.
    pub app_id: String,
    /// How much, in minor units.
    pub amount: i64,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Give all of it back, as if it had not been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Void(pub GiveBack);

/// Give some or all of it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Refund(pub GiveBack);

/// Compare what both sides counted in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconcile {
    /// First moment of the period, in milliseconds since 1970.
    pub from_ms: i64,
    /// First moment after it.
    pub to_ms: i64,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// What Baton counted.
    pub totals: Totals,
}

/// Counts and sums of one period and currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// How many charges stand.
    pub charged_count: u64,
    /// Their sum, in minor units.
    pub charged_amount: i64,
    /// How many were given back.
    pub returned_count: u64,
    /// Their sum, in minor units.
    pub returned_amount: i64,
}

/// What a provider said to a charge, a void or a refund, as far as the plugin can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Charged, or given back. Everything here is what the provider says, not what was asked.
    Approved {
        /// Which transaction.
        transaction_id: String,
        /// How much, in minor units.
        amount: i64,
        /// Three letters of ISO 4217.
        currency: String,
        /// The provider's approval number.
        reference: String,
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
pub enum InquiryAnswer {
    /// Charged, and it stands.
    Approved {
        /// The inquiry that the provider answers.
        inquiry_id: String,
        /// Which transaction.
        transaction_id: String,
        /// How much, in minor units.
        amount: i64,
        /// Three letters of ISO 4217.
        currency: String,
        /// The provider's approval number.
        reference: String,
    },
    /// Conclusively not charged.
    Declined {
        /// The inquiry that the provider answers.
        inquiry_id: String,
        /// Which transaction.
        transaction_id: String,
        /// Why.
        reason: DeclineReason,
    },
    /// Charged and taken back, or never to be charged.
    Reversed {
        /// The inquiry that the provider answers.
        inquiry_id: String,
        /// Which transaction.
        transaction_id: String,
    },
    /// The code's life ended unused (C6).
    ExpiredUnused {
        /// The inquiry that the provider answers.
        inquiry_id: String,
        /// Which transaction.
        transaction_id: String,
    },
    /// Never seen. That is not "not charged".
    NotFound {
        /// The inquiry that the provider answers.
        inquiry_id: String,
        /// Which transaction.
        transaction_id: String,
    },
    /// No usable answer.
    NoAnswer,
}

/// What a comparison of totals brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum ReconcileAnswer {
    /// Both counted the same.
    Agreed,
    /// The provider counted otherwise.
    Differs {
        /// What it counted.
        totals: Totals,
    },
    /// This provider does not compare totals.
    Unsupported,
    /// No usable answer.
    NoAnswer,
}

impl Verdict {
    fn speaks_of(&self, id: &str, amount: i64, currency: &str) -> Result<(), Mismatch> {
        match self {
            Self::Approved { transaction_id, amount: told, currency: money, .. } => {
                same(transaction_id, id)?;
                fits(*told, amount, money, currency)
            }
            Self::Declined { .. } | Self::Unknown { .. } => Ok(()),
        }
    }
}

impl InquiryAnswer {
    fn speaks_of(&self, ask: &Inquire) -> Result<(), Mismatch> {
        let ids = |inquiry: &str, transaction: &str| {
            same(transaction, &ask.transaction_id)?;
            if inquiry == ask.inquiry_id { Ok(()) } else { Err(Mismatch::Inquiry) }
        };
        match self {
            Self::Approved { inquiry_id, transaction_id, amount, currency, .. } => {
                ids(inquiry_id, transaction_id)?;
                fits(*amount, ask.amount, currency, &ask.currency)
            }
            Self::Declined { inquiry_id, transaction_id, .. }
            | Self::Reversed { inquiry_id, transaction_id }
            | Self::ExpiredUnused { inquiry_id, transaction_id }
            | Self::NotFound { inquiry_id, transaction_id } => ids(inquiry_id, transaction_id),
            Self::NoAnswer => Ok(()),
        }
    }
}

impl Operation for Authorize {
    const NAME: OperationName = OperationName::Authorize;
    type Answer = Verdict;

    fn check(&self, answer: &Verdict) -> Result<(), Mismatch> {
        answer.speaks_of(&self.transaction_id, self.amount, &self.currency)
    }

    fn shown(&self) -> Option<&str> {
        Some(self.code.reveal())
    }
}

impl Operation for Inquire {
    const NAME: OperationName = OperationName::Inquire;
    type Answer = InquiryAnswer;

    fn check(&self, answer: &InquiryAnswer) -> Result<(), Mismatch> {
        answer.speaks_of(self)
    }
}

impl Operation for Reverse {
    const NAME: OperationName = OperationName::Reverse;
    type Answer = UndoAnswer;

    fn check(&self, answer: &UndoAnswer) -> Result<(), Mismatch> {
        answer.speaks_of(&self.transaction_id)
    }
}

impl Operation for Void {
    const NAME: OperationName = OperationName::Void;
    type Answer = Verdict;

    fn check(&self, answer: &Verdict) -> Result<(), Mismatch> {
        answer.speaks_of(&self.0.transaction_id, self.0.amount, &self.0.currency)
    }
}

impl Operation for Refund {
    const NAME: OperationName = OperationName::Refund;
    type Answer = Verdict;

    fn check(&self, answer: &Verdict) -> Result<(), Mismatch> {
        answer.speaks_of(&self.0.transaction_id, self.0.amount, &self.0.currency)
    }
}

impl Operation for Reconcile {
    const NAME: OperationName = OperationName::Reconcile;
    type Answer = ReconcileAnswer;

    fn check(&self, _: &ReconcileAnswer) -> Result<(), Mismatch> {
        Ok(())
    }
}

fn fits(told: i64, asked: i64, currency: &str, wanted: &str) -> Result<(), Mismatch> {
    if told != asked {
        return Err(Mismatch::Amount);
    }
    if currency == wanted { Ok(()) } else { Err(Mismatch::Currency) }
}
