//! What can be wrong with objects, and under which tags.
//!
//! Owns the fault list. A fault never carries a value, only the path to it: the value may be card
//! data. Next: [`mod@super::walk`], which raises most of them.

use super::tag::Tag;
use std::fmt;

/// The deepest nesting: EMV's own templates reach four, and a path stays small to copy.
pub const DEPTH_MAX: usize = 8;

/// The tags from the outermost object to the one meant; empty is the whole run of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Path {
    tags: [Tag; DEPTH_MAX],
    depth: usize,
}

impl Path {
    /// Returns the path one deeper, or nothing at [`DEPTH_MAX`].
    pub(super) fn under(mut self, tag: Tag) -> Option<Self> {
        *self.tags.get_mut(self.depth)? = tag;
        self.depth = self.depth.checked_add(1)?;
        Some(self)
    }

    /// Returns the tags, outermost first.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        self.tags.get(..self.depth).unwrap_or_default()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.tags().split_first() else {
            return f.write_str("the whole");
        };
        write!(f, "{first}")?;
        rest.iter().try_for_each(|tag| write!(f, "/{tag}"))
    }
}

/// Why bytes are not a run of objects, or an object cannot become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlvFault {
    /// A tag that is cut short, too long or begins with zeros, or padding that is not allowed.
    #[error("no tag at byte {byte} of {path}")]
    TagInvalid {
        /// What holds the bytes.
        path: Path,
        /// How many bytes of it come before.
        byte: usize,
    },
    /// A length that is indefinite, cut short, or written in more bytes than allowed.
    #[error("length of {path} is unreadable")]
    LengthInvalid {
        /// Where.
        path: Path,
    },
    /// A value over [`super::VALUE_BYTES_MAX`].
    #[error("value of {path} is over the limit")]
    TooLong {
        /// Where.
        path: Path,
    },
    /// The bytes end inside a value.
    #[error("value of {path} is cut short")]
    Cut {
        /// Where.
        path: Path,
    },
    /// Nested over [`DEPTH_MAX`].
    #[error("objects under {path} are nested too deep")]
    TooDeep {
        /// Where.
        path: Path,
    },
    /// The value of a primitive object was asked for objects, or the other way round.
    #[error("object {path} is not of the kind asked for")]
    KindOther {
        /// Where.
        path: Path,
    },
}
