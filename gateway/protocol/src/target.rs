//! Where a destination is and how to speak to it, as a command names it to an executor.
//!
//! Owns the address part of Table 2 that devices see. Credentials are never here: they are
//! provisioned to the device. Next: `destinations`, which dials it.

use crate::ids::DestinationId;
use serde::{Deserialize, Serialize};

/// One destination's address and way of speaking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Whose address this is.
    pub destination: DestinationId,
    /// How to speak there.
    pub way: Way,
}

/// A way of speaking to a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Way {
    /// ISO 8583:1987 over TCP, 2-byte binary length, ASCII fields.
    Iso8583 {
        /// `host:port`.
        address: String,
    },
    /// The HTTP/JSON wallet and membership interface.
    Http {
        /// `http://host:port`, without a trailing slash.
        base_url: String,
    },
}
