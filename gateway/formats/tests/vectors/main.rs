//! Vectors that others published, against each codec of this crate.
//!
//! Owns one chapter for each standard; `book.rs` reads the files and counts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a file of vectors that is no file of vectors ends the run"
)]

mod beacon;
mod book;
mod emv;
mod epc;
mod gs1;
mod iso8583;
mod nfc;
mod pan;
