//! What a device asks of its disk beyond reading and writing: private, held, reserved, durable.
//!
//! Owns the choice of the system's way; one file each says how. May not know what is stored. Next:
//! [`crate::journal`] and [`crate::enrol`], which ask.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as system;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

pub(crate) use system::{hold, private, reserve, sync_folder};
