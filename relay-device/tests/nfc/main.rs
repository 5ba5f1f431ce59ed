//! The program, a real smart card service, and virtual tags that answer real commands.
//!
//! Each test has a service of its own (`pcscd` with the reader of vsmartcard) in a mount namespace
//! of its own. May not reach into the program: it is run as a shop runs it. Next: `desk.rs`.
#![expect(clippy::unwrap_used, reason = "a desk that cannot be set up ends the test")]

#[path = "../../src/scan/cable.rs"]
mod cable;
mod desk;
mod dna;
mod field;
mod files;
mod pages;
mod readers;
mod scripts;
mod sun;
mod unplug;
mod writing;
