//! The host's functions as a plugin written in Rust sees them.
//!
//! Owns every call through the host's table. What comes back is copied and given back to be freed
//! before anybody reads it. Next: [`crate::export`], which makes a [`Host`] for each call.
#![expect(unsafe_code, reason = "the host's functions are C")]

use super::{
    Buffer, HTTP_BYTES_MAX, HostTable, LEVEL_DEBUG, LEVEL_ERROR, LEVEL_INFO, LEVEL_WARN, STATUS_OK,
};
use crate::documents::http::{HttpAnswer, HttpFault, HttpOutcome, HttpRequest};
use crate::documents::{Secret, Versioned};

/// What the host does for one call: HTTP, secrets, log, clock.
///
/// It stays on the thread of its call.
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    table: &'a HostTable,
}

impl<'a> Host<'a> {
    pub(crate) const fn new(table: &'a HostTable) -> Self {
        Self { table }
    }

    /// Sends an HTTP request to one of the hosts of the manifest. It ends with the call's deadline,
    /// follows no redirect and is never repeated by itself.
    ///
    /// # Errors
    /// [`HttpFault`], which says whether the request may have been sent.
    pub fn http(&self, request: &HttpRequest) -> Result<HttpAnswer, HttpFault> {
        let document = serde_json::to_vec(&Versioned::of(request));
        let document = document.map_err(|_| HttpFault::refused("request cannot be written"))?;
        if document.len() > HTTP_BYTES_MAX {
            return Err(HttpFault::refused("request is too large"));
        }
        let Some(http) = self.table.http else {
            return Err(HttpFault::refused("this host does no http"));
        };
        let mut buffer = Buffer::empty();
        // SAFETY: the host's contract: the table and its context live until the call returns,
        // which borrows `self`; the document and the buffer outlive this line.
        let status =
            unsafe { http(self.table.context, document.as_ptr(), document.len(), &mut buffer) };
        let answer = self.taken(buffer);
        if status != STATUS_OK {
            return Err(HttpFault::maybe("the host gave no answer"));
        }
        match serde_json::from_slice::<Versioned<HttpOutcome>>(&answer) {
            Ok(document) => document.body.into_result(),
            Err(_) => Err(HttpFault::maybe("the host's answer cannot be read")),
        }
    }

    /// Returns a secret that the manifest asks for and the operator gave; nothing otherwise.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Secret> {
        let secret = self.table.secret?;
        let mut buffer = Buffer::empty();
        // SAFETY: as in `http`.
        let status = unsafe { secret(self.table.context, name.as_ptr(), name.len(), &mut buffer) };
        let value = self.taken(buffer);
        if status != STATUS_OK {
            return None;
        }
        String::from_utf8(value).ok().map(Secret::new)
    }

    /// Writes a line to the host's log. Never write codes, member ids or secrets.
    pub fn log(&self, level: Level, text: &str) {
        if let Some(log) = self.table.log {
            // SAFETY: as in `http`.
            unsafe { log(self.table.context, level.number(), text.as_ptr(), text.len()) }
        }
    }

    /// Returns milliseconds since 1970; 0 from a host without a clock.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        // SAFETY: as in `http`.
        self.table.clock_ms.map_or(0, |clock| unsafe { clock(self.table.context) })
    }

    /// Copies a buffer of the host and gives it back.
    fn taken(&self, buffer: Buffer) -> Vec<u8> {
        if buffer.data.is_null() {
            return Vec::new();
        }
        // SAFETY: the host filled the buffer: `len` bytes from `data`, its own until released.
        let bytes = unsafe { std::slice::from_raw_parts(buffer.data, buffer.len) }.to_vec();
        if let Some(release) = self.table.release {
            // SAFETY: each buffer is given back once, to the side that filled it.
            unsafe { release(buffer.data, buffer.len) }
        }
        bytes
    }
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Somebody is needed now.
    Error,
    /// Somebody should look tomorrow.
    Warn,
    /// A shop owner would care.
    Info,
    /// A decision.
    Debug,
}

impl Level {
    const fn number(self) -> u32 {
        match self {
            Self::Error => LEVEL_ERROR,
            Self::Warn => LEVEL_WARN,
            Self::Info => LEVEL_INFO,
            Self::Debug => LEVEL_DEBUG,
        }
    }
}
