//! A named pipe of this machine, and who is at its other end, in Windows' own word.
//!
//! Owns making, opening and asking. Nobody who connects may add an end of their own to the name,
//! and nobody comes from another machine. May not decide who may come. Next: [`crate::access`].
#![expect(unsafe_code, reason = "calls of advapi32 and kernel32")]

use crate::access::Owned;
use crate::sid::{self, Known, Sid};
use crate::{Failed, wide};
use std::ffi::c_void;
use std::fs::OpenOptions;
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, IntoRawHandle};
use std::path::Path;
use tokio::net::windows::named_pipe::{NamedPipeClient, NamedPipeServer, ServerOptions};
use windows_sys::Win32::Foundation::{CloseHandle, HANDLE, LocalFree};
use windows_sys::Win32::Security as security;
use windows_sys::Win32::Storage::FileSystem as files;
use windows_sys::Win32::System::Pipes as pipes;
use windows_sys::Win32::System::Threading as threading;

/// The version of written access lists. Source: `SDDL_REVISION_1`.
const WRITTEN_VERSION: u32 = 1;

// The one call of sddl.h that is used.
#[link(name = "advapi32")]
unsafe extern "system" {
    fn ConvertStringSecurityDescriptorToSecurityDescriptorW(
        text: *const u16,
        version: u32,
        made: *mut *mut c_void,
        bytes: *mut u32,
    ) -> i32;
}

/// What every pipe's name starts with on its own machine.
pub const PREFIX: &str = r"\\.\pipe\";
/// What who comes may do: read, write, ask who made the pipe. Not in it is the right to make
/// another end (0x4, `FILE_CREATE_PIPE_INSTANCE`), which `GENERIC_WRITE` would hold.
const VISIT: u32 =
    (files::FILE_GENERIC_READ | files::FILE_GENERIC_WRITE) & !files::FILE_CREATE_PIPE_INSTANCE;
/// All of it. Source: `FILE_ALL_ACCESS`.
const ALL: u32 = files::FILE_ALL_ACCESS;

/// Which end of a name this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nth {
    /// The first: refused where anybody has the name already.
    First,
    /// Another one of a name that this process holds.
    Next,
}

/// Who came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visitor {
    /// Which user.
    pub user: Sid,
    /// Whether with the rights of an administrator.
    pub is_administrator: bool,
}

/// Makes an end that waits for one visitor. Windows itself, administrators and this process' user
/// may do everything with the name; the visitors may connect; nobody else may. Must be called on
/// a tokio runtime.
///
/// # Errors
/// [`io::Error`] as Windows says; `PermissionDenied` where somebody else has the name.
pub fn serve(name: &Path, nth: Nth, visitors: &[Sid]) -> io::Result<NamedPipeServer> {
    let own = sid::own().map_err(io::Error::other)?;
    let all = [Known::System.sid(), Known::Administrators.sid(), own];
    let mut rules = format!("O:{own}D:P");
    rules.extend(all.iter().map(|sid| format!("(A;;{ALL:#x};;;{sid})")));
    rules.extend(visitors.iter().map(|sid| format!("(A;;{VISIT:#x};;;{sid})")));
    let letters = wide(&rules);
    let mut made = std::ptr::null_mut();
    // SAFETY: the text ends with a zero; what Windows makes is freed below.
    let parsed = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            letters.as_ptr(),
            WRITTEN_VERSION,
            &raw mut made,
            std::ptr::null_mut(),
        )
    };
    if parsed == 0 {
        return Err(io::Error::last_os_error());
    }
    let mut attributes = security::SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<security::SECURITY_ATTRIBUTES>()).unwrap_or_default(),
        lpSecurityDescriptor: made,
        bInheritHandle: 0,
    };
    let mut options = ServerOptions::new();
    options.first_pipe_instance(nth == Nth::First).reject_remote_clients(true);
    let place = (&raw mut attributes).cast::<c_void>();
    // SAFETY: the attributes are whole and live until the call is over.
    let server = unsafe { options.create_with_security_attributes_raw(name, place) };
    // SAFETY: the descriptor is ours to free, once, and the pipe has its own.
    unsafe { LocalFree(made) };
    server
}

