//! Elements in the order in which they were read, each checked, none against another.
//!
//! Owns the list and its reading and writing with separators. What may stand together is decided in
//! `pairs.rs`; the bracketed form is in `bracketed.rs`.

use super::ai::Ai;
use super::check::CheckFault;
use super::fault::Gs1Fault;
use super::keys::{Gln, Gtin, Sscc};
use super::pairs;
use super::rule::{self, Rule};
use super::shape::{self, Charset, Part};

/// Longest text of elements in bytes: more than the largest QR Code holds (7089 digits).
pub const TEXT_BYTES_MAX: usize = 8191;
/// Most elements of one message: every carrier on a pallet label together has fewer.
pub const ELEMENTS_MAX: usize = 64;

/// What an identifier that the table does not know may hold.
const UNKNOWN_VALUE: &[Part] = &[Part::up_to(Charset::Set82, 90)];

/// The character that stands for FNC1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// The control character GS, as readers send it.
    GroupSeparator,
    /// The caret, as people and the GS1 syntax engine write it.
    Caret,
}

impl Separator {
    /// Returns the character.
    #[must_use]
    pub const fn char(self) -> char {
        match self {
            Self::GroupSeparator => '\u{1d}',
            Self::Caret => '^',
        }
    }
}

/// Whether identifiers outside the table are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownAis {
    /// They are a fault.
    #[default]
    Refused,
    /// They are kept with up to 90 characters, where their end can be seen.
    Kept,
}

/// One identifier and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    ai: Ai,
    value: String,
}

impl Element {
    /// Takes an identifier and a value, and checks the value.
    ///
    /// # Errors
    /// [`Gs1Fault::AiUnknown`] when the table has no such identifier, and what the value's parts
    /// find: [`Gs1Fault::ValueEmpty`], [`Gs1Fault::TooShort`], [`Gs1Fault::TooLong`],
    /// [`Gs1Fault::Content`].
    pub fn new(ai: Ai, value: &str) -> Result<Self, Gs1Fault> {
        Self::from_bytes(ai, value.as_bytes(), UnknownAis::Refused)
    }

    pub(super) fn from_bytes(ai: Ai, value: &[u8], unknown: UnknownAis) -> Result<Self, Gs1Fault> {
        let parts = match (rule::rule(ai), unknown) {
            (Some(rule), _) => rule.parts,
            (None, UnknownAis::Kept) if may_be_new(ai) => UNKNOWN_VALUE,
            (None, UnknownAis::Kept | UnknownAis::Refused) => {
                return Err(Gs1Fault::AiUnknown { position: 0 });
            }
        };
        shape::examine(ai, parts, value)?;
        let known = rule::rule(ai).is_some();
        if !known && ai.predefined_length().is_some_and(|length| length != value.len()) {
            return Err(Gs1Fault::TooShort { ai });
        }
        // Every set of characters is part of ASCII, so nothing is lost here.
        Ok(Self { ai, value: String::from_utf8_lossy(value).into_owned() })
    }

    /// Returns the identifier.
    #[must_use]
    pub const fn ai(&self) -> Ai {
        self.ai
    }

    /// Returns the value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Says whether a separator must follow when another element does.
    #[must_use]
    pub const fn needs_separator(&self) -> bool {
        self.ai.predefined_length().is_none()
    }
}

/// An unknown identifier has as many digits as the known ones that begin like it.
fn may_be_new(ai: Ai) -> bool {
    let digits = ai.as_str().as_bytes();
    let expected = digits.get(..2).and_then(rule::digits_after);
    expected.is_none_or(|expected| expected == digits.len())
}

/// Elements in reading order, at least one once read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elements(Vec<Element>);

impl Elements {
    /// Reads an element string that begins with a separator in first position.
    ///
    /// A separator after a value of predefined length is tolerated, as is one at the end.
    ///
    /// # Errors
    /// [`Gs1Fault::FirstSeparatorMissing`]; else as [`Self::parse_after_first`].
    pub fn parse(text: &str, separator: Separator) -> Result<Self, Gs1Fault> {
        let rest = text.strip_prefix(separator.char()).ok_or(Gs1Fault::FirstSeparatorMissing)?;
        Self::parse_after_first(rest, separator)
    }

