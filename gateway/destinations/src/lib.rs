//! How a program asks a destination: to charge, whether it charged, and to take it back.
//!
//! Owns the three ways of speaking, ISO 8583, HTTP/JSON and plugins, behind one [`Client`].
//! Decides nothing about money: whenever an answer leaves doubt the verdict is `Unknown`, with the
//! reason. Used by the relay terminal (charge), the gateway (inquire, reverse, compare days) and
//! the POS simulator. Reading order: [`ask`], [`reconcile`], [`client`], then the folders
//! `iso8583`, `http` and `plugin`.
//!
//! A balance moves nothing, so its approval carries the asked amount (0 points) as amount and the
//! balance, in digits, as reference.
#![deny(missing_docs)]

pub mod ask;
pub mod client;
mod clock;
pub mod day;
pub mod fault;
mod http;
mod iso8583;
pub mod late;
mod moment;
pub mod notice;
mod plugin;
pub mod probe;
pub mod reconcile;
pub mod secret;

#[cfg(test)]
mod tests;

pub use ask::{Authorize, Inquire, Limits, Reverse};
pub use baton_plugin_host::{Plugins, run_child_if_asked};
pub use client::Client;
pub use day::{Day, DayEnds, DayInvalid};
pub use fault::{ClientInvalid, Unreachable};
pub use http::signature;
pub use http::wire;
pub use iso8583::dialect::{CONNECTIONS_MAX, Dialect, DialectFault, SealFault};
pub use late::{LateAnswer, LateAnswers};
pub use notice::{Notice, Notices};
pub use plugin::shelf::{PluginSecret, PluginSettings, ShelfFault, open as open_plugins};
pub use plugin::stock::{Stock, StockFault, Stocked};
pub use reconcile::{CutOver, Reconcile, Reconciliation, Settlement, Totals};
pub use secret::Secret;
