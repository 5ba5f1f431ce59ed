//! One loaded library: its symbol, its table, its calls.
//!
//! Owns all `unsafe` of loading and calling. Nothing of the plugin is believed: table, statuses,
//! pointers and lengths are checked before they are used, and a library is never unloaded, for it
//! may have threads. Runs in the child process, or in the program's for a trusted plugin. Next:
//! [`crate::child`].
#![expect(unsafe_code, reason = "loading and calling foreign code")]

use crate::clock;
use baton_plugin_api::abi::{
    ABI_CURRENT, ABI_MIN, Buffer, ENTRY_SYMBOL, HTTP_BYTES_MAX, HostTable, RESULT_BYTES_MAX,
    Release, STATUS_MALFORMED, STATUS_OK, STATUS_PANICKED, STATUS_REFUSED, STATUS_TOO_LARGE,
    STATUS_UNSUPPORTED, Table,
};
use libloading::os::unix::{Library as Loaded, RTLD_LOCAL, RTLD_NOW};
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, OwnedFd};
use std::slice;

/// What the host does for one call. Answers are allocated here and freed here.
pub(crate) trait Door: Sync {
    /// Does an HTTP request; nothing when the document is too large.
    fn http(&self, request: &[u8]) -> Option<Vec<u8>>;
    /// Returns a secret that the manifest names.
    fn secret(&self, name: &[u8]) -> Option<Vec<u8>>;
    /// Writes a line.
    fn log(&self, level: u32, text: &[u8]);
}

/// A loaded library with a table that fits.
pub(crate) struct Library {
    table: Table,
    release: Release,
    /// Never unloaded, and its descriptor never closed: the loader knows libraries by the name
    /// `/proc/self/fd/N`, which must not come to name another one.
    _kept: ManuallyDrop<(Loaded, OwnedFd)>,
}

/// Why a library cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unloadable {
    #[error("the system's loader refuses it: {0}")]
    Loader(String),
    #[error("it has no symbol baton_plugin_entry")]
    NoEntry,
    #[error("its table is null or not aligned")]
    NoTable,
    #[error("its table has abi {0}, which this host does not speak")]
    Abi(u32),
    #[error("its table says {0} bytes, which is shorter than its abi")]
    Short(u32),
    #[error("its table lacks a function")]
    Incomplete,
}

/// What a library answers instead of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Foul {
    Panicked,
    Malformed,
    Unsupported,
    TooLarge,
    /// It broke the contract in this way.
    Lied(&'static str),
}

