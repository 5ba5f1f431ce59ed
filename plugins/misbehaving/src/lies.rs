//! Results that are not what they say: junk, wrong lengths, pointers that are given twice.
//!
//! Owns the bytes and pointers that cross the border untouched. Everything here is safe code: what
//! makes it wrong is what it says about itself. Next: nothing; this is the last file.

use baton_plugin_api::abi::{Buffer, STATUS_OK};
use baton_plugin_api::export::RawAnswer;
use std::ptr;
use std::sync::Mutex;

/// Bytes of the buffer that is given twice: too many for the allocator's small bins, whose double
/// frees can go unnoticed.
const TWICE_BYTES: usize = 40_000;

/// The buffer that is given twice, by address.
static GIVEN: Mutex<Option<usize>> = Mutex::new(None);

/// Answers a request that names one of the lies.
pub(crate) fn raw(request: &[u8]) -> Option<RawAnswer> {
    let text = std::str::from_utf8(request).ok()?;
    let named = |way: &str| text.contains(&format!("\"{way}\""));
    if named("X-JUNK") {
        return Some(given(b"\xFF\x00{[ not json".to_vec(), STATUS_OK));
    }
    if named("X-NEWER") {
        let newer = br#"{"v":2,"body":{"verdict":"declined","reason":"funds"}}"#;
        return Some(given(newer.to_vec(), STATUS_OK));
    }
    if named("X-WORD") {
        let word = br#"{"v":1,"body":{"verdict":"declined","reason":"mood"}}"#;
        return Some(given(word.to_vec(), STATUS_OK));
    }
    if named("X-STATUS") {
        return Some(given(b"{}".to_vec(), 77));
    }
    if named("X-NULL") {
        return Some(answer(ptr::null_mut(), 100, STATUS_OK));
    }
    if named("X-WILD") {
        return Some(answer(ptr::without_provenance_mut(16), 100, STATUS_OK));
    }
    if named("X-HUGE") {
        let own = given(b"{}".to_vec(), STATUS_OK);
        return Some(answer(own.buffer.data, usize::MAX, STATUS_OK));
    }
    if named("X-LONGER") {
        let own = given(b"{}".to_vec(), STATUS_OK);
        return Some(answer(own.buffer.data, 60_000, STATUS_OK));
    }
    named("X-TWICE").then(twice)
}

/// Gives a buffer that was given, and freed, before.
fn twice() -> RawAnswer {
    let mut given = GIVEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let address = *given.get_or_insert_with(|| {
        let bytes = vec![b' '; TWICE_BYTES].into_boxed_slice();
        Box::into_raw(bytes).cast::<u8>().expose_provenance()
    });
    answer(ptr::with_exposed_provenance_mut(address), TWICE_BYTES, STATUS_OK)
}

fn given(bytes: Vec<u8>, status: i32) -> RawAnswer {
    let bytes = bytes.into_boxed_slice();
    let len = bytes.len();
    answer(Box::into_raw(bytes).cast(), len, status)
}

const fn answer(data: *mut u8, len: usize, status: i32) -> RawAnswer {
    RawAnswer { status, buffer: Buffer { data, len } }
}
