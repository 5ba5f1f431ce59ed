//! The POS program's serial port, as a scanner sees it: a pseudo terminal in raw mode.
//!
//! Owns the line format `kind;app_id;transaction_id;entry;action;minor;currency\r`: `kind` is
//! `payment` or `membership`; `action` is `payment`, `accrue`, `redeem` or `balance` and fits the
//! kind; `minor` is minor units of `currency`, or points with `PTS`. What does not fit is dropped:
//! a scanner has no way back. Next: [`super::page`].

use super::entry::{Action, Entered, EntryRequest, Source};
use super::shop::Shop;
use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;

/// The longest line in bytes: the parts' own limits add up to some 320.
const LINE_BYTES_MAX: usize = 512;
/// Bytes read at once.
const READ_BYTES: usize = 256;

/// The computer's end of the serial cable.
pub(super) struct Scanner {
    /// Any pollable file reads like a pipe; tokio has no type of its own for terminals.
    master: Receiver,
    /// Held open so that the other side may close and open the port as often as it likes.
    _slave: OwnedFd,
    path: PathBuf,
}

impl Scanner {
    /// Opens a pseudo terminal that never becomes anybody's controlling terminal.
    pub(super) fn open() -> io::Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let path = PathBuf::from(name.to_str().map_err(io::Error::other)?);
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = open(&path, flags, Mode::empty())?;
        let mut settings = tcgetattr(&slave)?;
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings)?;
        fcntl_setfl(&master, fcntl_getfl(&master)? | OFlags::NONBLOCK)?;
        Ok(Self { master: Receiver::from_owned_fd_unchecked(master)?, _slave: slave, path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads scans and sells them, one after the other, until it is stopped.
    pub(super) async fn read(mut self, shop: Arc<Shop>) {
        let mut lines = Lines::default();
        let mut chunk = [0; READ_BYTES];
        loop {
            let read = match self.master.read(&mut chunk).await {
                Ok(read) if read > 0 => read,
                Ok(_) | Err(_) => {
                    tracing::error!("serial port is gone, scans are not taken any more");
                    return;
                }
            };
            for line in lines.push(chunk.get(..read).unwrap_or_default()) {
                sell(&shop, &line).await;
            }
        }
    }
}

/// Reads one line of the format above; nothing when it does not fit.
#[must_use]
pub fn parse_line(line: &str) -> Option<EntryRequest> {
    let mut parts = line.split(';');
    let mut next = || parts.next();
    let kind = next()?;
    let (app_id, transaction_id) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let (entry, action) = (next()?.to_owned(), action(kind, next()?)?);
    let minor = next()?.parse().ok()?;
    let currency = next()?.to_owned().try_into().ok()?;
    if parts.next().is_some() {
        return None;
    }
    let (amount, points) = if action == Action::Payment { (minor, 0) } else { (0, minor) };
    Some(EntryRequest { transaction_id, app_id, entry, action, amount, currency, points })
}

fn action(kind: &str, action: &str) -> Option<Action> {
    match (kind, action) {
        ("payment", "payment") => Some(Action::Payment),
        ("membership", "accrue") => Some(Action::Accrue),
        ("membership", "redeem") => Some(Action::Redeem),
        ("membership", "balance") => Some(Action::Balance),
        _ => None,
    }
}

async fn sell(shop: &Shop, line: &str) {
    let Some(entry) = parse_line(line) else {
        tracing::warn!("a scan that does not fit the line format is dropped");
        return;
    };
    match shop.enter(entry, Source::Scanner).await {
        Entered::Sold(_) => {}
        Entered::AppUnknown => tracing::warn!("a scan for an unknown app is dropped"),
        Entered::EntryInvalid => tracing::warn!("a scan that is no code is dropped"),
        Entered::Busy | Entered::LedgerUnwritable => tracing::error!("a scan was not recorded"),
    }
}

/// Gathers bytes into lines; an overlong one is dropped up to its end.
#[derive(Default)]
struct Lines {
    line: Vec<u8>,
    overlong: Overlong,
}

#[derive(Default, PartialEq, Eq)]
enum Overlong {
    #[default]
    No,
    Yes,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut whole = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => whole.extend(self.end()),
                _ if self.line.len() < LINE_BYTES_MAX => self.line.push(*byte),
                _ => self.overlong = Overlong::Yes,
            }
        }
        whole
    }

    fn end(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        let overlong = std::mem::take(&mut self.overlong);
        if line.is_empty() || overlong == Overlong::Yes {
            return None;
        }
        String::from_utf8(line).ok()
    }
}
