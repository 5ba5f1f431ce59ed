//! What an operator may set about plugins, with defaults that fit a shop.
//!
//! Owns the bounds of a plugin's process and the reasons for them. Next: [`crate::plugins`].

use crate::network::Network;
use baton_plugin_api::documents::Secret;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Bounds of one plugin's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Address space beyond what the program itself takes, in bytes.
    pub memory_bytes_max: u64,
    /// CPU time over the life of a process, in seconds. At half of it the process is replaced, so
    /// that only one that spins without being asked ever comes to the end.
    pub cpu_s_max: u64,
    /// Calls at a time.
    pub calls_max: usize,
    /// How long a process may take until it can be asked, in milliseconds.
    pub start_ms: u64,
}

impl Default for Limits {
    /// 256 MiB holds a library, 33 threads and their answers many times over. Ten minutes of CPU
    /// are some ten million calls. 32 calls at a time are ten shops paying at once with a provider
    /// that takes a second. A start takes some milliseconds; 5 s is a machine that is ill.
    fn default() -> Self {
        let (memory_bytes_max, cpu_s_max) = (256 * 1024 * 1024, 600);
        Self { memory_bytes_max, cpu_s_max, calls_max: 32, start_ms: 5_000 }
    }
}

/// What every plugin of a program shares.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which program becomes a plugin's process. It calls
    /// [`run_child_if_asked`](crate::run_child_if_asked) first in its `main`.
    pub program: PathBuf,
    /// Bounds of each process.
    pub limits: Limits,
    /// How requests of plugins leave.
    pub network: Arc<dyn Network>,
    /// Plugin to secrets by name. A plugin gets only those that its manifest asks for.
    pub secrets: BTreeMap<String, BTreeMap<String, Secret>>,
    /// Plugins that are loaded into this program. They share its memory and its fate.
    pub trusted: BTreeSet<String>,
    /// Where the standard error of the processes goes.
    pub errors: StandardError,
}

/// Where the standard error of a plugin's process goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandardError {
    /// Nowhere: it could carry codes.
    Discarded,
    /// To this program's, for engineers.
    Inherited,
}

impl Settings {
    /// Makes settings for a program that becomes its plugins' processes itself. The path leads to
    /// the file that runs, also after an update has replaced it on the disk.
    #[must_use]
    pub fn new(network: Arc<dyn Network>) -> Self {
        Self {
            program: PathBuf::from("/proc/self/exe"),
            limits: Limits::default(),
            network,
            secrets: BTreeMap::new(),
            trusted: BTreeSet::new(),
            errors: StandardError::Discarded,
        }
    }
}
