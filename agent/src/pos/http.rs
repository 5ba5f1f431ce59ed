//! Entries through the HTTP interface of a POS program, which answers with the result.
//!
//! Owns `POST /entries` and the judgement of its answer: approved only if amount and currency are
//! those of the command; every doubt is *unknown*. Next: the journal, which writes the verdict.

use super::PosInvalid;
use crate::config::HttpSettings;
use baton_protocol::evidence::{Cause, Fence};
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{DeclineReason, UnknownReason, Verdict, Work};
use reqwest::Url;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;

/// The largest answer that is read, in bytes: an honest one has under 300.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// The HTTP driver.
#[derive(Debug)]
pub struct HttpPos {
    client: reqwest::Client,
    entries: Url,
    host: String,
    port: u16,
    connect: Duration,
}

impl HttpPos {
    /// Makes the driver; connects nothing yet.
    ///
    /// # Errors
    /// [`PosInvalid::Url`] or [`PosInvalid::Machinery`].
    pub fn new(settings: &HttpSettings) -> Result<Self, PosInvalid> {
        let invalid = || PosInvalid::Url(settings.base_url.clone());
        let entries =
            Url::parse(&format!("{}/entries", settings.base_url)).map_err(|_| invalid())?;
        let host = entries.host_str().ok_or_else(invalid)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = entries.port_or_known_default().ok_or_else(invalid)?;
        if entries.scheme() != "http" || settings.base_url.ends_with('/') {
            return Err(invalid());
        }
        let connect = Duration::from_millis(settings.connect_ms);
        // A redirect or a proxy could carry a code elsewhere, and an entry is never made twice.
        let client = reqwest::Client::builder()
            .connect_timeout(connect)
            .timeout(Duration::from_millis(settings.answer_ms))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()
            .map_err(|fault| PosInvalid::Machinery(fault.to_string()))?;
        Ok(Self { client, entries, host, port, connect })
    }

    /// Makes sure that the POS program listens; nothing of the entry is sent.
    ///
    /// # Errors
    /// [`FenceReason::PosNotReady`] with its cause.
    pub async fn prepare(&self, command: &Command) -> Result<(), Fence> {
        let transaction = command.transaction;
        let connecting = TcpStream::connect((self.host.as_str(), self.port));
        match tokio::time::timeout(self.connect, connecting).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(fault)) => {
                tracing::warn!(%transaction, %fault, "the pos does not listen; start it");
                Err(Fence::because(FenceReason::PosNotReady, Cause::PosAway))
            }
            Err(_) => {
                tracing::warn!(%transaction, "the pos does not answer; is it hanging?");
                Err(Fence::because(FenceReason::PosNotReady, Cause::PosSilent))
            }
        }
    }

    /// Makes the entry, once, and waits for its result.
    pub async fn execute(&self, command: &Command) -> Verdict {
        match self.enter(command).await {
            Ok(answer) => judge(&answer, command.work.amount()),
            Err(reason) => Verdict::Unknown { reason },
        }
    }

    async fn enter(&self, command: &Command) -> Result<Value, UnknownReason> {
        let lost = |fault: reqwest::Error| {
            if fault.is_timeout() { UnknownReason::Silent } else { UnknownReason::Cut }
        };
        let request = self.client.post(self.entries.clone()).json(&entry(command));
        let mut answer = request.send().await.map_err(lost)?;
        if !answer.status().is_success() {
            let (transaction, status) = (command.transaction, answer.status().as_u16());
            tracing::warn!(%transaction, status, "the pos answered without a result");
            return Err(UnknownReason::Inconclusive);
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(lost)? {
            if body.len() + part.len() > ANSWER_BYTES_MAX {
                return Err(UnknownReason::Garbled);
            }
            body.extend_from_slice(&part);
        }
        serde_json::from_slice(&body).map_err(|_| UnknownReason::Garbled)
    }
}

/// The words of an entry.
pub(super) fn entry(command: &Command) -> Value {
    let amount = command.work.amount();
    let mut entry = json!({
        "transaction_id": command.transaction,
        "app_id": command.app,
        "entry": command.work.reveal(),
        "action": "payment",
        "amount": amount.minor,
        "currency": amount.currency,
    });
    if let (Work::Membership { action, points, .. }, Some(fields)) =
        (&command.work, entry.as_object_mut())
    {
        fields.insert("action".to_owned(), json!(action));
        fields.insert("points".to_owned(), json!(points));
    }
    entry
}

/// Judges the words of an answer; every doubt is *unknown*.
pub(super) fn judge(answer: &Value, asked: Money) -> Verdict {
    let unknown = |reason| Verdict::Unknown { reason };
    match answer.get("status").and_then(Value::as_str) {
        Some("approved") => match approval(answer) {
            Some((amount, reference)) if amount == asked => Verdict::Approved { amount, reference },
            Some(_) => unknown(UnknownReason::Mismatch),
            None => unknown(UnknownReason::Garbled),
        },
        Some("declined") => match word::<DeclineReason>(answer) {
            Some(reason) => Verdict::Declined { reason },
            None => unknown(UnknownReason::Garbled),
        },
        Some("unknown") => unknown(word(answer).unwrap_or(UnknownReason::Inconclusive)),
        _ => unknown(UnknownReason::Garbled),
    }
}

fn approval(answer: &Value) -> Option<(Money, String)> {
    let currency = Currency::from_letters(answer.get("currency")?.as_str()?).ok()?;
    let amount = Money::new(answer.get("amount")?.as_i64()?, currency);
    Some((amount, answer.get("reference")?.as_str()?.to_owned()))
}

fn word<T: serde::de::DeserializeOwned>(answer: &Value) -> Option<T> {
    serde_json::from_value(answer.get("reason")?.clone()).ok()
}
