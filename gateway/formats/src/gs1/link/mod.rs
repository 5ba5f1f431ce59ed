//! GS1 Digital Link URIs: the same elements as a web address.
//!
//! Owns the link as a value: a stem, the elements of the path (key, then qualifiers) and those of
//! the query. Only the uncompressed form is spoken. Source: GS1 Digital Link Standard, URI Syntax.
//! Reading order: `read.rs`, `build.rs`, then [`super::scan`].

mod build;
mod fault;
mod percent;
mod read;
mod syntax;
mod words;

pub use fault::LinkFault;

use super::elements::{Elements, UnknownAis};

/// The stem of GS1's own resolver, for links that any resolver may answer.
pub const CANONICAL_STEM: &str = "https://id.gs1.org";

/// Whether a trade item's number in a link may be short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShortGtin {
    /// It has 14 digits.
    #[default]
    Refused,
    /// It may have 8, 12 or 13 digits and is filled up with zeros, as old links need it.
    FilledUp,
}

/// Whether keys may be written as words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyWords {
    /// They are digits.
    #[default]
    Refused,
    /// `gtin`, `lot`, `ser` and the like are taken, as links of the first version had them.
    Taken,
}

/// How a link is read; the default is the standard as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// On short numbers.
    pub short_gtin: ShortGtin,
    /// On words for keys.
    pub key_words: KeyWords,
    /// On identifiers outside the table, which may stand in the query only.
    pub unknown: UnknownAis,
}

/// A link, read or built; equal links have the same stem and the same elements in the same places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigitalLink {
    stem: String,
    path_elements: usize,
    elements: Elements,
}

impl DigitalLink {
    /// Returns what stands before the path elements, without a slash at the end.
    #[must_use]
    pub fn stem(&self) -> &str {
        &self.stem
    }

    /// Returns the elements: key, qualifiers, then attributes.
    #[must_use]
    pub const fn elements(&self) -> &Elements {
        &self.elements
    }

    /// Returns the elements alone.
    #[must_use]
    pub fn into_elements(self) -> Elements {
        self.elements
    }
}
