//! The accounts of whole capabilities, each chart in a file of its own.
//!
//! Owns nothing but the list: [`mall`], [`raffle`]. An account of a chart is written
//! `capability:kind` or `capability:kind:owner`.

pub mod mall;
pub mod raffle;

pub use mall::MallAccount;
pub use raffle::RaffleAccount;
