//! How a program asks a destination: to charge, whether it charged, and to take it back.
//!
//! Owns the two ways of speaking, ISO 8583 and HTTP/JSON, behind one [`Client`]. Decides nothing
//! about money: whenever an answer leaves doubt the verdict is `Unknown`, with the reason. Used by
//! the relay terminal (charge), the gateway (inquire, reverse) and the POS simulator. Reading
//! order: [`ask`], [`client`], then the folders `iso8583` and `http`.
//!
//! A balance moves nothing, so its approval carries the asked amount (0 points) as amount and the
//! balance, in digits, as reference.
#![deny(missing_docs)]

pub mod ask;
pub mod client;
mod clock;
pub mod fault;
mod http;
mod iso8583;
pub mod late;
mod moment;
pub mod probe;
pub mod secret;

#[cfg(test)]
mod tests;

pub use ask::{Authorize, Inquire, Limits, Reverse};
pub use client::Client;
pub use fault::{ClientInvalid, Unreachable};
pub use http::signature;
pub use http::wire;
pub use iso8583::dialect::{Dialect, DialectFault, SealFault};
pub use late::{LateAnswer, LateAnswers};
pub use secret::Secret;
