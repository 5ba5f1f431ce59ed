//! The rules of core against decisions that were made elsewhere by the same rules.
//!
//! Owns one file a capability; each prints how many agree. Data lies in `tests/data`. Next:
//! `hub.rs`.

mod hub;
