//! What phones and merchants say to the gateway over HTTP, and what they are told.
//!
//! Owns the documents of the phone API. Shapes only: `core/relay/request.rs` says what of it is
//! allowed. Unknown fields are tolerated, floats are not. Next: [`crate::event`].

use crate::code::{MemberId, PaymentCode};
use crate::ids::{AppId, SaleId, TerminalId, TouchId, TransactionId};
use crate::money::Currency;
use crate::work::{MembershipAction, State};
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/touches`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TouchRequest {
    /// The terminal that was touched.
    pub terminal_id: TerminalId,
    /// The payment half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentPart>,
    /// The membership half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membership: Option<MembershipPart>,
    /// The open sale that this pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale_id: Option<SaleId>,
}

/// The payment half of a touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentPart {
    /// Which app made the code.
    pub app_id: AppId,
    /// The one-time code.
    pub code: PaymentCode,
    /// Minor units; absent when an open sale says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Present exactly when `amount` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

/// The membership half of a touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipPart {
    /// Which app knows the member.
    pub app_id: AppId,
    /// The member.
    pub member_id: MemberId,
    /// What to do.
    pub action: MembershipAction,
    /// How many points; needed for `accrue` and `redeem`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
}

/// A touch as the phone sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TouchAnswer {
    /// The touch.
    pub touch_id: TouchId,
    /// Its transactions, payment first.
    pub transactions: Vec<TransactionAnswer>,
}

/// A transaction as the phone sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionAnswer {
    /// The transaction.
    pub transaction_id: TransactionId,
    /// Where it stands, as the gateway knows it.
    pub state: State,
    /// Minor units.
    pub amount: i64,
    /// What they are units of.
    pub currency: Currency,
    /// Why it was rejected or declined, in a stable word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TransactionKind>,
    /// What was given back of it or is being given back, in minor units; absent when nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded_amount: Option<i64>,
    /// What a refund or void gives back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_transaction_id: Option<TransactionId>,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    /// Money from the shopper to the shop.
    Payment,
    /// Points to a member.
    Accrue,
    /// Points from a member.
    Redeem,
    /// A question about points.
    Balance,
    /// Some or all of a payment back.
    Refund,
    /// An approved transaction undone as a whole.
    Void,
}

impl TransactionKind {
    /// Tells whether it gives something back instead of being part of a touch.
    #[must_use]
    pub const fn gives_back(self) -> bool {
        matches!(self, Self::Refund | Self::Void)
    }
}

/// Body of `POST /v1/transactions/{id}/refund`: without an amount, all that is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    /// Minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Present exactly when `amount` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

/// One server-sent event of a touch; its `id:` is the audit number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TouchEvent {
    /// The transaction that moved.
    pub transaction_id: TransactionId,
    /// Where it stands now.
    pub state: State,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Why, in a stable word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Body of `POST /v1/sales`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleRequest {
    /// Where the next touch pays it.
    pub terminal_id: TerminalId,
    /// Minor units.
    pub amount: i64,
    /// What they are units of.
    pub currency: Currency,
    /// The merchant's own number for it.
    pub order_ref: String,
}

/// A sale as the merchant sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleAnswer {
    /// The sale.
    pub sale_id: SaleId,
    /// Where it waits.
    pub terminal_id: TerminalId,
    /// Minor units.
    pub amount: i64,
    /// What they are units of.
    pub currency: Currency,
    /// The merchant's own number for it.
    pub order_ref: String,
    /// `open`, `taken`, `paid`, `closed` or `expired`.
    pub state: SaleState,
    /// The touch that took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touch_id: Option<TouchId>,
}

/// The life of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleState {
    /// Waits for a touch.
    Open,
    /// A touch is paying it.
    Taken,
    /// Paid. Final.
    Paid,
    /// The merchant closed it. Final.
    Closed,
    /// Nobody came in time. Final.
    Expired,
}

/// Answer of `POST /v1/terminals/{id}/resolve`: what a phone may know of a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveAnswer {
    /// The terminal.
    pub terminal_id: TerminalId,
    /// The name over the shop's door.
    pub shop: String,
    /// Whether the terminal, or the agent that it is paired with, is connected now.
    pub online: bool,
    /// The open sale, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<OpenSale>,
    /// Apps that can be used here.
    pub apps: Vec<AcceptedApp>,
}

/// An open sale as a phone sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSale {
    /// The sale, to be named in the touch.
    pub sale_id: SaleId,
    /// Minor units.
    pub amount: i64,
    /// What they are units of.
    pub currency: Currency,
}

/// An app as a phone sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedApp {
    /// The app.
    pub app_id: AppId,
    /// `acquirer`, `wallet` or `membership`.
    pub kind: DestinationKind,
    /// Whether whoever would execute its work is there now: the terminal, the agent that it is
    /// paired with, or the gateway itself. An older gateway does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready: Option<bool>,
}

/// The kinds of destinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DestinationKind {
    /// A card acquirer's host.
    Acquirer,
    /// A wallet.
    Wallet,
    /// A membership provider.
    Membership,
}

impl DestinationKind {
    /// Returns the word used on the wire and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Acquirer => "acquirer",
            Self::Wallet => "wallet",
            Self::Membership => "membership",
        }
    }

    /// Finds a kind by its word.
    #[must_use]
    pub fn lookup(word: &str) -> Option<Self> {
        [Self::Acquirer, Self::Wallet, Self::Membership].into_iter().find(|k| k.word() == word)
    }
}
