//! Vectors that others published, against each codec of this crate.
//!
//! Owns one chapter for each standard; `book.rs` reads the files and counts.
#![expect(
    clippy::expect_used,
    reason = "a file of vectors that is no file of vectors ends the run"
)]

mod book;
mod emv;
mod pan;
