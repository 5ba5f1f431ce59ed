//! HTTP through the host: the plugin's only way to its server.
//!
//! Owns shapes only. The host refuses every origin that the manifest does not name, limits size
//! and time, and says whether a failed request may have been sent. Next: [`crate::abi`].

use super::UnknownReason;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A request. `content-length`, `host` and what belongs to the connection are the host's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpRequest {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// The whole URL. Never put a code or a member id into it.
    pub url: String,
    /// Name and value, in order.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// What is sent; an empty text sends nothing.
    #[serde(default)]
    pub body: Body,
}

/// Bytes in a JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// As they are, when they are UTF-8.
    Text(String),
    /// In hexadecimal, otherwise.
    Hex(String),
}

/// An answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// 100 to 599.
    pub status: u16,
    /// Name in lower case and value, in order.
    pub headers: Vec<(String, String)>,
    /// What came.
    pub body: Body,
}

/// What the host says about a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum HttpOutcome {
    /// There is an answer.
    Answered(HttpAnswer),
    /// There is none.
    Failed(HttpFault),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpFault {
    /// Whether the server may have got the request.
    pub sent: Sent,
    /// What happened, for the log.
    pub reason: String,
}

/// Whether something may have left this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// Certainly not.
    No,
    /// Perhaps, and it is too late to stop it.
    Maybe,
}

impl HttpRequest {
    /// Makes a request with a JSON body.
    #[must_use]
    pub fn post_json(url: String, json: String) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { method: "POST".to_owned(), url, headers, body: Body::Text(json) }
    }

    /// Makes a request without a body.
    #[must_use]
    pub fn get(url: String) -> Self {
        Self { method: "GET".to_owned(), url, headers: Vec::new(), body: Body::default() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Body {
    /// Returns the bytes; nothing when the hexadecimal form is broken.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.as_bytes().to_vec()),
            Self::Hex(digits) if digits.is_ascii() && digits.len().is_multiple_of(2) => digits
                .as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
                .collect(),
            Self::Hex(_) => None,
        }
    }

    /// Returns the text; nothing when it is none.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Hex(_) => None,
        }
    }

    /// Takes bytes in the form that fits.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(|bad| Self::Hex(hex(bad.as_bytes())), Self::Text)
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl HttpOutcome {
    pub(crate) fn into_result(self) -> Result<HttpAnswer, HttpFault> {
        match self {
            Self::Answered(answer) => Ok(answer),
            Self::Failed(fault) => Err(fault),
        }
    }
}

impl HttpFault {
    /// Makes a fault before anything was sent.
    #[must_use]
    pub fn refused(reason: &str) -> Self {
        Self { sent: Sent::No, reason: reason.to_owned() }
    }

    /// Makes a fault after something may have been sent.
    #[must_use]
    pub fn maybe(reason: &str) -> Self {
        Self { sent: Sent::Maybe, reason: reason.to_owned() }
    }

    /// Returns the word of verdicts. "Not sent" has none of its own; `Silent` is the one that does
    /// not claim that something may have been sent.
    #[must_use]
    pub const fn unknown(&self) -> UnknownReason {
        match self.sent {
            Sent::No => UnknownReason::Silent,
            Sent::Maybe => UnknownReason::Cut,
        }
    }
}

impl fmt::Display for HttpFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for HttpFault {}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
