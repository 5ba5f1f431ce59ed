//! What is well on this terminal and what is not, in plain words with what to do.
//!
//! | file | looks at |
//! |---|---|
//! | [`state`] | identity, key, room on the disk, journal |
//! | [`gateway`] | whether the gateway answers and takes it, and whether both clocks agree |
//! | [`parts`] | scanners, the NFC reader, what people see and type, the receipt printer |
//!
//! Owns the findings. May change nothing and stops at nothing: a part that is missing is a finding,
//! and the next one is looked at all the same. It may run beside the terminal itself.

pub mod gateway;
pub mod parts;
pub mod state;

#[cfg(test)]
mod tests;

use crate::config::Config;
use baton_link::clock::Clock;
use std::fmt;

/// How a part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It works.
    Well {
        /// What was seen.
        seen: String,
    },
    /// It is not set up, and need not be.
    Absent {
        /// What that means.
        seen: String,
    },
    /// It could not be looked at, because of another finding.
    Unseen {
        /// Why.
        why: String,
    },
    /// It does not work.
    Ill {
        /// What is wrong.
        wrong: String,
        /// What to do.
        remedy: String,
    },
}

/// How one part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which part.
    pub part: String,
    /// How it is.
    pub health: Health,
}

impl Finding {
    /// Makes a finding of this health.
    #[must_use]
    pub fn well(part: &str, seen: impl Into<String>) -> Self {
        Self { part: part.to_owned(), health: Health::Well { seen: seen.into() } }
    }

    /// Makes a finding of this health.
    #[must_use]
    pub fn absent(part: &str, seen: impl Into<String>) -> Self {
        Self { part: part.to_owned(), health: Health::Absent { seen: seen.into() } }
    }

    /// Makes a finding of this health.
    #[must_use]
    pub fn unseen(part: &str, why: impl Into<String>) -> Self {
        Self { part: part.to_owned(), health: Health::Unseen { why: why.into() } }
    }

    /// Makes a finding of this health.
    #[must_use]
    pub fn ill(part: &str, wrong: impl Into<String>, remedy: impl Into<String>) -> Self {
        let health = Health::Ill { wrong: wrong.into(), remedy: remedy.into() };
        Self { part: part.to_owned(), health }
    }

    /// Tells whether somebody must do something.
    #[must_use]
    pub const fn is_ill(&self) -> bool {
        matches!(self.health, Health::Ill { .. })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = &self.part;
        match &self.health {
            Health::Well { seen } => write!(f, "ok     {part}: {seen}"),
            Health::Absent { seen } => write!(f, "-      {part}: {seen}"),
            Health::Unseen { why } => write!(f, "?      {part}: {why}"),
            Health::Ill { wrong, remedy } => {
                write!(f, "WRONG  {part}: {wrong}\n       -> {remedy}")
            }
        }
    }
}

/// Looks at every part.
///
/// **Order** call it on a tokio runtime.
pub async fn examine(config: &Config, clock: Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    let identity = state::identity(config, &mut findings);
    state::disk(config, &mut findings);
    state::journal(config, &mut findings);
    let terminal = identity.as_ref().map(|(identity, key)| (identity, key));
    gateway::look(terminal, clock, &mut findings).await;
    parts::scanners(config, &mut findings);
    parts::reader(config, &mut findings);
    parts::counter(config, &mut findings);
    parts::printer(config, &mut findings).await;
    findings
}
