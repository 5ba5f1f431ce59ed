//! The relay gateway: everything between a phone's request and a shop's terminal or POS.
//!
//! Owns the shells around core's rules: HTTP, sockets, actors, store, clock. [`start`] builds the
//! whole from a configuration; `main` and the tests call the same. The way of one payment is
//! [`http::phone`], [`touch`], [`actors::desk`], [`sockets`], the device, [`actors::desk`] again,
//! then [`notices`].

pub mod actors;
pub mod clock;
pub mod config;
pub mod counter;
pub mod demo;
pub mod edges;
pub mod health;
pub mod hosted;
pub mod http;
pub mod identity;
pub mod notices;
pub mod refund;
pub mod sales;
pub mod sightings;
pub mod sockets;
pub mod stop;
pub mod tables;
pub mod touch;
pub mod vault;
pub mod webhooks;
pub mod wiring;
pub mod world;

pub use wiring::{Running, StartFault, start};
