//! Starting a plugin's process and hearing what it is.
//!
//! Owns what the process gets: a socket as standard input, the checked library's memory as standard
//! output, and nothing else; no environment, no other descriptor. A library that is not what its
//! manifest says is ended before it is asked anything. Next: [`super::listen`].

use super::{OUTBOX_FRAMES_MAX, Process, Shared, listen};
use crate::calls::{Frame, FrameKind};
use crate::child;
use crate::door::HostDoor;
use crate::manifest::Manifest;
use crate::release::Sealed;
use crate::settings::{Limits, StandardError};
use baton_plugin_api::documents::Versioned;
use baton_plugin_api::documents::describe::Description;
use rustix::process::Pid;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as Socket;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::BufReader;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// The C library's memory pools for threads: each reserves 64 MiB of address space, which is what
/// is limited. Source: mallopt(3), `M_ARENA_MAX`.
const ARENAS: (&str, &str) = ("MALLOC_ARENA_MAX", "2");
/// The longest reason of a child that is kept, in characters.
const REASON_CHARACTERS_MAX: usize = 300;

/// Everything that is needed to start a plugin, as often as necessary.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) limits: Limits,
    pub(crate) errors: StandardError,
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) library: Sealed,
    pub(crate) door: Arc<HostDoor>,
}

/// Reading half with what was read ahead.
pub(super) type Ear = BufReader<OwnedReadHalf>;

impl Launch {
    /// Starts a process.
    ///
    /// # Errors
    /// Why not, in words.
    pub(crate) async fn start(&self) -> Result<Process, String> {
        let words = |cause: io::Error| cause.to_string();
        let (child, ear, mouth) = self.spawn().map_err(words)?;
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let pid = pid.ok_or("it has ended already")?;
        let shared = Arc::new(Shared::new(Arc::clone(&self.door), pid));
        let (outbox, posted) = mpsc::channel(OUTBOX_FRAMES_MAX);
        let process = Process { outbox: outbox.clone(), shared: Arc::clone(&shared) };
        let (ear, description) = self.greeted(ear).await?;
        if let Some(difference) = self.manifest.differs(&description) {
            return Err(difference);
        }
        tokio::spawn(listen::write(mouth, posted));
        tokio::spawn(listen::read(ear, outbox.downgrade(), shared, child));
        Ok(process)
    }

    /// Starts a process only to hear what its library is.
    ///
    /// # Errors
    /// Why not, in words.
    pub(crate) async fn describe(&self) -> Result<Description, String> {
        let (_child, ear, _mouth) = self.spawn().map_err(|cause| cause.to_string())?;
        self.greeted(ear).await.map(|(_, description)| description)
    }

    fn spawn(&self) -> io::Result<(Child, Ear, OwnedWriteHalf)> {
        let (ours, theirs) = Socket::pair()?;
        ours.set_nonblocking(true)?;
        let errors = match self.errors {
            StandardError::Discarded => Stdio::null(),
            StandardError::Inherited => Stdio::inherit(),
        };
        let child = Command::new(&self.program)
            .args(child::arguments(&self.limits))
            .env_clear()
            .env(ARENAS.0, ARENAS.1)
            .current_dir("/")
            .stdin(OwnedFd::from(theirs))
            .stdout(self.library.descriptor()?)
            .stderr(errors)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let (ear, mouth) = UnixStream::from_std(ours)?.into_split();
        Ok((child, BufReader::with_capacity(64 * 1024, ear), mouth))
    }

    /// Hears the first frame, which says what the library is.
    async fn greeted(&self, mut ear: Ear) -> Result<(Ear, Description), String> {
        let within = Duration::from_millis(self.limits.start_ms);
        let first = timeout(within, Frame::receive_from(&mut ear)).await;
        let first = first.map_err(|_| "it does not come up in time".to_owned())?;
        let first = first.map_err(|_| "its process ended while it was loaded".to_owned())?;
        let text = String::from_utf8_lossy(&first.payload);
        if first.kind != FrameKind::Ready {
            return Err(text.escape_debug().take(REASON_CHARACTERS_MAX).collect());
        }
        let description: Versioned<Description> =
            serde_json::from_str(&text).map_err(|_| "its description cannot be read".to_owned())?;
        Ok((ear, description.body))
    }
}
