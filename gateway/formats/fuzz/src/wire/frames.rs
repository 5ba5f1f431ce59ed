//! The frames of the device link, in both directions.
//!
//! Owns reading a frame in two ways: straight from the text, as both ends do, and through a tree of
//! JSON. Next: `bodies.rs`.

use baton_protocol::frame::Frame;
use baton_protocol::link::{Downward, Upward};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// Text frames, one a line.
pub fn frames(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let frame = |line| both_ways::<Frame<Upward>>(line) | both_ways::<Frame<Downward>>(line);
    text.lines().filter(|line| frame(line)).count() > 0
}

/// Holds what must hold of a document of any type, and says whether it is one.
pub fn both_ways<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) -> bool {
    let read: Result<T, _> = serde_json::from_str(text);
    let Ok(document) = read else { return false };
    // A tree keeps what the document ignores, so it may be too deep or broken there.
    if let Ok(tree) = serde_json::from_str::<serde_json::Value>(text) {
        let through: T = serde_json::from_value(tree).expect("the tree of a document is one");
        assert_eq!(through, document, "through a tree it reads otherwise");
    }
    let written = serde_json::to_string(&document).expect("what was read can be written");
    let again: T = serde_json::from_str(&written).expect("what was written can be read");
    assert_eq!(again, document, "what was written reads otherwise");
    assert_eq!(serde_json::to_string(&again).ok(), Some(written), "there is one writing");
    true
}
