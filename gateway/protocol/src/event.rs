//! What app backends and shops are told of transactions: events, read by cursor or by webhook.
//!
//! Owns these documents. An event says what a state is, never a code, a member or a digest. The
//! body of a webhook is one [`Event`], or one [`Ping`]. Next: [`crate::refusal`].

use crate::ids::{AppId, ShopId, TerminalId, TouchId, TransactionId};
use crate::money::Currency;
use crate::work::State;
use serde::{Deserialize, Serialize};

/// One step of one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number, which is also the cursor: larger ones are later.
    pub id: i64,
    /// `transaction.` and the state.
    #[serde(rename = "type")]
    pub kind: String,
    /// The transaction that moved.
    pub transaction_id: TransactionId,
    /// Its touch.
    pub touch_id: TouchId,
    /// Where the shopper touched.
    pub terminal_id: TerminalId,
    /// Whose terminal it is.
    pub shop_id: ShopId,
    /// Through which app.
    pub app_id: AppId,
    /// What it is for: `payment`, `refund`, `void`, `accrue`, `redeem`, `balance`; more may come.
    pub purpose: String,
    /// Where it stands after this step.
    pub state: State,
    /// Minor units.
    pub amount: i64,
    /// What they are units of.
    pub currency: Currency,
    /// Why, in a stable word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

impl Event {
    /// Returns the type of the events that bring a transaction to a state.
    #[must_use]
    pub fn kind_of(state: State) -> String {
        format!("transaction.{}", state.word())
    }
}

/// Answer of `GET /v1/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPage {
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// The `after` of the next page.
    pub next: i64,
}

/// What a webhook is sent when an operator tries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ping {
    /// 0: it is no event.
    pub id: i64,
    /// `ping`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

impl Ping {
    /// Makes one.
    #[must_use]
    pub fn at(at_ms: i64) -> Self {
        Self { id: 0, kind: "ping".to_owned(), at_ms }
    }
}
