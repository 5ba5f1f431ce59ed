//! Controls that are no windows of their own, as Microsoft Active Accessibility (MSAA) knows them.
//!
//! Owns the calls of `IAccessible`. A call waits for the program as long as it takes, so callers
//! see first that the program answers ([`crate::message::answers`]). Next: [`crate::automation`].
#![expect(unsafe_code, reason = "calls of oleacc, and of a COM interface that others implement")]

use crate::Failed;
use crate::window::Handle;
use std::cell::Cell;
use std::ffi::c_void;
use std::rc::Rc;
use windows_sys::Win32::Foundation::{SysAllocStringLen, SysFreeString, SysStringLen};
use windows_sys::Win32::System::Com::CoInitializeEx;
use windows_sys::Win32::System::Variant::{
    VARIANT, VARIANT_0, VARIANT_0_0, VARIANT_0_0_0, VT_DISPATCH, VT_I4, VariantClear,
};
use windows_sys::Win32::UI::Accessibility::{AccessibleChildren, AccessibleObjectFromWindow};
use windows_sys::core::{BSTR, GUID, HRESULT};

/// `IID_IAccessible`. Source: `oleacc.idl`.
const IACCESSIBLE: GUID = GUID::from_u128(0x6187_36e0_3c3d_11cf_810c_00aa_0038_9b71);
/// The inside of a window. Source: `OBJID_CLIENT`.
const OBJECT_CLIENT: u32 = 0xffff_fffc;
/// One apartment a thread. Source: `COINIT_APARTMENTTHREADED`.
const APARTMENT: u32 = 2;
/// The object itself, not one of its parts. Source: `CHILDID_SELF`.
const SELF: i32 = 0;
/// Gives the focus. Source: `SELFLAG_TAKEFOCUS`.
const TAKE_FOCUS: i32 = 1;
/// The most parts of one object that are listed.
const PARTS_MAX: usize = 1_024;
/// The server's process is gone. Source: `RPC_E_DISCONNECTED`, `RPC_S_SERVER_UNAVAILABLE` and
/// `CO_E_OBJNOTCONNECTED` as HRESULT.
const GONE: [u32; 3] = [0x8001_0108, 0x8007_06ba, 0x8004_01fd];
/// The object has no such thing. Source: `DISP_E_MEMBERNOTFOUND`, `E_NOTIMPL`, `E_INVALIDARG`.
const NONE: [u32; 3] = [0x8002_0003, 0x8000_4001, 0x8007_0057];

/// The functions of `IAccessible`, in the order of `oleacc.idl`.
#[repr(C)]
struct Calls {
    query: unsafe extern "system" fn(*mut c_void, *const GUID, *mut *mut c_void) -> HRESULT,
    hold: unsafe extern "system" fn(*mut c_void) -> u32,
    release: unsafe extern "system" fn(*mut c_void) -> u32,
    dispatch_and_parent: [usize; 5],
    count: unsafe extern "system" fn(*mut c_void, *mut i32) -> HRESULT,
    child: usize,
    name: unsafe extern "system" fn(*mut c_void, VARIANT, *mut BSTR) -> HRESULT,
    value: unsafe extern "system" fn(*mut c_void, VARIANT, *mut BSTR) -> HRESULT,
    description: usize,
    role: unsafe extern "system" fn(*mut c_void, VARIANT, *mut VARIANT) -> HRESULT,
    state: unsafe extern "system" fn(*mut c_void, VARIANT, *mut VARIANT) -> HRESULT,
    help_to_default_action: [usize; 6],
    select: unsafe extern "system" fn(*mut c_void, i32, VARIANT) -> HRESULT,
    location_to_hit: [usize; 3],
    act: unsafe extern "system" fn(*mut c_void, VARIANT) -> HRESULT,
    put_name: usize,
    put_value: unsafe extern "system" fn(*mut c_void, VARIANT, BSTR) -> HRESULT,
}

/// A reference to an object, given back when dropped.
#[derive(Debug)]
struct Object(*mut c_void);

impl Object {
    fn calls(&self) -> &Calls {
        // SAFETY: the pointer is an `IAccessible` that this reference keeps alive; the first word
        // of a COM object points to its functions, which live as long as it does.
        unsafe { &**self.0.cast::<*const Calls>() }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: this reference is given back once.
        unsafe { (self.calls().release)(self.0) };
    }
}

