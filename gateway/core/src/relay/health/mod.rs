//! How one destination is: whether it answers, and whether new requests are sent to it.
//!
//! Owns two small machines fed with the same facts: `line` (does it answer at all; asked with
//! echoes) and `circuit` (are new requests worth trying). Inquiries and reversals never ask here:
//! they always go. May not send. Next: [`super::lanes`].

mod circuit;
mod figures;
mod line;

pub use circuit::{Admission, Cause, Failure};
pub use figures::Figures;

use crate::time::Timestamp;
use baton_protocol::ids::TerminalId;
use circuit::Circuit;
use line::{Heard, Line, Turn};

/// What was learned about a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// It said yes or no to a new request.
    SaleAnswered,
    /// A new request failed at it.
    SaleFailed {
        /// At which terminal: one with a broken network must not speak for all.
        terminal: TerminalId,
        /// How.
        failure: Failure,
    },
    /// It answered an inquiry or a reversal.
    ErrandAnswered,
    /// It did not.
    ErrandUnanswered {
        /// When it was asked; whatever was heard since shows that only this message was lost.
        asked_at: Timestamp,
    },
    /// It answered an echo.
    EchoAnswered,
    /// It did not.
    EchoMissed,
    /// A deadline of [`Health::next_deadline`] passed.
    DeadlinePassed,
}

/// Everything that knowing a destination's health can do to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Send an echo; it comes back as [`Input::EchoAnswered`] or [`Input::EchoMissed`].
    Echo,
    /// It answers again: ask at once about everything in doubt there.
    Wake,
    /// It has missed its echoes.
    LineDown,
    /// It answers again after that.
    LineUp,
    /// New requests are refused from now on.
    Opened(Cause),
    /// New requests pass again.
    Closed,
}

/// Whether the gateway itself talks to a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    /// It inquires or reverses there, so it may greet as well.
    Own,
    /// Only terminals and POS programs do; an echo could not arrive.
    None,
}

/// The health of one destination.
#[derive(Debug)]
pub struct Health {
    line: Line,
    circuit: Circuit,
}

impl Health {
    /// Begins with the belief that it answers.
    #[must_use]
    pub fn new(figures: Figures, talk: Talk, now: Timestamp) -> Self {
        Self { line: Line::new(figures, talk, now), circuit: Circuit::new(figures) }
    }

    /// Takes one fact and says what must happen, in order.
    ///
    /// **Repeat** facts only count; a doubled one can at worst open the circuit a little early.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            // Terminals have lines of their own: theirs says nothing about the gateway's.
            Input::SaleAnswered => effects.extend(self.circuit.sale_answered(now)),
            Input::SaleFailed { terminal, failure } => {
                effects.extend(self.circuit.sale_failed(terminal, failure, now));
                match failure {
                    Failure::Inconclusive => {}
                    Failure::Silent | Failure::Unreachable => self.line.suspected(now),
                }
            }
            Input::ErrandAnswered => {
                let turn = self.line.heard(Heard::Work, now);
                effects.extend(self.turned(turn, now));
                effects.extend(self.circuit.errand_answered());
            }
            Input::ErrandUnanswered { asked_at } => self.line.unanswered(asked_at, now),
            Input::EchoAnswered => {
                let turn = self.line.heard(Heard::Echo, now);
                effects.extend(self.turned(turn, now));
            }
            Input::EchoMissed => {
                let turn = self.line.echo_missed(now);
                effects.extend(self.turned(turn, now));
            }
            Input::DeadlinePassed => {}
        }
        if self.line.answers() {
            self.circuit.rested(now);
        }
        effects.extend(self.line.must_echo(now).then_some(Effect::Echo));
        effects
    }

    /// Returns when [`Input::DeadlinePassed`] has something to do.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let circuit = if self.line.answers() { self.circuit.next_deadline() } else { None };
        [self.line.next_deadline(), circuit].into_iter().flatten().min()
    }

    /// Returns who may pass with a new request.
    #[must_use]
    pub const fn admission(&self) -> Admission {
        self.circuit.admission()
    }

    /// Tells whether the line is up: it is down after so many missed echoes.
    #[must_use]
    pub const fn line_up(&self) -> bool {
        !self.line.is_down()
    }

    fn turned(&mut self, turn: Turn, now: Timestamp) -> Vec<Effect> {
        match turn {
            Turn::Same => Vec::new(),
            Turn::Down => {
                let opened = self.circuit.line_down(now);
                std::iter::once(Effect::LineDown).chain(opened).collect()
            }
            Turn::Back => vec![Effect::Wake],
            Turn::Up => vec![Effect::LineUp, Effect::Wake],
        }
    }
}

#[cfg(test)]
mod tests;
