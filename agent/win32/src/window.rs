//! Windows and controls as Windows knows them: a number, a class, a title, an owner.
//!
//! Owns the questions that no program has to answer, so a hanging one holds none of them up. Next:
//! [`crate::message`], which asks the programs.
#![expect(unsafe_code, reason = "calls of user32")]

use std::ffi::c_void;
use windows_sys::Win32::Foundation::{HWND, LPARAM};
use windows_sys::Win32::System::Threading::{AttachThreadInput, GetCurrentThreadId};
use windows_sys::Win32::UI::Input::KeyboardAndMouse::IsWindowEnabled;
use windows_sys::Win32::UI::WindowsAndMessaging as ui;
use windows_sys::core::BOOL;

use crate::Failed;

/// The most letters of a class name. Source: `WNDCLASSEXW`.
const CLASS_LETTERS_MAX: usize = 256;
/// The most letters of a title that are read: recipes name less.
const TITLE_LETTERS_MAX: usize = 1_024;
/// The most windows of one listing: a desktop has hundreds, a large POS screen some 600 controls.
const WINDOWS_MAX: usize = 8_192;

/// A window or control. It may be gone at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handle(usize);

/// What has the keyboard in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Focus {
    /// The control that gets the keys.
    pub control: Option<Handle>,
    /// A menu is open, or a window is being moved.
    pub busy: bool,
}

impl Handle {
    /// Makes one of its number.
    #[must_use]
    pub fn of(number: u64) -> Option<Self> {
        usize::try_from(number).ok().filter(|number| *number != 0).map(Self)
    }

    /// Returns its number.
    #[must_use]
    pub fn number(self) -> u64 {
        u64::try_from(self.0).unwrap_or_default()
    }

    pub(crate) fn taken(raw: HWND) -> Option<Self> {
        let number = raw.expose_provenance();
        (number != 0).then_some(Self(number))
    }

    pub(crate) fn raw(self) -> HWND {
        std::ptr::with_exposed_provenance_mut::<c_void>(self.0)
    }

    /// Tells whether it is still there.
    #[must_use]
    pub fn exists(self) -> bool {
        // SAFETY: any number may be asked about.
        unsafe { ui::IsWindow(self.raw()) != 0 }
    }

    /// Tells whether it and all that it is in are visible.
    #[must_use]
    pub fn is_visible(self) -> bool {
        // SAFETY: any number may be asked about.
        unsafe { ui::IsWindowVisible(self.raw()) != 0 }
    }

    /// Tells whether it takes input; one under a modal dialog does not.
    #[must_use]
    pub fn is_enabled(self) -> bool {
        // SAFETY: any number may be asked about.
        unsafe { IsWindowEnabled(self.raw()) != 0 }
    }

    /// Returns its class.
    #[must_use]
    pub fn class(self) -> String {
        let mut letters = [0_u16; CLASS_LETTERS_MAX];
        let room = i32::try_from(letters.len()).unwrap_or_default();
        // SAFETY: the buffer is ours and as long as said.
        let length = unsafe { ui::GetClassNameW(self.raw(), letters.as_mut_ptr(), room) };
        text(&letters, length)
    }

    /// Returns the title that Windows keeps of a top window; never asks its program.
    #[must_use]
    pub fn title(self) -> String {
        let mut letters = [0_u16; TITLE_LETTERS_MAX];
        let room = i32::try_from(letters.len()).unwrap_or_default();
        // SAFETY: the buffer is ours and as long as said.
        let length = unsafe { ui::GetWindowTextW(self.raw(), letters.as_mut_ptr(), room) };
        text(&letters, length)
    }

    /// Returns its style bits.
    #[must_use]
    pub fn style(self) -> u32 {
        // SAFETY: any number may be asked about.
        unsafe { ui::GetWindowLongW(self.raw(), ui::GWL_STYLE) }.cast_unsigned()
    }

    /// Tells whether it only helps another window: a palette, a tip.
    #[must_use]
    pub fn is_tool(self) -> bool {
        // SAFETY: any number may be asked about.
        let style = unsafe { ui::GetWindowLongW(self.raw(), ui::GWL_EXSTYLE) }.cast_unsigned();
        style & ui::WS_EX_TOOLWINDOW != 0
    }

    /// Returns the number that a program gave a control.
    #[must_use]
    pub fn control_id(self) -> i32 {
        // SAFETY: any number may be asked about.
        unsafe { ui::GetDlgCtrlID(self.raw()) }
    }

    /// Returns process and thread that own it.
    #[must_use]
    pub fn owners(self) -> Option<(u32, u32)> {
        let mut process = 0;
        // SAFETY: the number that is written to is ours.
        let thread = unsafe { ui::GetWindowThreadProcessId(self.raw(), &raw mut process) };
        (thread != 0).then_some((process, thread))
    }

