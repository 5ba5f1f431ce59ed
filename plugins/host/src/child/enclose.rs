//! The walls of a plugin's process.
//!
//! Owns descriptors and limits. After [`shut`] no descriptor can be opened any more: no file, no
//! socket, no pipe; the plugin's only way out is the host. Memory, CPU time, file size and core
//! dumps are limited, and rights can no longer be gained. Next: [`super::serve`].
#![expect(unsafe_code, reason = "descriptors that nobody owns are closed by number")]

use crate::settings::Limits;
use rustix::fs::{Mode, OFlags};
use rustix::io::fcntl_dupfd_cloexec;
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::stdio;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

/// The first descriptor after standard input, output and error.
const DESCRIPTOR_FIRST: RawFd = 3;

/// What the parent gave.
pub(super) struct Given {
    pub(super) socket: OwnedFd,
    pub(super) library: OwnedFd,
}

/// Takes the two descriptors from their places and closes everything else but standard error.
pub(super) fn take_descriptors() -> io::Result<Given> {
    let socket = fcntl_dupfd_cloexec(stdio::stdin(), DESCRIPTOR_FIRST)?;
    let library = fcntl_dupfd_cloexec(stdio::stdout(), DESCRIPTOR_FIRST)?;
    let nothing = rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
    stdio::dup2_stdin(&nothing)?;
    stdio::dup2_stdout(&nothing)?;
    drop(nothing);
    close_others([socket.as_raw_fd(), library.as_raw_fd()])?;
    Ok(Given { socket, library })
}

/// Limits the process before anything foreign runs in it.
pub(super) fn limit(limits: &Limits) -> io::Result<()> {
    let held = memory_held()?;
    set(Resource::As, held.saturating_add(limits.memory_bytes_max))?;
    set(Resource::Cpu, limits.cpu_s_max)?;
    // Codes are in memory: they must not come to a disk.
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)?;
    rustix::thread::set_no_new_privs(true)?;
    Ok(())
}

/// Ends the opening of descriptors; those that are open stay.
pub(super) fn shut() -> io::Result<()> {
    set(Resource::Nofile, 0)
}

fn set(resource: Resource, most: u64) -> io::Result<()> {
    setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    Ok(())
}

/// Address space that the program itself takes, in bytes. Source: proc(5), `statm`, first field.
fn memory_held() -> io::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = text.split(' ').next().and_then(|pages| pages.parse().ok()).unwrap_or(0);
    Ok(pages.saturating_mul(u64::try_from(rustix::param::page_size()).unwrap_or(0)))
}

/// A program that leaks a descriptor over `exec` must not leak it into a plugin.
fn close_others(kept: [RawFd; 2]) -> io::Result<()> {
    let mut open = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let number: Option<RawFd> = entry?.file_name().to_str().and_then(|name| name.parse().ok());
        open.extend(number.filter(|fd| *fd >= DESCRIPTOR_FIRST && !kept.contains(fd)));
    }
    // The one that listed them is closed by now.
    open.retain(|descriptor| std::fs::read_link(format!("/proc/self/fd/{descriptor}")).is_ok());
    for descriptor in open {
        // SAFETY: nothing else runs in this process yet, and nothing in it owns a descriptor from
        // three on but the two that are kept; it is open.
        unsafe { rustix::io::close(descriptor) };
    }
    Ok(())
}