/// A part of a window: an object, or one of the parts that an object answers for. Stays on its
/// thread.
#[derive(Debug, Clone)]
pub struct Part {
    object: Rc<Object>,
    child: i32,
}

thread_local! {
    static ENTERED: Cell<bool> = const { Cell::new(false) };
}

/// Lets this thread call COM; once is enough.
pub(crate) fn enter() {
    if !ENTERED.replace(true) {
        // SAFETY: no pointers. A thread that entered another way already is as good.
        unsafe { CoInitializeEx(std::ptr::null(), APARTMENT) };
    }
}

impl Part {
    /// Returns the inside of a window.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn inside(window: Handle) -> Result<Self, Failed> {
        enter();
        let mut found = std::ptr::null_mut();
        // SAFETY: the pointers are ours; the object comes with a reference of ours.
        let result = unsafe {
            let wanted = &IACCESSIBLE;
            AccessibleObjectFromWindow(window.raw(), OBJECT_CLIENT, wanted, &raw mut found)
        };
        done("AccessibleObjectFromWindow", result)?;
        if found.is_null() {
            return Err(Failed::Gone);
        }
        Ok(Self { object: Rc::new(Object(found)), child: SELF })
    }

    /// Tells whether it is a part that an object answers for, which has no parts of its own.
    #[must_use]
    pub fn is_simple(&self) -> bool {
        self.child != SELF
    }

    /// Lists its parts, in reading order.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn parts(&self) -> Result<Vec<Self>, Failed> {
        if self.is_simple() {
            return Ok(Vec::new());
        }
        let mut count = 0;
        // SAFETY: the number is ours.
        done("accChildCount", unsafe {
            (self.object.calls().count)(self.object.0, &raw mut count)
        })?;
        let wanted = usize::try_from(count).unwrap_or_default().min(PARTS_MAX);
        let mut found = vec![VARIANT::default(); wanted];
        let (room, mut used) = (i32::try_from(wanted).unwrap_or_default(), 0);
        // SAFETY: the list is ours and as long as said; each entry comes with what it holds.
        let result = unsafe {
            AccessibleChildren(self.object.0, 0, room, found.as_mut_ptr(), &raw mut used)
        };
        let listed = done("AccessibleChildren", result);
        let used = usize::try_from(used).unwrap_or_default();
        let parts = found.iter_mut().take(used).filter_map(|entry| self.part(entry)).collect();
        listed.map(|()| parts)
    }

    /// Takes one entry of a list, and gives back what it holds.
    fn part(&self, entry: &mut VARIANT) -> Option<Self> {
        // SAFETY: the kind says which of the union's fields was written.
        let part = unsafe {
            let inner = &entry.Anonymous.Anonymous;
            match inner.vt {
                VT_I4 => {
                    let child = inner.Anonymous.lVal;
                    Some(Self { object: Rc::clone(&self.object), child })
                }
                VT_DISPATCH => accessible(inner.Anonymous.pdispVal)
                    .map(|object| Self { object: Rc::new(object), child: SELF }),
                _ => None,
            }
        };
        // SAFETY: the entry is ours and was filled by Windows.
        unsafe { VariantClear(entry) };
        part
    }

    /// Returns its name.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn name(&self) -> Result<Option<String>, Failed> {
        let mut text = std::ptr::null();
        // SAFETY: the pointer is ours; the text comes to us and is freed in `taken`.
        let result =
            unsafe { (self.object.calls().name)(self.object.0, self.which(), &raw mut text) };
        taken("accName", result, text)
    }

    /// Returns what it holds.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn value(&self) -> Result<Option<String>, Failed> {
        let mut text = std::ptr::null();
        // SAFETY: as in `name`.
        let result =
            unsafe { (self.object.calls().value)(self.object.0, self.which(), &raw mut text) };
        taken("accValue", result, text)
    }

    /// Returns its role, as `oleacc.h` numbers it; 0 where it has none of these.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn role(&self) -> Result<u32, Failed> {
        let mut found = VARIANT::default();
        // SAFETY: the place is ours.
        let result =
            unsafe { (self.object.calls().role)(self.object.0, self.which(), &raw mut found) };
        number("accRole", result, found)
    }

    /// Returns its state bits, as `oleacc.h` numbers them.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn state(&self) -> Result<u32, Failed> {
        let mut found = VARIANT::default();
        // SAFETY: the place is ours.
        let result =
            unsafe { (self.object.calls().state)(self.object.0, self.which(), &raw mut found) };
        number("accState", result, found)
    }

    /// Sets what it holds.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn set_value(&self, text: &str) -> Result<(), Failed> {
        let mut letters: Vec<u16> = text.encode_utf16().collect();
        let length = u32::try_from(letters.len()).unwrap_or_default();
        // SAFETY: the letters are ours and as many as said; the copy is freed below.
        let given = unsafe { SysAllocStringLen(letters.as_ptr(), length) };
        letters.fill(0);
        // SAFETY: the text is ours and lives through the call.
        let result = unsafe { (self.object.calls().put_value)(self.object.0, self.which(), given) };
        // SAFETY: the text is ours; `length` letters of it were allocated.
        unsafe {
            if !given.is_null() {
                std::ptr::write_bytes(given.cast_mut(), 0, letters.len());
            }
            SysFreeString(given);
        }
        done("accValue", result)
    }

    /// Does what a click on it would do.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn press(&self) -> Result<(), Failed> {
        // SAFETY: no pointers but the object's.
        done("accDoDefaultAction", unsafe {
            (self.object.calls().act)(self.object.0, self.which())
        })
    }

    /// Gives it the focus.
    ///
    /// # Errors
    /// [`Failed::Gone`] or [`Failed::Refused`].
    pub fn take_focus(&self) -> Result<(), Failed> {
        // SAFETY: no pointers but the object's.
        done("accSelect", unsafe {
            (self.object.calls().select)(self.object.0, TAKE_FOCUS, self.which())
        })
    }

    fn which(&self) -> VARIANT {
        let number = VARIANT_0_0_0 { lVal: self.child };
        let inner = VARIANT_0_0 { vt: VT_I4, Anonymous: number, ..Default::default() };
        VARIANT { Anonymous: VARIANT_0 { Anonymous: inner } }
    }
}