/// Connects, in a way that lets the other end learn who this is and never act as this user. Must be
/// called on a tokio runtime.
///
/// # Errors
/// [`io::Error`] as Windows says: `NotFound` where nobody has the name, [`is_busy`] where whoever
/// has it takes nobody now.
pub fn visit(name: &Path) -> io::Result<NamedPipeClient> {
    let mut options = OpenOptions::new();
    options.access_mode(VISIT).custom_flags(files::FILE_FLAG_OVERLAPPED);
    let file = options.security_qos_flags(files::SECURITY_IDENTIFICATION).open(name)?;
    let raw = file.into_raw_handle();
    // SAFETY: the handle is open, for overlapped calls, and from here on owned by the result.
    unsafe { NamedPipeClient::from_raw_handle(raw) }
}

/// Tells whether a pipe is there whose ends are all taken.
#[must_use]
pub fn is_busy(fault: &io::Error) -> bool {
    fault.raw_os_error().map(i32::cast_unsigned)
        == Some(windows_sys::Win32::Foundation::ERROR_PIPE_BUSY)
}

/// Says who came in.
///
/// # Errors
/// [`Failed::Refused`] where who came did not let itself be known.
pub fn visitor(server: &NamedPipeServer) -> Result<Visitor, Failed> {
    // The process at the other end could not be opened from a service with few rights; what it came
    // with can be looked at.
    // SAFETY: the handle is open as long as its owner.
    if unsafe { pipes::ImpersonateNamedPipeClient(server.as_raw_handle()) } == 0 {
        return Err(Failed::last("ImpersonateNamedPipeClient"));
    }
    let seen = worn();
    // SAFETY: no pointers. A thread that stayed in another's shoes must do nothing more.
    if unsafe { security::RevertToSelf() } == 0 {
        std::process::abort();
    }
    seen
}

/// Looks at the token that this thread wears.
fn worn() -> Result<Visitor, Failed> {
    let mut token: HANDLE = std::ptr::null_mut();
    // SAFETY: a constant; nothing to close.
    let thread = unsafe { threading::GetCurrentThread() };
    // SAFETY: the handle that is written to is ours; the process itself asks.
    if unsafe { threading::OpenThreadToken(thread, security::TOKEN_QUERY, 1, &raw mut token) } == 0
    {
        return Err(Failed::last("OpenThreadToken"));
    }
    let seen = sid::user(token)
        .map(|user| Visitor { user, is_administrator: belongs(token, Known::Administrators) });
    // SAFETY: the handle is ours and used no more.
    unsafe { CloseHandle(token) };
    seen
}

fn belongs(token: HANDLE, group: Known) -> bool {
    let (group, mut member) = (group.sid(), 0);
    // SAFETY: the token is open, the SID is whole, the answer is ours.
    let told = unsafe { security::CheckTokenMembership(token, group.pointer(), &raw mut member) };
    told != 0 && member != 0
}

/// Says which process serves the other end, and who made the name.
///
/// # Errors
/// [`Failed::Refused`] where Windows does not tell.
pub fn server(client: &NamedPipeClient) -> Result<(u32, Sid), Failed> {
    let mut process = 0;
    // SAFETY: the handle is open as long as its owner; the answer is ours.
    if unsafe { pipes::GetNamedPipeServerProcessId(client.as_raw_handle(), &raw mut process) } == 0
    {
        return Err(Failed::last("GetNamedPipeServerProcessId"));
    }
    // SAFETY: the handle is open as long as the client, which outlives this call.
    let handle = unsafe { BorrowedHandle::borrow_raw(client.as_raw_handle()) };
    Ok((process, Owned::pipe(handle.as_handle())?.owner))
}
