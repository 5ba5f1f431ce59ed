//! The checked money model, with the real machines in the place of its abstract ones.
//!
//! Gateway: `Transaction`. Device: `Journal`. Modelled are only the destination and a network that
//! loses, doubles, delays and reorders without bound. Next: `world.rs` (what can happen, what must
//! never), `properties.rs` (any order), `exhaust.rs` (every order, with coarse time), `mutants.rs`
//! (thirteen mistakes, each caught), `refund.rs` and `own.rs` (what the gateway itself sends).

mod destination;
mod device;
mod exhaust;
mod fair;
mod gateway;
mod mistake;
#[cfg(test)]
mod mutants;
#[cfg(test)]
mod own;
mod properties;
#[cfg(test)]
mod refund;
mod setup;
mod step;
mod world;
