//! The strict reader of JSON, against one written from RFC 8259 and the rules of the API.
//!
//! Owns that second reader. Next: `gateway/server/src/http/strict_json.rs`, the first.

#[rustfmt::skip]
#[path = "../../../../server/src/http/strict_json.rs"]
mod first;

use baton_protocol::phone::{SaleRequest, TouchRequest};
use first::{Shape, read, read_within};
use serde_json::{Map, Value};

/// A document of any kind.
pub fn strict_json(bytes: &[u8]) -> bool {
    for shape in [Shape::USUAL, Shape { depth_max: 2, keys_max: 3, items_max: 2 }] {
        let value = read_within::<Value>(bytes, shape).ok();
        assert_eq!(value, second(bytes, shape), "the second reader reads otherwise");
    }
    let touch = read::<TouchRequest>(bytes).ok();
    assert!(touch.is_none() || touch == serde_json::from_slice(bytes).ok());
    let sale = read::<SaleRequest>(bytes).ok();
    assert!(sale.is_none() || sale == serde_json::from_slice(bytes).ok());
    let Ok(value) = read::<Value>(bytes) else { return false };
    let written = value.to_string();
    assert_eq!(read::<Value>(written.as_bytes()), Ok(value), "what was written reads otherwise");
    true
}

fn second(bytes: &[u8], shape: Shape) -> Option<Value> {
    let mut rest = Rest { text: str::from_utf8(bytes).ok()?, shape };
    let value = rest.value(0)?;
    rest.blank();
    rest.text.is_empty().then_some(value)
}

struct Rest<'t> {
    text: &'t str,
    shape: Shape,
}

impl Rest<'_> {
    fn blank(&mut self) {
        self.text = self.text.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes a mark, with blanks before it.
    fn takes(&mut self, mark: &str) -> bool {
        self.blank();
        let rest = self.text.strip_prefix(mark);
        self.text = rest.unwrap_or(self.text);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        let words = [("null", Value::Null), ("true", true.into()), ("false", false.into())];
        for (word, value) in words {
            if self.takes(word) {
                return Some(value);
            }
        }
        match self.text.chars().next()? {
            '"' => self.string().map(Value::String),
            '[' => self.list(depth),
            '{' => self.object(depth),
            _ => self.number(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        if !self.takes("[") || self.takes("]") {
            return Some(Value::Array(items));
        }
        loop {
            (depth < self.shape.depth_max).then_some(())?;
            items.push(self.value(depth + 1)?);
            if self.takes("]") {
                return (items.len() <= self.shape.items_max).then_some(Value::Array(items));
            }
            self.takes(",").then_some(())?;
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut entries = Map::new();
        if !self.takes("{") || self.takes("}") {
            return Some(Value::Object(entries));
        }
        loop {
            self.blank();
            let key = self.string()?;
            self.takes(":").then_some(())?;
            (depth < self.shape.depth_max).then_some(())?;
            let value = self.value(depth + 1)?;
            if entries.insert(key, value).is_some() {
                return None;
            }
            if self.takes("}") {
                return (entries.len() <= self.shape.keys_max).then_some(Value::Object(entries));
            }
            self.takes(",").then_some(())?;
        }
    }

    fn number(&mut self) -> Option<Value> {
        let end = self.text.find(|c: char| !"+-.eE0123456789".contains(c));
        let (number, rest) = self.text.split_at(end.unwrap_or(self.text.len()));
        let digits = number.strip_prefix('-').unwrap_or(number);
        let whole = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
        // A minus before nothing but zero makes a float of it.
        if !whole || digits.len() > 1 && digits.starts_with('0') || number == "-0" {
            return None;
        }
        self.text = rest;
        let number: i128 = number.parse().ok()?;
        let positive = u64::try_from(number).map(Value::from);
        positive.or_else(|_| i64::try_from(number).map(Value::from)).ok()
    }

    fn string(&mut self) -> Option<String> {
        let mut rest = self.text.strip_prefix('"')?;
        let mut units = Vec::new();
        loop {
            let mut characters = rest.chars();
            match characters.next()? {
                '"' => break,
                '\0'..='\u{1f}' => return None,
                '\\' => units.push(escape(&mut characters)?),
                other => units.extend(other.encode_utf16(&mut [0; 2]).iter().copied()),
            }
            rest = characters.as_str();
        }
        self.text = &rest[1..];
        String::from_utf16(&units).ok().filter(|text| !text.contains('\0'))
    }
}

fn escape(characters: &mut std::str::Chars<'_>) -> Option<u16> {
    Some(match characters.next()? {
        mark @ ('"' | '\\' | '/') => u16::try_from(u32::from(mark)).ok()?,
        'b' => 8,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'u' => {
            let digits: Option<Vec<u32>> =
                (0..4).map(|_| characters.next()?.to_digit(16)).collect();
            let value = digits?.iter().fold(0, |sum, digit| sum * 16 + digit);
            u16::try_from(value).ok()?
        }
        _ => return None,
    })
}
