//! Where service and helper meet, and who may come in.
//!
//! Owns the seam: [`Door`], [`knock`], [`Who`], [`Users`] and the check of a settings file's owner
//! mean the same on every system: a Unix socket on Linux, a named pipe on Windows; elsewhere the
//! calls say that there is none. May not read messages. Next: [`super::service`].

#[cfg(not(any(target_os = "linux", windows)))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

use std::path::PathBuf;

#[cfg(not(any(target_os = "linux", windows)))]
pub use elsewhere::{Door, Stream, Users, Who, knock, read_trusted};
#[cfg(target_os = "linux")]
pub use linux::{Door, Stream, Users, Who, knock, read_trusted};
#[cfg(windows)]
pub use windows::{Door, Stream, Users, Who, knock, read_trusted};

/// Where service and helper meet, unless the settings say otherwise.
pub const PLACE_DEFAULT: &str =
    if cfg!(windows) { r"\\.\pipe\baton-agent-login" } else { "/run/baton-agent/login.sock" };
/// How a person starts the service.
const START: &str =
    if cfg!(windows) { "sc start BatonAgent" } else { "systemctl start baton-agent" };
/// How a person starts it anew.
pub const RESTART: &str = if cfg!(windows) {
    "sc stop BatonAgent, then sc start BatonAgent"
} else {
    "systemctl restart baton-agent"
};
/// Where a person looks when the helper is not there.
pub const HELPER_LOOK: &str = if cfg!(windows) {
    r"%LOCALAPPDATA%\Baton\login.log"
} else {
    "systemctl --user status baton-agent-login"
};
/// How a user is let in.
const ADMIT: &str = if cfg!(windows) {
    "name it in login.users and restart the service, or be an administrator"
} else {
    "add it to the group baton-login and log in anew, or be root"
};
/// How a file is put into safe hands.
const SECURE: &str = if cfg!(windows) {
    "let only administrators write it, with icacls (README, Install)"
} else {
    "chown and chmod it (README, Install)"
};
/// Whose service is served.
const RIGHTFUL: &str = if cfg!(windows) {
    "who is not the service BatonAgent as Windows knows it"
} else {
    "who is neither root nor the owner of its folder"
};

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
    #[error("{0} does not exist; start the service: {start}", start = START)]
    SocketMissing(PathBuf),
    /// The socket is there, and nobody listens.
    #[error("nobody listens at {0}; start the service: {start}", start = START)]
    NobodyListens(PathBuf),
    /// The socket may not be used.
    #[error("this user may not use {0}; {admit}", admit = ADMIT)]
    Forbidden(PathBuf),
    /// Another service has the socket.
    #[error("another service listens at {0}; stop it, or give one of them another login.socket")]
    InUse(PathBuf),
    /// Something else stands in the way.
    #[error("{0} is there and is no socket of this service; remove it")]
    InTheWay(PathBuf),
    /// Somebody else could put another thing in its place.
    #[error("{path} is not in safe hands: {why}; {secure}", secure = SECURE)]
    Replaceable {
        /// What could be replaced.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The program that listens is of another user.
    #[error("{path} is served by {who}, {rightful}", rightful = RIGHTFUL)]
    Stranger {
        /// Where.
        path: PathBuf,
        /// Who it is.
        who: String,
    },
    /// A user of the settings does not exist here.
    #[error("login.users names {0}, and this machine has no such user")]
    UserUnknown(String),
    /// The settings name something that is no pipe of this machine.
    #[error("login.socket {0} is no pipe of this machine; name it \\\\.\\pipe\\NAME")]
    NoPipe(PathBuf),
    /// The system does not say who this is, or what it knows of the service.
    #[error("the system does not say who is who: {0}")]
    Unasked(String),
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
