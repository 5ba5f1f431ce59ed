//! Controls that only Microsoft UI Automation sees, as WPF and newer toolkits have them.
//!
//! Owns the calls of `IUIAutomation`. What a part is comes with it in one call and is as old as
//! the part; its value is asked for each time. A call ends by itself ([`CONNECT_MS`],
//! [`CALL_MS`]). **Not yet run on a real Windows machine.** Next: [`crate::keyboard`].
#![expect(unsafe_code, reason = "calls of COM interfaces that Windows implements")]

use crate::Failed;
use crate::accessible::enter;
use crate::window::Handle;
use std::cell::OnceCell;
use std::rc::Rc;
use windows::Win32::Foundation::{HWND, REGDB_E_CLASSNOTREG};
use windows::Win32::System::Com::{CLSCTX_INPROC_SERVER, CoCreateInstance};
use windows::Win32::System::Variant::{VARIANT, VT_BOOL, VT_BSTR};
use windows::Win32::UI::Accessibility::{
    CUIAutomation8, IUIAutomation2, IUIAutomationCacheRequest, IUIAutomationCondition,
    IUIAutomationElement, IUIAutomationInvokePattern, IUIAutomationSelectionItemPattern,
    IUIAutomationTogglePattern, IUIAutomationValuePattern, TreeScope_Children,
    UIA_AutomationIdPropertyId, UIA_ControlTypePropertyId, UIA_E_ELEMENTNOTAVAILABLE,
    UIA_E_TIMEOUT, UIA_HasKeyboardFocusPropertyId, UIA_InvokePatternId, UIA_IsEnabledPropertyId,
    UIA_IsOffscreenPropertyId, UIA_IsPasswordPropertyId, UIA_NamePropertyId, UIA_PATTERN_ID,
    UIA_PROPERTY_ID, UIA_SelectionItemPatternId, UIA_TogglePatternId,
    UIA_ValueIsReadOnlyPropertyId, UIA_ValuePatternId, UIA_ValueValuePropertyId,
};
use windows::core::{BSTR, Error, Interface, Result as Told};

/// How long a program may take to begin to answer, in milliseconds. Windows' own is 2,000.
const CONNECT_MS: u32 = 300;
/// How long one call may take, in milliseconds. Windows' own is 20,000. A press that takes longer
/// may have acted all the same.
const CALL_MS: u32 = 2_000;
/// The most parts of one part that are listed.
const PARTS_MAX: i32 = 1_024;
/// The program is gone. Source: `RPC_E_DISCONNECTED`, `RPC_S_SERVER_UNAVAILABLE` as HRESULT and
/// `CO_E_OBJNOTCONNECTED`.
const GONE: [u32; 4] = [0x8001_0108, 0x8007_06ba, 0x8004_01fd, UIA_E_ELEMENTNOTAVAILABLE];
/// What a part says of itself, fetched with it.
const SAID: [UIA_PROPERTY_ID; 8] = [
    UIA_ControlTypePropertyId,
    UIA_NamePropertyId,
    UIA_AutomationIdPropertyId,
    UIA_IsEnabledPropertyId,
    UIA_IsOffscreenPropertyId,
    UIA_IsPasswordPropertyId,
    UIA_HasKeyboardFocusPropertyId,
    UIA_ValueIsReadOnlyPropertyId,
];

thread_local! {
    static CLIENT: OnceCell<Rc<Client>> = const { OnceCell::new() };
}

#[derive(Debug)]
struct Client {
    automation: IUIAutomation2,
    /// Every element of the view that the request names: the controls.
    all: IUIAutomationCondition,
    request: IUIAutomationCacheRequest,
}

impl Client {
    /// Returns this thread's.
    fn of_thread() -> Result<Rc<Self>, Failed> {
        CLIENT.with(|known| {
            if let Some(client) = known.get() {
                return Ok(Rc::clone(client));
            }
            let client = Rc::new(Self::open()?);
            Ok(Rc::clone(known.get_or_init(|| client)))
        })
    }

