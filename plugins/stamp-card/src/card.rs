//! The stamp server's interface, and what each of its answers means.
//!
//! Owns URLs and bodies. Member ids travel in bodies, never in URLs. Only a status 200 with a body
//! that can be read counts; everything else leaves doubt. Next: [`crate::server`], its other end.

use baton_plugin_api::Host;
use baton_plugin_api::documents::http::{HttpAnswer, HttpRequest};
use baton_plugin_api::documents::membership::Move;
use baton_plugin_api::documents::{DeclineReason, UnknownReason};
use serde::{Deserialize, Serialize};

/// The secret that says where the server is and opens it: `http://host:port key`.
pub const SECRET: &str = "stamp-card-server";

/// Which way stamps go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Onto the card.
    Accrue,
    /// Off the card.
    Redeem,
    /// Held.
    Reserve,
}

/// Body of `POST /moves`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveBody {
    /// The key.
    pub transaction_id: String,
    /// Whose card.
    pub member_id: String,
    /// Which way.
    pub way: Way,
    /// How many.
    pub points: i64,
    /// The reserve that is spent.
    pub reserve_transaction_id: Option<String>,
}

/// Body of `POST /balance`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BalanceBody {
    /// Whose card.
    pub member_id: String,
}

/// Body of `POST /undo` and `POST /lookup`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TransactionBody {
    /// The key.
    pub transaction_id: String,
}

/// Every answer of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Asked {
    /// Moved, and it stands; or the balance.
    Done {
        /// The key.
        transaction_id: String,
        /// How many moved, or are there.
        points: i64,
        /// The number of the entry.
        reference: String,
        /// What is on the card afterwards.
        balance: Option<i64>,
    },
    /// Not moved.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// Moved and taken back, or never to be moved.
    Undone {
        /// The key.
        transaction_id: String,
    },
    /// Never seen.
    NotFound {
        /// The key.
        transaction_id: String,
    },
}

pub(crate) fn moved(host: &Host<'_>, ask: &Move, way: Way) -> Result<Asked, UnknownReason> {
    let body = MoveBody {
        transaction_id: ask.transaction_id.clone(),
        member_id: ask.member_id.reveal().to_owned(),
        way,
        points: ask.points,
        reserve_transaction_id: ask.reserve_transaction_id.clone(),
    };
    post(host, "/moves", &body)
}

pub(crate) fn balance(host: &Host<'_>, member_id: &str) -> Result<Asked, UnknownReason> {
    post(host, "/balance", &BalanceBody { member_id: member_id.to_owned() })
}

pub(crate) fn undone(host: &Host<'_>, transaction: &str) -> Result<Asked, UnknownReason> {
    post(host, "/undo", &TransactionBody { transaction_id: transaction.to_owned() })
}

pub(crate) fn lookup(host: &Host<'_>, transaction: &str) -> Result<Asked, UnknownReason> {
    post(host, "/lookup", &TransactionBody { transaction_id: transaction.to_owned() })
}

fn post(host: &Host<'_>, path: &str, body: &impl Serialize) -> Result<Asked, UnknownReason> {
    let secret = host.secret(SECRET).ok_or(UnknownReason::Silent)?;
    let (server, key) = secret.reveal().split_once(' ').ok_or(UnknownReason::Silent)?;
    let body = serde_json::to_string(body).map_err(|_| UnknownReason::Silent)?;
    let request = HttpRequest::post_json(format!("{server}{path}"), body)
        .header("authorization", &format!("Bearer {key}"));
    let answer = host.http(&request).map_err(|fault| fault.unknown())?;
    read(&answer)
}

fn read(answer: &HttpAnswer) -> Result<Asked, UnknownReason> {
    if answer.status != 200 {
        return Err(UnknownReason::Inconclusive);
    }
    let text = answer.body.text().ok_or(UnknownReason::Garbled)?;
    serde_json::from_str(text).map_err(|_| UnknownReason::Garbled)
}
