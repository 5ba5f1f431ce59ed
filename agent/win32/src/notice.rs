//! A small notice on top of everything: the agent waits for whoever uses the POS, who may cancel.
//!
//! Owns that window. It is never activated, so the POS program keeps the focus while it is clicked;
//! its button is a text that tells clicks, for a button of Windows would take the focus of this
//! thread. May not decide when to wait. Next: the drivers in `agent/src/win32`.
#![expect(unsafe_code, reason = "calls of user32")]

use crate::wait::pause;
use crate::window::Handle;
use crate::{Failed, wide};
use std::cell::Cell;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::time::Duration;
use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::UI::WindowsAndMessaging as ui;

/// What is written, and on the button.
const WORDS: &str = "Baton waits for you";
/// See [`WORDS`].
const CANCEL: &str = "Cancel";
/// The window's title, for whoever looks for it.
pub const TITLE: &str = "Baton notice";
/// The name of its kind.
const CLASS: &str = "BatonNotice";
/// Its size in pixels: a finger's width high, and off the middle, where people work.
const SIZE: (i32, i32) = (420, 64);
/// Where the words are: left, top, width, height.
const TEXT: [i32; 4] = [16, 20, 260, 24];
/// Where the button is.
const BUTTON: [i32; 4] = [292, 10, 118, 44];
/// How the button looks. Source: `SS_CENTER`, `SS_CENTERIMAGE`, `SS_SUNKEN`; `SS_NOTIFY` tells
/// clicks.
const BUTTON_STYLE: u32 = 0x1 | 0x200 | 0x1000 | 0x100;
/// The colour of buttons, plus one, stands for a brush. Source: `COLOR_BTNFACE`.
const BRUSH: usize = 15 + 1;

/// A kind of windows. Source: `WNDCLASSW`, which windows-sys has only together with all of GDI.
#[repr(C)]
struct Kind {
    style: u32,
    answer: unsafe extern "system" fn(HWND, u32, WPARAM, LPARAM) -> LRESULT,
    extra: [i32; 2],
    program: *mut c_void,
    icon: *mut c_void,
    cursor: *mut c_void,
    brush: *mut c_void,
    menu: *const u16,
    name: *const u16,
}

#[link(name = "user32")]
unsafe extern "system" {
    fn RegisterClassW(kind: *const Kind) -> u16;
}

thread_local! {
    /// The button was pressed. A window's messages come on the thread that made it.
    static CANCELLED: Cell<bool> = const { Cell::new(false) };
}

/// The notice, made when it is first shown. At most one a thread, on which it stays.
#[derive(Debug, Default)]
pub struct Popup {
    window: Option<Handle>,
    is_shown: bool,
    stays: PhantomData<*const ()>,
}

impl Popup {
    /// Shows it on top.
    ///
    /// # Errors
    /// [`Failed::Refused`] where Windows makes no window.
    ///
    /// **Repeat**: it stays, and is on top again.
    pub fn show(&mut self) -> Result<(), Failed> {
        let window = match self.window.filter(|window| window.exists()) {
            Some(window) => window,
            None => make()?,
        };
        self.window = Some(window);
        if !self.is_shown {
            CANCELLED.set(false);
        }
        self.is_shown = true;
        let how = ui::SWP_NOACTIVATE | ui::SWP_NOMOVE | ui::SWP_NOSIZE | ui::SWP_SHOWWINDOW;
        // SAFETY: no pointers; a window that is gone is refused.
        if unsafe { ui::SetWindowPos(window.raw(), ui::HWND_TOPMOST, 0, 0, 0, 0, how) } == 0 {
            return Err(Failed::last("SetWindowPos"));
        }
        pause(Duration::ZERO);
        Ok(())
    }

    /// Takes it away.
    pub fn hide(&mut self) {
        if let (Some(window), true) = (self.window, self.is_shown) {
            // SAFETY: no pointers; a window that is gone is refused.
            unsafe { ui::ShowWindow(window.raw(), ui::SW_HIDE) };
        }
        self.is_shown = false;
        CANCELLED.set(false);
    }

    /// Tells whether its button was pressed since it was shown.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        if self.is_shown {
            pause(Duration::ZERO);
        }
        self.is_shown && CANCELLED.get()
    }
}

impl Drop for Popup {
    fn drop(&mut self) {
        if let Some(window) = self.window {
            // SAFETY: the window is of this thread, which the popup never leaves.
            unsafe { ui::DestroyWindow(window.raw()) };
        }
    }
}

fn make() -> Result<Handle, Failed> {
    let name = wide(CLASS);
    // SAFETY: null means this program.
    let program = unsafe { GetModuleHandleW(std::ptr::null()) };
    let kind = Kind {
        style: 0,
        answer,
        extra: [0; 2],
        program,
        icon: std::ptr::null_mut(),
        cursor: std::ptr::null_mut(),
        brush: std::ptr::without_provenance_mut(BRUSH),
        menu: std::ptr::null(),
        name: name.as_ptr(),
    };
    // A kind that another desk of this program made is as good.
    // SAFETY: the kind is whole and its name ends with a zero.
    unsafe { RegisterClassW(&raw const kind) };
    // SAFETY: no pointers.
    let screen = unsafe { ui::GetSystemMetrics(ui::SM_CXSCREEN) };
    let (width, height) = SIZE;
    // At the top on the right: amounts and buttons of a POS are below.
    let place = [screen.saturating_sub(width).max(0), 0, width, height];
    let extra = ui::WS_EX_NOACTIVATE | ui::WS_EX_TOPMOST | ui::WS_EX_TOOLWINDOW;
    let window = part(CLASS, TITLE, (extra, ui::WS_POPUP | ui::WS_BORDER), place, None)?;
    part("STATIC", WORDS, (0, ui::WS_CHILD | ui::WS_VISIBLE), TEXT, Some(window))?;
    let style = ui::WS_CHILD | ui::WS_VISIBLE | BUTTON_STYLE;
    part("STATIC", CANCEL, (0, style), BUTTON, Some(window))?;
    Ok(window)
}

fn part(
    class: &str,
    text: &str,
    (extra, style): (u32, u32),
    [left, top, width, height]: [i32; 4],
    within: Option<Handle>,
) -> Result<Handle, Failed> {
    let (class, text) = (wide(class), wide(text));
    let within = within.map_or(std::ptr::null_mut(), Handle::raw);
    // SAFETY: class and text end with a zero; null means this program, and no menu.
    let raw = unsafe {
        ui::CreateWindowExW(
            extra,
            class.as_ptr(),
            text.as_ptr(),
            style,
            left,
            top,
            width,
            height,
            within,
            std::ptr::null_mut(),
            GetModuleHandleW(std::ptr::null()),
            std::ptr::null(),
        )
    };
    Handle::taken(raw).ok_or_else(|| Failed::last("CreateWindowEx"))
}

unsafe extern "system" fn answer(
    window: HWND,
    message: u32,
    word: WPARAM,
    value: LPARAM,
) -> LRESULT {
    match message {
        // A click on it leaves the focus where it is.
        ui::WM_MOUSEACTIVATE => isize::try_from(ui::MA_NOACTIVATE).unwrap_or_default(),
        // Only the button tells anything: that it was clicked, once or twice.
        ui::WM_COMMAND => {
            CANCELLED.set(true);
            0
        }
        // The desk alone takes it away.
        ui::WM_CLOSE => 0,
        // SAFETY: what Windows said is handed on unchanged.
        _ => unsafe { ui::DefWindowProcW(window, message, word, value) },
    }
}
