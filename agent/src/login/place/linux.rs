//! The meeting place on Linux: a Unix socket of mode 0660 in a folder that only its owner writes.
//!
//! Owns the checks of path, owner and peer. The kernel says who a peer is (SO_PEERCRED); nothing a
//! peer says about itself counts. Next: [`crate::login::service`].

use super::PlaceFault;
use nix::unistd::User;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::{Metadata, Permissions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};

/// A connection.
pub type Stream = UnixStream;

/// The administrator.
const ROOT: u32 = 0;
/// Owner and group of the socket may use it, others may not.
const SOCKET_MODE: u32 = 0o660;
/// Group or others may write.
const OTHERS_WRITE: u32 = 0o022;
/// In such a folder only a file's owner may move or remove it.
const STICKY: u32 = 0o1000;
/// The most bytes of a settings file.
const SETTINGS_BYTES_MAX: u64 = 256 * 1024;

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who(u32);

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match User::from_uid(self.0.into()) {
            Ok(Some(user)) => write!(f, "user {} ({})", user.name, self.0),
            Ok(None) | Err(_) => write!(f, "user {}", self.0),
        }
    }
}

/// The users who may help.
#[derive(Debug, Clone)]
pub struct Users(BTreeSet<u32>);

impl Users {
    /// Finds the users that the settings name, by name or number; none named is this user.
    ///
    /// # Errors
    /// [`PlaceFault::UserUnknown`].
    pub fn find(names: &[String]) -> Result<Self, PlaceFault> {
        if names.is_empty() {
            return Ok(Self(BTreeSet::from([own()])));
        }
        let number = |name: &String| match (User::from_name(name), name.parse()) {
            (Ok(Some(user)), _) => Ok(user.uid.as_raw()),
            (_, Ok(number)) => Ok(number),
            (_, Err(_)) => Err(PlaceFault::UserUnknown(name.clone())),
        };
        names.iter().map(number).collect::<Result<_, _>>().map(Self)
    }

    /// Tells whether somebody may help.
    #[must_use]
    pub fn may_help(&self, who: Who) -> bool {
        self.0.contains(&who.0)
    }

    /// Tells whether somebody may ask how things are.
    #[must_use]
    pub fn may_ask(&self, who: Who) -> bool {
        self.may_help(who) || who.0 == ROOT || who.0 == own()
    }
}

/// The service's end. Dropping it removes the socket.
#[derive(Debug)]
pub struct Door {
    listener: UnixListener,
    path: PathBuf,
}

impl Door {
    /// Opens it; a socket that a dead service left is replaced. Who may connect is its group; who
    /// may help is looked at behind it. Must be called on a tokio runtime.
    ///
    /// # Errors
    /// Each variant of [`PlaceFault`] about folders and sockets, as it says.
    pub fn open(path: &Path, _: &Users) -> Result<Self, PlaceFault> {
        let folder = folder(path)?;
        not_replaceable(&folder, &[ROOT, own()])?;
        make_room(path)?;
        let listener = UnixListener::bind(path).map_err(|fault| system(path, fault))?;
        let mode = Permissions::from_mode(SOCKET_MODE);
        std::fs::set_permissions(path, mode).map_err(|fault| system(path, fault))?;
        Ok(Self { listener, path: path.to_owned() })
    }

    /// Waits for the next one who comes.
    ///
    /// # Errors
    /// [`std::io::Error`] as the kernel says.
    pub async fn next(&self) -> Result<(Stream, Who), std::io::Error> {
        let (stream, _) = self.listener.accept().await?;
        let who = Who(stream.peer_cred()?.uid());
        Ok((stream, who))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).ok();
    }
}

/// Goes to the service's end, and makes sure that it is the service's.
///
/// # Errors
/// Each variant of [`PlaceFault`] about folders and sockets, as it says.
pub async fn knock(path: &Path) -> Result<Stream, PlaceFault> {
    let folder = folder(path)?;
    let owner = metadata(&folder)?.uid();
    not_replaceable(&folder, &[ROOT, owner])?;
    let stream = UnixStream::connect(path).await.map_err(|fault| {
        let kind = fault.kind();
        if kind == ErrorKind::NotFound {
            PlaceFault::SocketMissing(path.to_owned())
        } else if kind == ErrorKind::ConnectionRefused {
            PlaceFault::NobodyListens(path.to_owned())
        } else {
            refused(path, fault)
        }
    })?;
    let server = stream.peer_cred().map_err(|fault| system(path, fault))?.uid();
    if server != ROOT && server != owner {
        let who = Who(server).to_string();
        return Err(PlaceFault::Stranger { path: path.to_owned(), who });
    }
    Ok(stream)
}

