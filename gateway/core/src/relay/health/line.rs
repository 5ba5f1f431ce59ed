//! Whether a destination answers at all: anything heard counts, silence is probed with echoes.
//!
//! Owns when an echo is due and when an answer means "it is back". Answers to echoes alone are not
//! trusted for ever: if questions stay unanswered all the same, the pauses grow. Next: `circuit`.

use super::{Figures, Talk};
use crate::time::Timestamp;

#[derive(Debug)]
pub(super) struct Line {
    figures: Figures,
    talk: Talk,
    state: State,
    echo: Echo,
    /// Returns by an echo since the last real answer.
    vain: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Answering { heard_at: Timestamp, echo_at: Timestamp },
    Silent { missed: u32, echo_at: Timestamp },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Echo {
    None,
    OnItsWay,
}

/// What was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// An answer about a transaction.
    Work,
    /// An answer to a greeting.
    Echo,
}

/// What that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Same,
    /// The last echo that it may miss was missed.
    Down,
    /// It answers after a silence.
    Back,
    /// The same, and it was down.
    Up,
}

impl Line {
    pub(super) fn new(figures: Figures, talk: Talk, now: Timestamp) -> Self {
        let echo_at = now.after_ms(figures.echo_idle_ms);
        let state = State::Answering { heard_at: now, echo_at };
        Self { figures, talk, state, echo: Echo::None, vain: 0 }
    }

    pub(super) const fn answers(&self) -> bool {
        matches!(self.state, State::Answering { .. })
    }

    pub(super) const fn is_down(&self) -> bool {
        matches!(self.state, State::Silent { missed, .. } if missed >= self.figures.echo_misses)
    }

    pub(super) fn heard(&mut self, what: Heard, now: Timestamp) -> Turn {
        let down = self.is_down();
        let silent = !self.answers();
        match what {
            Heard::Work => self.vain = 0,
            Heard::Echo => {
                self.echo = Echo::None;
                self.vain = self.vain.saturating_add(u32::from(silent));
            }
        }
        let echo_at = now.after_ms(self.figures.echo_idle_ms);
        self.state = State::Answering { heard_at: now, echo_at };
        match (silent, down) {
            (_, true) => Turn::Up,
            (true, false) => Turn::Back,
            (false, false) => Turn::Same,
        }
    }

    /// A question of the gateway stayed unanswered.
    pub(super) fn unanswered(&mut self, asked_at: Timestamp, now: Timestamp) {
        let State::Answering { heard_at, .. } = self.state else { return };
        if heard_at <= asked_at && self.talk == Talk::Own {
            let echo_at = now.after_ms(self.mistrust_ms());
            self.state = State::Silent { missed: 0, echo_at };
        }
    }

    /// A terminal heard nothing; the gateway looks for itself unless it has just heard something.
    pub(super) fn suspected(&mut self, now: Timestamp) {
        let State::Answering { heard_at, echo_at } = self.state else { return };
        let look_at = now.max(heard_at.after_ms(self.figures.echo_pause_ms));
        self.state = State::Answering { heard_at, echo_at: echo_at.min(look_at) };
    }

    pub(super) fn echo_missed(&mut self, now: Timestamp) -> Turn {
        self.echo = Echo::None;
        let before = match self.state {
            State::Answering { .. } => 0,
            State::Silent { missed, .. } => missed,
        };
        let missed = before.saturating_add(1);
        self.state = State::Silent { missed, echo_at: now.after_ms(self.figures.echo_pause_ms) };
        if missed == self.figures.echo_misses { Turn::Down } else { Turn::Same }
    }

    /// Tells whether an echo must leave now; it counts as sent then.
    pub(super) fn must_echo(&mut self, now: Timestamp) -> bool {
        let due = self.next_deadline().is_some_and(|at| at <= now);
        if due {
            self.echo = Echo::OnItsWay;
        }
        due
    }

    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        if self.echo == Echo::OnItsWay || self.talk == Talk::None {
            return None;
        }
        match self.state {
            State::Answering { echo_at, .. } | State::Silent { echo_at, .. } => Some(echo_at),
        }
    }

    /// How long to wait with an echo whose answer has proved little of late.
    fn mistrust_ms(&self) -> u64 {
        let Figures { echo_pause_ms, echo_pause_ms_max, .. } = self.figures;
        match self.vain {
            0 => 0,
            vain => {
                echo_pause_ms.saturating_mul(1_u64 << (vain - 1).min(20)).min(echo_pause_ms_max)
            }
        }
    }
}
