//! The circuit breaker: refuses new requests to a destination at which they keep failing.
//!
//! Owns the counts and the three states closed, open and probing. A rest doubles each time that
//! the first requests after it fail. It knows nothing of inquiries and reversals except that an
//! answered one is a good sign. Next: `figures`.

use super::{Effect, Figures};
use crate::time::Timestamp;
use baton_protocol::ids::TerminalId;
use std::collections::{BTreeMap, VecDeque};

/// Outcomes remembered at most: half of so many in the window say as much as half of more.
const OUTCOMES_REMEMBERED_MAX: usize = 1_024;

/// How a new request failed at its destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No answer, or the connection broke.
    Silent,
    /// It answered that it cannot tell, or unreadably.
    Inconclusive,
    /// It could not be connected; nothing was sent.
    Unreachable,
}

/// Why the circuit opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Too many new requests failed in a row.
    FailedInRow,
    /// Too large a share of them failed.
    FailedShare,
    /// The line is down.
    LineDown,
    /// A trial failed.
    TrialFailed,
}

/// Who may pass with a new request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Closed: everybody.
    Everybody,
    /// Probing: so many at a time.
    Few {
        /// The number of the present round.
        round: u64,
        /// How many in it.
        trials: u32,
    },
    /// Open: nobody.
    Nobody,
}

#[derive(Debug)]
pub(super) struct Circuit {
    figures: Figures,
    state: State,
    row: Row,
    recent: VecDeque<(Timestamp, Outcome)>,
    rest_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: Timestamp },
    Probing { round: u64, renew_at: Timestamp },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Answered,
    Failed,
}

/// Failures since the last answer.
#[derive(Debug, Default)]
struct Row {
    count: u32,
    by_terminal: BTreeMap<TerminalId, u32>,
}

impl Circuit {
    pub(super) fn new(figures: Figures) -> Self {
        let (state, rest_ms) = (State::Closed, figures.rest_ms);
        Self { figures, state, row: Row::default(), recent: VecDeque::new(), rest_ms }
    }

    pub(super) const fn admission(&self) -> Admission {
        match self.state {
            State::Closed => Admission::Everybody,
            State::Open { .. } => Admission::Nobody,
            State::Probing { round, .. } => Admission::Few { round, trials: self.figures.trials },
        }
    }

    pub(super) fn sale_answered(&mut self, now: Timestamp) -> Option<Effect> {
        self.row = Row::default();
        self.remember(Outcome::Answered, now);
        let closed = self.errand_answered();
        self.rest_ms = self.figures.rest_ms;
        closed
    }

    pub(super) const fn errand_answered(&mut self) -> Option<Effect> {
        match self.state {
            State::Probing { .. } => {
                self.state = State::Closed;
                Some(Effect::Closed)
            }
            State::Closed | State::Open { .. } => None,
        }
    }

    pub(super) fn sale_failed(
        &mut self,
        terminal: TerminalId,
        failure: Failure,
        now: Timestamp,
    ) -> Option<Effect> {
        match self.state {
            State::Open { .. } => None,
            State::Probing { .. } if failure == Failure::Unreachable => None,
            State::Probing { .. } => Some(self.open(Cause::TrialFailed, now)),
            State::Closed => self.count(terminal, failure, now),
        }
    }

    /// An open circuit waits for the line then, and tries as soon as that answers.
    pub(super) fn line_down(&mut self, now: Timestamp) -> Option<Effect> {
        match self.state {
            State::Open { .. } => None,
            State::Closed | State::Probing { .. } => {
                self.clear();
                self.state = State::Open { until: now };
                Some(Effect::Opened(Cause::LineDown))
            }
        }
    }

    /// The line answers: after its rest the circuit lets a few pass, and after a while a few more.
    pub(super) fn rested(&mut self, now: Timestamp) {
        let renew_at = now.after_ms(self.figures.trial_ms);
        match self.state {
            State::Open { until } if now >= until => {
                self.state = State::Probing { round: 0, renew_at };
            }
            State::Probing { round, renew_at: due } if now >= due => {
                self.state = State::Probing { round: round.saturating_add(1), renew_at };
            }
            State::Closed | State::Open { .. } | State::Probing { .. } => {}
        }
    }

    pub(super) const fn next_deadline(&self) -> Option<Timestamp> {
        match self.state {
            State::Closed => None,
            State::Open { until } => Some(until),
            State::Probing { renew_at, .. } => Some(renew_at),
        }
    }

    fn count(&mut self, terminal: TerminalId, failure: Failure, now: Timestamp) -> Option<Effect> {
        let of_terminal = self.row.by_terminal.entry(terminal).or_default();
        let own_words = failure == Failure::Inconclusive;
        if !own_words && *of_terminal >= self.figures.failures_of_terminal {
            return None;
        }
        *of_terminal = of_terminal.saturating_add(1);
        self.row.count = self.row.count.saturating_add(1);
        self.remember(Outcome::Failed, now);
        if self.row.count >= self.figures.failures_in_row {
            return Some(self.open(Cause::FailedInRow, now));
        }
        self.too_many_failed().then(|| self.open(Cause::FailedShare, now))
    }

    fn open(&mut self, cause: Cause, now: Timestamp) -> Effect {
        self.clear();
        self.state = State::Open { until: now.after_ms(self.rest_ms) };
        self.rest_ms = self.rest_ms.saturating_mul(2).min(self.figures.rest_ms_max);
        Effect::Opened(cause)
    }

    fn clear(&mut self) {
        self.row = Row::default();
        self.recent.clear();
    }

    fn remember(&mut self, outcome: Outcome, now: Timestamp) {
        let old = |(at, _): &mut (Timestamp, Outcome)| now.since_ms(*at) > self.figures.window_ms;
        while self.recent.pop_front_if(old).is_some() {}
        self.recent.push_back((now, outcome));
        if self.recent.len() > OUTCOMES_REMEMBERED_MAX {
            self.recent.pop_front();
        }
    }

    fn too_many_failed(&self) -> bool {
        let failed = self.recent.iter().filter(|(_, outcome)| *outcome == Outcome::Failed).count();
        let of_all = |percent| self.recent.len().saturating_mul(percent);
        self.recent.len() >= self.figures.outcomes_min
            && failed.saturating_mul(100) >= of_all(self.figures.failed_percent)
    }
}
