//! The meeting place on Windows: a named pipe that only its owner makes and named users may open.
//!
//! Owns the checks of name, owner, peer and settings file. Windows says who a peer is: the service
//! looks at the token that came with the connection, the helper at who made the pipe and at which
//! process the service manager calls the service. Next: [`crate::login::service`].

use super::PlaceFault;
use baton_win32::access::{Allowed, Owned};
use baton_win32::pipe::{self, Nth, Visitor};
use baton_win32::service::{Registered, registered};
use baton_win32::sid::{Known, Sid, own};
use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::windows::named_pipe::{NamedPipeClient, NamedPipeServer};
use tokio::sync::Mutex;

/// The byte that who comes sends first: Windows shows its token once something was read.
const KNOCK: u8 = b'!';
/// How long that byte may take, in milliseconds: it is sent with the connection.
const KNOCK_MS: u64 = 500;
/// The most bytes of a settings file.
const SETTINGS_BYTES_MAX: u64 = 256 * 1024;

/// A connection.
#[derive(Debug)]
pub enum Stream {
    /// The service's end.
    Served(NamedPipeServer),
    /// The helper's end.
    Opened(NamedPipeClient),
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who(Visitor);

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user {}", called(self.0.user))
    }
}

/// The users who may help.
#[derive(Debug, Clone)]
pub struct Users(BTreeSet<Sid>);

impl Users {
    /// Finds the users that the settings name, by name or SID; none named is this user.
    ///
    /// # Errors
    /// [`PlaceFault::UserUnknown`], [`PlaceFault::Unasked`].
    pub fn find(names: &[String]) -> Result<Self, PlaceFault> {
        if names.is_empty() {
            return Ok(Self(BTreeSet::from([self_here()?])));
        }
        let find =
            |name: &String| Sid::find(name).ok_or_else(|| PlaceFault::UserUnknown(name.clone()));
        names.iter().map(find).collect::<Result<_, _>>().map(Self)
    }

    /// Tells whether somebody may help.
    #[must_use]
    pub fn may_help(&self, who: Who) -> bool {
        self.0.contains(&who.0.user)
    }

    /// Tells whether somebody may ask how things are.
    #[must_use]
    pub fn may_ask(&self, who: Who) -> bool {
        let is_service = own().is_ok_and(|own| own == who.0.user);
        self.may_help(who)
            || who.0.is_administrator
            || who.0.user == Known::System.sid()
            || is_service
    }
}

/// The service's end. Dropping it, and every stream from it, frees the name.
#[derive(Debug)]
pub struct Door {
    path: PathBuf,
    visitors: Vec<Sid>,
    threshold: Mutex<Threshold>,
}

/// Who may be coming in.
#[derive(Debug)]
struct Threshold {
    /// The end that waits; there is always one, so that nobody else gets the name.
    waiting: NamedPipeServer,
    /// Who came and has not knocked yet.
    came: Option<NamedPipeServer>,
}

impl Door {
    /// Opens it for these users. Must be called on a tokio runtime.
    ///
    /// # Errors
    /// [`PlaceFault::NoPipe`], [`PlaceFault::InUse`], [`PlaceFault::System`].
    pub fn open(path: &Path, users: &Users) -> Result<Self, PlaceFault> {
        named(path)?;
        // Windows refuses the name below to a second one; this also finds one that let us in.
        match pipe::visit(path) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => {}
            Ok(_) | Err(_) => return Err(PlaceFault::InUse(path.to_owned())),
        }
        let visitors: Vec<_> = users.0.iter().copied().collect();
        let waiting = pipe::serve(path, Nth::First, &visitors).map_err(|fault| {
            if fault.kind() == ErrorKind::PermissionDenied || pipe::is_busy(&fault) {
                return PlaceFault::InUse(path.to_owned());
            }
            system(path, fault)
        })?;
        let threshold = Mutex::new(Threshold { waiting, came: None });
        Ok(Self { path: path.to_owned(), visitors, threshold })
    }

    /// Waits for the next one who comes. May be dropped at any time; who came is not lost.
    ///
    /// # Errors
    /// [`std::io::Error`] as Windows says, or who came did not knock in time.
    pub async fn next(&self) -> Result<(Stream, Who), std::io::Error> {
        let mut threshold = self.threshold.lock().await;
        if threshold.came.is_none() {
            let next = match threshold.waiting.connect().await {
                Ok(()) => pipe::serve(&self.path, Nth::Next, &self.visitors),
                Err(fault) => Err(fault),
            };
            match next {
                Ok(next) => {
                    let came = std::mem::replace(&mut threshold.waiting, next);
                    threshold.came = Some(came);
                }
                Err(fault) => {
                    // The same end waits for the next one: the name is never let go.
                    threshold.waiting.disconnect()?;
                    return Err(fault);
                }
            }
        }
        let limit = Duration::from_millis(KNOCK_MS);
        let knocked = match &mut threshold.came {
            Some(came) => tokio::time::timeout(limit, came.read_u8()).await,
            None => return Err(ErrorKind::NotConnected.into()),
        };
        let came = threshold.came.take();
        match (knocked, came) {
            (Ok(Ok(KNOCK)), Some(came)) => {
                let who = pipe::visitor(&came).map_err(std::io::Error::other)?;
                Ok((Stream::Served(came), Who(who)))
            }
            (Ok(Ok(_)), _) => Err(ErrorKind::InvalidData.into()),
            (Ok(Err(fault)), _) => Err(fault),
            (Err(_), _) => Err(ErrorKind::TimedOut.into()),
        }
    }
}

