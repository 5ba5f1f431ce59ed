//! Rules as text, one a line, as a configuration gives them.
//!
//! Owns the notation: `SCHEME / PRODUCT = LENGTH CLASS; PLACE: TEXT | FIRST..LAST`, where product
//! and marks may be left out, a length is a number or two with `..` between, and a line that is
//! empty or begins with `#` says nothing. Every table writes itself. Next: [`super::standard`].

use super::rule::{Class, Mark, Rule, RuleInvalid, Span};
use super::{CodeRules, RULES_MAX};
use std::fmt;
use std::ops::RangeInclusive;

/// A rule that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule {name:?} in line {line}: {reason}")]
pub struct RuleFault {
    /// What stands before its `=`, at most 64 characters of it.
    pub name: String,
    /// The line of the text, from 1.
    pub line: usize,
    /// Why.
    pub reason: RuleInvalid,
}

impl CodeRules {
    /// Reads rules.
    ///
    /// # Errors
    /// The first [`RuleFault`] from top to bottom.
    pub fn parse(text: &str) -> Result<Self, RuleFault> {
        let mut rules = Vec::new();
        for (line, written) in (1..).zip(text.lines()) {
            let written = written.trim();
            if written.is_empty() || written.starts_with('#') {
                continue;
            }
            let fault = |reason| RuleFault { name: name(written), line, reason };
            if rules.len() == RULES_MAX {
                return Err(fault(RuleInvalid::TooManyRules));
            }
            rules.push(rule(written).map_err(fault)?);
        }
        Ok(Self { rules })
    }
}

impl fmt::Display for CodeRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules().iter().try_for_each(|rule| writeln!(f, "{rule}"))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme())?;
        if let Some(product) = self.product() {
            write!(f, " / {product}")?;
        }
        let (shortest, longest) = (self.lengths().start(), self.lengths().end());
        write!(f, " = {shortest}")?;
        if shortest != longest {
            write!(f, "..{longest}")?;
        }
        write!(f, " {}", self.class())?;
        for mark in self.marks() {
            write!(f, "; {}: ", mark.position)?;
            for (place, span) in mark.spans.iter().enumerate() {
                f.write_str(if place == 0 { "" } else { " | " })?;
                span.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first)?;
        if self.first == self.last { Ok(()) } else { write!(f, "..{}", self.last) }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digits => "digits",
            Self::Alphanumeric => "alphanumeric",
            Self::Base64 => "base64",
            Self::Visible => "visible",
        })
    }
}

fn name(written: &str) -> String {
    let name = written.split('=').next().unwrap_or_default();
    name.trim().chars().take(super::rule::NAME_BYTES_MAX).collect()
}

fn rule(written: &str) -> Result<Rule, RuleInvalid> {
    let (names, body) = written.split_once('=').ok_or(RuleInvalid::Form)?;
    let (scheme, product) = match names.split_once('/') {
        Some((scheme, product)) => (scheme, Some(product.trim())),
        None => (names, None),
    };
    let mut parts = body.split(';');
    let shape = parts.next().unwrap_or_default().trim();
    let (lengths, class) = shape.split_once(char::is_whitespace).ok_or(RuleInvalid::Form)?;
    let marks = parts.map(mark).collect::<Result<_, _>>()?;
    Rule::new(scheme.trim(), product, self::lengths(lengths)?, self::class(class.trim())?, marks)
}

fn lengths(written: &str) -> Result<RangeInclusive<usize>, RuleInvalid> {
    let (shortest, longest) = written.split_once("..").unwrap_or((written, written));
    match (number(shortest), number(longest)) {
        (Some(shortest), Some(longest)) => Ok(shortest..=longest),
        _ => Err(RuleInvalid::Length),
    }
}

fn class(written: &str) -> Result<Class, RuleInvalid> {
    match written {
        "digits" => Ok(Class::Digits),
        "alphanumeric" => Ok(Class::Alphanumeric),
        "base64" => Ok(Class::Base64),
        "visible" => Ok(Class::Visible),
        _ => Err(RuleInvalid::Class),
    }
}

fn mark(written: &str) -> Result<Mark, RuleInvalid> {
    let (position, texts) = written.split_once(':').ok_or(RuleInvalid::Form)?;
    let position = number(position.trim()).ok_or(RuleInvalid::Place)?;
    let spans = texts.split('|').map(|text| span(text.trim())).collect();
    Ok(Mark { position, spans })
}

fn span(written: &str) -> Span {
    let (first, last) = written.split_once("..").unwrap_or((written, written));
    Span { first: first.to_owned(), last: last.to_owned() }
}

/// Reads a number of digits only, without sign or zeros before it.
fn number(written: &str) -> Option<usize> {
    let digits = written.bytes().all(|byte| byte.is_ascii_digit()) && !written.starts_with('0');
    digits.then(|| written.parse().ok())?
}
