//! The disk of a Unix system: modes, flock, fallocate and fsync of folders.
//!
//! Owns those calls. Next: [`super`].

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Lets only the owner read a file that is made.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Opens a file and holds it until it is closed; returns none where another process does. Readers
/// are let in.
pub(crate) fn hold(options: &mut OpenOptions, path: &Path) -> io::Result<Option<File>> {
    let file = options.open(path)?;
    Ok(file.try_lock().is_ok().then_some(file))
}

/// Reserves space without changing the length of the file.
pub(crate) fn reserve(file: &File, bytes: u64) -> io::Result<()> {
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, bytes) {
        Ok(()) | Err(Errno::OPNOTSUPP) => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}

/// Makes a created or renamed name durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}
