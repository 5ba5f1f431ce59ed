//! From a trait to the library's entry symbol.
//!
//! Owns the one macro, the table that it exports, and the border itself: pointers and lengths are
//! checked, panics are caught, and what is allocated here is freed here. Next: [`serve`].
#![expect(unsafe_code, reason = "this is the border: pointers come in and go out")]

mod serve;

#[cfg(test)]
mod tests;

pub use serve::Absent;

use crate::abi::{
    ABI_CURRENT, Buffer, Host, HostTable, REQUEST_BYTES_MAX, RESULT_BYTES_MAX, STATUS_MALFORMED,
    STATUS_OK, STATUS_PANICKED, STATUS_TOO_LARGE, Table,
};
use crate::{Destination, Membership};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What [`export!`](crate::export!) implements; nobody else needs to.
pub trait Exports: 'static {
    /// The plugin's name: its package's.
    const NAME: &'static str;
    /// Its version: its package's.
    const VERSION: &'static str;
    /// The payment provider, or [`Absent`].
    type Destination: Destination;
    /// The membership provider, or [`Absent`].
    type Membership: Membership;
    /// Returns the one payment provider of the library.
    fn destination() -> &'static Self::Destination;
    /// Returns the one membership provider of the library.
    fn membership() -> &'static Self::Membership;
    /// Answers in the plugin's own bytes and pointers instead of through its trait. For plugins
    /// that test hosts.
    fn raw(_request: &[u8]) -> Option<RawAnswer> {
        None
    }
}

/// An answer exactly as it is to cross the border, true or not.
#[derive(Debug, Clone, Copy)]
pub struct RawAnswer {
    /// The status.
    pub status: i32,
    /// The bytes; given back to this crate's allocator afterwards.
    pub buffer: Buffer,
}

/// Exports a library: `export!(destination = Wallet)`, `export!(membership = Stamps)` or both, in
/// this order. Each type is made once, with `Default`. Name and version are the package's.
#[macro_export]
macro_rules! export {
    (destination = $destination:ty, membership = $membership:ty $(, raw = $raw:path)?) => {
        struct BatonExports;

        impl $crate::export::Exports for BatonExports {
            const NAME: &'static str = env!("CARGO_PKG_NAME");
            const VERSION: &'static str = env!("CARGO_PKG_VERSION");
            type Destination = $destination;
            type Membership = $membership;

            fn destination() -> &'static $destination {
                static ONE: ::std::sync::OnceLock<$destination> = ::std::sync::OnceLock::new();
                ONE.get_or_init(::core::default::Default::default)
            }

            fn membership() -> &'static $membership {
                static ONE: ::std::sync::OnceLock<$membership> = ::std::sync::OnceLock::new();
                ONE.get_or_init(::core::default::Default::default)
            }

            $(fn raw(request: &[u8]) -> Option<$crate::export::RawAnswer> {
                $raw(request)
            })?
        }

        /// The library's one symbol.
        #[unsafe(no_mangle)]
        pub extern "C" fn baton_plugin_entry() -> *const $crate::abi::Table {
            $crate::export::table::<BatonExports>()
        }
    };
    (destination = $destination:ty $(, raw = $raw:path)?) => {
        $crate::export!(
            destination = $destination, membership = $crate::export::Absent $(, raw = $raw)?
        );
    };
    (membership = $membership:ty $(, raw = $raw:path)?) => {
        $crate::export!(
            destination = $crate::export::Absent, membership = $membership $(, raw = $raw)?
        );
    };
}

/// Returns the table of these exports.
#[must_use]
pub fn table<E: Exports>() -> *const Table {
    &Exported::<E>::TABLE
}

struct Exported<E>(std::marker::PhantomData<E>);

impl<E: Exports> Exported<E> {
    const TABLE: Table = Table {
        abi: ABI_CURRENT,
        size: TABLE_BYTES,
        describe: Some(describe::<E>),
        call: Some(call::<E>),
        release: Some(release),
    };
}

/// Size of [`Table`] on this platform: two numbers of four bytes, three pointers.
const TABLE_BYTES: u32 = 8 + 3 * (usize::BITS / 8);
const _: () = assert!(size_of::<Table>() == 8 + 3 * size_of::<usize>());

unsafe extern "C" fn describe<E: Exports>(result: *mut Buffer) -> i32 {
    let described = catch_unwind(serve::described::<E>);
    match described {
        // SAFETY: the caller's contract is that of `call`.
        Ok(described) => unsafe { handed(described, result) },
        Err(_) => STATUS_PANICKED,
    }
}

/// # Safety
/// `request` points to `len` bytes, `host` to a table that lives until this returns, `result` to a
/// buffer that may be written.
unsafe extern "C" fn call<E: Exports>(
    host: *const HostTable,
    request: *const u8,
    len: usize,
    result: *mut Buffer,
) -> i32 {
    if host.is_null() || request.is_null() || len > REQUEST_BYTES_MAX {
        return STATUS_MALFORMED;
    }
    // SAFETY: not null, and the caller's contract.
    let (request, host) = unsafe { (std::slice::from_raw_parts(request, len), &*host) };
    if let Ok(Some(raw)) = catch_unwind(|| E::raw(request)) {
        // SAFETY: as for `handed`.
        unsafe { write(result, raw.buffer) };
        return raw.status;
    }
    // What a provider's own state looks like after its panic is its own affair: it is asked again.
    match catch_unwind(AssertUnwindSafe(|| serve::served::<E>(request, &Host::new(host)))) {
        // SAFETY: the caller's contract.
        Ok(answer) => unsafe { handed(answer, result) },
        Err(_) => STATUS_PANICKED,
    }
}

/// Frees what [`handed`] gave away.
///
/// # Safety
/// `data` and `len` are those of one buffer of this library, given back once.
unsafe extern "C" fn release(data: *mut u8, len: usize) {
    if !data.is_null() {
        // SAFETY: `handed` made it from a boxed slice of this length; the caller's contract.
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(data, len)) });
    }
}

/// # Safety
/// `result` is null or may be written.
unsafe fn handed(answer: Result<Vec<u8>, i32>, result: *mut Buffer) -> i32 {
    let bytes = match answer {
        Ok(bytes) if bytes.len() > RESULT_BYTES_MAX => return STATUS_TOO_LARGE,
        Ok(bytes) if result.is_null() || bytes.is_empty() => return STATUS_MALFORMED,
        Ok(bytes) => bytes.into_boxed_slice(),
        Err(status) => return status,
    };
    let len = bytes.len();
    // SAFETY: not null, and the caller's contract.
    unsafe { write(result, Buffer { data: Box::into_raw(bytes).cast(), len }) };
    STATUS_OK
}

/// # Safety
/// `result` is null or may be written.
unsafe fn write(result: *mut Buffer, buffer: Buffer) {
    if !result.is_null() {
        // SAFETY: not null, and the caller's contract.
        unsafe { result.write(buffer) };
    }
}
