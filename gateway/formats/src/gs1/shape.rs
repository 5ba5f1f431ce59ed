//! How a value is built: parts one after another, each with characters, a length and checks.
//!
//! Owns the words in which the table of `dictionary.rs` is written and the walk of a value
//! through its parts. What a single check demands is in [`super::check`].

use super::ai::Ai;
use super::check::{Check, CheckFault};
use super::fault::Gs1Fault;

/// The characters that a part may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Digits.
    Digits,
    /// The 82 characters of GS1 AI encodable character set 82.
    Set82,
    /// The 39 characters of GS1 AI encodable character set 39.
    Set39,
    /// The 64 characters of file-safe, URI-safe base 64.
    Set64,
}

/// One part of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which characters.
    pub charset: Charset,
    /// How many characters at least, when the part is there.
    pub least: usize,
    /// How many characters at most.
    pub most: usize,
    /// Whether it may be absent.
    pub presence: Presence,
    /// What its content must satisfy, in this order.
    pub checks: &'static [Check],
}

/// Whether a part must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Mandatory,
    /// It may be absent when nothing follows.
    Optional,
}

impl Part {
    /// Makes a mandatory part of exactly this many characters.
    pub(super) const fn exactly(charset: Charset, length: usize) -> Self {
        let presence = Presence::Mandatory;
        Self { charset, least: length, most: length, presence, checks: &[] }
    }

    /// Makes a mandatory part of one to this many characters.
    pub(super) const fn up_to(charset: Charset, most: usize) -> Self {
        Self { charset, least: 1, most, presence: Presence::Mandatory, checks: &[] }
    }

    pub(super) const fn checked(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }

    pub(super) const fn optional(mut self) -> Self {
        self.presence = Presence::Optional;
        self
    }

    const fn least_needed(&self) -> usize {
        match self.presence {
            Presence::Mandatory => self.least,
            Presence::Optional => 0,
        }
    }
}

/// Returns the length of the shortest value with these parts.
pub(super) fn least(parts: &[Part]) -> usize {
    parts.iter().map(Part::least_needed).sum()
}

/// Returns the length of the longest value with these parts.
pub(super) fn most(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.most).sum()
}

/// Walks a value through its parts.
pub(super) fn examine(ai: Ai, parts: &[Part], value: &[u8]) -> Result<(), Gs1Fault> {
    if value.is_empty() {
        return Err(Gs1Fault::ValueEmpty { ai });
    }
    if value.len() < least(parts) {
        return Err(Gs1Fault::TooShort { ai });
    }
    if value.len() > most(parts) {
        return Err(Gs1Fault::TooLong { ai });
    }
    let mut rest = value;
    for part in parts {
        let (own, after) = rest.split_at_checked(part.most).unwrap_or((rest, &[]));
        rest = after;
        if own.is_empty() && part.presence == Presence::Optional {
            continue;
        }
        if own.len() < part.least {
            return Err(Gs1Fault::TooShort { ai });
        }
        examine_part(part, own).map_err(|fault| Gs1Fault::Content { ai, fault })?;
    }
    Ok(())
}

fn examine_part(part: &Part, own: &[u8]) -> Result<(), CheckFault> {
    part.charset.examine(own)?;
    part.checks.iter().try_for_each(|check| check.examine(own))
}
