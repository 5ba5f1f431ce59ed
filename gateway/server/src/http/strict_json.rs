//! Reading JSON that somebody else wrote, with everything ambiguous refused.
//!
//! Owns the rules beyond RFC 8259: no key twice, no float, no NUL, a bounded depth, valid UTF-8,
//! nothing after the end. What passes means the same to every parser. Used by every handler.

use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Nesting of the deepest document here is 3; 8 leaves room and bounds the stack.
const DEPTH_MAX: usize = 8;

/// The bytes are not what this API takes. Says nothing of what they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the JSON that is described: no key twice, no float, no NUL, at most 8 levels deep")]
pub struct JsonRefused;

/// Reads a document of a known shape.
///
/// # Errors
/// [`JsonRefused`] when it breaks a rule or has another shape.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonRefused> {
    let text = std::str::from_utf8(bytes).map_err(|_| JsonRefused)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0 }.deserialize(&mut reader).map_err(|_| JsonRefused)?;
    reader.end().map_err(|_| JsonRefused)?;
    serde_json::from_value(value).map_err(|_| JsonRefused)
}

struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            return Err(E::custom("too deep"));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Value, E> {
        Err(E::custom("a float"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        if value.contains('\0') {
            return Err(E::custom("a NUL"));
        }
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper()?)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self.deeper()?)?;
            if key.contains('\0') || map.insert(key, value).is_some() {
                return Err(A::Error::custom("a key twice, or a NUL"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests;
