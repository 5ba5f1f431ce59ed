//! Texts of a recipe that fit what a POS program shows: fixed text, `*` and named slots.
//!
//! Owns reading and fitting. A slot such as `{amount}` takes what stands there, up to the next
//! fixed text. Next: [`super::recipe`].

use serde::Deserialize;
use std::collections::BTreeMap;

/// The slots that a pattern may have.
const SLOTS: &[&str] = &["reference", "amount", "last4"];

/// A pattern: its parts alternate between fixed text and what may vary.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Fixed(String),
    Any,
    Slot(&'static str),
}

/// A pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternInvalid {
    /// A brace without its partner, or an unknown slot.
    #[error("{0}: the slots are {{reference}}, {{amount}} and {{last4}}")]
    Slot(String),
    /// Two varying parts stand side by side, so that nothing says where one ends.
    #[error("{0}: between two slots or stars stands some fixed text")]
    Adjacent(String),
    /// Nothing.
    #[error("a pattern is not empty")]
    Empty,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Each variant of [`PatternInvalid`] as it says.
    pub fn parse(text: &str) -> Result<Self, PatternInvalid> {
        let parts = split(text)?;
        if parts.is_empty() {
            return Err(PatternInvalid::Empty);
        }
        let varies = |part: &Part| !matches!(part, Part::Fixed(_));
        let adjacent = parts.iter().zip(parts.iter().skip(1)).any(|(a, b)| varies(a) && varies(b));
        if adjacent {
            return Err(PatternInvalid::Adjacent(text.to_owned()));
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// Returns the pattern as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Tells whether it has this slot.
    #[must_use]
    pub fn has(&self, slot: &str) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Slot(name) if *name == slot))
    }

    /// Fits a text; returns what stands in the slots, or nothing where it does not fit.
    #[must_use]
    pub fn fit(&self, text: &str) -> Option<BTreeMap<&'static str, String>> {
        let mut taken = BTreeMap::new();
        let mut rest = text;
        let mut open: Option<&Part> = None;
        for (place, part) in self.parts.iter().enumerate() {
            let Part::Fixed(fixed) = part else {
                open = Some(part);
                continue;
            };
            let at = match open {
                Some(_) if place + 1 == self.parts.len() => rest.strip_suffix(&**fixed)?.len(),
                Some(_) => rest.find(fixed.as_str())?,
                None => rest.starts_with(fixed.as_str()).then_some(0)?,
            };
            let (before, after) = rest.split_at_checked(at)?;
            keep(open.take(), before, &mut taken);
            rest = after.strip_prefix(fixed.as_str())?;
        }
        match open {
            Some(part) => keep(Some(part), rest, &mut taken),
            None if rest.is_empty() => {}
            None => return None,
        }
        Some(taken)
    }
}

impl TryFrom<String> for Pattern {
    type Error = PatternInvalid;

    fn try_from(text: String) -> Result<Self, PatternInvalid> {
        Self::parse(&text)
    }
}

fn keep(part: Option<&Part>, text: &str, taken: &mut BTreeMap<&'static str, String>) {
    if let Some(Part::Slot(name)) = part {
        taken.insert(name, text.trim().to_owned());
    }
}

fn split(text: &str) -> Result<Vec<Part>, PatternInvalid> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['*', '{', '}']) {
        let (fixed, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if !fixed.is_empty() {
            parts.push(Part::Fixed(fixed.to_owned()));
        }
        if let Some(left) = after.strip_prefix('*') {
            parts.push(Part::Any);
            rest = left;
            continue;
        }
        let wrong = || PatternInvalid::Slot(text.to_owned());
        let inner = after.strip_prefix('{').ok_or_else(wrong)?;
        let (name, left) = inner.split_once('}').ok_or_else(wrong)?;
        let slot = SLOTS.iter().find(|slot| **slot == name).ok_or_else(wrong)?;
        parts.push(Part::Slot(slot));
        rest = left;
    }
    if !rest.is_empty() {
        parts.push(Part::Fixed(rest.to_owned()));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests;