/// Goes to the service's end, and makes sure that it is the service's.
///
/// # Errors
/// Each variant of [`PlaceFault`] about pipes and strangers, as it says.
pub async fn knock(path: &Path) -> Result<Stream, PlaceFault> {
    named(path)?;
    let mut client = pipe::visit(path).map_err(|fault| {
        if fault.kind() == ErrorKind::NotFound {
            PlaceFault::SocketMissing(path.to_owned())
        } else if pipe::is_busy(&fault) {
            PlaceFault::NobodyListens(path.to_owned())
        } else if fault.kind() == ErrorKind::PermissionDenied {
            PlaceFault::Forbidden(path.to_owned())
        } else {
            system(path, fault)
        }
    })?;
    let (process, owner) =
        pipe::server(&client).map_err(|fault| system(path, std::io::Error::other(fault)))?;
    let who = match masters()? {
        Masters { users, .. } if !users.contains(&owner) => Some(format!("user {}", called(owner))),
        Masters { process: Some(service), .. } if service != process => {
            Some(format!("process {process}"))
        }
        Masters { .. } => None,
    };
    if let Some(who) = who {
        return Err(PlaceFault::Stranger { path: path.to_owned(), who });
    }
    client.write_u8(KNOCK).await.map_err(|fault| system(path, fault))?;
    Ok(Stream::Opened(client))
}

/// Reads a settings file that nobody but its rightful owner could have written: administrators, or
/// this user where no service is registered or it is of this user as well.
///
/// # Errors
/// [`PlaceFault::Replaceable`], [`PlaceFault::System`], [`PlaceFault::Unasked`].
pub fn read_trusted(
    path: &Path,
    _: impl FnOnce(&str) -> Option<PathBuf>,
) -> Result<String, PlaceFault> {
    let path = path.canonicalize().map_err(|fault| system(path, fault))?;
    let file = File::open(&path).map_err(|fault| system(&path, fault))?;
    let opened = Owned::file(&file).map_err(|fault| system(&path, std::io::Error::other(fault)))?;
    let mut text = String::new();
    let read = file.take(SETTINGS_BYTES_MAX).read_to_string(&mut text);
    read.map_err(|fault| system(&path, fault))?;
    let mut owners =
        vec![Known::System.sid(), Known::Administrators.sid(), Known::TrustedInstaller.sid()];
    let own = self_here()?;
    if masters()?.users.contains(&own) {
        owners.push(own);
    }
    fit(&path, &opened, &owners, |entry| entry.write || entry.replace)?;
    for folder in path.ancestors().skip(1) {
        let found = Owned::path(folder).map_err(|fault| system(folder, fault))?;
        fit(folder, &found, &owners, |entry| entry.replace || entry.replace_inside)?;
    }
    Ok(text)
}

/// Whose service a helper serves.
struct Masters {
    users: Vec<Sid>,
    /// The service's process, where one is registered; 0 is none's.
    process: Option<u32>,
}

/// Finds whose service a helper serves: Windows' own and that of the account that the service is
/// registered with, and then only that process; without one, a service of this user.
fn masters() -> Result<Masters, PlaceFault> {
    let system = Known::System.sid();
    let known = registered().map_err(|fault| PlaceFault::Unasked(fault.to_string()))?;
    Ok(match known {
        Some(Registered { process, user }) => Masters {
            users: std::iter::once(system).chain(user).collect(),
            process: Some(process.unwrap_or_default()),
        },
        None => Masters { users: vec![system, self_here()?], process: None },
    })
}

fn self_here() -> Result<Sid, PlaceFault> {
    own().map_err(|fault| PlaceFault::Unasked(fault.to_string()))
}

fn called(sid: Sid) -> String {
    sid.name().map_or_else(|| sid.to_string(), |name| format!("{name} ({sid})"))
}

fn named(path: &Path) -> Result<(), PlaceFault> {
    let name = path.to_str().and_then(|path| path.strip_prefix(pipe::PREFIX));
    match name {
        Some(name) if !name.is_empty() && !name.contains('\\') => Ok(()),
        Some(_) | None => Err(PlaceFault::NoPipe(path.to_owned())),
    }
}

fn system(path: &Path, fault: std::io::Error) -> PlaceFault {
    PlaceFault::System { path: path.to_owned(), fault }
}

/// Makes sure that nobody but these owners may do what is asked about.
fn fit(
    path: &Path,
    found: &Owned,
    owners: &[Sid],
    harms: fn(&Allowed) -> bool,
) -> Result<(), PlaceFault> {
    let replaceable = |why: String| {
        let path = path.to_owned();
        Err(PlaceFault::Replaceable { path, why })
    };
    if !owners.contains(&found.owner) {
        return replaceable(format!("it belongs to {}", called(found.owner)));
    }
    // Both stand for somebody who was just looked at, or for nobody.
    let stand_ins = [Known::OwnerRights.sid(), Known::CreatorOwner.sid()];
    let fits = |sid: Sid| owners.contains(&sid) || stand_ins.contains(&sid);
    match found.allowed.iter().find(|entry| harms(entry) && !entry.to.is_some_and(fits)) {
        Some(Allowed { to: Some(other), .. }) => {
            replaceable(format!("{} may write it", called(*other)))
        }
        Some(Allowed { to: None, .. }) => {
            replaceable("everybody may write it, or its access list cannot be read".to_owned())
        }
        None => Ok(()),
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Served(pipe) => Pin::new(pipe).poll_read(context, into),
            Self::Opened(pipe) => Pin::new(pipe).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Served(pipe) => Pin::new(pipe).poll_write(context, bytes),
            Self::Opened(pipe) => Pin::new(pipe).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Served(pipe) => Pin::new(pipe).poll_flush(context),
            Self::Opened(pipe) => Pin::new(pipe).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Served(pipe) => Pin::new(pipe).poll_shutdown(context),
            Self::Opened(pipe) => Pin::new(pipe).poll_shutdown(context),
        }
    }
}
