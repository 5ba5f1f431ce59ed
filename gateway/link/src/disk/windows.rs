//! The disk of a Windows system: holds by share mode; the rest is the folder's and NTFS's work.
//!
//! Owns those choices. Who may read a file is what its folder's access list says, so the state
//! folder belongs into the profile of the account that runs the program. Next: [`super`].

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

/// Others may open the file to read it. Source: `CreateFileW`, `FILE_SHARE_READ`.
const SHARE_READ: u32 = 1;
/// The file is opened in a way that its holder does not share. Source: system error codes.
const ERROR_SHARING_VIOLATION: i32 = 32;

/// Files take the access list of their folder.
pub(crate) const fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Opens a file and holds it until it is closed; returns none where another process does. Readers
/// are let in, which a lock of the file's bytes would not do here.
pub(crate) fn hold(options: &mut OpenOptions, path: &Path) -> io::Result<Option<File>> {
    match options.share_mode(SHARE_READ).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(fault) if fault.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Nothing is reserved: a full disk closes the journal, and what was open is *unknown*.
#[expect(clippy::unnecessary_wraps, reason = "the same call as on other systems")]
pub(crate) const fn reserve(_: &File, _: u64) -> io::Result<()> {
    Ok(())
}

/// Names are durable with their file: NTFS writes them through its own journal.
#[expect(clippy::unnecessary_wraps, reason = "the same call as on other systems")]
pub(crate) const fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
