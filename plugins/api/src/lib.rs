//! What a payment or membership provider compiles against: the contract between Baton and a plugin.
//!
//! | file | owns |
//! |---|---|
//! | [`documents`] | the JSON documents that cross the border, by version |
//! | [`destination`], [`membership`] | the two safe traits; a plugin implements one or both |
//! | [`abi`] | the C table, the host's functions and who frees what |
//! | [`export`] | the one macro that turns a trait into the library's entry symbol |
//! | `include/baton_plugin.h`, `schema/` | the same contract for C and for other languages |
//!
//! Over the border go only C integers, pointer and length, and versioned bytes. Whoever allocates
//! frees. No panic leaves a plugin. Functions are called from several threads at once, and each
//! call has a deadline that it is not told: whoever is late is ended.
//!
//! Depends on nothing of Baton's own, so that a plugin built today loads into later gateways.
#![deny(missing_docs)]

pub mod abi;
pub mod destination;
pub mod documents;
pub mod export;
pub mod membership;

pub use abi::{Host, Level};
pub use destination::Destination;
pub use documents::capability::{Capabilities, Capability};
pub use membership::Membership;
