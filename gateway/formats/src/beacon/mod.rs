//! Beacons: what a Bluetooth Low Energy advertisement says, and whose passing identifier it is.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`advertisement`] | the structures of an advertisement |
//! | 2 | [`ibeacon`], [`altbeacon`] | frames in manufacturer data |
//! | 3 | [`eddystone`] | frames in service data, URLs, and identifiers that change |
//! | 4 | [`frame`] | whichever of them an advertisement carries |
//!
//! Owns part A of the Core Specification Supplement, Apple's iBeacon, AltBeacon 1.0 and Google's
//! Eddystone. May not scan, and knows no distance: signal and time belong to the caller. Next:
//! `relay-device`, which reports sightings.

pub mod advertisement;
pub mod altbeacon;
pub mod eddystone;
pub mod fault;
pub mod frame;
pub mod ibeacon;

#[cfg(test)]
mod tests;

pub use advertisement::{ADVERTISEMENT_BYTES_MAX, Advertisement, Structure};
pub use altbeacon::AltBeacon;
pub use eddystone::{Eddystone, EphemeralId, IdentityKey, RotationExponent};
pub use fault::{AdvertisementFault, FrameFault};
pub use frame::Frame;
pub use ibeacon::{IBeacon, Uuid};
