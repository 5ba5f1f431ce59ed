//! Waiting on a thread that may get messages of Windows.
//!
//! Owns that wait. Next: the drivers in `agent/src/win32`.
#![expect(unsafe_code, reason = "calls of user32")]

use std::time::Duration;
use windows_sys::Win32::UI::WindowsAndMessaging as ui;

/// Waits so long, or until a message came; messages are taken, so that what this thread knows of
/// the keyboard is new.
pub fn pause(wait: Duration) {
    let wait_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
    let (wake, flags) = (ui::QS_ALLINPUT, ui::MWMO_INPUTAVAILABLE);
    // SAFETY: no handles are given.
    unsafe { ui::MsgWaitForMultipleObjectsEx(0, std::ptr::null(), wait_ms, wake, flags) };
    let mut message = ui::MSG::default();
    // SAFETY: the message is ours.
    while unsafe { ui::PeekMessageW(&raw mut message, std::ptr::null_mut(), 0, 0, ui::PM_REMOVE) }
        != 0
    {
        // SAFETY: the message was just taken from this thread's queue.
        unsafe { ui::DispatchMessageW(&raw const message) };
    }
}
