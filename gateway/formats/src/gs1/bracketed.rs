//! Elements as people read and type them: identifiers in brackets.
//!
//! Owns the bracketed form, in which a bracket inside a value is written after a backslash. Next:
//! [`super::keys`].

use super::ai::Ai;
use super::elements::{Element, Elements, TEXT_BYTES_MAX, UnknownAis};
use super::fault::Gs1Fault;

impl Elements {
    /// Reads elements with their identifiers in brackets.
    ///
    /// # Errors
    /// [`Gs1Fault::TooLarge`], [`Gs1Fault::Empty`], [`Gs1Fault::BracketInvalid`] and
    /// [`Gs1Fault::AiUnknown`] with the byte, [`Gs1Fault::AiMalformed`], what [`Element::new`]
    /// finds, and what [`Elements::add`] finds.
    pub fn parse_bracketed(text: &str) -> Result<Self, Gs1Fault> {
        Self::parse_bracketed_with(text, UnknownAis::Refused)
    }

    /// Reads elements with their identifiers in brackets, with a word on unknown ones.
    ///
    /// # Errors
    /// As [`Self::parse_bracketed`].
    pub fn parse_bracketed_with(text: &str, unknown: UnknownAis) -> Result<Self, Gs1Fault> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(Gs1Fault::TooLarge { bytes: text.len() });
        }
        if text.is_empty() {
            return Err(Gs1Fault::Empty);
        }
        let mut elements = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let position = text.len().saturating_sub(rest.len());
            let misplaced = Gs1Fault::BracketInvalid { position };
            let inside = rest.strip_prefix('(').ok_or(misplaced)?;
            let (ai, after) = inside.split_once(')').ok_or(misplaced)?;
            let ai = Ai::parse(ai)?;
            let (value, after) = split_value(after);
            let element = Element::from_bytes(ai, value.as_bytes(), unknown);
            elements.add(element.map_err(|fault| at(fault, position))?)?;
            rest = after;
        }
        Ok(elements)
    }

    /// Writes the elements with their identifiers in brackets.
    #[must_use]
    pub fn to_bracketed(&self) -> String {
        self.iter().fold(String::new(), |mut text, element| {
            text.push('(');
            text.push_str(element.ai().as_str());
            text.push(')');
            text.push_str(&element.value().replace('(', "\\("));
            text
        })
    }
}

const fn at(fault: Gs1Fault, position: usize) -> Gs1Fault {
    if matches!(fault, Gs1Fault::AiUnknown { .. }) {
        return Gs1Fault::AiUnknown { position };
    }
    fault
}

/// Cuts the value off before the next bracket that no backslash precedes.
fn split_value(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('(') {
        let Some(escaped) = before.strip_suffix('\\') else {
            value.push_str(before);
            let next = rest.get(before.len()..).unwrap_or_default();
            return (value, next);
        };
        value.push_str(escaped);
        value.push('(');
        rest = after;
    }
    value.push_str(rest);
    (value, "")
}
