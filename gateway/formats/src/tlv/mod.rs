//! BER-TLV as EMV uses it: objects of tag, length and value, some of which hold objects again.
//!
//! Owns the notation of ISO 8825-1 in the subset of ISO/IEC 7816-4 and EMV Book 3 annex B; knows
//! no meaning of any tag. Chip data in ISO 8583 and consumer-presented codes are written in it.
//! Nothing here copies a value or recurses, so hostile bytes cost one pass for each level. Values
//! never print: they may be card data.
//!
//! Reading order: [`tag`], [`form`], [`object`], [`mod@walk`], [`mod@write`], then [`fault`].

pub mod fault;
pub mod form;
pub mod object;
pub mod tag;
pub mod walk;
pub mod write;

#[cfg(test)]
mod tests;

pub use fault::{DEPTH_MAX, Path, TlvFault};
pub use form::{Form, Lengths, Padding};
pub use object::{Object, Objects, VALUE_BYTES_MAX, read};
pub use tag::{TAG_BYTES_MAX, Tag};
pub use walk::{Walk, check, walk};
pub use write::Writer;
