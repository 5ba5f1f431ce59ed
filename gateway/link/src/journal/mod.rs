//! What a device did, so that it never does it twice and never says what it does not know.
//!
//! Owns the life of a command on a device: none, accepted, submitted, then result or fenced. The
//! story in order: [`machine`] decides, [`record`] is one line's content, [`chain`] seals lines
//! with hashes, [`lines`] reads them back, [`file`] makes them durable. May not touch sockets.
//! Next: [`machine`].
//!
//! Nine rules hold here. (1) *submitted* is on disk before the first byte leaves. (2) A result is
//! on disk before it is reported. (3) A fence refuses its transaction for ever. (4) After a restart
//! submitted without result is *unknown*, never submitted again. (5) A lower epoch is refused.
//! (6) Room for the end of an accepted command is reserved; without it nothing is accepted. (7) A
//! torn last record was not written; damage elsewhere stops the device. (8) "Approved" is shown on
//! the gateway's commit only. (9) The journal holds the digest; the code lives in memory only.

pub mod chain;
mod entry;
pub mod file;
pub mod lines;
pub mod machine;
pub mod record;
mod replay;
mod transition;

pub use chain::Head;
pub use file::{JournalFault, JournalFile, export};
pub use lines::{LinesFault, Recovered, recover};
pub use machine::{Effect, Effects, Input, Journal, Order, Refusal};
pub use record::{Concluded, Event, Outcome, Record};
pub use replay::OutOfOrder;

#[cfg(test)]
mod tests;
