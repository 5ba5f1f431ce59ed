//! Where service and helper meet, and who may come in.
//!
//! Owns the seam: [`Door`], [`knock`], [`Who`], [`Users`] and the check of a settings file's owner
//! mean the same on every system. A Unix socket stands behind it today; where there is none yet,
//! the calls say so. May not read messages. Next: [`super::service`].

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use std::path::PathBuf;

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Door, Stream, Users, Who, knock, read_trusted};
#[cfg(target_os = "linux")]
pub use linux::{Door, Stream, Users, Who, knock, read_trusted};

/// Why there is no way to the other side.
#[derive(Debug, thiserror::Error)]
pub enum PlaceFault {
    /// The folder of the socket is missing.
    #[error(
        "{0} does not exist; systemd makes it (RuntimeDirectory= of baton-agent.service), or make \
         it by hand, owned by the service's user"
    )]
    FolderMissing(PathBuf),
    /// The socket is missing.
    #[error("{0} does not exist; start the service: systemctl start baton-agent")]
    SocketMissing(PathBuf),
    /// The socket is there, and nobody listens.
    #[error("nobody listens at {0}; start the service: systemctl start baton-agent")]
    NobodyListens(PathBuf),
    /// The socket may not be used.
    #[error(
        "this user may not use {0}; add it to the group baton-login and log in anew, or be root"
    )]
    Forbidden(PathBuf),
    /// Another service has the socket.
    #[error("another service listens at {0}; stop it, or give one of them another login.socket")]
    InUse(PathBuf),
    /// Something else stands in the way.
    #[error("{0} is there and is no socket of this service; remove it")]
    InTheWay(PathBuf),
    /// Somebody else could put another thing in its place.
    #[error("{path} is not in safe hands: {why}; chown and chmod it (README, Install)")]
    Replaceable {
        /// What could be replaced.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The program that listens is of another user.
    #[error("{path} is served by {who}, who is neither root nor the owner of its folder")]
    Stranger {
        /// Where.
        path: PathBuf,
        /// Who it is.
        who: String,
    },
    /// A user of the settings does not exist here.
    #[error("login.users names {0}, and this machine has no such user")]
    UserUnknown(String),
    /// This system has no such way yet.
    #[error("[login] is not there on this system yet; without it the drivers run in the service")]
    NotHere,
    /// The system refused.
    #[error("{path}: {fault}")]
    System {
        /// Where.
        path: PathBuf,
        /// What it said.
        fault: std::io::Error,
    },
}
