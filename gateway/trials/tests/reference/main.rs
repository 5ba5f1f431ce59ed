//! The rules of core against what was decided elsewhere by the same rules: every case is played,
//! compared, and counted aloud.
//!
//! Owns nothing but the list of capabilities. Data lies in `tests/data`. Next: `hub.rs`.

mod approval;
mod hub;
mod raffle;
