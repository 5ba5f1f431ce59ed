//! Faults of this crate: a client that cannot be made, and a destination that cannot be reached.
//!
//! Owns also [`Lost`], the reasons why a question stayed without a usable answer, and their
//! translation into the shared words. Next: [`crate::client`].

use crate::iso8583::dialect::DialectFault;
use baton_protocol::work::UnknownReason;

/// Why a client cannot be made from a target. Trying again without a change is no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientInvalid {
    /// Not `host:port`.
    #[error("destination address '{address}' is not host:port")]
    AddressInvalid {
        /// What was configured.
        address: String,
    },
    /// Not an `http` or `https` URL, or one with a trailing slash.
    #[error("destination url '{base_url}' is not http://host:port without a trailing slash")]
    UrlInvalid {
        /// What was configured.
        base_url: String,
    },
    /// The profile says something that cannot be.
    #[error("profile: {reason}")]
    ProfileInvalid {
        /// What, where, and what could stand there.
        reason: String,
    },
    /// A plugin's destination where no plugins are: a program without a plugins folder.
    #[error("this program has no plugins; set [plugins] folder, where '{plugin}' is looked for")]
    PluginsAbsent {
        /// Which plugin.
        plugin: String,
    },
    /// The HTTP machinery refused to start.
    #[error("http client cannot be started: {cause}")]
    Machinery {
        /// What it said.
        cause: String,
    },
}

impl From<DialectFault> for ClientInvalid {
    fn from(fault: DialectFault) -> Self {
        Self::ProfileInvalid { reason: fault.to_string() }
    }
}

/// Why a destination cannot be asked now. Nothing of a transaction was sent; trying again is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// The connection was refused or cannot be routed.
    #[error("destination refuses the connection; check its address and that it is running")]
    Refused,
    /// The connection, the sign-on or the echo got no answer in time.
    #[error("destination does not answer in time")]
    Silent,
    /// The destination answered the sign-on with a refusal.
    #[error("destination refuses the sign-on")]
    SignOnRefused,
    /// The client was closed; whoever still holds it asks nothing more.
    #[error("the client of this destination is closed")]
    Closed,
}

/// Why a question has no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It cannot be written in the destination's format, so it was never sent and never will be.
    Unsendable,
    /// Provably nothing of it was sent.
    NotSent,
    /// Nothing of it was sent, because the destination takes no sales on this line now.
    SignedOff,
    /// No answer in time.
    Silent,
    /// The connection broke.
    Cut,
    /// The answer could not be read.
    Garbled,
}

impl Lost {
    /// Returns the shared word. "Not sent" has none of its own there; `Silent` is the one that
    /// does not claim that something may have been sent.
    pub(crate) const fn reason(self) -> UnknownReason {
        match self {
            Self::Unsendable | Self::NotSent | Self::SignedOff | Self::Silent => {
                UnknownReason::Silent
            }
            Self::Cut => UnknownReason::Cut,
            Self::Garbled => UnknownReason::Garbled,
        }
    }
}