    /// Returns the window that it stands over.
    #[must_use]
    pub fn owner(self) -> Option<Self> {
        // SAFETY: any number may be asked about.
        Self::taken(unsafe { ui::GetWindow(self.raw(), ui::GW_OWNER) })
    }

    /// Returns the enabled dialog over it, if there is one.
    #[must_use]
    pub fn popup(self) -> Option<Self> {
        // SAFETY: any number may be asked about.
        let popup = unsafe { ui::GetWindow(self.raw(), ui::GW_ENABLEDPOPUP) };
        Self::taken(popup).filter(|popup| *popup != self)
    }

    /// Returns the top window that it is in.
    #[must_use]
    pub fn top(self) -> Option<Self> {
        // SAFETY: any number may be asked about.
        Self::taken(unsafe { ui::GetAncestor(self.raw(), ui::GA_ROOT) })
    }

    /// Returns all that is in it, in reading order, parts of parts too.
    #[must_use]
    pub fn parts(self) -> Vec<Self> {
        gather(|each, list| {
            // SAFETY: `each` matches the type, and `list` outlives the call.
            unsafe { ui::EnumChildWindows(self.raw(), Some(each), list) };
        })
    }

    /// Returns what has the keyboard in its thread.
    #[must_use]
    pub fn focus(self) -> Option<Focus> {
        let (_, thread) = self.owners()?;
        let size = u32::try_from(size_of::<ui::GUITHREADINFO>()).ok()?;
        let mut told = ui::GUITHREADINFO { cbSize: size, ..Default::default() };
        // SAFETY: the structure is ours and says its size.
        if unsafe { ui::GetGUIThreadInfo(thread, &raw mut told) } == 0 {
            return None;
        }
        let busy = ui::GUI_INMENUMODE | ui::GUI_POPUPMENUMODE | ui::GUI_INMOVESIZE;
        Some(Focus { control: Self::taken(told.hwndFocus), busy: told.flags & busy != 0 })
    }

    /// Asks Windows to bring it to the front, restored if it was an icon. Windows may say no.
    pub fn raise(self) {
        // SAFETY: any number may be asked about.
        unsafe {
            if ui::IsIconic(self.raw()) != 0 {
                ui::ShowWindowAsync(self.raw(), ui::SW_RESTORE);
            }
            ui::SetForegroundWindow(self.raw());
        }
    }

    /// Asks for the front together with the window that has it, which Windows grants more often.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn raise_beside(self, ahead: Self) -> Result<(), Failed> {
        ahead.joined(|| self.raise())
    }

    /// Does something while this thread shares the input of the window's thread, which is what
    /// Windows asks of whoever moves the focus of another program.
    ///
    /// # Errors
    /// [`Failed::Gone`], or [`Failed::Refused`] where Windows does not let threads be joined.
    fn joined(self, act: impl FnOnce()) -> Result<(), Failed> {
        let (_, thread) = self.owners().ok_or(Failed::Gone)?;
        // SAFETY: two numbers of threads; the join is undone below, whatever `act` does.
        unsafe {
            let own = GetCurrentThreadId();
            if AttachThreadInput(own, thread, 1) == 0 {
                return Err(Failed::last("AttachThreadInput"));
            }
            act();
            AttachThreadInput(own, thread, 0);
        }
        Ok(())
    }

    /// Gives a control the keyboard.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn take_focus(self) -> Result<(), Failed> {
        self.joined(|| {
            // SAFETY: any number may be asked about.
            unsafe { windows_sys::Win32::UI::Input::KeyboardAndMouse::SetFocus(self.raw()) };
        })
    }
}

/// Returns the window in front.
#[must_use]
pub fn front() -> Option<Handle> {
    // SAFETY: no arguments.
    Handle::taken(unsafe { ui::GetForegroundWindow() })
}

/// Lists the top windows, the front one first.
#[must_use]
pub fn all() -> Vec<Handle> {
    gather(|each, list| {
        // SAFETY: `each` matches the type, and `list` outlives the call.
        unsafe { ui::EnumWindows(Some(each), list) };
    })
}

type Each = unsafe extern "system" fn(HWND, LPARAM) -> BOOL;

fn gather(walk: impl FnOnce(Each, LPARAM)) -> Vec<Handle> {
    let mut list: Vec<Handle> = Vec::new();
    walk(each, std::ptr::from_mut(&mut list).expose_provenance().cast_signed());
    list
}

unsafe extern "system" fn each(window: HWND, list: LPARAM) -> BOOL {
    let list = std::ptr::with_exposed_provenance_mut::<Vec<Handle>>(list.cast_unsigned());
    // SAFETY: `gather` gave this pointer to the walk, which ends before the list does.
    let list = unsafe { &mut *list };
    list.extend(Handle::taken(window));
    BOOL::from(list.len() < WINDOWS_MAX)
}

fn text(letters: &[u16], length: i32) -> String {
    let length = usize::try_from(length).unwrap_or_default();
    String::from_utf16_lossy(letters.get(..length).unwrap_or_default())
}