    fn open() -> Result<Self, Failed> {
        enter();
        // SAFETY: the class and the interface belong together; this thread has entered COM.
        let made = unsafe { CoCreateInstance(&CUIAutomation8, None, CLSCTX_INPROC_SERVER) };
        let automation: IUIAutomation2 = made.map_err(|error| match error.code() {
            REGDB_E_CLASSNOTREG => Failed::Missing("UI Automation (Windows 8 and later have it)"),
            _ => failed("CoCreateInstance", &error),
        })?;
        // SAFETY: calls of an interface that is held; all that is given lives through them.
        let parts = unsafe {
            automation.SetConnectionTimeout(CONNECT_MS).and_then(|()| {
                automation.SetTransactionTimeout(CALL_MS)?;
                let request = automation.CreateCacheRequest()?;
                for property in SAID {
                    request.AddProperty(property)?;
                }
                Ok((automation.CreateTrueCondition()?, request))
            })
        };
        let (all, request) = parts.map_err(|error| failed("IUIAutomation", &error))?;
        Ok(Self { automation, all, request })
    }
}

/// A part of a window. Stays on its thread.
#[derive(Debug, Clone)]
pub struct Part {
    client: Rc<Client>,
    element: IUIAutomationElement,
}

impl Part {
    /// Returns the inside of a window.
    ///
    /// # Errors
    /// [`Failed`]; [`Failed::Missing`] on a machine without UI Automation.
    pub fn inside(window: Handle) -> Result<Self, Failed> {
        let client = Client::of_thread()?;
        // SAFETY: a window's number is no pointer.
        let found = unsafe { client.automation.ElementFromHandle(HWND(window.raw())) };
        let element = found.map_err(|error| failed("ElementFromHandle", &error))?;
        Self { client, element }.again()
    }

    /// Asks anew what it is.
    ///
    /// # Errors
    /// [`Failed`]; [`Failed::Gone`] when it is no more.
    pub fn again(&self) -> Result<Self, Failed> {
        // SAFETY: the element and the request are held.
        let found = unsafe { self.element.BuildUpdatedCache(&self.client.request) };
        let element = found.map_err(|error| failed("BuildUpdatedCache", &error))?;
        Ok(Self { client: Rc::clone(&self.client), element })
    }

