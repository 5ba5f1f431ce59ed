//! The memory of a Type 2 tag (NTAG21x, MIFARE Ultralight): pages of four bytes, and blocks in it.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`capability`] | page 3: how large the data area is and who may write |
//! | 2 | [`block`] | tag-length-value blocks, and which bytes are set apart |
//! | 3 | [`memory`] | the message that a dump holds |
//! | 4 | [`plan`] | the pages to write, in an order that survives a tag pulled away |
//!
//! Owns the NFC Forum's Type 2 Tag 1.0. May not speak to a tag: the caller reads and writes pages.

pub mod block;
pub mod capability;
pub mod fault;
pub mod memory;
pub mod plan;

pub use block::{Block, SetApart};
pub use capability::{Access, CapabilityContainer};
pub use fault::Type2Fault;
pub use memory::Type2Memory;
pub use plan::{PageWrite, lay_out};

/// Bytes of a page: what one write command carries.
pub const PAGE_BYTES: usize = 4;
/// Where the data area begins: after the serial number, the lock bytes and page 3.
pub const DATA_START: usize = 16;
/// The largest memory in bytes: page 3 counts the data area in 255 steps of eight.
pub const MEMORY_BYTES_MAX: usize = DATA_START + 255 * 8;
