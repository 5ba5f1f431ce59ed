//! The C side of the contract: types, statuses and bounds, exactly as `include/baton_plugin.h`.
//!
//! Owns layouts only. A table begins with version and size, so that older and newer ones are
//! recognised before anything else of them is read. Tables grow at the end and never change what
//! is there. Next: [`host`](Host), which a plugin calls, and [`crate::export`].

mod host;

pub use host::{Host, Level};

use std::ffi::c_void;

/// The newest table that this crate describes.
pub const ABI_CURRENT: u32 = 1;
/// The oldest table that this crate still describes.
pub const ABI_MIN: u32 = 1;
/// Name of the only symbol that is looked up, with the C string's end.
pub const ENTRY_SYMBOL: &[u8] = b"baton_plugin_entry\0";

/// The largest request that a plugin is given, in bytes: a code and four ids stay under 1 KiB, and
/// a reconciliation of many currencies under 64.
pub const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// The largest result that is taken from a plugin, in bytes: as much as it is given.
pub const RESULT_BYTES_MAX: usize = 64 * 1024;
/// The largest HTTP request or answer document, in bytes: a body of 128 KiB in hexadecimal.
pub const HTTP_BYTES_MAX: usize = 320 * 1024;
/// The longest log line that is kept, in bytes: longer ones are cut.
pub const LOG_BYTES_MAX: usize = 1024;

/// The function did what it was asked; the buffer is filled.
pub const STATUS_OK: i32 = 0;
/// Plugin: it panicked. What was done before is not known.
pub const STATUS_PANICKED: i32 = 1;
/// Plugin: the request cannot be read. Nothing was done.
pub const STATUS_MALFORMED: i32 = 2;
/// Plugin: it does not know this operation or this document version. Nothing was done.
pub const STATUS_UNSUPPORTED: i32 = 3;
/// Plugin: the result is larger than [`RESULT_BYTES_MAX`]. Host: so is the request.
pub const STATUS_TOO_LARGE: i32 = 4;
/// Host: the manifest does not permit it.
pub const STATUS_REFUSED: i32 = 5;

/// Log level: something that needs somebody now.
pub const LEVEL_ERROR: u32 = 1;
/// Log level: something that somebody should look at tomorrow.
pub const LEVEL_WARN: u32 = 2;
/// Log level: what a shop owner would care about.
pub const LEVEL_INFO: u32 = 3;
/// Log level: decisions.
pub const LEVEL_DEBUG: u32 = 4;

/// Bytes that one side allocated and the other reads, then gives back to be freed.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Buffer {
    /// First byte; may be null when `len` is 0.
    pub data: *mut u8,
    /// How many bytes.
    pub len: usize,
}

impl Buffer {
    /// Returns a buffer of nothing.
    #[must_use]
    pub const fn empty() -> Self {
        Self { data: std::ptr::null_mut(), len: 0 }
    }
}

/// Fills the buffer with the plugin's description, a JSON document.
pub type Describe = unsafe extern "C" fn(result: *mut Buffer) -> i32;
/// Answers one request document with one result document.
pub type Call = unsafe extern "C" fn(
    host: *const HostTable,
    request: *const u8,
    len: usize,
    result: *mut Buffer,
) -> i32;
/// Frees a buffer of the side that offers it.
pub type Release = unsafe extern "C" fn(data: *mut u8, len: usize);

/// What a plugin offers. `baton_plugin_entry` returns its address; it lives as long as the library.
///
/// **Order** `describe` is called first, once. Afterwards `call` from several threads at once.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Version of the table.
    pub abi: u32,
    /// Size of the table in bytes, as the plugin was compiled.
    pub size: u32,
    /// See [`Describe`].
    pub describe: Option<Describe>,
    /// See [`Call`].
    pub call: Option<Call>,
    /// Frees what `describe` and `call` filled in. The host calls it once for each buffer.
    pub release: Option<Release>,
}

/// Does an HTTP request; both documents are JSON.
pub type HostHttp = unsafe extern "C" fn(
    context: *mut c_void,
    request: *const u8,
    len: usize,
    answer: *mut Buffer,
) -> i32;
/// Fills the buffer with the value of a secret.
pub type HostSecret = unsafe extern "C" fn(
    context: *mut c_void,
    name: *const u8,
    len: usize,
    value: *mut Buffer,
) -> i32;
/// Writes one line to the host's log.
pub type HostLog =
    unsafe extern "C" fn(context: *mut c_void, level: u32, text: *const u8, len: usize);
/// Returns milliseconds since 1970.
pub type HostClock = unsafe extern "C" fn(context: *mut c_void) -> i64;

/// What the host offers to one call. It and its context live until that call returns.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct HostTable {
    /// Version of the table.
    pub abi: u32,
    /// Size of the table in bytes, as the host was compiled.
    pub size: u32,
    /// Handed back to each function.
    pub context: *mut c_void,
    /// See [`HostHttp`].
    pub http: Option<HostHttp>,
    /// See [`HostSecret`].
    pub secret: Option<HostSecret>,
    /// See [`HostLog`].
    pub log: Option<HostLog>,
    /// See [`HostClock`].
    pub clock_ms: Option<HostClock>,
    /// Frees what `http` and `secret` filled in. The plugin calls it once for each buffer.
    pub release: Option<Release>,
}
