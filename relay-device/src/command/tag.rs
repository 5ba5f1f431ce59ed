//! `tag write`, `tag read`, `tag provision`: the terminal's address on NFC tags.
//!
//! Owns arguments, waiting for a card, and what is printed. The work is in the library's `tag`.
//! Nothing comes next.

use super::Place;
use baton_link::enrol::{IDENTITY_FILE, Identity, IdentityFault};
use baton_relay_device::ConfigFault;
use baton_relay_device::tag::secret::SecretFault;
use baton_relay_device::tag::{AddressFault, TagFailure, TagFault};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum TagTask {
    /// Write this terminal's address onto a Type 2 or Type 4 tag and read it back.
    Write(Order),
    /// Say what is on a tag.
    Read {
        #[command(flatten)]
        order: Order,
        /// Go on with each tag that is laid down, until stopped.
        #[arg(long)]
        watch: bool,
    },
    /// Make an NTAG 424 DNA this terminal's tag: keys of its own, an address that is new each time.
    Provision(Order),
}

#[derive(Debug, clap::Args)]
pub struct Order {
    #[command(flatten)]
    place: Place,
    /// How long to wait for a tag, in seconds.
    #[arg(long, default_value = "20")]
    wait_s: u16,
}

/// Why it did not work.
#[derive(Debug, thiserror::Error)]
pub enum TaskFault {
    #[error(transparent)]
    Config(#[from] ConfigFault),
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    #[error(transparent)]
    Address(#[from] AddressFault),
    #[error(transparent)]
    Secret(#[from] SecretFault),
    #[error("tag not finished: {0}")]
    Failure(#[from] TagFailure),
    #[error("tag not read: {0}")]
    Read(#[from] TagFault),
    #[cfg(feature = "nfc")]
    #[error(transparent)]
    Reader(#[from] baton_relay_device::tag::reader::ReaderFault),
    #[cfg(feature = "nfc")]
    #[error("no tag on the reader within {seconds} s; nothing was written")]
    NoCard { seconds: u16 },
    #[cfg(not(feature = "nfc"))]
    #[error("this program was built without NFC; build it with: cargo build --features nfc")]
    NotBuilt,
}

#[cfg(not(feature = "nfc"))]
pub fn perform(task: TagTask) -> Result<(), TaskFault> {
    let (TagTask::Write(order) | TagTask::Read { order, .. } | TagTask::Provision(order)) = task;
    let config = order.place.settings()?;
    tracing::debug!(wait_s = order.wait_s, "no reader is built in");
    Identity::load(&config.state.join(IDENTITY_FILE))?;
    Err(TaskFault::NotBuilt)
}

#[cfg(feature = "nfc")]
pub use with_reader::perform;

#[cfg(feature = "nfc")]
mod with_reader;
