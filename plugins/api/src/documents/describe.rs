//! How a library describes itself when it is loaded.
//!
//! Owns the shape. The host compares it with the signed manifest: a library that promises other
//! things than its manifest is refused. Next: [`super::http`].

use super::capability::Capabilities;
use super::operation::Kind;
use serde::{Deserialize, Serialize};

/// What a library is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The plugin's name; that of its manifest.
    pub name: String,
    /// Its version; that of its manifest.
    pub version: String,
    /// The newest documents that it reads.
    pub documents: u32,
    /// What it provides: at most one of each kind.
    pub provides: Vec<Provided>,
}

/// One of the kinds that a library provides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provided {
    /// Which kind.
    pub kind: Kind,
    /// What it promises.
    pub capabilities: Capabilities,
}
