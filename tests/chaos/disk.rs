//! Small disks of our own that can be filled: one for the gateway, one for a device.
//!
//! Owns mounting a tmpfs, the ballast that fills it, and taking it away again. A user who may not
//! mount runs without: the faults that need it are counted as skipped. Next: `shim`.

use anyhow::Context;
use rustix::fs::{FallocateFlags, fallocate, statvfs};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The file that fills a disk.
const BALLAST: &str = "ballast";
/// Bytes of a disk whatever the run: logs of commits, and the journal's reserve.
const BASE_BYTES: u64 = 96 * 1024 * 1024;
/// Bytes that one payment may take in the gateway's database: three times what was seen.
const PAYMENT_BYTES: u64 = 12 * 1024;

/// A mounted folder. Dropping it takes the disk away with everything on it.
#[derive(Debug)]
pub struct Disk {
    at: PathBuf,
}

impl Disk {
    /// Mounts an empty disk for so many payments over a folder, which is made; `None` when this
    /// user may not mount.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn mount(at: &Path, payments: usize) -> anyhow::Result<Option<Self>> {
        std::fs::create_dir_all(at)?;
        let bytes = BASE_BYTES + PAYMENT_BYTES * payments as u64;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes},mode=0700"), "baton-chaos"]);
        let mounted = mount.arg(at).stdin(Stdio::null()).stderr(Stdio::null()).status();
        Ok(mounted.is_ok_and(|status| status.success()).then(|| Self { at: at.to_owned() }))
    }

    /// Takes every free byte.
    ///
    /// # Errors
    /// When the disk cannot be read or written.
    pub fn fill(&self) -> anyhow::Result<()> {
        let ballast = File::create(self.at.join(BALLAST))?;
        let mut taken = 0;
        // A writer may free or take pages meanwhile, so what is left is asked again.
        loop {
            let disk = statvfs(&self.at)?;
            let free = disk.f_bavail * disk.f_frsize;
            if free == 0 {
                return Ok(());
            }
            fallocate(&ballast, FallocateFlags::empty(), taken, free)
                .or_else(
                    |fault| if fault == rustix::io::Errno::NOSPC { Ok(()) } else { Err(fault) },
                )
                .context("the disk cannot be filled")?;
            taken += free;
        }
    }

    /// Copies what is on it into a folder beside it: the disk goes with the run.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn keep(&self) -> anyhow::Result<()> {
        let mut beside = self.at.clone().into_os_string();
        beside.push("-kept");
        let beside = PathBuf::from(beside);
        std::fs::create_dir_all(&beside)?;
        for file in std::fs::read_dir(&self.at)? {
            let file = file?;
            std::fs::copy(file.path(), beside.join(file.file_name()))?;
        }
        Ok(())
    }

    /// Gives the space back.
    ///
    /// # Errors
    /// When the ballast cannot be removed.
    pub fn free(&self) -> anyhow::Result<()> {
        Ok(std::fs::remove_file(self.at.join(BALLAST))?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a reader that still looks at it keeps it until it has closed its files.
        let mut umount = Command::new("umount");
        let done = umount.arg("-l").arg(&self.at).stdin(Stdio::null()).status();
        if !done.is_ok_and(|status| status.success()) {
            eprintln!("{} stays mounted", self.at.display());
        }
    }
}
