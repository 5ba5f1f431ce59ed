//! The reference's data against the rules: every case is played and compared, and counted aloud.
//!
//! Owns nothing but the list of capabilities.

mod raffle;
