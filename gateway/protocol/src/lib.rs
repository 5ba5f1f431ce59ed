//! Everything two of Baton's programs say to each other, and nothing else.
//!
//! Owns the shared wire types. May not touch sockets, files, clocks or rules: terminals live in
//! shops for years, so this contract must not drag the server along. Next on the way of a payment:
//! [`phone`], which is what arrives first.
//!
//! Version policy: a program speaks every version from [`VERSION_MIN`] to [`VERSION_CURRENT`].
//! Enums grow at the end, fields are only added, and each version has its golden file under
//! `tests/wire`. A red old golden file means that the change must be reverted.
#![deny(missing_docs)]

pub mod code;
pub mod enrol;
pub mod event;
pub mod evidence;
pub mod frame;
pub mod ids;
pub mod link;
pub mod money;
pub mod phone;
pub mod policy;
pub mod refusal;
pub mod sighting;
pub mod target;
pub mod work;

#[cfg(test)]
mod tests;

/// The oldest link version that this build still understands.
pub const VERSION_MIN: u16 = 1;
/// The link version that this build speaks.
pub const VERSION_CURRENT: u16 = 1;
/// The WebSocket subprotocol of the device link.
pub const SUBPROTOCOL: &str = "baton.v1";
/// The largest link frame and the largest phone body, in bytes: 16 KiB holds every message here
/// ten times over and bounds what a stranger can make the gateway hold.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024;
