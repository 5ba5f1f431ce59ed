//! The rules of core, tried without a shop: seeded orders, people and sales played against them.
//!
//! Owns the command lines `hub`, `approval`, `draw`, `raffle` and `mall`, the simulated worlds
//! behind them and what they print. May not open sockets or databases; a trial reads a file, plays
//! and tells. Each module is one capability's trial; the program that carries them is the gateway.
#![deny(missing_docs)]

pub mod approval;
