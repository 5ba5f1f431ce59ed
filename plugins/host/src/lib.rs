//! The host of provider plugins: checks them, encloses them, asks them.
//!
//! | file | owns |
//! |---|---|
//! | [`plugins`] | the list: load, add, update, remove |
//! | [`plugin`] | one by name: typed questions with a deadline |
//! | [`fault`], [`refusal`] | why there is no answer, and why a plugin is not taken |
//! | [`manifest`], [`keys`] | what is signed, and by whom |
//! | [`release`], `floor` | that nothing else is loaded, and nothing older |
//! | `running`, `lane`, `process`, `backoff` | one version in its process, replaced when it fails |
//! | `child`, `calls` | that process from inside, and the frames between the two |
//! | `door`, [`network`] | what a plugin may ask of the host |
//! | `library` | loading and calling: all `unsafe`, but for descriptors in `child/enclose` |
//! | `trusted` | the same calls without a process, for operators who want that |
//!
//! Decides nothing about money: an answer that does not speak of what was asked, or none at all, is
//! a [`CallFault`] that says whether the plugin may have acted. Runs on Linux: the library is
//! loaded from sealed memory, and limits are the system's.
//!
//! A plugin's process is this program's own file, started with a hidden argument, so that one file
//! is installed and both ends are always of one version. A program calls [`run_child_if_asked`]
//! first in its `main`.
#![deny(missing_docs)]

mod backoff;
mod calls;
mod child;
mod clock;
mod door;
pub mod fault;
mod floor;
pub mod keys;
mod lane;
mod library;
pub mod manifest;
pub mod network;
pub mod origin;
pub mod plugin;
pub mod plugins;
mod process;
pub mod refusal;
pub mod release;
mod running;
pub mod settings;
mod trusted;
pub mod version;

pub use child::run_child_if_asked;
pub use fault::CallFault;
pub use keys::{SigningKey, TrustedKeys};
pub use manifest::Manifest;
pub use network::{Network, Web};
pub use plugin::Plugin;
pub use plugins::{Plugins, Refused};
pub use refusal::Refusal;
pub use release::Release;
pub use settings::{Limits, Settings};
pub use version::Version;
