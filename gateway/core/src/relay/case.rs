//! Cases: what calls for people, and how two of them decide.
//!
//! Owns the rule of two: one operator proposes, a different one confirms the same decision. May
//! not change a transaction; a confirmed resolution goes to [`super::transaction`], which has the
//! last word.

use super::transaction::{ReversalDecided, decisions};
use crate::time::Timestamp;
use baton_protocol::work::State;

/// Why a case was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Machines gave up.
    Suspense,
    /// Evidence against a final state.
    Contradiction,
    /// Another amount or another code was named.
    Mismatch,
    /// A device's journal was replaced or cut short.
    Journal,
    /// Points whose payment came to nothing are not given back.
    NotGivenBack,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Suspense, Self::Contradiction, Self::Mismatch, Self::Journal, Self::NotGivenBack];

    /// Returns the stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Suspense => "suspense",
            Self::Contradiction => "contradiction",
            Self::Mismatch => "mismatch",
            Self::Journal => "journal",
            Self::NotGivenBack => "not_given_back",
        }
    }

    /// Finds a kind by its word.
    #[must_use]
    pub fn lookup(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What two people can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The transaction in suspense becomes this.
    Resolve(State),
    /// The alarms were looked into; nothing about the money changes.
    Close,
}

impl Decision {
    /// Returns the stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Resolve(state) => state.word(),
            Self::Close => "close",
        }
    }

    /// Finds a decision by its word.
    #[must_use]
    pub fn lookup(word: &str) -> Option<Self> {
        if word == Self::Close.word() {
            return Some(Self::Close);
        }
        State::lookup(word).map(Self::Resolve)
    }
}

/// What one operator proposed and a second one has not confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What.
    pub decision: Decision,
    /// By whom.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What somebody wants to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish<'a> {
    /// What.
    pub decision: Decision,
    /// By whom.
    pub operator: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// Where the matter stands about which people decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter {
    /// The transaction's state.
    pub state: State,
    /// Whether undoing was ever decided.
    pub reversal: ReversalDecided,
    /// Whether an alarm is open.
    pub alarm: AlarmOpen,
}

/// Whether a contradiction or mismatch waits for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmOpen {
    /// One does.
    Yes,
    /// None does.
    No,
}

/// What a wish does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// It is the proposal from now on.
    Proposes,
    /// It stands already: the answer to the same request was lost.
    Stands,
    /// It confirms this proposal of somebody else.
    Confirms(Proposal),
}

/// Why a wish is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaseRefusal {
    /// This cannot be decided as the matter stands.
    #[error("{} cannot be decided about this", .0.word())]
    NotPossible(Decision),
    /// Undoing it was decided, so it can never become approved.
    #[error("undoing it was decided before")]
    ReversalDecided,
    /// Something else is proposed.
    #[error("{} is proposed", .0.word())]
    Differs(Decision),
    /// The one who proposed cannot confirm.
    #[error("two different operators must decide")]
    SameOperator,
}

impl Matter {
    /// What may be decided now.
    #[must_use]
    pub fn possible(&self) -> Vec<Decision> {
        if self.state == State::Suspense {
            return decisions(self.reversal).iter().copied().map(Decision::Resolve).collect();
        }
        let closes = self.state.is_final() && self.alarm == AlarmOpen::Yes;
        if closes { vec![Decision::Close] } else { Vec::new() }
    }

    /// Takes a wish, given the proposal that stands, if any.
    ///
    /// **Repeat** the same wish of the same operator, word for word, changes nothing.
    ///
    /// # Errors
    /// [`CaseRefusal`]; nothing changed then.
    pub fn wish(&self, proposal: Option<&Proposal>, wish: Wish<'_>) -> Result<Move, CaseRefusal> {
        if !self.possible().contains(&wish.decision) {
            let undone = self.reversal == ReversalDecided::Yes && self.state == State::Suspense;
            if undone && wish.decision == Decision::Resolve(State::Approved) {
                return Err(CaseRefusal::ReversalDecided);
            }
            return Err(CaseRefusal::NotPossible(wish.decision));
        }
        let Some(proposal) = proposal else { return Ok(Move::Proposes) };
        if proposal.decision != wish.decision {
            return Err(CaseRefusal::Differs(proposal.decision));
        }
        if proposal.operator != wish.operator {
            return Ok(Move::Confirms(proposal.clone()));
        }
        if proposal.reason == wish.reason {
            return Ok(Move::Stands);
        }
        Err(CaseRefusal::SameOperator)
    }
}

#[cfg(test)]
mod tests;
