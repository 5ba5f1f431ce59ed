//! The oracles of what Baton's own programs say, and the table of their targets.
//!
//! These files are built into the ordinary test `tests/seeds.rs` of `baton-protocol` as well, so
//! they may use nothing but it. What needs another crate is in `crate::beside`.

mod bodies;
mod frames;
mod words;

/// One target: its name, its oracle and its samples, as in `formats`.
pub type Row = (&'static str, fn(&[u8]) -> bool, &'static str);

/// Every target of `baton-protocol`.
pub const ROWS: [Row; 3] = [
    ("link_frames", frames::frames, include_str!("../../seeds/link_frames.txt")),
    ("phone_bodies", bodies::bodies, include_str!("../../seeds/phone_bodies.txt")),
    ("wire_words", words::words, include_str!("../../seeds/wire_words.txt")),
];
