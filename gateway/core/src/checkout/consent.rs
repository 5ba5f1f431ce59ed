//! What a person allows the unit to ask about: each source alone, and all of it never.
//!
//! Owns consent and opt-out. Nothing is allowed at first; a withdrawal is followed by a purge,
//! which [`super::unit`] orders at once. Source: PIPA, and the checkout specification, switches.

use super::risk::model::Source;
use std::collections::BTreeSet;

/// What a person allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// These sources may be asked about; none at first.
    Given(BTreeSet<Source>),
    /// No questions at all; factors and people remain.
    OptedOut,
}

impl Default for Consent {
    fn default() -> Self {
        Self::Given(BTreeSet::new())
    }
}

impl Consent {
    /// Says whether a source may be asked about.
    #[must_use]
    pub fn allows(&self, source: Source) -> bool {
        match self {
            Self::Given(sources) => sources.contains(&source),
            Self::OptedOut => false,
        }
    }

    /// Allows a source, also after an opt-out, which ends with it.
    pub fn give(&mut self, source: Source) {
        match self {
            Self::Given(sources) => {
                sources.insert(source);
            }
            Self::OptedOut => *self = Self::Given(BTreeSet::from([source])),
        }
    }

    /// Takes a source back.
    pub fn withdraw(&mut self, source: Source) {
        match self {
            Self::Given(sources) => {
                sources.remove(&source);
            }
            Self::OptedOut => {}
        }
    }
}
