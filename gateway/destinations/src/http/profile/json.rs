//! Answers as JSON, read strictly: one document, no key twice, numbers kept as they were written.
//!
//! Owns the tree and the pointers into it (RFC 6901). Built on serde_json's raw values, because its
//! own tree turns decimals into floats and lets the last of two equal keys win. Next:
//! [`super::rules`].

use super::fault::{Key, ProfileFault};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// Levels of an answer: honest ones have a handful, and each is read once a level.
const LEVELS_MAX: usize = 32;

/// A document or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// As it was written.
    Number(String),
    Text(String),
    List(Vec<Self>),
    Object(BTreeMap<String, Self>),
}

impl Json {
    /// Reads a whole document; nothing if it is not exactly one.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        read(serde_json::from_str(text).ok()?, LEVELS_MAX)
    }

    /// Returns what a text or a number says.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::List(_) | Self::Object(_) => None,
        }
    }
}

fn read(raw: &RawValue, levels: usize) -> Option<Json> {
    let (text, below) = (raw.get(), levels.checked_sub(1)?);
    Some(match text.bytes().next()? {
        b'{' => {
            let fields: Fields<'_> = serde_json::from_str(text).ok()?;
            let fields = fields.0.into_iter().map(|(name, raw)| Some((name, read(raw, below)?)));
            Json::Object(fields.collect::<Option<_>>()?)
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            Json::List(items.into_iter().map(|raw| read(raw, below)).collect::<Option<_>>()?)
        }
        b'"' => Json::Text(serde_json::from_str(text).ok()?),
        b'n' => Json::Null,
        b't' => Json::Bool(true),
        b'f' => Json::Bool(false),
        _ => Json::Number(text.to_owned()),
    })
}

/// The fields of one object, none of them twice.
struct Fields<'a>(BTreeMap<String, &'a RawValue>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((name, raw)) = map.next_entry::<String, &RawValue>()? {
            if fields.insert(name, raw).is_some() {
                return Err(A::Error::custom("a key stands twice"));
            }
        }
        Ok(Fields(fields))
    }
}

/// A place in a document. Source: RFC 6901.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pointer(Vec<String>);

impl Pointer {
    pub(super) fn read(key: &Key, text: &str) -> Result<Self, ProfileFault> {
        let Some(tokens) = text.strip_prefix('/') else {
            return Err(key.wrong("a JSON pointer starts with `/`, for example \"/payment/id\""));
        };
        let tokens = tokens.split('/').map(|token| {
            let marks = token.split('~').skip(1);
            if marks.into_iter().any(|after| !after.starts_with(['0', '1'])) {
                return Err(key.wrong("in a JSON pointer `~` is written `~0` and `/` is `~1`"));
            }
            Ok(token.replace("~1", "/").replace("~0", "~"))
        });
        tokens.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn lookup<'j>(&self, document: &'j Json) -> Option<&'j Json> {
        self.0.iter().try_fold(document, |json, token| match json {
            Json::Object(fields) => fields.get(token),
            Json::List(items) => items.get(place(token)?),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => None,
        })
    }
}

fn place(token: &str) -> Option<usize> {
    let plain = token == "0" || !token.starts_with(['0', '+']);
    plain.then(|| token.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