/// Reads a settings file that nobody but its rightful owner could have written: root, or this user
/// where the service is of this user as well. `socket_in` finds the socket in the text.
///
/// # Errors
/// [`PlaceFault::Replaceable`], [`PlaceFault::System`], [`PlaceFault::FolderMissing`].
pub fn read_trusted(
    path: &Path,
    socket_in: impl FnOnce(&str) -> Option<PathBuf>,
) -> Result<String, PlaceFault> {
    let path = path.canonicalize().map_err(|fault| system(path, fault))?;
    let file = std::fs::File::open(&path).map_err(|fault| system(&path, fault))?;
    let opened = file.metadata().map_err(|fault| system(&path, fault))?;
    let mut text = String::new();
    let read = file.take(SETTINGS_BYTES_MAX).read_to_string(&mut text);
    read.map_err(|fault| system(&path, fault))?;
    let owner = |socket: PathBuf| folder(&socket).and_then(|folder| metadata(&folder));
    let one_user = socket_in(&text)
        .is_some_and(|socket| owner(socket).is_ok_and(|folder| folder.uid() == own()));
    let owners: &[u32] = if one_user { &[ROOT, own()] } else { &[ROOT] };
    fit(&path, &opened, owners, Links::Last)?;
    not_replaceable(&folder(&path)?, owners)?;
    Ok(text)
}

fn own() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn system(path: &Path, fault: std::io::Error) -> PlaceFault {
    PlaceFault::System { path: path.to_owned(), fault }
}

fn refused(path: &Path, fault: std::io::Error) -> PlaceFault {
    if fault.kind() == ErrorKind::PermissionDenied {
        return PlaceFault::Forbidden(path.to_owned());
    }
    system(path, fault)
}

fn metadata(path: &Path) -> Result<Metadata, PlaceFault> {
    std::fs::metadata(path).map_err(|fault| refused(path, fault))
}

/// Finds the real folder of a path.
fn folder(path: &Path) -> Result<PathBuf, PlaceFault> {
    let named = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let named = named.unwrap_or(Path::new("."));
    named.canonicalize().map_err(|fault| {
        if fault.kind() == ErrorKind::NotFound {
            return PlaceFault::FolderMissing(named.to_owned());
        }
        refused(named, fault)
    })
}

/// Where a folder stands on a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    /// The thing itself: nobody else may write to it.
    Last,
    /// A folder above: others may write to it where it is sticky.
    Above,
}

/// Makes sure that a folder and all above it are in the hands of these owners.
fn not_replaceable(folder: &Path, owners: &[u32]) -> Result<(), PlaceFault> {
    for (number, part) in folder.ancestors().enumerate() {
        let link = if number == 0 { Links::Last } else { Links::Above };
        fit(part, &metadata(part)?, owners, link)?;
    }
    Ok(())
}

fn fit(path: &Path, found: &Metadata, owners: &[u32], link: Links) -> Result<(), PlaceFault> {
    let replaceable = |why: String| {
        let path = path.to_owned();
        Err(PlaceFault::Replaceable { path, why })
    };
    if !owners.contains(&found.uid()) {
        return replaceable(format!("it belongs to {}", Who(found.uid())));
    }
    let shared = found.mode() & OTHERS_WRITE != 0;
    let held = link == Links::Above && found.mode() & STICKY != 0;
    if shared && !held {
        return replaceable(format!("its mode is {:04o}", found.mode() & 0o7777));
    }
    Ok(())
}

/// Removes the socket of a service that is gone.
fn make_room(path: &Path) -> Result<(), PlaceFault> {
    let found = match std::fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(()),
        Err(fault) => return Err(system(path, fault)),
    };
    if !found.file_type().is_socket() {
        return Err(PlaceFault::InTheWay(path.to_owned()));
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Ok(_) => Err(PlaceFault::InUse(path.to_owned())),
        Err(fault) if fault.kind() == ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).map_err(|fault| system(path, fault))
        }
        Err(fault) => Err(system(path, fault)),
    }
}