impl Library {
    /// Loads the library behind a descriptor.
    pub(crate) fn load(library: OwnedFd) -> Result<Self, Unloadable> {
        let path = format!("/proc/self/fd/{}", library.as_raw_fd());
        let loader = |cause: libloading::Error| Unloadable::Loader(cause.to_string());
        // SAFETY: the library's initialisers run. They are foreign code, which this crate encloses
        // in a process of its own unless the operator trusts it.
        let loaded = unsafe { Loaded::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map_err(loader)?;
        // SAFETY: the contract gives this symbol this type; a library that breaks it is foreign
        // code as above.
        let entry = unsafe { loaded.get::<extern "C" fn() -> *const Table>(ENTRY_SYMBOL) };
        let entry = *entry.map_err(|_| Unloadable::NoEntry)?;
        let table = table(entry())?;
        let (Some(_), Some(_), Some(release)) = (table.describe, table.call, table.release) else {
            return Err(Unloadable::Incomplete);
        };
        Ok(Self { table, release, _kept: ManuallyDrop::new((loaded, library)) })
    }

    /// Asks what the library is.
    pub(crate) fn describe(&self) -> Result<Vec<u8>, Foul> {
        let describe = self.table.describe.ok_or(Foul::Lied("no describe"))?;
        let mut buffer = Buffer::empty();
        // SAFETY: `describe` is of the library's table, which lives for ever; the buffer is ours.
        let status = unsafe { describe(&mut buffer) };
        self.taken(status, buffer)
    }

    /// Asks one request. The door is open until this returns.
    pub(crate) fn call(&self, door: &dyn Door, request: &[u8]) -> Result<Vec<u8>, Foul> {
        let call = self.table.call.ok_or(Foul::Lied("no call"))?;
        let host = host_table(&door);
        let mut buffer = Buffer::empty();
        // SAFETY: as in `describe`; `host` and what its context points to outlive this line.
        let status = unsafe { call(&host, request.as_ptr(), request.len(), &mut buffer) };
        self.taken(status, buffer)
    }

    /// Copies a buffer of the plugin and gives it back once.
    fn taken(&self, status: i32, buffer: Buffer) -> Result<Vec<u8>, Foul> {
        let foul = match status {
            STATUS_OK => None,
            STATUS_PANICKED => Some(Foul::Panicked),
            STATUS_MALFORMED => Some(Foul::Malformed),
            STATUS_UNSUPPORTED => Some(Foul::Unsupported),
            STATUS_TOO_LARGE => Some(Foul::TooLarge),
            _ => Some(Foul::Lied("an unknown status")),
        };
        let bytes = match foul {
            Some(foul) => Err(foul),
            None if buffer.data.is_null() => Err(Foul::Lied("no result")),
            None if buffer.len == 0 => Err(Foul::Lied("a result of no bytes")),
            None if buffer.len > RESULT_BYTES_MAX => {
                // Its length is not believed, so nothing may be freed by it either.
                return Err(Foul::Lied("a result longer than allowed"));
            }
            // SAFETY: the plugin says that so many bytes are there. If that is a lie, the read may
            // fault, which ends this process and costs this call.
            None => Ok(unsafe { slice::from_raw_parts(buffer.data, buffer.len) }.to_vec()),
        };
        if !buffer.data.is_null() && buffer.len <= RESULT_BYTES_MAX {
            // SAFETY: the buffer is given back once, to the library that filled it.
            unsafe { (self.release)(buffer.data, buffer.len) }
        }
        bytes
    }
}

/// Reads a table after its first two numbers have said that it is one of ours.
fn table(found: *const Table) -> Result<Table, Unloadable> {
    if found.is_null() || !found.is_aligned() {
        return Err(Unloadable::NoTable);
    }
    // SAFETY: not null, aligned; every table of every version begins with these two numbers.
    let [abi, size] = unsafe { found.cast::<[u32; 2]>().read() };
    if !(ABI_MIN..=ABI_CURRENT).contains(&abi) {
        return Err(Unloadable::Abi(abi));
    }
    if usize::try_from(size).unwrap_or(0) < size_of::<Table>() {
        return Err(Unloadable::Short(size));
    }
    // SAFETY: the table says that it is at least as long as ours.
    Ok(unsafe { found.read() })
}

fn host_table(door: &&dyn Door) -> HostTable {
    let context: *const &dyn Door = door;
    HostTable {
        abi: ABI_CURRENT,
        size: u32::try_from(size_of::<HostTable>()).unwrap_or(0),
        context: context.cast_mut().cast(),
        http: Some(http),
        secret: Some(secret),
        log: Some(log),
        clock_ms: Some(clock_ms),
        release: Some(release),
    }
}

unsafe extern "C" fn http(
    context: *mut c_void,
    request: *const u8,
    len: usize,
    answer: *mut Buffer,
) -> i32 {
    // SAFETY: the plugin hands back the context of the running call, and bytes of its own.
    let asked = unsafe { heard(context, request, len) };
    match asked {
        Some((door, request)) if len <= HTTP_BYTES_MAX => match door.http(request) {
            // SAFETY: the plugin's buffer, which it waits for.
            Some(bytes) => unsafe { handed(bytes, answer) },
            None => STATUS_TOO_LARGE,
        },
        Some(_) => STATUS_TOO_LARGE,
        None => STATUS_MALFORMED,
    }
}

unsafe extern "C" fn secret(
    context: *mut c_void,
    name: *const u8,
    len: usize,
    value: *mut Buffer,
) -> i32 {
    // SAFETY: as in `http`.
    match unsafe { heard(context, name, len) } {
        Some((door, name)) => match door.secret(name) {
            // SAFETY: as in `http`.
            Some(bytes) => unsafe { handed(bytes, value) },
            None => STATUS_REFUSED,
        },
        None => STATUS_MALFORMED,
    }
}

unsafe extern "C" fn log(context: *mut c_void, level: u32, text: *const u8, len: usize) {
    // SAFETY: as in `http`.
    if let Some((door, text)) = unsafe { heard(context, text, len) } {
        door.log(level, text);
    }
}

unsafe extern "C" fn clock_ms(_context: *mut c_void) -> i64 {
    clock::wall_ms()
}

unsafe extern "C" fn release(data: *mut u8, len: usize) {
    if !data.is_null() {
        // SAFETY: `handed` made it from a boxed slice of this length; the plugin gives it back
        // once, or breaks its own process.
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(data, len)) });
    }
}

/// # Safety
/// `context` is null or that of the running call; `data` is null or points to `len` bytes.
unsafe fn heard<'a>(
    context: *mut c_void,
    data: *const u8,
    len: usize,
) -> Option<(&'a dyn Door, &'a [u8])> {
    if context.is_null() || data.is_null() || len > HTTP_BYTES_MAX {
        return None;
    }
    // SAFETY: `host_table` made the context from a `&dyn Door` that outlives the call; the
    // caller's contract for the bytes.
    unsafe { Some((*context.cast::<&dyn Door>(), slice::from_raw_parts(data, len))) }
}

/// # Safety
/// `result` is null or may be written.
unsafe fn handed(bytes: Vec<u8>, result: *mut Buffer) -> i32 {
    if result.is_null() {
        return STATUS_MALFORMED;
    }
    let bytes = bytes.into_boxed_slice();
    let len = bytes.len();
    // SAFETY: not null, and the caller's contract.
    unsafe { result.write(Buffer { data: Box::into_raw(bytes).cast(), len }) };
    STATUS_OK
}
