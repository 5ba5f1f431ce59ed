//! NDEF: a message is a list of records; a long record may arrive in chunks.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`piece`] | records as they stand in the bytes, chunks and all |
//! | 2 | [`message`] | whole records: chunks joined, the order of chunks checked |
//! | 3 | [`content`] | what the known types hold: [`uri`], [`text`], [`poster`] |
//!
//! Owns the NFC Forum's NDEF 1.0 and the record types URI, Text and Smart Poster 1.0. May not know
//! where the bytes were kept: that is [`super::type2`] and [`super::type4`].

pub mod content;
pub mod fault;
pub mod message;
pub mod piece;
pub mod poster;
pub mod text;
pub mod uri;

pub use content::Content;
pub use fault::{ContentFault, MessageFault};
pub use message::{Message, Record, RecordType};
pub use piece::{MESSAGE_BYTES_MAX, Piece, Tnf};
pub use poster::{Action, Icon, SmartPoster};
pub use text::{Text, TextEncoding};
pub use uri::Uri;
