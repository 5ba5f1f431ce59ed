//! Whose a payment code is, by its length, characters and marks.
//!
//! No registry of such codes exists: the rules come from public documents and from what terminals
//! in shops do, and they change. So they are data, in order, and the first that fits wins; what
//! stands in [`standard`] can be replaced by text in the notation of [`notation`]. A code that no
//! rule knows is still a code: the shopper's app says whose it is, and these rules only help where
//! it does not.
//!
//! Reading order: [`rule`], [`notation`], then [`standard`].

pub mod notation;
pub mod rule;
pub mod standard;

#[cfg(test)]
mod tests;

pub use notation::RuleFault;
pub use rule::{Class, MARKS_MAX, Mark, Rule, RuleInvalid, SPANS_MAX, Span};

/// The most rules of a table: some twenty are known, and each code is held against all of them.
pub const RULES_MAX: usize = 500;

/// Rules in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRules {
    rules: Vec<Rule>,
}

impl CodeRules {
    /// Returns a table that knows no code.
    #[must_use]
    pub const fn none() -> Self {
        Self { rules: Vec::new() }
    }

    /// Returns the first rule that a code keeps.
    #[must_use]
    pub fn classify(&self, code: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.holds(code))
    }

    /// Returns the rules in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}
