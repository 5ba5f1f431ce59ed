//! Who owns a thing of Windows, and who may do what with it.
//!
//! Owns reading access lists. May not judge them: the agent does. Next: [`crate::start`].
#![expect(unsafe_code, reason = "calls of advapi32")]

use crate::Failed;
use crate::sid::Sid;
use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle};
use std::path::Path;
use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security as security;
use windows_sys::Win32::Storage::FileSystem as files;

/// What is asked about: a file, or another thing with a handle. Source: `SE_OBJECT_TYPE`.
#[derive(Clone, Copy)]
#[repr(i32)]
enum Kind {
    File = 1,
    Kernel = 6,
}

// The one call of aclapi.h that is used.
#[link(name = "advapi32")]
unsafe extern "system" {
    fn GetSecurityInfo(
        of: *mut c_void,
        kind: Kind,
        what: u32,
        owner: *mut *mut c_void,
        group: *mut *mut c_void,
        list: *mut *mut security::ACL,
        audit: *mut *mut security::ACL,
        whole: *mut *mut c_void,
    ) -> u32;
}

/// An entry that allows. Source: `ACCESS_ALLOWED_ACE_TYPE`.
const ALLOWS: u8 = 0;
/// Entries that forbid: they only take away. Source: `ACCESS_DENIED_ACE_TYPE`, its object, callback
/// and callback-object forms.
const FORBIDS: [u8; 4] = [1, 6, 10, 12];
/// Rights to replace anything, or to give oneself the right.
const REPLACES: u32 = files::DELETE
    | files::WRITE_DAC
    | files::WRITE_OWNER
    | windows_sys::Win32::Foundation::GENERIC_ALL;
/// Rights to change what is in a file.
const WRITES: u32 = files::FILE_WRITE_DATA
    | files::FILE_APPEND_DATA
    | windows_sys::Win32::Foundation::GENERIC_WRITE;

/// What an entry of an access list allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// To whom; nothing where it is of a kind that is not read here.
    pub to: Option<Sid>,
    /// To change what is in the file.
    pub write: bool,
    /// To put another thing in its place, or to allow oneself to.
    pub replace: bool,
    /// To put other things into the folder's place for things in it.
    pub replace_inside: bool,
}

/// A thing's owner and access list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// The owner, who may change the list.
    pub owner: Sid,
    /// What it allows; one entry for everybody where there is no list.
    pub allowed: Vec<Allowed>,
}

impl Owned {
    /// Reads those of an open file.
    ///
    /// # Errors
    /// [`Failed::Refused`] where Windows does not tell.
    pub fn file(file: &File) -> Result<Self, Failed> {
        read(file.as_handle(), Kind::File)
    }

    /// Reads those of a file or folder.
    ///
    /// # Errors
    /// [`io::Error`] where it cannot be opened or asked.
    pub fn path(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        // Folders open with this flag only.
        options.access_mode(files::READ_CONTROL).custom_flags(files::FILE_FLAG_BACKUP_SEMANTICS);
        Self::file(&options.open(path)?).map_err(io::Error::other)
    }

    pub(crate) fn pipe(pipe: BorrowedHandle<'_>) -> Result<Self, Failed> {
        read(pipe, Kind::Kernel)
    }
}

fn read(of: BorrowedHandle<'_>, kind: Kind) -> Result<Owned, Failed> {
    let (mut owner, mut list, mut whole) =
        (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: the handle is open; the pointers that are written to are ours.
    let number = unsafe {
        GetSecurityInfo(
            of.as_raw_handle(),
            kind,
            security::OWNER_SECURITY_INFORMATION | security::DACL_SECURITY_INFORMATION,
            &raw mut owner,
            std::ptr::null_mut(),
            &raw mut list,
            std::ptr::null_mut(),
            &raw mut whole,
        )
    };
    let call = "GetSecurityInfo";
    if number != 0 || owner.is_null() {
        return Err(Failed::Refused { call, number });
    }
    // SAFETY: Windows made the descriptor, and owner and list stand in it.
    let (sid, allowed) = unsafe { (Sid::at(owner), entries(list)) };
    // SAFETY: the descriptor is ours to free, once; what was read of it was copied.
    unsafe { LocalFree(whole) };
    Ok(Owned { owner: sid?, allowed: allowed? })
}

/// Reads a list.
///
/// # Safety
/// It must be null or whole.
unsafe fn entries(list: *const security::ACL) -> Result<Vec<Allowed>, Failed> {
    if list.is_null() {
        return Ok(vec![entry(None, u32::MAX)]);
    }
    // SAFETY: the caller's.
    let count = u32::from(unsafe { (*list).AceCount });
    let mut all = Vec::new();
    for number in 0..count {
        let mut place = std::ptr::null_mut();
        // SAFETY: the list is whole and the pointer that is written to is ours.
        if unsafe { security::GetAce(list, number, &raw mut place) } == 0 {
            return Err(Failed::last("GetAce"));
        }
        // SAFETY: every entry starts with this header.
        let head = unsafe { *place.cast::<security::ACE_HEADER>() };
        let inherited_only = u32::from(head.AceFlags) & security::INHERIT_ONLY_ACE != 0;
        if inherited_only || FORBIDS.contains(&head.AceType) {
            continue;
        }
        if head.AceType != ALLOWS {
            all.push(entry(None, u32::MAX));
            continue;
        }
        let allows = place.cast::<security::ACCESS_ALLOWED_ACE>();
        // SAFETY: an entry of this kind is this structure, and a SID begins at its last word.
        let (mask, to) =
            unsafe { ((*allows).Mask, Sid::at((&raw mut (*allows).SidStart).cast::<c_void>())) };
        all.push(entry(Some(to?), mask));
    }
    Ok(all)
}

const fn entry(to: Option<Sid>, mask: u32) -> Allowed {
    Allowed {
        to,
        write: mask & WRITES != 0,
        replace: mask & REPLACES != 0,
        replace_inside: mask & files::FILE_DELETE_CHILD != 0,
    }
}
