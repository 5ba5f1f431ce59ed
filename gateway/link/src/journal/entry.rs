//! What the machine remembers of one transaction.
//!
//! Owns the states, each with exactly the data valid in it, and the report that each gives when it
//! is asked again. Next: [`super::machine`].

use super::record::{Concluded, Outcome};
use baton_protocol::evidence::{Evidence, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::Upward;
use baton_protocol::work::{UnknownReason, Verdict};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The newest command's fencing number; reports carry it.
    pub epoch: u64,
    pub digest: String,
    pub life: Life,
    pub told: Told,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Life {
    Accepted { deadline_ms: u64 },
    Submitted(Answer),
    Concluded(Concluded),
    Fenced(Fence),
}

/// Whether somebody still waits for the destination's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Awaited,
    Unknown(UnknownReason, Option<Evidence>),
}

/// The gateway's final word, as far as it reached the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    NotCharged,
    Approved,
}

impl Entry {
    pub(super) fn report(&self, transaction: TransactionId) -> Upward {
        let (epoch, code_digest) = (self.epoch, self.digest.clone());
        match &self.life {
            Life::Accepted { .. } | Life::Submitted(Answer::Awaited) => {
                Upward::Accepted { transaction, epoch }
            }
            Life::Submitted(Answer::Unknown(reason, evidence)) => {
                let (verdict, evidence) = (Verdict::Unknown { reason: *reason }, *evidence);
                Upward::Result { transaction, epoch, code_digest, verdict, evidence }
            }
            Life::Concluded(Concluded { outcome, evidence }) => {
                let (verdict, evidence) = (outcome.verdict(), *evidence);
                Upward::Result { transaction, epoch, code_digest, verdict, evidence }
            }
            Life::Fenced(fence) => Upward::fenced(transaction, *fence),
        }
    }
}

impl Life {
    pub(super) const fn is_approved(&self) -> bool {
        matches!(self, Self::Concluded(Concluded { outcome: Outcome::Approved { .. }, .. }))
    }

    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Submitted(_) => "submitted",
            Self::Concluded(Concluded { outcome: Outcome::Approved { .. }, .. }) => "approved",
            Self::Concluded(Concluded { outcome: Outcome::Declined { .. }, .. }) => "declined",
            Self::Fenced(_) => "fenced",
        }
    }
}
