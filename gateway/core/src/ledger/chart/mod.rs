//! The chart of accounts beyond the relay's: one chapter a capability.
//!
//! Owns nothing itself. A capability chooses among its accounts in its own folder; here stands only
//! what they are called and on which side each may not fall below zero. Chapter: [`mall`].

pub mod mall;

pub use mall::MallAccount;
