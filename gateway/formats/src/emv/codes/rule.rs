//! One rule: how long a code is, what it consists of, and what stands at certain places of it.
//!
//! Owns what a rule may say and when a code keeps it. Next: [`super::notation`].

use crate::emv::payload::QR_CHARACTERS_MAX;
use std::ops::RangeInclusive;

/// The most marks of a rule: known ones have one, and the limit keeps a table's work small.
pub const MARKS_MAX: usize = 8;
/// The most spans of a mark, for the same reason.
pub const SPANS_MAX: usize = 32;
/// The longest name in bytes: it is shown on one line.
pub const NAME_BYTES_MAX: usize = 64;

/// What a code consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Decimal digits.
    Digits,
    /// ASCII letters and digits.
    Alphanumeric,
    /// The characters of base64, padding included.
    Base64,
    /// Any ASCII but blanks and controls.
    Visible,
}

/// Texts of one width between two, both included, as bytes compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub first: String,
    /// The last; the same for a single text.
    pub last: String,
}

/// What stands at a place: one of several spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The place of its first character, counted from 1 as the documents do.
    pub position: usize,
    /// What may stand there.
    pub spans: Vec<Span>,
}

/// A rule, and the scheme whose codes keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    scheme: String,
    product: Option<String>,
    lengths: RangeInclusive<usize>,
    class: Class,
    marks: Vec<Mark>,
}

/// Why something is not a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleInvalid {
    /// Not of the form `SCHEME = LENGTH CLASS`, with `; PLACE: TEXTS` after it.
    #[error("it is not written as `scheme = length class; place: texts`")]
    Form,
    /// An empty or long name, or one with `=`, `/`, `#` at its start or control characters.
    #[error("a name has 1 to {NAME_BYTES_MAX} bytes, without `=`, `/` and a leading `#`")]
    Name,
    /// A length that is no number, zero, over the limit, or a span the wrong way round.
    #[error(
        "a length is 1 to {QR_CHARACTERS_MAX}, or two of them with `..` between, smaller first"
    )]
    Length,
    /// An unknown class.
    #[error("a class is digits, alphanumeric, base64 or visible")]
    Class,
    /// A place that is no number or zero, or whose text reaches beyond the longest code.
    #[error("a place counts from 1 and lies inside the code")]
    Place,
    /// An empty text, one with characters that the class or the notation does not allow, or a span
    /// of two widths or the wrong way round.
    #[error("a text has the characters of its class; two with `..` between have one width")]
    Text,
    /// Over [`MARKS_MAX`] marks or [`SPANS_MAX`] spans.
    #[error("a rule has at most {MARKS_MAX} places with {SPANS_MAX} texts each")]
    TooMany,
    /// Over [`super::RULES_MAX`] rules.
    #[error("there are too many rules")]
    TooManyRules,
}

impl Rule {
    /// Makes a rule.
    ///
    /// # Errors
    /// [`RuleInvalid::Name`], [`RuleInvalid::Length`], [`RuleInvalid::TooMany`],
    /// [`RuleInvalid::Place`] and [`RuleInvalid::Text`] as they say.
    pub fn new(
        scheme: &str,
        product: Option<&str>,
        lengths: RangeInclusive<usize>,
        class: Class,
        marks: Vec<Mark>,
    ) -> Result<Self, RuleInvalid> {
        let names = [Some(scheme), product];
        if !names.into_iter().flatten().all(is_name) {
            return Err(RuleInvalid::Name);
        }
        let (shortest, longest) = (*lengths.start(), *lengths.end());
        if shortest == 0 || shortest > longest || longest > QR_CHARACTERS_MAX {
            return Err(RuleInvalid::Length);
        }
        if marks.len() > MARKS_MAX || marks.iter().any(|mark| mark.spans.len() > SPANS_MAX) {
            return Err(RuleInvalid::TooMany);
        }
        marks.iter().try_for_each(|mark| mark.check(class, longest))?;
        let product = product.map(str::to_owned);
        Ok(Self { scheme: scheme.to_owned(), product, lengths, class, marks })
    }

    /// Returns the scheme whose codes these are.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Returns which of the scheme's codes these are, when it has several kinds.
    #[must_use]
    pub fn product(&self) -> Option<&str> {
        self.product.as_deref()
    }

    /// Returns how many characters a code has.
    #[must_use]
    pub const fn lengths(&self) -> &RangeInclusive<usize> {
        &self.lengths
    }

    /// Returns what a code consists of.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// Returns what stands at certain places.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Returns whether a code keeps the rule. It is compared as it is, blanks included.
    #[must_use]
    pub fn holds(&self, code: &str) -> bool {
        let code = code.as_bytes();
        self.lengths.contains(&code.len())
            && code.iter().all(|byte| self.class.has(*byte))
            && self.marks.iter().all(|mark| mark.holds(code))
    }
}

impl Class {
    const fn has(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
            Self::Visible => byte.is_ascii_graphic(),
        }
    }
}

impl Mark {
    fn holds(&self, code: &[u8]) -> bool {
        let from = self.position.saturating_sub(1);
        let rest = code.get(from..).unwrap_or_default();
        self.spans.iter().any(|span| {
            let text = rest.get(..span.first.len());
            text.is_some_and(|text| span.first.as_bytes() <= text && text <= span.last.as_bytes())
        })
    }

    fn check(&self, class: Class, longest: usize) -> Result<(), RuleInvalid> {
        if self.position == 0 {
            return Err(RuleInvalid::Place);
        }
        if self.spans.is_empty() {
            return Err(RuleInvalid::Text);
        }
        for span in &self.spans {
            let one_width = span.first.len() == span.last.len() && span.first <= span.last;
            if !one_width || !is_text(&span.first, class) || !is_text(&span.last, class) {
                return Err(RuleInvalid::Text);
            }
            let end = self.position.saturating_sub(1).saturating_add(span.first.len());
            if end > longest {
                return Err(RuleInvalid::Place);
            }
        }
        Ok(())
    }
}

/// Names stand before the first `=` of a line, and scheme and product have `/` between them.
fn is_name(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.trim() == name
        && !name.starts_with('#')
        && !name.chars().any(|character| character.is_control() || matches!(character, '=' | '/'))
}

/// The notation's own marks cannot be part of a text.
fn is_text(text: &str, class: Class) -> bool {
    let own = text.contains("..") || text.contains(['|', ';']) || text.starts_with('.');
    !text.is_empty() && !own && !text.ends_with('.') && text.bytes().all(|byte| class.has(byte))
}
