//! How an entry ended: the verdict, and how sure the agent was of what it entered and saw.
//!
//! Owns the struct that every driver's end is told in. May not judge: [`crate::entry::observe`] and
//! the drivers do. Next: the journal, which takes it as a [`Finding`].

use crate::entry::Evidence;
use crate::entry::observe::Observed;
use baton_link::executor::Finding;
use baton_protocol::evidence::{self, Outcome};
use baton_protocol::money::Money;
use baton_protocol::work::{UnknownReason, Verdict};

/// A verdict with what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// What the journal and the gateway are told.
    pub verdict: Verdict,
    /// How sure the entry was; nothing where a driver cannot see what the POS shows.
    pub evidence: Option<Evidence>,
    /// What was seen.
    pub outcome: Outcome,
}

impl Ending {
    /// Makes one of a verdict that came without a window.
    #[must_use]
    pub const fn told(verdict: Verdict) -> Self {
        let outcome = match &verdict {
            Verdict::Approved { .. } => Outcome::Approved,
            Verdict::Declined { .. } => Outcome::Declined,
            Verdict::Unknown { .. } => Outcome::Unknown,
        };
        Self { verdict, evidence: None, outcome }
    }

    /// Makes one of what a window showed.
    #[must_use]
    pub fn seen(observed: Observed, evidence: Evidence, amount: Money) -> Self {
        let outcome = observed.outcome();
        Self { verdict: observed.verdict(amount), evidence: Some(evidence), outcome }
    }

    /// Makes one of which nobody here can tell how it ended.
    #[must_use]
    pub const fn inconclusive() -> Self {
        Self::told(Verdict::Unknown { reason: UnknownReason::Inconclusive })
    }

    /// Makes one in which nothing was pressed, though the journal says *submitted*.
    #[must_use]
    pub fn not_pressed() -> Self {
        Self { outcome: Outcome::NotPressed, ..Self::inconclusive() }
    }

    /// Makes one that was seen for another amount.
    #[must_use]
    pub const fn mismatch(evidence: Evidence) -> Self {
        let verdict = Verdict::Unknown { reason: UnknownReason::Mismatch };
        Self { verdict, evidence: Some(evidence), outcome: Outcome::Unknown }
    }

    /// Tells it to the journal. The evidence goes with it where it says more than the verdict.
    #[must_use]
    pub fn finding(self) -> Finding {
        let entry = self.evidence.map(Evidence::told);
        let more = entry.is_some() || self.outcome == Outcome::NotPressed;
        let evidence = evidence::Evidence { entry, outcome: self.outcome };
        Finding { verdict: self.verdict, evidence: Some(evidence).filter(|_| more) }
    }

    /// Returns the word of the evidence, `none` without one.
    #[must_use]
    pub const fn evidence_word(&self) -> &'static str {
        match self.evidence {
            Some(evidence) => evidence.word(),
            None => "none",
        }
    }
}
