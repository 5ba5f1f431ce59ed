use super::*;
use crate::abi::{ABI_CURRENT, STATUS_UNSUPPORTED};
use crate::documents::capability::{Capabilities, Capability};
use crate::documents::destination::{Authorize, Verdict};
use crate::documents::{Code, Request, Versioned};
use std::ptr;

#[derive(Default)]
struct Wallet;

impl Destination for Wallet {
    fn capabilities(&self) -> Capabilities {
        Capabilities::of(&[Capability::Idempotent])
    }

    fn authorize(&self, ask: &Authorize, host: &Host<'_>) -> Verdict {
        assert_ne!(ask.code.reveal(), "PANIC-1");
        assert_eq!(host.now_ms(), 0, "this test's host has no clock");
        Verdict::Approved {
            transaction_id: ask.transaction_id.clone(),
            amount: ask.amount,
            currency: ask.currency.clone(),
            reference: "1".to_owned(),
        }
    }
}

crate::export!(destination = Wallet);

fn host() -> HostTable {
    HostTable {
        abi: ABI_CURRENT,
        size: 0,
        context: ptr::null_mut(),
        http: None,
        secret: None,
        log: None,
        clock_ms: None,
        release: None,
    }
}

fn authorize(code: &str) -> Vec<u8> {
    let ask = Authorize {
        transaction_id: "t".to_owned(),
        terminal_id: "k".to_owned(),
        app_id: "a".to_owned(),
        code: Code::new(code.to_owned()),
        amount: 4_500,
        currency: "KRW".to_owned(),
        at_ms: 0,
    };
    serde_json::to_vec(&Request::of(ask)).unwrap()
}

/// Calls as a host does and gives the buffer back.
fn called(request: &[u8]) -> (i32, Vec<u8>) {
    let mut buffer = Buffer::empty();
    // SAFETY: the table is this library's own, all pointers are alive, the buffer is freed once.
    unsafe {
        let table = &*baton_plugin_entry();
        let status = (table.call.unwrap())(&host(), request.as_ptr(), request.len(), &mut buffer);
        if buffer.data.is_null() {
            return (status, Vec::new());
        }
        let bytes = std::slice::from_raw_parts(buffer.data, buffer.len).to_vec();
        (table.release.unwrap())(buffer.data, buffer.len);
        (status, bytes)
    }
}

#[test]
fn a_call_comes_back_with_its_answer() {
    let (status, bytes) = called(&authorize("W7K2-1"));

    let answer: Versioned<Verdict> = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((status, answer.v), (STATUS_OK, 1));
    assert!(matches!(answer.body, Verdict::Approved { amount: 4_500, .. }));
}

#[test]
fn a_panic_ends_at_the_border_and_the_next_call_is_served() {
    assert_eq!(called(&authorize("PANIC-1")).0, STATUS_PANICKED);
    assert_eq!(called(&authorize("W7K2-1")).0, STATUS_OK);
}

#[test]
fn what_cannot_be_read_is_malformed_and_what_is_not_known_unsupported() {
    let newer = String::from_utf8(authorize("W7K2-1")).unwrap().replace("\"v\":1", "\"v\":2");
    let other = br#"{"v":1,"operation":"membership.balance","body":{}}"#;
    let unknown = br#"{"v":1,"operation":"destination.bless","body":{}}"#;
    let broken = br#"{"v":1,"operation":"destination.authorize","body":{"amount":1.5}}"#;

    assert_eq!(called(newer.as_bytes()).0, STATUS_UNSUPPORTED);
    assert_eq!(called(other).0, STATUS_UNSUPPORTED);
    assert_eq!(called(unknown).0, STATUS_UNSUPPORTED);
    assert_eq!(called(broken).0, STATUS_MALFORMED);
    assert_eq!(called(b"").0, STATUS_MALFORMED);
    assert_eq!(called(&vec![b' '; REQUEST_BYTES_MAX + 1]).0, STATUS_MALFORMED);
}

#[test]
fn null_pointers_are_refused() {
    let mut buffer = Buffer::empty();
    let request = authorize("W7K2-1");

    // SAFETY: null is what is tried here; everything else is alive.
    let statuses = unsafe {
        let table = &*baton_plugin_entry();
        let (call, release) = (table.call.unwrap(), table.release.unwrap());
        release(ptr::null_mut(), 5);
        [
            call(ptr::null(), request.as_ptr(), request.len(), &mut buffer),
            call(&host(), ptr::null(), 5, &mut buffer),
            call(&host(), request.as_ptr(), request.len(), ptr::null_mut()),
        ]
    };

    assert_eq!(statuses, [STATUS_MALFORMED; 3]);
}
