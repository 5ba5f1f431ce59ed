//! Electronic product codes: GS1 keys as the bits of a radio tag and as URIs.
//!
//! Owns SGTIN, SGLN and SSCC in their binary forms of 96, 195 and 198 bits, as pure identity and as
//! tag URI, and the way to GS1 keys. Source: GS1 EPC Tag Data Standard 2. Reading order:
//! [`scheme`], `partition.rs`, [`serial`], [`identity`], `uri.rs`, [`tag`], then [`gs1_keys`].

mod bits;
pub mod fault;
pub mod gs1_keys;
pub mod identity;
mod partition;
pub mod scheme;
pub mod serial;
pub mod tag;
mod uri;

#[cfg(test)]
mod tests;

pub use fault::EpcFault;
pub use identity::{Identity, Kind};
pub use scheme::{Filter, Scheme};
pub use serial::Serial;
pub use tag::Tag;
