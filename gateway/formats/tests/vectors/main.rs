//! Vectors that others published, against each codec of this crate.
//!
//! Owns one chapter for each standard; `book.rs` reads the files and counts.

mod book;
mod gs1;
