//! Published test vectors: a file of the shared folder, tried one by one, counted and printed.
//!
//! Owns finding the file, the counts and the closing line of each file. A file that is not there is
//! said to be absent; a vector that nobody tries is a failure, so that none is passed by mistake.

use serde_json::Value;
use std::collections::BTreeMap;

/// What came of one vector.
pub enum Verdict {
    /// As the file says.
    Passed,
    /// Not as the file says, and how.
    Failed(String),
    /// Of another standard than this crate reads, with the reason.
    NotOurs(&'static str),
    /// The file is wrong, and why.
    Disputed(&'static str),
}

impl Verdict {
    /// Passed when both are equal.
    pub fn equal<T: PartialEq + std::fmt::Debug>(got: &T, stated: &T) -> Self {
        if got == stated {
            return Self::Passed;
        }
        Self::Failed(format!("got {got:?}, stated {stated:?}"))
    }
}

/// Reads a file of vectors, or says that it is absent.
pub fn open(name: &str) -> Option<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors");
    let Ok(text) = std::fs::read_to_string(format!("{folder}/{name}")) else {
        eprintln!("{name}: absent, not tried");
        return None;
    };
    Some(serde_json::from_str(&text).expect("a file of vectors is JSON"))
}

/// Tries every vector of a file, prints the counts and fails with the list of those that failed.
pub fn try_all(name: &str, one: impl Fn(&Value, &Value) -> Verdict) {
    let Some(book) = open(name) else { return };
    let (mut passed, mut failed) = (0_usize, Vec::new());
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    let vectors = book["vectors"].as_array().expect("a file of vectors has a list of them");
    for vector in vectors {
        let id = vector["id"].as_str().unwrap_or("without id");
        match one(&book, vector) {
            Verdict::Passed => passed += 1,
            Verdict::Failed(how) => failed.push(format!("{id}: {how}")),
            Verdict::NotOurs(why) => *left.entry(why).or_default() += 1,
            Verdict::Disputed(why) => {
                eprintln!("{name}: {id} is disputed: {why}");
                *left.entry("disputed").or_default() += 1;
            }
        }
    }
    eprintln!("{name}: {passed} passed, {} failed, not tried {left:?}", failed.len());
    assert!(failed.is_empty(), "{name}:\n{}", failed.join("\n"));
    assert!(passed > 0, "{name}: nothing was tried");
}

/// A text of a vector.
pub fn text<'v>(vector: &'v Value, key: &str) -> &'v str {
    vector[key].as_str().unwrap_or_default()
}

/// Bytes of a vector, given in hexadecimal.
pub fn bytes(vector: &Value, key: &str) -> Vec<u8> {
    hex::decode(text(vector, key).replace(' ', "")).expect("hexadecimal digits")
}
