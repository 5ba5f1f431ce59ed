//! Which elements may stand together, and which must.
//!
//! Owns the associations of the General Specifications, section 4, as the rows of the table state
//! them. Compares elements that are each right by themselves. Next: [`super::bracketed`].

use super::ai::Ai;
use super::elements::{Element, Elements};
use super::fault::Gs1Fault;
use super::rule;

/// Keys whose serial is a part of the value that may be absent.
const SERIAL_INSIDE: [&str; 3] = ["253", "255", "8003"];

/// Says whether two elements may be on one item.
pub(super) fn together(first: &Element, second: &Element) -> Result<(), Gs1Fault> {
    if first.ai() == second.ai() {
        let same = first.value() == second.value();
        return if same { Ok(()) } else { Err(Gs1Fault::Differs { ai: first.ai() }) };
    }
    for (one, other) in [(first, second), (second, first)] {
        if excludes(one.ai(), other.ai()) {
            return Err(Gs1Fault::Exclusive { ai: one.ai(), other: other.ai() });
        }
        if one.ai() == Ai::SIGNATURE && lacks_serial(other) {
            return Err(Gs1Fault::SerialMissing { ai: other.ai() });
        }
    }
    Ok(())
}

fn excludes(ai: Ai, other: Ai) -> bool {
    let patterns = rule::rule(ai).map(|rule| rule.excludes).unwrap_or_default();
    patterns.iter().any(|pattern| other.fits(pattern))
}

fn lacks_serial(element: &Element) -> bool {
    SERIAL_INSIDE.contains(&element.ai().as_str())
        && rule::rule(element.ai()).is_some_and(|rule| rule.length_min() == element.value().len())
}

/// Says whether every identifier stands with those that it needs.
pub(super) fn companions(elements: &Elements) -> Result<(), Gs1Fault> {
    let alone = elements.iter().map(Element::ai).find(|ai| !accompanied(*ai, elements));
    alone.map_or(Ok(()), |ai| Err(Gs1Fault::CompanionMissing { ai }))
}

fn accompanied(ai: Ai, elements: &Elements) -> bool {
    let groups = rule::rule(ai).map(|rule| rule.needs).unwrap_or_default();
    let there = |pattern: &str| elements.iter().any(|one| one.ai() != ai && one.ai().fits(pattern));
    groups.is_empty() || groups.iter().any(|group| group.split('+').all(there))
}
