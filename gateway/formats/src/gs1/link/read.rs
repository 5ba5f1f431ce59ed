//! From a URI to a link.
//!
//! Owns the search for the primary key, which is the rightmost one in the path, and the rules of
//! path and query. Next: [`super::build`].

use super::super::ai::Ai;
use super::super::elements::{Element, Elements, TEXT_BYTES_MAX, UnknownAis};
use super::super::fault::Gs1Fault;
use super::super::rule::{self, Attribute};
use super::fault::LinkFault;
use super::percent::{self, Place};
use super::{DigitalLink, KeyWords, Reading, ShortGtin, build, syntax, words};

/// Digits of a number that is not short.
const GTIN_DIGITS: usize = 14;

/// A path element as it stands in the URI.
struct Segment<'u> {
    ai: Ai,
    value: &'u str,
}

impl DigitalLink {
    /// Says whether a text begins like a link, so that it should be read as one.
    #[must_use]
    pub fn is_address(text: &str) -> bool {
        syntax::is_address(text)
    }

    /// Reads a link strictly by the standard.
    ///
    /// # Errors
    /// Any [`LinkFault`] but [`LinkFault::StemInvalid`].
    pub fn parse(uri: &str) -> Result<Self, LinkFault> {
        Self::parse_with(uri, Reading::default())
    }

    /// Reads a link with a word on what is let pass.
    ///
    /// Parameters of the query that are no numbers are dropped, as is the fragment.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_with(uri: &str, reading: Reading) -> Result<Self, LinkFault> {
        if uri.len() > TEXT_BYTES_MAX {
            return Err(LinkFault::TooLarge { bytes: uri.len() });
        }
        let parts = syntax::cut(uri)?;
        let (before, segments) = split_path(parts.path, reading)?;
        let path_ais: Vec<Ai> = segments.iter().map(|segment| segment.ai).collect();
        if !build::is_path(&path_ais) {
            return Err(LinkFault::QualifiersInvalid);
        }
        let mut elements = Elements::default();
        for segment in &segments {
            let element = element(segment.ai, segment.value, Place::Path, reading)?;
            elements.add(element)?;
        }
        for parameter in parts.query.split('&') {
            if let Some((ai, value)) = attribute(parameter, reading)? {
                examine_attribute(ai, &path_ais, &elements)?;
                elements.add(element(ai, value, Place::Query, reading)?)?;
            }
        }
        let stem = format!("{}{before}", parts.origin);
        Ok(Self { stem, path_elements: segments.len(), elements })
    }
}

/// Cuts the path into what belongs to the stem and the elements from the rightmost key on.
fn split_path(path: &str, reading: Reading) -> Result<(&str, Vec<Segment<'_>>), LinkFault> {
    let mut segments = Vec::new();
    let mut rest = path;
    while let Some((before, value)) = rest.rsplit_once('/') {
        let Some((before, ai)) = before.rsplit_once('/') else { break };
        let Some(ai) = path_ai(ai, reading) else { break };
        segments.push(Segment { ai, value });
        rest = before;
        if rule::rule(ai).is_some_and(|rule| rule.key.is_some()) {
            segments.reverse();
            return Ok((before, segments));
        }
    }
    Err(LinkFault::KeyMissing)
}

fn path_ai(text: &str, reading: Reading) -> Option<Ai> {
    let word = (reading.key_words == KeyWords::Taken).then(|| words::lookup(text)).flatten();
    let ai = word.or_else(|| Ai::parse(text).ok())?;
    (rule::rule(ai).is_some() || reading.unknown == UnknownAis::Kept).then_some(ai)
}

/// Reads a parameter of the query; one whose name is no number is not for us.
fn attribute(parameter: &str, reading: Reading) -> Result<Option<(Ai, &str)>, LinkFault> {
    let Some((name, value)) = parameter.split_once('=') else { return Ok(None) };
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let ai = Ai::parse(name).map_err(|_| LinkFault::AiUnknown)?;
    let known = rule::rule(ai).is_some() || reading.unknown == UnknownAis::Kept;
    if known { Ok(Some((ai, value))) } else { Err(LinkFault::AiUnknown) }
}

fn examine_attribute(ai: Ai, path: &[Ai], elements: &Elements) -> Result<(), LinkFault> {
    if elements.lookup(ai).is_some() {
        return Err(LinkFault::Twice { ai });
    }
    if rule::rule(ai).is_some_and(|rule| rule.attribute == Attribute::Refused) {
        return Err(LinkFault::NotAttribute { ai });
    }
    if build::would_qualify(ai, path) { Err(LinkFault::BelongsInPath { ai }) } else { Ok(()) }
}

fn element(ai: Ai, text: &str, place: Place, reading: Reading) -> Result<Element, LinkFault> {
    let mut value = percent::unescape(text, place);
    if value.contains(&0) {
        return Err(LinkFault::ZeroByte { ai });
    }
    if ai == Ai::GTIN
        && reading.short_gtin == ShortGtin::FilledUp
        && matches!(value.len(), 8 | 12 | 13)
    {
        let zeros = GTIN_DIGITS.saturating_sub(value.len());
        value.splice(..0, std::iter::repeat_n(b'0', zeros));
    }
    let made = Element::from_bytes(ai, &value, reading.unknown);
    made.map_err(|fault| {
        let unknown = matches!(fault, Gs1Fault::AiUnknown { .. });
        if unknown { LinkFault::AiUnknown } else { LinkFault::Elements(fault) }
    })
}
