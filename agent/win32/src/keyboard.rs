//! Keys: sending them, seeing each one pass, and seeing those that somebody else typed.
//!
//! Owns one hook for the life of the program. It sees every key at the last moment before Windows
//! hands it over, and keeps a key of ours back when another window came to the front meanwhile.
//! Keys of others always pass. Next: [`crate::session`].
#![expect(unsafe_code, reason = "calls of user32")]

use crate::Failed;
use crate::window::{Handle, front};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;
use windows_sys::Win32::Foundation::{LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::SystemInformation::GetTickCount64;
use windows_sys::Win32::UI::Input::KeyboardAndMouse as keys;
use windows_sys::Win32::UI::WindowsAndMessaging as ui;

/// What marks keys of this program: "BATO".
const MARK: usize = 0x4241_544f;
/// How long Windows may take to tell a key back: it gives a hook 300 ms and more, and a key that
/// was told to nobody after that went nowhere.
const TOLD_MS: u64 = 500;
/// The keys that change others while they are held.
const MODIFIERS: [u16; 5] =
    [keys::VK_SHIFT, keys::VK_CONTROL, keys::VK_MENU, keys::VK_LWIN, keys::VK_RWIN];

/// A named key, as Windows numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(u16);

/// One thing to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// A letter, whatever the layout, CapsLock or input method say.
    Letter(u16),
    /// A named key goes down.
    Down(Key),
    /// A named key comes up.
    Up(Key),
}

/// Where keys must go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aim {
    /// The window that must be in front.
    pub window: Handle,
    /// The control that must have the focus, where one is meant.
    pub control: Option<Handle>,
}

/// Why keys were not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// Something else came to the front; the hook kept the keys back.
    #[error("another window or control took the keyboard")]
    Elsewhere,
    /// Windows took no keys, or told them to nobody: a locked screen.
    #[error("windows delivers no keys")]
    Nowhere,
    /// The hook could not be set.
    #[error(transparent)]
    Failed(#[from] Failed),
}

#[derive(Debug)]
struct Heard {
    set: bool,
    aim: Option<Aim>,
    passed: usize,
    kept: usize,
    foreign_ms: Option<u64>,
}

static HEARD: Mutex<Heard> =
    Mutex::new(Heard { set: false, aim: None, passed: 0, kept: 0, foreign_ms: None });
static TOLD: Condvar = Condvar::new();

fn heard() -> MutexGuard<'static, Heard> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Key {
    /// Finds a key by its name: `return`, `f10`, `ctrl`, or one letter or digit.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let known = match name {
            "return" => keys::VK_RETURN,
            "tab" => keys::VK_TAB,
            "escape" => keys::VK_ESCAPE,
            "backspace" => keys::VK_BACK,
            "delete" => keys::VK_DELETE,
            "home" => keys::VK_HOME,
            "end" => keys::VK_END,
            "shift" => keys::VK_SHIFT,
            "ctrl" => keys::VK_CONTROL,
            "alt" => keys::VK_MENU,
            other => return Self::letter(other).or_else(|| Self::function(other)),
        };
        Some(Self(known))
    }

    /// Letters and digits are numbered as in ASCII. Source: virtual-key codes.
    fn letter(name: &str) -> Option<Self> {
        let [letter] = name.as_bytes() else { return None };
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_alphanumeric().then(|| Self(u16::from(letter)))
    }

    fn function(name: &str) -> Option<Self> {
        let number: u16 = name.strip_prefix('f')?.parse().ok()?;
        let key = keys::VK_F1.saturating_add(number).saturating_sub(1);
        (1..=12).contains(&number).then_some(Self(key))
    }
}

/// Starts to listen to the keyboard; does nothing where it listens already.
///
/// # Errors
/// [`Failed::Refused`] where Windows sets no hook.
pub fn listen() -> Result<(), Failed> {
    if heard().set {
        return Ok(());
    }
    let (tell, told) = mpsc::channel();
    let thread = std::thread::Builder::new().name("keyboard".to_owned());
    let refused = Failed::Refused { call: "CreateThread", number: 0 };
    thread.spawn(move || serve(&tell)).map_err(|_| refused)?;
    told.recv().map_err(|_| refused)??;
    heard().set = true;
    Ok(())
}

/// The hook's thread: Windows calls the hook while this waits for messages.
fn serve(tell: &mpsc::Sender<Result<(), Failed>>) {
    // SAFETY: `hooked` matches the type and never ends; this module is never unloaded.
    let hook = unsafe {
        let own = GetModuleHandleW(std::ptr::null());
        ui::SetWindowsHookExW(ui::WH_KEYBOARD_LL, Some(hooked), own, 0)
    };
    let set = if hook.is_null() { Err(Failed::last("SetWindowsHookEx")) } else { Ok(()) };
    tell.send(set).ok();
    if set.is_err() {
        return;
    }
    let mut message = ui::MSG::default();
    // SAFETY: the message is ours.
    while unsafe { ui::GetMessageW(&raw mut message, std::ptr::null_mut(), 0, 0) } > 0 {}
}

