//! How many files and sockets the process may have open: raised as far as the system lets it.
//!
//! Owns one call at start. A gateway that runs out of them could not even refuse a connection, so
//! the places at the doors are cut down to what the system gives. Used by [`crate::wiring`].

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files of a connection: its socket, and the door's own handle on it.
const FILES_PER_CONNECTION: u64 = 2;
/// Files for everything else: database, journals, destinations, standard streams.
const FILES_KEPT: u64 = 256;

/// Raises the limit of open files to what so many connections need; returns how many fit.
#[must_use]
pub fn allow(connections: usize) -> usize {
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX);
    let wanted = wanted.saturating_mul(FILES_PER_CONNECTION).saturating_add(FILES_KEPT);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return connections;
    }
    let given = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(given), maximum });
    let files = if raised.is_ok() { given } else { current.unwrap_or(given) };
    let fit = files.saturating_sub(FILES_KEPT) / FILES_PER_CONNECTION;
    let fit = usize::try_from(fit).unwrap_or(usize::MAX).min(connections);
    if fit < connections {
        tracing::warn!(files, connections = fit, "the system allows fewer connections than wished");
    }
    fit
}
