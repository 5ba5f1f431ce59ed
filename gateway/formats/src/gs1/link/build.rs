//! From elements to a link, and from a link to its URI.
//!
//! Owns the choice of the primary key and its qualifiers, and the order in which all are written.
//! Next: [`super::super::scan`].

use super::super::ai::Ai;
use super::super::elements::{Element, Elements, TEXT_BYTES_MAX};
use super::super::rule::{self, Attribute};
use super::fault::LinkFault;
use super::percent::{self, Place};
use super::{DigitalLink, syntax};

impl DigitalLink {
    /// Makes a link of elements on a stem such as [`super::CANONICAL_STEM`].
    ///
    /// The first element that can be a primary key becomes it, with as many qualifiers as there
    /// are; all others become attributes, those of predefined length first.
    ///
    /// # Errors
    /// [`LinkFault::StemInvalid`], [`LinkFault::KeyMissing`], and [`LinkFault::NotAttribute`] when
    /// an element fits neither path nor query.
    pub fn build(elements: &Elements, stem: &str) -> Result<Self, LinkFault> {
        let stem = stem.strip_suffix('/').unwrap_or(stem);
        if !syntax::is_stem(stem) {
            return Err(LinkFault::StemInvalid);
        }
        let key = elements.iter().find(|element| alternatives(element.ai()).is_some());
        let key = key.ok_or(LinkFault::KeyMissing)?;
        let mut ordered = Elements::default();
        ordered.add(key.clone())?;
        for ai in qualifiers(key.ai(), elements) {
            elements
                .iter()
                .find(|one| one.ai() == ai)
                .map_or(Ok(()), |one| ordered.add(one.clone()))?;
        }
        let path_elements = ordered.iter().count();
        let (fixed, variable): (Vec<_>, Vec<_>) =
            elements.iter().partition(|element| !element.needs_separator());
        for element in fixed.into_iter().chain(variable) {
            add_attribute(element, &mut ordered)?;
        }
        Ok(Self { stem: stem.to_owned(), path_elements, elements: ordered })
    }

    /// Writes the URI.
    ///
    /// # Errors
    /// [`LinkFault::TooLarge`] when it is longer than any symbol can hold.
    pub fn to_uri(&self) -> Result<String, LinkFault> {
        let mut uri = self.stem.clone();
        let mut mark = '?';
        for (place, element) in self.elements.iter().enumerate() {
            if place < self.path_elements {
                write(&mut uri, ['/', '/'], element, Place::Path);
            } else {
                write(&mut uri, [mark, '='], element, Place::Query);
                mark = '&';
            }
        }
        if uri.len() > TEXT_BYTES_MAX {
            return Err(LinkFault::TooLarge { bytes: uri.len() });
        }
        Ok(uri)
    }
}

fn add_attribute(element: &Element, ordered: &mut Elements) -> Result<(), LinkFault> {
    let ai = element.ai();
    if ordered.lookup(ai).is_some() {
        return Ok(());
    }
    if rule::rule(ai).is_some_and(|rule| rule.attribute == Attribute::Refused) {
        return Err(LinkFault::NotAttribute { ai });
    }
    Ok(ordered.add(element.clone())?)
}

fn write(uri: &mut String, [before, between]: [char; 2], element: &Element, place: Place) {
    uri.push(before);
    uri.push_str(element.ai().as_str());
    uri.push(between);
    percent::escape_into(element.value(), place, uri);
}

fn alternatives(key: Ai) -> Option<&'static [&'static [&'static str]]> {
    rule::rule(key).and_then(|rule| rule.key)
}

/// Returns the qualifiers of the alternative of which the elements have most, in its order.
fn qualifiers(key: Ai, elements: &Elements) -> Vec<Ai> {
    let there = |alternative: &&[&str]| -> Vec<Ai> {
        let named = alternative.iter().filter_map(|ai| Ai::parse(ai).ok());
        named.filter(|ai| elements.lookup(*ai).is_some()).collect()
    };
    let choices = alternatives(key).unwrap_or_default().iter().map(there);
    choices.fold(Vec::new(), |best, next| if next.len() > best.len() { next } else { best })
}

/// Says whether these identifiers are a primary key and its qualifiers in their order.
pub(super) fn is_path(path: &[Ai]) -> bool {
    let Some((key, qualifiers)) = path.split_first() else { return false };
    let Some(alternatives) = alternatives(*key) else { return false };
    qualifiers.is_empty() || alternatives.iter().any(|one| follows(qualifiers, one))
}

/// Says whether an identifier would be one more qualifier of this path.
pub(super) fn would_qualify(ai: Ai, path: &[Ai]) -> bool {
    (1..=path.len()).any(|place| {
        let (before, after) = path.split_at_checked(place).unwrap_or((path, &[]));
        let longer: Vec<Ai> = before.iter().chain([&ai]).chain(after).copied().collect();
        is_path(&longer)
    })
}

/// Says whether the first list is the second with some left out.
fn follows(qualifiers: &[Ai], order: &[&str]) -> bool {
    let mut order = order.iter();
    qualifiers.iter().all(|ai| order.any(|one| *one == ai.as_str()))
}
