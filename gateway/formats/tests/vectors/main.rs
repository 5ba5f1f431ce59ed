//! Vectors that others published, against each codec of this crate.
//!
//! Owns one chapter for each standard; `book.rs` reads the files and counts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a vector that is not as its file says fails there"
)]

mod beacon;
mod book;
mod nfc;
