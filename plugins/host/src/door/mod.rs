//! What the host does for a running call: HTTP within the allow-list, secrets, log lines.
//!
//! Owns every permission and bound of it. What a plugin says is foreign text: a log line is cut,
//! its control characters are escaped, and the shopper's code and the plugin's secrets are starred
//! out of it. Next: [`crate::network`].

#[cfg(test)]
mod tests;

use crate::network::{BODY_BYTES_MAX, Network};
use crate::origin::Origin;
use baton_plugin_api::abi::{LEVEL_ERROR, LEVEL_INFO, LEVEL_WARN, LOG_BYTES_MAX};
use baton_plugin_api::documents::http::{HttpFault, HttpOutcome, HttpRequest};
use baton_plugin_api::documents::{DOCUMENT_VERSION, OperationName, Secret, Versioned};
use reqwest::Url;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// HTTP requests of one call: a token, the request, and room for a server that wants more.
const REQUESTS_MAX: u32 = 16;
/// Log lines of one call that are kept: an engineer reads a page, not a flood.
const LINES_MAX: u32 = 32;
/// Left to the plugin after its request timed out, in milliseconds: it says "unknown" itself.
const MARGIN_MS: u64 = 200;
/// Headers of a request: honest plugins send a handful.
const HEADERS_MAX: usize = 32;
/// What may be asked for.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// Headers that belong to the connection, which is the host's.
const HEADERS_REFUSED: [&str; 8] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "trailer",
    "proxy-authorization",
];
/// The shortest text that is starred out: a member "1" must not blacken every number.
const STARRED_BYTES_MIN: usize = 4;

/// What one plugin may do.
#[derive(Debug)]
pub(crate) struct HostDoor {
    pub(crate) plugin: String,
    pub(crate) origins: Vec<Origin>,
    /// Those that the manifest names and the operator gave.
    pub(crate) secrets: BTreeMap<String, Secret>,
    pub(crate) network: Arc<dyn Network>,
}

/// One running call.
#[derive(Debug)]
pub(crate) struct RunningCall {
    pub(crate) operation: OperationName,
    /// What the shopper showed; never to be seen.
    shown: Option<Secret>,
    pub(crate) deadline: Instant,
    lines: AtomicU32,
    requests: AtomicU32,
}

/// Whether something was of use, or only noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heed {
    Useful,
    Noise,
}

impl RunningCall {
    pub(crate) fn new(operation: OperationName, shown: Option<&str>, deadline: Instant) -> Self {
        let shown = shown.map(|text| Secret::new(text.to_owned()));
        let (lines, requests) = (AtomicU32::new(0), AtomicU32::new(0));
        Self { operation, shown, deadline, lines, requests }
    }
}

impl HostDoor {
    /// Does an HTTP request, or says why not. Never empty.
    pub(crate) async fn http(&self, call: &RunningCall, document: &[u8]) -> Vec<u8> {
        let outcome = match self.permitted(call, document) {
            Ok((request, origin)) => self.sent(call, request, &origin).await,
            Err(fault) => {
                let (plugin, operation) = (&self.plugin, call.operation.word());
                tracing::warn!(%plugin, operation, reason = %fault, "plugin's request refused");
                HttpOutcome::Failed(fault)
            }
        };
        serde_json::to_vec(&Versioned::of(outcome)).unwrap_or_else(|_| b"{}".to_vec())
    }

    /// Returns a secret; nothing unless it is permitted and given.
    pub(crate) fn secret(&self, name: &[u8]) -> Option<Vec<u8>> {
        let name = std::str::from_utf8(name).ok()?;
        let found = self.secrets.get(name).map(|secret| secret.reveal().as_bytes().to_vec());
        if found.is_none() {
            let (plugin, name) = (&self.plugin, clean(name));
            tracing::warn!(%plugin, %name, "plugin asks for a secret that it does not have");
        }
        found
    }

    /// Writes a line to the log.
    pub(crate) fn log(&self, call: &RunningCall, level: u32, text: &[u8]) -> Heed {
        if call.lines.fetch_add(1, Ordering::Relaxed) >= LINES_MAX {
            return Heed::Noise;
        }
        let (plugin, operation, text) =
            (&self.plugin, call.operation.word(), self.line(call, text));
        match level {
            LEVEL_ERROR => tracing::error!(%plugin, operation, "{text}"),
            LEVEL_WARN => tracing::warn!(%plugin, operation, "{text}"),
            LEVEL_INFO => tracing::info!(%plugin, operation, "{text}"),
            _ => tracing::debug!(%plugin, operation, "{text}"),
        }
        Heed::Useful
    }

    /// Makes a line that may be shown.
    fn line(&self, call: &RunningCall, text: &[u8]) -> String {
        let text = String::from_utf8_lossy(text.get(..LOG_BYTES_MAX).unwrap_or(text));
        let starred = self.secrets.values().chain(&call.shown).map(Secret::reveal);
        let starred = starred.filter(|secret| secret.len() >= STARRED_BYTES_MIN);
        clean(&starred.fold(text.into_owned(), |line, secret| line.replace(secret, "***")))
    }

    fn permitted(
        &self,
        call: &RunningCall,
        document: &[u8],
    ) -> Result<(HttpRequest, Origin), HttpFault> {
        let document: Versioned<HttpRequest> = serde_json::from_slice(document)
            .map_err(|_| HttpFault::refused("request cannot be read"))?;
        if document.v != DOCUMENT_VERSION {
            return Err(HttpFault::refused("request has an unknown version"));
        }
        let request = document.body;
        let url = Url::parse(&request.url).map_err(|_| HttpFault::refused("url is none"))?;
        let origin = Origin::of(&url).filter(|origin| self.origins.contains(origin));
        let origin = origin.ok_or_else(|| HttpFault::refused("host is not in the manifest"))?;
        if !METHODS.contains(&request.method.as_str()) {
            return Err(HttpFault::refused("method is not permitted"));
        }
        let refused = |name: &str| HEADERS_REFUSED.contains(&name.to_ascii_lowercase().as_str());
        if request.headers.len() > HEADERS_MAX || request.headers.iter().any(|(n, _)| refused(n)) {
            return Err(HttpFault::refused("headers are not permitted"));
        }
        if request.body.bytes().is_none_or(|body| body.len() > BODY_BYTES_MAX) {
            return Err(HttpFault::refused("body is too large, or not hexadecimal"));
        }
        if call.requests.fetch_add(1, Ordering::Relaxed) >= REQUESTS_MAX {
            return Err(HttpFault::refused("too many requests in one call"));
        }
        Ok((request, origin))
    }

    async fn sent(&self, call: &RunningCall, request: HttpRequest, origin: &Origin) -> HttpOutcome {
        let begun = Instant::now();
        let left = call.deadline.saturating_duration_since(begun);
        let within = left.saturating_sub(Duration::from_millis(MARGIN_MS));
        if within.is_zero() {
            return HttpOutcome::Failed(HttpFault::refused("no time left"));
        }
        let method = request.method.clone();
        let sending = tokio::time::timeout(within, self.network.send(request, within));
        let outcome = sending
            .await
            .unwrap_or_else(|_| HttpOutcome::Failed(HttpFault::maybe("no answer in time")));
        let status = match &outcome {
            HttpOutcome::Answered(answer) => answer.status,
            HttpOutcome::Failed(_) => 0,
        };
        let (plugin, operation) = (&self.plugin, call.operation.word());
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(%plugin, operation, %method, %origin, status, ms, "plugin's request");
        outcome
    }
}

/// Escapes what could steer a terminal or begin another line.
fn clean(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}
