//! ISO 8583 messages: a frame holds a message, a message holds fields, field 48 holds our parts.
//!
//! Owns the codec; a dialect is a [`Spec`], which is data. May not know what a payment is: field 39
//! becomes a word in [`response`], and the caller decides. Reading order: [`framing`], [`spec`],
//! [`notation`], [`message`], [`private`], [`response`], then [`mask`].

mod bitmap;
mod class;
mod cursor;
mod encoding;
pub mod fault;
mod field;
pub mod framing;
pub mod iso1987;
pub mod iso1993;
pub mod iso2003;
pub mod mac;
pub mod mask;
pub mod message;
pub mod mti;
pub mod notation;
mod parts;
pub mod private;
pub mod ready;
pub mod response;
mod retail;
pub mod spec;
pub mod spec1987;

#[cfg(test)]
mod tests;

pub use fault::{FormatFault, PartTag, Path, SpecFault};
pub use framing::{FrameFault, Frames, MESSAGE_BYTES_MAX, frame_into};
pub use message::Message;
pub use mti::Mti;
pub use private::{PrivateData, Tag};
pub use spec::Spec;
pub use spec1987::SPEC_1987;
