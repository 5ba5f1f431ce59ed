//! What the exceptions desk says and hears, as JSON.
//!
//! Owns shapes only; times are milliseconds since 1970, amounts are minor units. The description
//! in `openapi.json` is held to these types by its test.

use baton_protocol::evidence::{Cause, Evidence};
use baton_protocol::ids::{
    AppId, DestinationId, OperatorName, ShopId, TerminalId, TouchId, TransactionId,
};
use baton_protocol::money::Currency;
use baton_protocol::work::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// One page of cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseList {
    /// The cases, oldest first.
    pub cases: Vec<CaseLine>,
    /// Where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Uuid>,
}

/// One case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLine {
    /// What it is about: a transaction's id, or a device such as `terminal:counter-1`.
    pub subject: String,
    /// Why it was opened.
    pub kind: String,
    /// When.
    pub opened_at_ms: i64,
    /// When it was closed, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at_ms: Option<i64>,
    /// Whose.
    pub shop: ShopId,
    /// Who decides about the money, if it is about money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<DestinationId>,
    /// Where the transaction stands, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// What waits for a second operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposed>,
}

/// What one operator proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// The state, or `close`.
    pub decision: String,
    /// By whom.
    pub operator: OperatorName,
    /// Why.
    pub reason: String,
    /// When.
    pub at_ms: i64,
}

/// Everything about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAnswer {
    /// What it is about.
    pub subject: String,
    /// Its cases, oldest first.
    pub cases: Vec<CaseLine>,
    /// What is known of the transaction, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<TransactionFacts>,
    /// The recorded steps of the transaction.
    pub steps: Vec<Step>,
    /// What was said and done, oldest first.
    pub evidence: Vec<EvidenceLine>,
    /// What may be done now.
    pub may: May,
}

/// What never changes about a transaction, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionFacts {
    /// Which one; also the reference at the destination.
    pub transaction_id: TransactionId,
    /// Its touch.
    pub touch_id: TouchId,
    /// Where it stands.
    pub state: State,
    /// Whether undoing it was decided; then it can never become approved.
    pub reversal_decided: bool,
    /// Where the shopper touched.
    pub terminal: TerminalId,
    /// Who executed it.
    pub executor: String,
    /// Through which app.
    pub app: AppId,
    /// Whose terminal it is.
    pub shop: ShopId,
    /// Who decides about the money.
    pub destination: DestinationId,
    /// What that one declared, C1 to C7.
    pub capabilities: String,
    /// Whether machines settle its doubts: `automatic` or `manual`.
    pub class: String,
    /// `S` or `P`.
    pub route: String,
    /// How much.
    pub amount: i64,
    /// Of what.
    pub currency: Currency,
    /// When the gateway took it.
    pub accepted_at_ms: i64,
    /// What the executor saw, if it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Why the executor did not do it, if it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// One recorded step, from the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number in the audit chain.
    pub seq: i64,
    /// When.
    pub at_ms: i64,
    /// From where; nothing for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<State>,
    /// To where.
    pub to: State,
    /// Why, in a stable word.
    pub cause: String,
    /// Particulars of the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The destination's approval number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The operator who proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The operator who confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<String>,
    /// Their reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// What kind of piece, in a stable word.
    pub kind: String,
    /// Which operator, or nothing for a machine's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// What was said.
    pub said: Map<String, Value>,
    /// When it first came.
    pub first_at_ms: i64,
    /// When it came last.
    pub last_at_ms: i64,
    /// How often it came.
    pub times: i64,
}

/// What may be done now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct May {
    /// Whether the destination can be asked.
    pub inquire: bool,
    /// What can be proposed, or confirmed: states, or `close`.
    pub decide: Vec<String>,
    /// What can not, although somebody may want it.
    pub never: Vec<Never>,
}

/// A decision that is ruled out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Never {
    /// Which one.
    pub decision: String,
    /// The code with which it would be refused.
    pub why: String,
}

/// What a transaction in suspense shall become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveRequest {
    /// The state.
    pub state: State,
    /// Why: what was seen where, for those who read it later.
    pub reason: String,
}

/// That the alarms were looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseRequest {
    /// What was found.
    pub reason: String,
}
