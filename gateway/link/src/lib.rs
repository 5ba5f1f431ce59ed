//! A connection that survives bad networks, and a device's memory that survives power cuts.
//!
//! Owns what both ends promise each other: numbered frames ([`session`]), a journal written before
//! each effect ([`journal`]), device keys and connection tokens. May not touch SQL, actors or the
//! gateway's rules. `session`, `backoff` and `journal::machine` are pure: no clock, no socket, no
//! file. Feature `client` adds the device's end. Next: [`session`].

pub mod backoff;
pub mod clock;
mod disk;
pub mod enrol;
pub mod journal;
pub mod keys;
pub mod session;
pub mod sighting;
pub mod token;

#[cfg(feature = "client")]
pub mod asks;
#[cfg(feature = "client")]
pub mod checkup;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
pub mod device;
#[cfg(feature = "client")]
pub mod executor;
#[cfg(feature = "client")]
pub mod reports;