    /// Lists its parts, in reading order.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn parts(&self) -> Result<Vec<Self>, Failed> {
        let Client { all, request, .. } = &*self.client;
        // SAFETY: the element, the condition and the request are held.
        let found = unsafe { self.element.FindAllBuildCache(TreeScope_Children, all, request) };
        let Some(found) = there("FindAll", found)? else { return Ok(Vec::new()) };
        // SAFETY: the list is held.
        let count = unsafe { found.Length() }.map_err(|error| failed("Length", &error))?;
        let parts = (0..count.min(PARTS_MAX)).map(|at| {
            // SAFETY: the list is held and has that many elements.
            let element = unsafe { found.GetElement(at) };
            let element = element.map_err(|error| failed("GetElement", &error))?;
            Ok(Self { client: Rc::clone(&self.client), element })
        });
        parts.collect()
    }

    /// Returns its control type, as `UIAutomationClient.h` numbers them.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn kind(&self) -> Result<i32, Failed> {
        // SAFETY: the element is held.
        let kind = unsafe { self.element.CachedControlType() };
        kind.map(|kind| kind.0).map_err(|error| failed("ControlType", &error))
    }

    /// Returns its name, or the `AutomationId` that its program gave it where it has no name.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn name(&self) -> Result<Option<String>, Failed> {
        // SAFETY: the element is held; the text comes to us and is freed when dropped.
        let (name, id) = unsafe { (self.element.CachedName(), self.element.CachedAutomationId()) };
        let name = name.map_err(|error| failed("Name", &error))?;
        if !name.is_empty() {
            return Ok(Some(name.to_string()));
        }
        let id = id.map_err(|error| failed("AutomationId", &error))?;
        Ok((!id.is_empty()).then(|| id.to_string()))
    }

    /// Returns what it holds now; nothing where it holds no value.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn value(&self) -> Result<Option<String>, Failed> {
        // SAFETY: the element is held; what is found comes to us and is freed when dropped.
        let found =
            unsafe { self.element.GetCurrentPropertyValueEx(UIA_ValueValuePropertyId, true) };
        let found = found.map_err(|error| failed("Value", &error))?;
        Ok(text(&found))
    }

    /// Tells whether a person could use it.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn is_enabled(&self) -> Result<bool, Failed> {
        self.is("IsEnabled", UIA_IsEnabledPropertyId)
    }

    /// Tells whether nothing of it is shown.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn is_offscreen(&self) -> Result<bool, Failed> {
        self.is("IsOffscreen", UIA_IsOffscreenPropertyId)
    }

    /// Tells whether it does not show what it holds.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn is_password(&self) -> Result<bool, Failed> {
        self.is("IsPassword", UIA_IsPasswordPropertyId)
    }

    /// Tells whether keys would go to it.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn is_focused(&self) -> Result<bool, Failed> {
        self.is("HasKeyboardFocus", UIA_HasKeyboardFocusPropertyId)
    }

    /// Tells whether it holds a value that nobody may change.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn is_read_only(&self) -> Result<bool, Failed> {
        self.is("IsReadOnly", UIA_ValueIsReadOnlyPropertyId)
    }

    fn is(&self, call: &'static str, property: UIA_PROPERTY_ID) -> Result<bool, Failed> {
        // SAFETY: the element is held; what is found comes to us and is freed when dropped.
        let found = unsafe { self.element.GetCachedPropertyValueEx(property, false) };
        let found = found.map_err(|error| failed(call, &error))?;
        // SAFETY: the kind says which of the union's fields was written.
        unsafe {
            let inner = &found.Anonymous.Anonymous;
            Ok(inner.vt == VT_BOOL && inner.Anonymous.boolVal.as_bool())
        }
    }

    /// Sets what it holds.
    ///
    /// # Errors
    /// [`Failed`]; [`Failed::Missing`] where it takes no value.
    pub fn set_value(&self, text: &str) -> Result<(), Failed> {
        let pattern: Option<IUIAutomationValuePattern> = self.pattern(UIA_ValuePatternId)?;
        let pattern = pattern.ok_or(Failed::Missing("way to set this control's value"))?;
        let given = BSTR::from(text);
        // SAFETY: the pattern is held, and the text lives through the call.
        let result = unsafe { pattern.SetValue(&given) };
        wipe(&given);
        result.map_err(|error| failed("SetValue", &error))
    }

    /// Does what a click on it would do.
    ///
    /// # Errors
    /// [`Failed`]; [`Failed::Missing`] where nothing of it can be pressed.
    pub fn press(&self) -> Result<(), Failed> {
        let button: Option<IUIAutomationInvokePattern> = self.pattern(UIA_InvokePatternId)?;
        if let Some(button) = button {
            // SAFETY: the pattern is held.
            return unsafe { button.Invoke() }.map_err(|error| failed("Invoke", &error));
        }
        let check: Option<IUIAutomationTogglePattern> = self.pattern(UIA_TogglePatternId)?;
        if let Some(check) = check {
            // SAFETY: the pattern is held.
            return unsafe { check.Toggle() }.map_err(|error| failed("Toggle", &error));
        }
        let choice: Option<IUIAutomationSelectionItemPattern> =
            self.pattern(UIA_SelectionItemPatternId)?;
        let choice = choice.ok_or(Failed::Missing("way to press this control; use a key"))?;
        // SAFETY: the pattern is held.
        unsafe { choice.Select() }.map_err(|error| failed("Select", &error))
    }

    /// Gives it the focus.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn take_focus(&self) -> Result<(), Failed> {
        // SAFETY: the element is held.
        unsafe { self.element.SetFocus() }.map_err(|error| failed("SetFocus", &error))
    }

    fn pattern<P: Interface>(&self, pattern: UIA_PATTERN_ID) -> Result<Option<P>, Failed> {
        // SAFETY: the element is held; a number and its interface stand together at each caller.
        there("GetCurrentPattern", unsafe { self.element.GetCurrentPatternAs(pattern) })
    }
}

/// Windows says "done" and gives nothing where there is no such element or pattern.
fn there<T>(call: &'static str, told: Told<T>) -> Result<Option<T>, Failed> {
    match told {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().is_ok() => Ok(None),
        Err(error) => Err(failed(call, &error)),
    }
}

fn failed(call: &'static str, error: &Error) -> Failed {
    match error.code().0.cast_unsigned() {
        UIA_E_TIMEOUT => Failed::Silent,
        number if GONE.contains(&number) => Failed::Gone,
        number => Failed::Refused { call, number },
    }
}

fn text(found: &VARIANT) -> Option<String> {
    // SAFETY: the kind says which of the union's fields was written.
    unsafe {
        let inner = &found.Anonymous.Anonymous;
        if inner.vt != VT_BSTR {
            return None;
        }
        let text = inner.Anonymous.bstrVal.to_string();
        wipe(&inner.Anonymous.bstrVal);
        Some(text)
    }
}

/// Overwrites a text that nobody reads again, before it is freed.
fn wipe(text: &BSTR) {
    // SAFETY: the letters are this text's own, as many as it says, and in memory that was
    // allocated for it.
    unsafe { std::ptr::write_bytes(text.as_ptr().cast_mut(), 0, text.len()) };
}
