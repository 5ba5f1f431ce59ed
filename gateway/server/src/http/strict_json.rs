//! Reading JSON that somebody else wrote, with everything ambiguous refused.
//!
//! Owns the rules beyond RFC 8259: no key twice, no float, no NUL, a bounded [`Shape`], valid
//! UTF-8, nothing after the end. What passes means the same to every parser. Used by every handler.

use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// How large a document may be in every direction but its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Nesting; it bounds the stack.
    pub depth_max: usize,
    /// Keys of one object.
    pub keys_max: usize,
    /// Items of one array.
    pub items_max: usize,
}

impl Shape {
    /// The deepest document here has 3 levels and the widest 12 keys: room for what comes.
    pub const USUAL: Self = Self { depth_max: 8, keys_max: 64, items_max: 64 };
}

/// The bytes are not what this API takes. Says nothing of what they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the JSON that is described: no key twice, no float, no NUL, not too deep or wide")]
pub struct JsonRefused;

/// Reads a document of a known type, in the usual shape.
///
/// # Errors
/// As [`read_within`].
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonRefused> {
    read_within(bytes, Shape::USUAL)
}

/// Reads a document of a known type.
///
/// # Errors
/// [`JsonRefused`] when it breaks a rule, is too deep or too wide, or is of another type.
pub fn read_within<T: DeserializeOwned>(bytes: &[u8], shape: Shape) -> Result<T, JsonRefused> {
    let text = std::str::from_utf8(bytes).map_err(|_| JsonRefused)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0, shape }.deserialize(&mut reader).map_err(|_| JsonRefused)?;
    reader.end().map_err(|_| JsonRefused)?;
    serde_json::from_value(value).map_err(|_| JsonRefused)
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
    shape: Shape,
}

impl Strict {
    /// For what stands inside; only a value that is really there can be too deep.
    const fn deeper(&self) -> Self {
        Self { depth: self.depth.saturating_add(1), shape: self.shape }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        if self.depth > self.shape.depth_max {
            return Err(D::Error::custom("too deep"));
        }
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
        while let Some(item) = items.next_element_seed(self.deeper())? {
            if list.len() >= self.shape.items_max {
                return Err(A::Error::custom("too many items"));
            }
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self.deeper())?;
            if key.contains('\0') || map.insert(key, value).is_some() {
                return Err(A::Error::custom("a key twice, or a NUL"));
            }
            if map.len() > self.shape.keys_max {
                return Err(A::Error::custom("too many keys"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests;
