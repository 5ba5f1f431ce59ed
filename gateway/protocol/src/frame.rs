//! The envelope of every message on the device link.
//!
//! Owns version, sequence and acknowledgement; knows nothing of what is inside. The rules for
//! using them are in `baton-link`'s session. Next: [`crate::link`].

use serde::{Deserialize, Serialize};

/// One JSON text frame.
///
/// **Order** `seq` starts at 1 in each session and grows by one; `ack` is the highest `seq` that
/// the sender has taken from the other side.
/// **Repeat** a frame whose `seq` was taken already is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame<B> {
    /// The version that the sender speaks.
    pub v: u16,
    /// This frame's number; 0 for a frame that only acknowledges or greets.
    pub seq: u64,
    /// The highest number taken from the other side.
    pub ack: u64,
    /// What is said.
    pub body: B,
}
