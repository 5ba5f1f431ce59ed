//! The names of the operations, and what every operation has: a kind, an answer and a check.
//!
//! Owns the list. New operations come at its end; a plugin that does not know one says
//! "unsupported" and has done nothing. Next: [`super::destination`].

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a plugin can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It moves money.
    Destination,
    /// It moves points.
    Membership,
}

impl Kind {
    /// Returns the word of documents and manifests.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Destination => "destination",
            Self::Membership => "membership",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Every operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperationName {
    /// Charge.
    #[serde(rename = "destination.authorize")]
    Authorize,
    /// Did you charge?
    #[serde(rename = "destination.inquire")]
    Inquire,
    /// Take it back, or remember never to do it.
    #[serde(rename = "destination.reverse")]
    Reverse,
    /// Give all of an approved charge back, as if it had not been.
    #[serde(rename = "destination.void")]
    Void,
    /// Give some or all of an approved charge back.
    #[serde(rename = "destination.refund")]
    Refund,
    /// Compare the totals of a period.
    #[serde(rename = "destination.reconcile")]
    Reconcile,
    /// How many points has the member?
    #[serde(rename = "membership.balance")]
    Balance,
    /// Hold points until they are redeemed or released.
    #[serde(rename = "membership.reserve")]
    Reserve,
    /// Add points.
    #[serde(rename = "membership.accrue")]
    Accrue,
    /// Spend points, held ones or free ones.
    #[serde(rename = "membership.redeem")]
    Redeem,
    /// Let held points go.
    #[serde(rename = "membership.release")]
    Release,
    /// Take points back, or remember never to move them.
    #[serde(rename = "membership.cancel")]
    Cancel,
    /// Did you move points?
    #[serde(rename = "membership.inquire")]
    InquirePoints,
}

impl OperationName {
    /// Returns whom it is asked of.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Authorize
            | Self::Inquire
            | Self::Reverse
            | Self::Void
            | Self::Refund
            | Self::Reconcile => Kind::Destination,
            Self::Balance
            | Self::Reserve
            | Self::Accrue
            | Self::Redeem
            | Self::Release
            | Self::Cancel
            | Self::InquirePoints => Kind::Membership,
        }
    }

    /// Returns the word of documents and logs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Authorize => "destination.authorize",
            Self::Inquire => "destination.inquire",
            Self::Reverse => "destination.reverse",
            Self::Void => "destination.void",
            Self::Refund => "destination.refund",
            Self::Reconcile => "destination.reconcile",
            Self::Balance => "membership.balance",
            Self::Reserve => "membership.reserve",
            Self::Accrue => "membership.accrue",
            Self::Redeem => "membership.redeem",
            Self::Release => "membership.release",
            Self::Cancel => "membership.cancel",
            Self::InquirePoints => "membership.inquire",
        }
    }
}

/// What one operation asks, with what it answers.
pub trait Operation: fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name.
    const NAME: OperationName;
    /// What it answers.
    type Answer: fmt::Debug + Serialize + DeserializeOwned + Send + 'static;

    /// Checks that an answer speaks of what was asked. An approval of another amount is none.
    ///
    /// # Errors
    /// [`Mismatch`] naming the first difference.
    fn check(&self, answer: &Self::Answer) -> Result<(), Mismatch>;

    /// Returns the text that the shopper showed: it is never to be seen in a log.
    fn shown(&self) -> Option<&str> {
        None
    }
}

/// What an answer names that was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// Another transaction.
    Transaction,
    /// Another inquiry.
    Inquiry,
    /// Another amount, or number of points.
    Amount,
    /// Another currency.
    Currency,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transaction => "another transaction",
            Self::Inquiry => "another inquiry",
            Self::Amount => "another amount",
            Self::Currency => "another currency",
        })
    }
}

impl std::error::Error for Mismatch {}

/// Compares two transaction ids.
pub(super) fn same(told: &str, asked: &str) -> Result<(), Mismatch> {
    if told == asked { Ok(()) } else { Err(Mismatch::Transaction) }
}
