//! Whether keys can get anywhere: the screen in front, and the rights of the other program.
//!
//! Owns those questions. Next: [`crate::wait`].
#![expect(unsafe_code, reason = "calls of user32, kernel32 and advapi32")]

use crate::Failed;
use std::ffi::c_void;
use windows_sys::Win32::Foundation::{CloseHandle, HANDLE};
use windows_sys::Win32::Security as security;
use windows_sys::Win32::System::StationsAndDesktops as desktops;
use windows_sys::Win32::System::Threading as threading;

/// Bytes for the name of a desktop: Windows names them Default, Winlogon, Screen-saver.
const NAME_BYTES_MAX: usize = 256;
/// Bytes for the answer about a token's integrity: a header and one SID of at most 68 bytes.
const LABEL_BYTES_MAX: usize = 128;

/// Tells whether the screen shows the desktop of this thread: not a locked one, not one that asks
/// for a password, not a screen saver, and not another user's.
#[must_use]
pub fn is_on_screen() -> bool {
    // SAFETY: no pointers; the handle is closed below.
    let shown = unsafe { desktops::OpenInputDesktop(0, 0, desktops::DESKTOP_READOBJECTS) };
    if shown.is_null() {
        return false;
    }
    let shown_name = name(shown);
    // SAFETY: the handle is ours and used no more.
    unsafe { desktops::CloseDesktop(shown) };
    // SAFETY: no pointers; this handle is not ours to close.
    let own = unsafe { desktops::GetThreadDesktop(threading::GetCurrentThreadId()) };
    shown_name.is_some() && shown_name == name(own)
}

fn name(desktop: HANDLE) -> Option<Vec<u8>> {
    let mut bytes = vec![0_u8; NAME_BYTES_MAX];
    let room = u32::try_from(bytes.len()).ok()?;
    let mut used = 0;
    let place = bytes.as_mut_ptr().cast::<c_void>();
    // SAFETY: the buffer is ours and as long as said.
    let told = unsafe {
        desktops::GetUserObjectInformationW(desktop, desktops::UOI_NAME, place, room, &raw mut used)
    };
    bytes.truncate(usize::try_from(used).ok()?);
    (told != 0).then_some(bytes)
}

/// Tells whether a process runs with higher rights than this one, so that Windows drops what is
/// sent to it.
///
/// # Errors
/// [`Failed::Refused`] where this process cannot be asked about itself.
pub fn is_above(process: u32) -> Result<bool, Failed> {
    // SAFETY: a constant; nothing to close.
    let own = integrity(unsafe { threading::GetCurrentProcess() })?;
    let right = threading::PROCESS_QUERY_LIMITED_INFORMATION;
    // SAFETY: no pointers; the handle is closed below.
    let other = unsafe { threading::OpenProcess(right, 0, process) };
    if other.is_null() {
        // Who may not even ask stands below.
        return Ok(true);
    }
    let level = integrity(other);
    // SAFETY: the handle is ours and used no more.
    unsafe { CloseHandle(other) };
    Ok(level.map_or(true, |level| level > own))
}

fn integrity(process: HANDLE) -> Result<u32, Failed> {
    let mut token: HANDLE = std::ptr::null_mut();
    // SAFETY: the handle that is written to is ours.
    if unsafe { threading::OpenProcessToken(process, security::TOKEN_QUERY, &raw mut token) } == 0 {
        return Err(Failed::last("OpenProcessToken"));
    }
    let level = level(token);
    // SAFETY: the handle is ours and used no more.
    unsafe { CloseHandle(token) };
    level
}

fn level(token: HANDLE) -> Result<u32, Failed> {
    // Words, so that the answer is aligned as its structure must be.
    let mut words = [0_u64; LABEL_BYTES_MAX / 8];
    let (place, mut used) = (words.as_mut_ptr(), 0);
    let room = u32::try_from(LABEL_BYTES_MAX).unwrap_or_default();
    let class = security::TokenIntegrityLevel;
    // SAFETY: the buffer is ours and as long as said.
    let told = unsafe {
        security::GetTokenInformation(token, class, place.cast::<c_void>(), room, &raw mut used)
    };
    if told == 0 {
        return Err(Failed::last("GetTokenInformation"));
    }
    // SAFETY: Windows wrote this structure there; its SID points into the same buffer, which lives
    // to the end of this function, and a SID has as many parts as it says.
    unsafe {
        let label = &*place.cast::<security::TOKEN_MANDATORY_LABEL>();
        let parts = *security::GetSidSubAuthorityCount(label.Label.Sid);
        let last = u32::from(parts).saturating_sub(1);
        Ok(*security::GetSidSubAuthority(label.Label.Sid, last))
    }
}
