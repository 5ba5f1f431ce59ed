//! The journal on disk: one sealed line a record, fsynced before anything is done about it.
//!
//! Owns the file, its lock and its reserved space. May not decide anything. Blocking: call it from
//! a thread that may wait. Next: [`crate::executor`], which appends before it acts.

use super::chain::Head;
use super::lines::{self, LinesFault, Recovered};
use super::machine::Journal;
use super::record::Record;
use crate::disk::{hold, private, reserve, sync_folder};
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Space reserved ahead, in bytes: some 200 transactions, so that the end of an accepted command
/// always finds room and the file system is asked for more only rarely.
const RESERVE_BYTES: u64 = 256 * 1024;
/// Room that must be reserved beyond the last record, in bytes: submitted, result and shown of the
/// one open transaction take under 2 KiB.
const ROOM_BYTES_MIN: u64 = 4 * 1024;

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalFault {
    /// Another process of this device is running.
    #[error("journal {0} is held by another process; stop that one first")]
    Locked(PathBuf),
    /// The file was damaged or changed by hand.
    #[error(
        "journal {path} is suspect at line {line}: keep the file, and let the gateway's operator \
         settle this device's open transactions before it is enrolled again in a new state folder"
    )]
    Suspect {
        /// Which file.
        path: PathBuf,
        /// The first line that does not follow.
        line: u64,
    },
    /// The system refused a read or write.
    #[error("journal {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An earlier write failed, so nobody knows what is on disk.
    #[error("the journal is closed after a failed write; restart this device")]
    Closed,
}

/// An open journal. Only one process holds it.
#[derive(Debug)]
pub struct JournalFile {
    file: File,
    path: PathBuf,
    head: Head,
    bytes: u64,
    reserved: u64,
}

impl JournalFile {
    /// Opens or makes the journal, checks every line and rebuilds the machine from it.
    ///
    /// A last line without its line feed was never acknowledged and is cut off.
    ///
    /// # Errors
    /// Each variant of [`JournalFault`] as it says.
    pub fn open(path: &Path) -> Result<(Self, Journal), JournalFault> {
        let fault = |source| JournalFault::File { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        private(&mut options).read(true).write(true).create(true).truncate(false);
        let held = hold(&mut options, path).map_err(fault)?;
        let mut file = held.ok_or_else(|| JournalFault::Locked(path.to_owned()))?;
        sync_folder(path).map_err(fault)?;
        let recovered = lines::recover(BufReader::new(&file));
        let Recovered { journal, head, bytes } = recovered.map_err(|why| unreadable(path, why))?;
        file.set_len(bytes).and_then(|()| file.sync_all()).map_err(fault)?;
        file.seek(SeekFrom::Start(bytes)).map_err(fault)?;
        Ok((Self { file, path: path.to_owned(), head, bytes, reserved: bytes }, journal))
    }

    /// Makes records durable: one write, one fdatasync. `at_ms` is milliseconds since 1970.
    ///
    /// # Errors
    /// [`JournalFault::File`]; the journal must not be used again before it was opened anew.
    pub fn append(&mut self, records: &[Record], at_ms: u64) -> Result<(), JournalFault> {
        let text: String = records.iter().map(|record| self.head.seal(record, at_ms)).collect();
        self.write(&text).map_err(|source| JournalFault::File { path: self.path.clone(), source })
    }

    /// Returns where the journal ends.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        let end = self.bytes.saturating_add(text.len() as u64);
        self.reserve(end)?;
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()?;
        self.bytes = end;
        Ok(())
    }

    /// Reserves space beyond `end` without changing the length of the file.
    fn reserve(&mut self, end: u64) -> io::Result<()> {
        if end.saturating_add(ROOM_BYTES_MIN) <= self.reserved {
            return Ok(());
        }
        let reserved = end.saturating_add(RESERVE_BYTES);
        reserve(&self.file, reserved)?;
        self.reserved = reserved;
        Ok(())
    }
}

/// Writes the checked lines of a journal, which may be in use, to `out`; returns how many.
///
/// # Errors
/// [`JournalFault::Suspect`] or [`JournalFault::File`], after the lines before it were written.
pub fn export(path: &Path, out: &mut impl Write) -> Result<u64, JournalFault> {
    let fault = |source| JournalFault::File { path: path.to_owned(), source };
    let file = File::open(path).map_err(fault)?;
    let checked = lines::read(BufReader::new(&file), |_| Ok(()));
    let (head, bytes) = checked.map_err(|why| unreadable(path, why))?;
    let mut whole = File::open(path).map_err(fault)?;
    let copied = io::copy(&mut io::Read::take(&mut whole, bytes), out).map_err(fault)?;
    if copied != bytes {
        return Err(suspect(path, head.seq));
    }
    Ok(head.seq)
}

fn unreadable(path: &Path, fault: LinesFault) -> JournalFault {
    match fault {
        LinesFault::Suspect { line } => suspect(path, line),
        LinesFault::Read(source) => JournalFault::File { path: path.to_owned(), source },
    }
}

fn suspect(path: &Path, line: u64) -> JournalFault {
    JournalFault::Suspect { path: path.to_owned(), line }
}