    /// Reads an element string whose first separator is already gone, as after a symbology
    /// identifier.
    ///
    /// # Errors
    /// [`Gs1Fault::TooLarge`], [`Gs1Fault::Empty`], [`Gs1Fault::AiUnknown`] with the byte, what
    /// [`Element::new`] finds, and what [`Self::add`] finds.
    pub fn parse_after_first(text: &str, separator: Separator) -> Result<Self, Gs1Fault> {
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
            let rule = rule::opening(rest.as_bytes()).ok_or(Gs1Fault::AiUnknown { position })?;
            let (element, after) = split_element(rule, rest, separator)?;
            elements.add(element)?;
            rest = after.strip_prefix(separator.char()).unwrap_or(after);
        }
        Ok(elements)
    }

    /// Appends an element.
    ///
    /// # Errors
    /// [`Gs1Fault::TooManyElements`], and for pairs that may never be on one item
    /// [`Gs1Fault::Exclusive`], [`Gs1Fault::Differs`] and [`Gs1Fault::SerialMissing`].
    pub fn add(&mut self, element: Element) -> Result<(), Gs1Fault> {
        if self.0.len() >= ELEMENTS_MAX {
            return Err(Gs1Fault::TooManyElements);
        }
        self.0.iter().try_for_each(|other| pairs::together(other, &element))?;
        self.0.push(element);
        Ok(())
    }

    /// Says whether every identifier stands with those that it needs.
    ///
    /// Order: over the elements of all carriers of an item together, not of one alone.
    ///
    /// # Errors
    /// [`Gs1Fault::CompanionMissing`] with the first identifier that lacks one.
    pub fn require_companions(&self) -> Result<(), Gs1Fault> {
        pairs::companions(self)
    }

    /// Returns the elements in reading order.
    pub fn iter(&self) -> std::slice::Iter<'_, Element> {
        self.0.iter()
    }

    /// Returns the value of an identifier, if it is there.
    #[must_use]
    pub fn lookup(&self, ai: Ai) -> Option<&str> {
        self.0.iter().find(|element| element.ai == ai).map(Element::value)
    }

    /// Returns the number of the trade item.
    #[must_use]
    pub fn gtin(&self) -> Option<Gtin> {
        self.lookup(Ai::GTIN).and_then(|digits| Gtin::parse(digits).ok())
    }

    /// Returns the number of the logistic unit.
    #[must_use]
    pub fn sscc(&self) -> Option<Sscc> {
        self.lookup(Ai::SSCC).and_then(|digits| Sscc::parse(digits).ok())
    }

    /// Returns the number of the physical location.
    #[must_use]
    pub fn gln(&self) -> Option<Gln> {
        self.lookup(Ai::GLN).and_then(|digits| Gln::parse(digits).ok())
    }

    /// Returns the extension of the physical location.
    #[must_use]
    pub fn gln_extension(&self) -> Option<&str> {
        self.lookup(Ai::GLN_EXTENSION)
    }

    /// Returns the serial number of the trade item.
    #[must_use]
    pub fn serial(&self) -> Option<&str> {
        self.lookup(Ai::SERIAL)
    }

    /// Returns the batch or lot.
    #[must_use]
    pub fn lot(&self) -> Option<&str> {
        self.lookup(Ai::LOT)
    }

    /// Returns the expiry date as its six digits.
    #[must_use]
    pub fn expiry(&self) -> Option<&str> {
        self.lookup(Ai::EXPIRY)
    }

    /// Writes an element string with a separator in first position and only where one is needed.
    #[must_use]
    pub fn to_element_string(&self, separator: Separator) -> String {
        let mut text = String::new();
        let mut needed = true;
        for element in &self.0 {
            if needed {
                text.push(separator.char());
            }
            text.push_str(element.ai.as_str());
            text.push_str(&element.value);
            needed = element.needs_separator();
        }
        text
    }
}

/// Cuts the element of this rule off a text.
fn split_element<'t>(
    rule: &Rule,
    text: &'t str,
    separator: Separator,
) -> Result<(Element, &'t str), Gs1Fault> {
    // The rule's digits open the text, so both cuts fall between characters.
    let (ai, after) = text.split_at_checked(rule.digits()).unwrap_or((text, ""));
    let ai = Ai::parse(ai)?;
    let end = after.find(separator.char()).unwrap_or(after.len());
    let end = ai.predefined_length().map_or(end, |length| end.min(length));
    let (value, rest) = after
        .split_at_checked(end)
        .ok_or(Gs1Fault::Content { ai, fault: CheckFault::InvalidCset82Character })?;
    Ok((Element::new(ai, value)?, rest))
}

impl<'e> IntoIterator for &'e Elements {
    type Item = &'e Element;
    type IntoIter = std::slice::Iter<'e, Element>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
