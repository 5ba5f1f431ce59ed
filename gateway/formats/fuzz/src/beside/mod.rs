//! Oracles that look at two crates, or at one file of a crate that is too heavy to be fuzzed whole.
//!
//! `strict.rs` reads `gateway/server/src/http/strict_json.rs`, `session.rs` reads
//! `gateway/link/src/session.rs`: both files depend on nothing of their crates.

pub mod session;
pub mod strict;

use baton_formats::pan;
use baton_protocol::code::{card_number, wallet_code};

/// What refuses a card number on the wire agrees with what finds one in a text.
pub fn cards(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let long = (13..=19).contains(&text.len());
    let sum = digits && long && pan::luhn::holds(text.as_bytes());
    assert_eq!(card_number(text), sum && !wallet_code(text));
    if digits && long && pan::looks_like_card_number(text) {
        assert!(card_number(text), "a known brand's number would be taken as a code");
    }
}
