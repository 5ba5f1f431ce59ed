//! One request to a receiver: signed, bounded in time, without redirects.
//!
//! Owns the headers and what an answer means. 2xx: it has the event. 410: it wants no more.
//! Anything else, a redirect and silence too: not taken. Next: [`super::address`].

use super::address::{Guarded, Reach, check_url};
use crate::config::Webhooks as Settings;
use crate::vault::{Vault, VaultFault};
use baton_core::relay::delivery::Answer;
use baton_core::time::Timestamp;
use baton_destinations::Secret;
use baton_destinations::signature::{SIGNATURE_HEADER, sign_each};
use baton_protocol::ids::WebhookId;
use baton_records::webhooks::WebhookRow;
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of an answer that are read so that its connection can be used again; they say nothing.
const ANSWER_BYTES_MAX: usize = 4_096;
/// Idle connections kept to one receiver: as many as are used at once by default.
const IDLE_CONNECTIONS_MAX: usize = 8;

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// What it means.
    pub answer: Answer,
    /// The status, or why there is none; for people.
    pub words: String,
}

/// Where one webhook's requests go, and what signs them.
pub struct Receiver {
    id: WebhookId,
    url: String,
    secret: Secret,
    former: Option<(Secret, Timestamp)>,
    reach: Reach,
    client: Client,
}

/// Why nothing can be sent to a webhook.
#[derive(Debug, thiserror::Error)]
pub enum ReceiverInvalid {
    /// Its secret cannot be opened.
    #[error("its secret cannot be opened; was the key file changed?")]
    Secret(#[from] VaultFault),
    /// No client can be made.
    #[error("no HTTP client can be made: {0}")]
    Client(#[from] reqwest::Error),
}

impl Receiver {
    /// Opens the secrets of a webhook and makes its client.
    ///
    /// # Errors
    /// Each variant of [`ReceiverInvalid`] as it says.
    pub fn of(
        row: &WebhookRow,
        vault: &Vault,
        settings: &Settings,
    ) -> Result<Self, ReceiverInvalid> {
        let secret = vault.unseal_secret(&row.id, &row.secret)?;
        let former = match &row.former {
            Some((sealed, until)) => Some((vault.unseal_secret(&row.id, sealed)?, *until)),
            None => None,
        };
        let reach = settings.reach();
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(Guarded(reach)))
            .connect_timeout(Duration::from_millis(settings.connect_ms))
            .timeout(Duration::from_millis(settings.answer_ms))
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .build()?;
        let (id, url) = (row.id.clone(), row.url.clone());
        Ok(Self { id, url, secret, former, reach, client })
    }

    /// Sends one event once.
    pub async fn post(&self, seq: i64, attempt: u32, body: String, at_ms: i64) -> Posted {
        let url = match check_url(&self.url, self.reach) {
            Ok(url) => url,
            Err(why) => return Posted { answer: Answer::Failed, words: why.to_string() },
        };
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("baton-gateway/", env!("CARGO_PKG_VERSION")))
            .header(SIGNATURE_HEADER, sign_each(&self.secrets(at_ms), at_ms, body.as_bytes()))
            .header("baton-webhook-id", self.id.as_str())
            .header("baton-event-id", seq)
            .header("baton-delivery-attempt", attempt)
            .body(body);
        match request.send().await {
            Ok(response) => {
                let status = response.status();
                drain(response).await;
                Posted { answer: meaning(status), words: status.as_u16().to_string() }
            }
            Err(fault) => Posted { answer: Answer::Failed, words: reason(&fault) },
        }
    }
}

impl Receiver {
    /// The secrets that sign now: while it is changed, the former one too.
    fn secrets(&self, at_ms: i64) -> Vec<Secret> {
        let former = self.former.iter().filter(|(_, until)| until.ms() > at_ms);
        let former = former.map(|(secret, _)| secret.clone());
        std::iter::once(self.secret.clone()).chain(former).collect()
    }
}

fn meaning(status: StatusCode) -> Answer {
    match status {
        status if status.is_success() => Answer::Taken,
        StatusCode::GONE => Answer::Gone,
        _ => Answer::Failed,
    }
}

async fn drain(mut response: Response) {
    let mut read = 0_usize;
    while read < ANSWER_BYTES_MAX {
        match response.chunk().await {
            Ok(Some(chunk)) => read = read.saturating_add(chunk.len()),
            Ok(None) | Err(_) => return,
        }
    }
}

/// Says why there was no answer; the URL is known to whoever reads it.
fn reason(fault: &reqwest::Error) -> String {
    let mut words = if fault.is_timeout() { "no answer in time" } else { "no answer" }.to_owned();
    let mut cause = std::error::Error::source(fault);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    words
}

#[cfg(test)]
mod tests;
