//! Lines that hold one another: each names the hash of the one before.
//!
//! Owns the line format `{"body","hash","prev","seq"}` with hash = SHA-256(prev hex ‖ canonical
//! body: keys sorted, no spaces). Pure. Next: [`super::file`], which writes the lines.

use super::record::{Body, Record};
use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the first record names as the hash before it.
const HASH_ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Where a journal ends: how many records, and the hash of the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many records there are.
    pub seq: u64,
    /// Hash of the last one in hex; 64 zeros for an empty journal.
    pub hash: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { seq: 0, hash: HASH_ORIGIN.to_owned() }
    }
}

impl Head {
    /// Seals a record as the next line, with its line feed, and moves on.
    pub fn seal(&mut self, record: &Record, at_ms: u64) -> String {
        let body = record.body(at_ms);
        let hash = hash(&self.hash, &body);
        let prev = std::mem::replace(&mut self.hash, hash);
        self.seq += 1;
        let line: BTreeMap<&str, Value> = BTreeMap::from([
            ("seq", self.seq.into()),
            ("prev", prev.into()),
            ("hash", self.hash.as_str().into()),
            ("body", body.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]);
        let mut text = canonical(&line);
        text.push('\n');
        text
    }

    /// Checks that `line`, without its line feed, follows, and moves on.
    ///
    /// Returns `None`, and stays, when it does not: the line is damaged or not the next one.
    pub fn check(&mut self, line: &[u8]) -> Option<Record> {
        let mut line: BTreeMap<String, Value> = serde_json::from_slice(line).ok()?;
        let Value::Object(body) = line.remove("body")? else { return None };
        let body: Body = body.into_iter().collect();
        let hash = hash(&self.hash, &body);
        let seq = self.seq + 1;
        let follows = line.get("seq")?.as_u64()? == seq
            && line.get("prev")?.as_str()? == self.hash
            && line.get("hash")?.as_str()? == hash;
        let record = Record::from_body(&body).filter(|_| follows)?;
        *self = Self { seq, hash };
        Some(record)
    }
}

fn hash(prev: &str, body: &Body) -> String {
    let mut context = Context::new(&SHA256);
    context.update(prev.as_bytes());
    context.update(canonical(body).as_bytes());
    hex::encode(context.finish())
}

/// Bodies are flat, so an ordered map alone makes the text canonical.
fn canonical<K: AsRef<str> + Ord + serde::Serialize>(map: &BTreeMap<K, Value>) -> String {
    serde_json::to_string(map).unwrap_or_default()
}