unsafe extern "system" fn hooked(code: i32, what: WPARAM, event: LPARAM) -> LRESULT {
    if u32::try_from(code) == Ok(ui::HC_ACTION) {
        let place = event.cast_unsigned();
        let event = std::ptr::with_exposed_provenance::<ui::KBDLLHOOKSTRUCT>(place);
        // SAFETY: with this code Windows passes a structure of this type.
        let mark = unsafe { (*event).dwExtraInfo };
        let what = u32::try_from(what).unwrap_or_default();
        let down = what == ui::WM_KEYDOWN || what == ui::WM_SYSKEYDOWN;
        if judge(mark, down) == Verdict::Keep {
            return 1;
        }
    }
    // SAFETY: the arguments are Windows' own, passed on.
    unsafe { ui::CallNextHookEx(std::ptr::null_mut(), code, what, event) }
}

#[derive(PartialEq, Eq)]
enum Verdict {
    Pass,
    Keep,
}

fn judge(mark: usize, down: bool) -> Verdict {
    let mut heard = heard();
    if mark != MARK {
        if down {
            heard.foreign_ms = Some(now_ms());
        }
        return Verdict::Pass;
    }
    // A key that went down must come up again, wherever.
    if down && !heard.aim.is_none_or(Aim::holds) {
        heard.kept = heard.kept.saturating_add(1);
        TOLD.notify_all();
        return Verdict::Keep;
    }
    heard.passed = heard.passed.saturating_add(1);
    TOLD.notify_all();
    Verdict::Pass
}

impl Aim {
    /// Tells whether keys would go there now.
    #[must_use]
    pub fn holds(self) -> bool {
        let ahead = front().and_then(Handle::top) == Some(self.window);
        ahead
            && self.control.is_none_or(|wanted| {
                self.window.focus().and_then(|focus| focus.control) == Some(wanted)
            })
    }
}

/// Sends keys to where they must go, and waits until Windows told each of them back.
///
/// **Order**: [`listen`] first. One thread at a time.
///
/// # Errors
/// Each variant of [`Undelivered`] as it says; those before the first that was kept back may have
/// been delivered.
pub fn send(strokes: &[Stroke], aim: Aim) -> Result<(), Undelivered> {
    let inputs: Vec<_> = strokes.iter().flat_map(|stroke| stroke.inputs()).collect();
    let number = u32::try_from(inputs.len()).unwrap_or_default();
    let size = i32::try_from(size_of::<keys::INPUT>()).unwrap_or_default();
    {
        let mut heard = heard();
        (heard.aim, heard.passed, heard.kept) = (Some(aim), 0, 0);
    }
    // SAFETY: the list is ours and as long as said.
    let taken = unsafe { keys::SendInput(number, inputs.as_ptr(), size) };
    let due = usize::try_from(taken).unwrap_or_default();
    let wait = Duration::from_millis(TOLD_MS);
    let told = TOLD
        .wait_timeout_while(heard(), wait, |heard| heard.passed.saturating_add(heard.kept) < due);
    let (mut heard, waited) = told.unwrap_or_else(PoisonError::into_inner);
    heard.aim = None;
    if heard.kept > 0 {
        return Err(Undelivered::Elsewhere);
    }
    if waited.timed_out() || taken < number {
        return Err(Undelivered::Nowhere);
    }
    Ok(())
}

impl Stroke {
    fn inputs(self) -> Vec<keys::INPUT> {
        let (letter, up) = (keys::KEYEVENTF_UNICODE, keys::KEYEVENTF_KEYUP);
        match self {
            Self::Letter(unit) => vec![input(0, unit, letter), input(0, unit, letter | up)],
            Self::Down(Key(key)) => vec![input(key, 0, 0)],
            Self::Up(Key(key)) => vec![input(key, 0, up)],
        }
    }
}

fn input(key: u16, letter: u16, flags: u32) -> keys::INPUT {
    let (time, mark) = (0, MARK);
    let ki = keys::KEYBDINPUT { wVk: key, wScan: letter, dwFlags: flags, time, dwExtraInfo: mark };
    keys::INPUT { r#type: keys::INPUT_KEYBOARD, Anonymous: keys::INPUT_0 { ki } }
}

/// Tells whether somebody else typed in the last so many milliseconds.
#[must_use]
pub fn is_typed_on(within_ms: u64) -> bool {
    heard().foreign_ms.is_some_and(|at| at.saturating_add(within_ms) > now_ms())
}

/// Tells whether a key is held that changes others.
#[must_use]
pub fn is_modified() -> bool {
    // SAFETY: no pointers. The highest bit says that it is held, which makes the number negative.
    MODIFIERS.iter().any(|key| unsafe { keys::GetAsyncKeyState(i32::from(*key)) < 0 })
}

fn now_ms() -> u64 {
    // SAFETY: no arguments.
    unsafe { GetTickCount64() }
}

#[cfg(test)]
mod tests;
