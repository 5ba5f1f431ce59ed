//! What Windows starts in every login session, and the console of a program that it started so.
//!
//! Owns one value of the registry's Run key. Next: [`crate::notice`].
#![expect(unsafe_code, reason = "calls of advapi32 and kernel32")]

use crate::{Failed, wide};
use std::ffi::c_void;
use windows_sys::Win32::Foundation::ERROR_FILE_NOT_FOUND;
use windows_sys::Win32::System::Console as console;

/// Where Windows reads what it starts at a login, for all users. Only administrators write it.
const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// The most letters of a command there. Source: Microsoft's page "Run and RunOnce Registry Keys".
pub const COMMAND_LETTERS_MAX: usize = 260;

/// What belongs to the whole machine. Source: `HKEY_LOCAL_MACHINE`.
const MACHINE: usize = 0xffff_ffff_8000_0002;
/// A text. Source: `REG_SZ`.
const TEXT: u32 = 1;

// The two calls of the registry that are used.
#[link(name = "advapi32")]
unsafe extern "system" {
    fn RegSetKeyValueW(
        of: *mut c_void,
        key: *const u16,
        value: *const u16,
        kind: u32,
        data: *const c_void,
        bytes: u32,
    ) -> u32;
    fn RegDeleteKeyValueW(of: *mut c_void, key: *const u16, value: *const u16) -> u32;
}

/// Has Windows start a command in every login session from the next one on.
///
/// # Errors
/// [`Failed::Refused`] where the caller is no administrator.
///
/// **Repeat**: the last command counts.
pub fn at_login(name: &str, command: &str) -> Result<(), Failed> {
    let (key, value, data) = (wide(KEY), wide(name), wide(command));
    let bytes = u32::try_from(data.len().saturating_mul(2)).unwrap_or_default();
    // SAFETY: the texts end with a zero, and the data is as long as said.
    let number = unsafe {
        RegSetKeyValueW(
            std::ptr::without_provenance_mut(MACHINE),
            key.as_ptr(),
            value.as_ptr(),
            TEXT,
            data.as_ptr().cast::<c_void>(),
            bytes,
        )
    };
    if number == 0 { Ok(()) } else { Err(Failed::Refused { call: "RegSetKeyValue", number }) }
}

/// Has Windows start it no more.
///
/// # Errors
/// [`Failed::Refused`] where the caller is no administrator.
///
/// **Repeat**: one that is not there is none to take away.
pub fn not_at_login(name: &str) -> Result<(), Failed> {
    let (key, value) = (wide(KEY), wide(name));
    // SAFETY: the texts end with a zero.
    let number = unsafe {
        let machine = std::ptr::without_provenance_mut(MACHINE);
        RegDeleteKeyValueW(machine, key.as_ptr(), value.as_ptr())
    };
    match number {
        0 | ERROR_FILE_NOT_FOUND => Ok(()),
        number => Err(Failed::Refused { call: "RegDeleteKeyValue", number }),
    }
}

/// Closes the console window that was opened for this program alone; one that a person works in
/// stays.
pub fn without_console() {
    let mut processes = [0; 2];
    let room = u32::try_from(processes.len()).unwrap_or_default();
    // SAFETY: the buffer is ours and as long as said.
    if unsafe { console::GetConsoleProcessList(processes.as_mut_ptr(), room) } == 1 {
        // SAFETY: no pointers.
        unsafe { console::FreeConsole() };
    }
}
