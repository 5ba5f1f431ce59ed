//! NTAG 424 DNA: the session in which a tag gets its keys and the URI that it completes itself.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`keys`] | the five keys of one tag, from the master key and its serial number |
//! | 2 | [`version`] | what the chip is, and its serial number |
//! | 3 | [`authenticate`] | the proof of a key to each other, and the session that comes of it |
//! | 4 | [`session`] | commands and answers under that session's keys |
//! | 5 | [`template`] | the message with room for the one-time part, and where that room is |
//! | 6 | [`settings`] | who may read and write the file, and what the tag fills in |
//! | 7 | [`command`] | the commands themselves |
//!
//! Owns the datasheet NT4H2421Gx, sections 9 and 10, in AES mode, and the examples of AN12196.
//! Machines do no IO. What the tag makes afterwards is proved in [`super::sun`].

pub mod authenticate;
pub mod command;
pub mod fault;
pub mod keys;
pub mod session;
pub mod settings;
pub mod template;
pub mod version;

#[cfg(test)]
mod tests;

pub use authenticate::{AuthenticateStep, Authentication};
pub use fault::{DnaFault, Meaning, Stage};
pub use keys::{FACTORY_KEY, KEY_VERSION, KeySlot, TagKeys};
pub use session::SecureSession;
pub use settings::{FileSettings, Mirroring, Right};
pub use template::SunTemplate;
pub use version::{Version, VersionReader, VersionStep};