/// Asks a COM object for its `IAccessible`.
///
/// # Safety
/// The pointer is null or a COM object that lives through the call.
unsafe fn accessible(object: *mut c_void) -> Option<Object> {
    if object.is_null() {
        return None;
    }
    let mut found = std::ptr::null_mut();
    // SAFETY: every COM object begins with these three functions.
    let result = unsafe {
        let calls = &**object.cast::<*const Calls>();
        (calls.query)(object, &IACCESSIBLE, &raw mut found)
    };
    (result >= 0 && !found.is_null()).then_some(Object(found))
}

/// Copies a text that was handed to us, and frees it.
fn taken(call: &'static str, result: HRESULT, text: BSTR) -> Result<Option<String>, Failed> {
    if text.is_null() {
        return match done(call, result) {
            Err(Failed::Refused { number, .. }) if NONE.contains(&number) => Ok(None),
            told => told.map(|()| None),
        };
    }
    // SAFETY: the text is ours and has as many letters as Windows says.
    let copy = unsafe {
        let length = usize::try_from(SysStringLen(text)).unwrap_or_default();
        let copy = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        std::ptr::write_bytes(text.cast_mut(), 0, length);
        SysFreeString(text);
        copy
    };
    Ok(Some(copy))
}

fn number(call: &'static str, result: HRESULT, mut found: VARIANT) -> Result<u32, Failed> {
    // SAFETY: the kind says which of the union's fields was written.
    let number = unsafe {
        let inner = &found.Anonymous.Anonymous;
        if inner.vt == VT_I4 { inner.Anonymous.lVal.cast_unsigned() } else { 0 }
    };
    // SAFETY: what was found is ours.
    unsafe { VariantClear(&raw mut found) };
    match done(call, result) {
        Err(Failed::Refused { number, .. }) if NONE.contains(&number) => Ok(0),
        told => told.map(|()| number),
    }
}

fn done(call: &'static str, result: HRESULT) -> Result<(), Failed> {
    match result.cast_unsigned() {
        number if GONE.contains(&number) => Err(Failed::Gone),
        number if result < 0 => Err(Failed::Refused { call, number }),
        _ => Ok(()),
    }
}
