//! Messages to the programs that own controls, each with a bound on the wait for its answer.
//!
//! Owns reading, setting and pressing controls. A hanging program costs its bound and no more.
//! Never asks windows of this process, whose late answers would write into freed memory. Next:
//! [`crate::keyboard`].
#![expect(unsafe_code, reason = "calls of user32 and imm32")]

use crate::Failed;
use crate::window::Handle;
use std::time::Duration;
use windows_sys::Win32::Foundation::{ERROR_TIMEOUT, GetLastError, SetLastError};
use windows_sys::Win32::UI::Controls::EM_SETSEL;
use windows_sys::Win32::UI::Input::Ime::ImmGetDefaultIMEWnd;
use windows_sys::Win32::UI::WindowsAndMessaging as ui;

/// The most letters of a control that are read: a POS screen's texts and a journal printed on it.
const LETTERS_MAX: usize = 32_768;
/// Asks an input method whether it is open. Source: `imm.h`, `IMC_GETOPENSTATUS`.
const IMC_GETOPENSTATUS: usize = 0x0005;
/// Asks an input method how it converts. Source: `imm.h`, `IMC_GETCONVERSIONMODE`.
const IMC_GETCONVERSIONMODE: usize = 0x0001;

/// Sends a message and waits for the answer.
fn ask(
    to: Handle,
    message: u32,
    word: usize,
    long: isize,
    wait: Duration,
) -> Result<usize, Failed> {
    if to.owners().is_none_or(|(process, _)| process == std::process::id()) {
        return Err(Failed::Gone);
    }
    let wait_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
    let mut answer = 0;
    // SAFETY: Windows copies what `long` points to across the border of processes, within the
    // length that the message names; the callers of this give messages and buffers that fit.
    let done = unsafe {
        SetLastError(0);
        let flags = ui::SMTO_ABORTIFHUNG;
        ui::SendMessageTimeoutW(to.raw(), message, word, long, flags, wait_ms, &raw mut answer)
    };
    if done != 0 {
        return Ok(answer);
    }
    // SAFETY: no arguments.
    match unsafe { GetLastError() } {
        _ if !to.exists() => Err(Failed::Gone),
        // Some versions leave no error where the time was over. Source: SendMessageTimeoutW.
        0 | ERROR_TIMEOUT => Err(Failed::Silent),
        number => Err(Failed::Refused { call: "SendMessageTimeout", number }),
    }
}

/// Sees whether the program of a window takes messages.
///
/// # Errors
/// [`Failed::Silent`] where it hangs, or another [`Failed`].
pub fn answers(window: Handle, wait: Duration) -> Result<(), Failed> {
    ask(window, ui::WM_NULL, 0, 0, wait).map(drop)
}

/// Reads a control's text.
///
/// # Errors
/// Each variant of [`Failed`] as it says.
pub fn text(of: Handle, wait: Duration) -> Result<String, Failed> {
    let length = ask(of, ui::WM_GETTEXTLENGTH, 0, 0, wait)?.min(LETTERS_MAX);
    if length == 0 {
        return Ok(String::new());
    }
    let mut letters = vec![0_u16; length.saturating_add(1)];
    let place = letters.as_mut_ptr().expose_provenance().cast_signed();
    let length = ask(of, ui::WM_GETTEXT, letters.len(), place, wait)?;
    let text = String::from_utf16_lossy(letters.get(..length).unwrap_or_default());
    letters.fill(0);
    Ok(text)
}

/// Sets a control's text and tells its parent, as typing would.
///
/// # Errors
/// Each variant of [`Failed`] as it says; [`Failed::Refused`] too where the control said no.
pub fn set_text(of: Handle, text: &str, wait: Duration) -> Result<(), Failed> {
    let mut letters: Vec<u16> = text.encode_utf16().chain([0]).collect();
    let place = letters.as_mut_ptr().expose_provenance().cast_signed();
    let answer = ask(of, ui::WM_SETTEXT, 0, place, wait);
    letters.fill(0);
    match answer? {
        0 => Err(Failed::Refused { call: "WM_SETTEXT", number: 0 }),
        _ => Ok(()),
    }
}

/// Selects all of an edit control's text.
///
/// # Errors
/// Each variant of [`Failed`] as it says.
pub fn select_all(of: Handle, wait: Duration) -> Result<(), Failed> {
    ask(of, EM_SETSEL, 0, -1, wait).map(drop)
}

/// Presses a button. Returns at once: a button may open a dialog that stays.
///
/// # Errors
/// [`Failed::Gone`] or [`Failed::Refused`].
pub fn press(button: Handle) -> Result<(), Failed> {
    // SAFETY: the message carries no pointers.
    let sent = unsafe { ui::SendNotifyMessageW(button.raw(), ui::BM_CLICK, 0, 0) };
    match sent {
        0 if !button.exists() => Err(Failed::Gone),
        0 => Err(Failed::last("SendNotifyMessage")),
        _ => Ok(()),
    }
}

/// Returns how the input method of a window converts letters, if it is open.
///
/// # Errors
/// [`Failed::Silent`] or [`Failed::Refused`].
pub fn conversion(window: Handle, wait: Duration) -> Result<Option<usize>, Failed> {
    // SAFETY: any number may be asked about.
    let method = Handle::taken(unsafe { ImmGetDefaultIMEWnd(window.raw()) });
    let Some(method) = method else { return Ok(None) };
    if ask(method, ui::WM_IME_CONTROL, IMC_GETOPENSTATUS, 0, wait)? == 0 {
        return Ok(None);
    }
    ask(method, ui::WM_IME_CONTROL, IMC_GETCONVERSIONMODE, 0, wait).map(Some)
}
