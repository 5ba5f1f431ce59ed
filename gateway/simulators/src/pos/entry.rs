//! What is entered into the POS program, and the sale that comes of it.
//!
//! Owns the documents of `POST /entries` and `GET /sales`. A sale never keeps what was entered.
//! Next: [`super::shop`].

use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::ids::{AppId, TransactionId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{DeclineReason, MembershipAction, UnknownReason, Verdict, Work};
use serde::{Deserialize, Serialize};

/// Body of `POST /entries`.
#[derive(Clone, Serialize, Deserialize)]
pub struct EntryRequest {
    /// The reference under which the destination is asked.
    pub transaction_id: TransactionId,
    /// Which app's input window.
    pub app_id: AppId,
    /// The code or member id that was entered.
    pub entry: String,
    /// What is to be done.
    pub action: Action,
    /// Minor units; ignored for a membership.
    #[serde(default)]
    pub amount: i64,
    /// Three letters; ignored for a membership.
    #[serde(default = "points_currency")]
    pub currency: Currency,
    /// Points of a membership.
    #[serde(default)]
    pub points: i64,
}

/// What is to be done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Charge the code.
    Payment,
    /// Add points.
    Accrue,
    /// Spend points.
    Redeem,
    /// Read the balance.
    Balance,
}

/// Which way an entry came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Through the input window.
    Window,
    /// Through the serial port.
    Scanner,
}

/// One finished sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Its reference.
    pub transaction_id: TransactionId,
    /// Through which app.
    pub app_id: AppId,
    /// What was done.
    pub action: Action,
    /// How it came in.
    pub source: Source,
    /// When it ended, in milliseconds since 1970.
    pub at_ms: i64,
    /// Minor units, or points.
    pub amount: i64,
    /// Three letters; `PTS` for points.
    pub currency: Currency,
    /// What came of it.
    #[serde(flatten)]
    pub result: SaleResult,
}

/// What came of a sale, as the POS program shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum SaleResult {
    /// Charged.
    Approved {
        /// The destination's approval number.
        reference: String,
    },
    /// Not charged.
    Declined {
        /// Why; `refused` also when the destination could not be reached and nothing was sent.
        reason: DeclineReason,
    },
    /// Not known.
    Unknown {
        /// Why not.
        reason: UnknownReason,
    },
}

/// Answer 200 to `POST /entries`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryAnswer {
    /// The reference.
    pub transaction_id: TransactionId,
    /// Minor units, or points.
    pub amount: i64,
    /// Three letters.
    pub currency: Currency,
    /// What came of it.
    #[serde(flatten)]
    pub result: SaleResult,
}

/// What the POS program did with an entry.
pub(super) enum Entered {
    Sold(Sale),
    Busy,
    AppUnknown,
    EntryInvalid,
    LedgerUnwritable,
}

impl EntryRequest {
    pub(super) fn work(&self) -> Option<Work> {
        let membership = |action| {
            let member_id = MemberId::parse(self.entry.clone()).ok()?;
            Some(Work::Membership { member_id, action, points: self.points })
        };
        match self.action {
            Action::Payment => {
                let code = PaymentCode::parse(self.entry.clone()).ok()?;
                Some(Work::Payment { code, amount: Money::new(self.amount, self.currency) })
            }
            Action::Accrue => membership(MembershipAction::Accrue),
            Action::Redeem => membership(MembershipAction::Redeem),
            Action::Balance => membership(MembershipAction::Balance),
        }
    }
}

impl Sale {
    pub(super) fn answer(self) -> EntryAnswer {
        let Self { transaction_id, amount, currency, result, .. } = self;
        EntryAnswer { transaction_id, amount, currency, result }
    }
}

impl From<Verdict> for SaleResult {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Approved { reference, .. } => Self::Approved { reference },
            Verdict::Declined { reason } => Self::Declined { reason },
            Verdict::Unknown { reason } => Self::Unknown { reason },
        }
    }
}

const fn points_currency() -> Currency {
    Currency::POINTS
}
