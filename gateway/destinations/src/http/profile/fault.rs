//! What is wrong with a profile, and at which key.
//!
//! Owns the way in which a key is named: `authorize.answer[0].status`, lists counted from 0. May
//! not print a value that could be a secret. Next: [`super::file`].

use std::fmt;

/// Where in a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

/// Why a profile is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProfileFault {
    /// It is not TOML, or a key is unknown, missing or of another type.
    #[error("line {line}: {what}")]
    Unreadable {
        /// Counted from 1.
        line: usize,
        /// What the reader says.
        what: String,
    },
    /// A key says something that cannot be.
    #[error("{key}: {what}")]
    Wrong {
        /// Which one.
        key: Key,
        /// What, and what could stand there.
        what: String,
    },
}

impl Key {
    pub(super) fn root(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub(super) fn at(&self, name: &str) -> Self {
        let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if !name.is_empty() && name.bytes().all(bare) {
            return Self(format!("{self}.{name}"));
        }
        Self(format!("{self}.\"{}\"", name.escape_debug()))
    }

    pub(super) fn nth(&self, place: usize) -> Self {
        Self(format!("{self}[{place}]"))
    }

    pub(super) fn wrong(&self, what: impl Into<String>) -> ProfileFault {
        ProfileFault::Wrong { key: self.clone(), what: what.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ProfileFault {
    pub(super) fn unreadable(text: &str, fault: &toml::de::Error) -> Self {
        let start = fault.span().map_or(0, |span| span.start);
        let before = text.as_bytes().get(..start).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
        Self::Unreadable { line, what: fault.message().replace('\n', " ") }
    }
}
