//! Why a run ended as it did, in figures and in words, for whoever asks for an explanation.
//!
//! Owns the record of fixed form. May not hold answers, questions or options. Floats, for risk
//! only. Next: [`super::account`].

use super::Opening;
use crate::checkout::ids::SessionId;
use crate::checkout::risk::dialogue::{Dialogue, Outcome};
use crate::checkout::risk::factor::{Factor, Outcome as FactorOutcome};
use crate::checkout::risk::model::{FamilyId, Model, PerClass};
use crate::checkout::risk::rule::Verdict;
use baton_protocol::money::Money;

/// Outcomes are kept without the account, for the next model. Source: checkout specification, law.
pub const OUTCOMES_DAYS_MAX: u32 = 90;
/// Evidence of a run is kept so long by default. Source: the same.
pub const EVIDENCE_DAYS_MAX: u32 = 365;

/// What ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The risk was low enough, or too high.
    Risk,
    /// Questions or their number ended before the risk was low enough.
    Undecided,
    /// There was nothing to ask: no consent, no items.
    NothingToAsk,
    /// There were as many runs as orders already.
    RunsSpent,
    /// The amount is above what is allowed without a key that is bound to the device.
    AmountOverCap,
    /// A question was not answered in time.
    TooLate,
    /// The shopper left.
    Left,
    /// Consent for a source was withdrawn while it ran.
    ConsentWithdrawn,
    /// The gateway was started anew while it ran.
    BrokenOff,
}

/// The record of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Which session.
    pub session: SessionId,
    /// How much was to be paid.
    pub amount: Money,
    /// What came of the factors.
    pub factors: Vec<(Factor, FactorOutcome)>,
    /// Families and what came of each question.
    pub outcomes: Vec<(FamilyId, Outcome)>,
    /// The evidence against each class.
    ///
    /// **Units** nats.
    pub evidence: PerClass<f64>,
    /// The risk that was left.
    pub risk: f64,
    /// The risk up to which it would be accepted.
    pub acceptable: f64,
    /// What was decided.
    pub verdict: Verdict,
    /// What ended it.
    pub cause: Cause,
    /// The version of the assumptions.
    pub model: String,
    /// Why, in words for the person.
    pub reason: String,
}

impl Evidence {
    pub(super) fn of(
        model: &Model,
        opening: &Opening,
        dialogue: &Dialogue,
        outcomes: &[(FamilyId, Outcome)],
        verdict: Verdict,
        cause: Cause,
    ) -> Self {
        let (risk, acceptable) = (dialogue.score().risk(model), dialogue.acceptable().get());
        let answered = dialogue.answered();
        let reason = format!(
            "{}: {}; risk {risk:.1e}, limit {acceptable:.1e}, {answered} answers, {} factors",
            verdict.word(),
            cause.word(),
            opening.factors.len()
        );
        Self {
            session: opening.session,
            amount: opening.amount,
            factors: opening.factors.iter().map(|(factor, outcome)| (*factor, *outcome)).collect(),
            outcomes: outcomes.to_vec(),
            evidence: dialogue.score().evidence(),
            risk,
            acceptable,
            verdict,
            cause,
            model: model.version.clone(),
            reason,
        }
    }
}

impl Cause {
    /// Returns the words for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Risk => "factors and answers decided",
            Self::Undecided => "factors and answers did not decide",
            Self::NothingToAsk => "there was nothing that may be asked",
            Self::RunsSpent => "there were as many question runs as orders",
            Self::AmountOverCap => "the amount needs a key that is bound to the device",
            Self::TooLate => "a question was not answered in time",
            Self::Left => "the shopper chose another way",
            Self::ConsentWithdrawn => "consent was withdrawn",
            Self::BrokenOff => "the run was broken off by a restart",
        }
    }
}
