//! The JSON documents that cross the border, in version 1.
//!
//! Owns the two envelopes, the names of the operations and what each asks and answers. Unknown
//! fields are tolerated, so documents may grow; unknown words are not, so nobody guesses. A new
//! meaning of an old field is a new version. Amounts are whole minor units, never fractions.
//! Reading order: [`operation`], [`destination`], [`membership`], [`describe`], [`http`].

pub mod capability;
pub mod describe;
pub mod destination;
pub mod http;
pub mod membership;
pub mod operation;
mod shown;

#[cfg(test)]
mod tests;

pub use operation::{Kind, Mismatch, Operation, OperationName};
pub use shown::{Code, MemberId, Secret};

use serde::{Deserialize, Serialize};

/// The version of documents that this crate writes, and the newest that it reads.
pub const DOCUMENT_VERSION: u32 = 1;

/// A request: which operation, and what it asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request<T> {
    /// [`DOCUMENT_VERSION`].
    pub v: u32,
    /// Which operation.
    pub operation: OperationName,
    /// What it asks.
    pub body: T,
}

/// Any other document: results, descriptions, HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioned<T> {
    /// [`DOCUMENT_VERSION`].
    pub v: u32,
    /// What it says.
    pub body: T,
}

impl<T> Versioned<T> {
    /// Wraps a body in the current version.
    pub const fn of(body: T) -> Self {
        Self { v: DOCUMENT_VERSION, body }
    }
}

impl<T: Operation> Request<T> {
    /// Wraps what an operation asks.
    pub const fn of(body: T) -> Self {
        Self { v: DOCUMENT_VERSION, operation: T::NAME, body }
    }
}

/// A conclusive "no". What leaves doubt is an [`UnknownReason`] instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// Not enough money.
    Funds,
    /// Not enough points.
    Points,
    /// The code was past its life.
    CodeExpired,
    /// The provider never issued this code.
    CodeUnknown,
    /// No such member.
    MemberUnknown,
    /// The provider's limits or rules.
    Refused,
    /// The original was reversed before it arrived.
    Reversed,
}

/// Why nobody here can tell whether something moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
    /// No answer in time.
    Silent,
    /// The connection broke after something may have been sent.
    Cut,
    /// The answer could not be read.
    Garbled,
    /// The provider answered that it could not tell (HTTP 5xx, 429, maintenance).
    Inconclusive,
    /// "Code already used": perhaps by ourselves.
    CodeUsed,
    /// The answer names another amount, currency or transaction.
    Mismatch,
}

/// What became of a reversal, a cancel or a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum UndoAnswer {
    /// Undone now, earlier, or remembered so that the original will be refused.
    Accepted {
        /// The transaction that the provider names.
        transaction_id: String,
    },
    /// The provider has no original and does not remember this.
    OriginalUnknown {
        /// The transaction that the provider names.
        transaction_id: String,
    },
    /// The provider will not undo it.
    Refused {
        /// The transaction that the provider names.
        transaction_id: String,
    },
    /// No usable answer.
    NoAnswer,
}

impl UndoAnswer {
    /// Checks that the answer speaks of this transaction.
    ///
    /// # Errors
    /// [`Mismatch::Transaction`].
    pub fn speaks_of(&self, asked: &str) -> Result<(), Mismatch> {
        match self {
            Self::Accepted { transaction_id }
            | Self::OriginalUnknown { transaction_id }
            | Self::Refused { transaction_id } => operation::same(transaction_id, asked),
            Self::NoAnswer => Ok(()),
        }
    }
}
