//! What the standard says of one identifier, and finding it.
//!
//! Owns the row of the table and the questions to it. The rows themselves are in
//! `dictionary.rs`. Next: [`super::elements`].

use super::ai::Ai;
use super::dictionary::RULES;
use super::shape::{self, Part};

/// What the standard says of one identifier, or of a family that differs in the last digit.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The digits that the family has in common.
    stem: &'static str,
    /// First and last value of the last digit, when this is a family.
    ending: Option<(u8, u8)>,
    /// The parts of the value.
    pub parts: &'static [Part],
    /// The words that the standard prints beside the value.
    pub title: &'static str,
    /// Where a GS1 Digital Link may carry it, beside being key or qualifier.
    pub attribute: Attribute,
    /// At least one of these groups must be there; a group joins patterns with a plus sign.
    pub needs: &'static [&'static str],
    /// None of these patterns may be there.
    pub excludes: &'static [&'static str],
    /// What may follow it in the path of a link, when it is a primary key.
    pub key: Option<&'static [&'static [&'static str]]>,
}

/// Whether an identifier may be a data attribute of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// In the query.
    Allowed,
    /// Nowhere but in the path.
    Refused,
}

impl Rule {
    /// Makes the rule of an identifier that may be a data attribute.
    pub(super) const fn new(ai: &'static str, parts: &'static [Part], title: &'static str) -> Self {
        let (attribute, needs, excludes) = (Attribute::Allowed, &[], &[]);
        Self { stem: ai, ending: None, parts, title, attribute, needs, excludes, key: None }
    }

    /// Makes the rule of an identifier that may not.
    pub(super) const fn path_only(
        ai: &'static str,
        parts: &'static [Part],
        title: &'static str,
    ) -> Self {
        let mut rule = Self::new(ai, parts, title);
        rule.attribute = Attribute::Refused;
        rule
    }

    pub(super) const fn ending(mut self, first: u8, last: u8) -> Self {
        self.ending = Some((first, last));
        self
    }

    pub(super) const fn needs(mut self, groups: &'static [&'static str]) -> Self {
        self.needs = groups;
        self
    }

    pub(super) const fn excludes(mut self, patterns: &'static [&'static str]) -> Self {
        self.excludes = patterns;
        self
    }

    pub(super) const fn key(mut self, qualifiers: &'static [&'static [&'static str]]) -> Self {
        self.key = Some(qualifiers);
        self
    }

    /// Returns the length of the shortest value.
    #[must_use]
    pub fn length_min(&self) -> usize {
        shape::least(self.parts)
    }

    /// Returns the length of the longest value.
    #[must_use]
    pub fn length_max(&self) -> usize {
        shape::most(self.parts)
    }

    /// Returns how many digits the identifier has.
    pub(super) const fn digits(&self) -> usize {
        match self.ending {
            Some(_) => self.stem.len().saturating_add(1),
            None => self.stem.len(),
        }
    }

    pub(super) fn first(&self) -> impl Iterator<Item = u8> {
        self.stem.bytes().chain(self.ending.map(|(first, _)| first))
    }

    /// Says whether a text begins with this identifier.
    fn opens(&self, text: &[u8]) -> bool {
        match (text.strip_prefix(self.stem.as_bytes()), self.ending) {
            (Some(_), None) => true,
            (Some([digit, ..]), Some((first, last))) => (first..=last).contains(digit),
            (Some([]) | None, _) => false,
        }
    }
}

/// Finds the rule of an identifier.
#[must_use]
pub fn rule(ai: Ai) -> Option<&'static Rule> {
    opening(ai.as_str().as_bytes()).filter(|rule| rule.digits() == ai.as_str().len())
}

/// Finds the rule of the identifier with which a text begins.
pub(super) fn opening(text: &[u8]) -> Option<&'static Rule> {
    // No identifier is the beginning of another, so only the nearest row below can fit.
    let after = RULES.partition_point(|rule| rule.first().le(text.iter().copied()));
    let candidate = RULES.get(after.checked_sub(1)?)?;
    candidate.opens(text).then_some(candidate)
}

/// Returns how many digits all identifiers have that begin with the same two.
pub(super) fn digits_after(first_two: &[u8]) -> Option<usize> {
    let same =
        |rule: &&Rule| rule.opens(first_two) || rule.first().take(2).eq(first_two.iter().copied());
    RULES.iter().find(same).map(Rule::digits)
}
