//! The service's side of one command: what the helper was asked, and what a break means.
//!
//! Owns the rule that a break before `submit` is a fence and one after it is *unknown*. May not
//! send or wait: [`super::service`] does. Next: [`super::hand`], the helper's side.

use super::message::Seen;
use crate::entry::Evidence;
use baton_protocol::evidence;
use baton_protocol::ids::TransactionId;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A helper came and was taken.
    Arrived,
    /// Its connection is gone.
    Broke,
    /// The loop wants a code entered.
    PrepareAsked(TransactionId),
    /// The loop has journalled *submitted*.
    SubmitAsked(TransactionId),
    /// Nobody waits for the entry any more.
    GivenUp(TransactionId),
    /// The helper entered it.
    Entered(TransactionId, Evidence),
    /// The helper entered nothing.
    Refused(TransactionId, evidence::Fence),
    /// The helper says what came of the submit.
    Ended(TransactionId, Seen),
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send `prepare`.
    SendPrepare(TransactionId),
    /// Send `submit`.
    SendSubmit(TransactionId),
    /// Send `undo`.
    SendUndo(TransactionId),
    /// Answer the loop's first question.
    Prepared(TransactionId, Result<Evidence, Fence>),
    /// Answer the loop's second question.
    Concluded(TransactionId, Conclusion),
    /// Hand over an answer that nobody waits for any more.
    Late(TransactionId, Seen),
}

/// Why nothing was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fence {
    /// No helper is connected.
    Absent,
    /// The helper's connection broke.
    Broke,
    /// The submit of another transaction is not over.
    Busy,
    /// Another entry was asked for meanwhile.
    GivenUp,
    /// The helper refused.
    Refused(evidence::Fence),
}

/// What came of a submit, as far as the service can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    /// The helper says so.
    Seen(Seen),
    /// The entry was gone before `submit` could be sent; the helper clears it.
    NeverSent,
    /// The connection broke after `submit` was sent.
    Broke,
}

/// Where a command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Free,
    Preparing(TransactionId),
    Entered(TransactionId),
    Submitted(TransactionId),
}

/// One helper's work for the service, one command at a time.
#[derive(Debug)]
pub struct Errand(State);

impl Errand {
    /// Makes one without a helper.
    #[must_use]
    pub const fn new() -> Self {
        Self(State::Absent)
    }

    /// Tells whether a helper is there and nothing is in its hands.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        matches!(self.0, State::Free)
    }

    /// Takes an input; the effects stand in the order in which they must happen.
    pub fn step(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Arrived => self.arrived(),
            Input::Broke => self.broke(),
            Input::PrepareAsked(id) => self.prepare(id),
            Input::SubmitAsked(id) => self.submit(id),
            Input::GivenUp(id) => self.given_up(id),
            Input::Entered(id, evidence) => self.entered(id, evidence),
            Input::Refused(id, fence) => self.refused(id, fence),
            Input::Ended(id, seen) => self.ended(id, seen),
        }
    }

    fn arrived(&mut self) -> Vec<Effect> {
        match self.0 {
            State::Absent => self.0 = State::Free,
            State::Free | State::Preparing(_) | State::Entered(_) | State::Submitted(_) => {}
        }
        Vec::new()
    }

    fn broke(&mut self) -> Vec<Effect> {
        match std::mem::replace(&mut self.0, State::Absent) {
            State::Absent | State::Free | State::Entered(_) => Vec::new(),
            State::Preparing(id) => vec![Effect::Prepared(id, Err(Fence::Broke))],
            State::Submitted(id) => vec![Effect::Concluded(id, Conclusion::Broke)],
        }
    }

    fn prepare(&mut self, id: TransactionId) -> Vec<Effect> {
        match self.0 {
            State::Absent => vec![Effect::Prepared(id, Err(Fence::Absent))],
            State::Submitted(_) => vec![Effect::Prepared(id, Err(Fence::Busy))],
            State::Free => {
                self.0 = State::Preparing(id);
                vec![Effect::SendPrepare(id)]
            }
            State::Preparing(other) => {
                self.0 = State::Preparing(id);
                let given_up = Effect::Prepared(other, Err(Fence::GivenUp));
                vec![Effect::SendUndo(other), given_up, Effect::SendPrepare(id)]
            }
            State::Entered(other) => {
                self.0 = State::Preparing(id);
                vec![Effect::SendUndo(other), Effect::SendPrepare(id)]
            }
        }
    }

    fn submit(&mut self, id: TransactionId) -> Vec<Effect> {
        match self.0 {
            State::Entered(entered) if entered == id => {
                self.0 = State::Submitted(id);
                vec![Effect::SendSubmit(id)]
            }
            State::Absent
            | State::Free
            | State::Preparing(_)
            | State::Entered(_)
            | State::Submitted(_) => vec![Effect::Concluded(id, Conclusion::NeverSent)],
        }
    }

    fn given_up(&mut self, id: TransactionId) -> Vec<Effect> {
        match self.0 {
            State::Preparing(held) | State::Entered(held) if held == id => {
                self.0 = State::Free;
                vec![Effect::SendUndo(id)]
            }
            State::Absent
            | State::Free
            | State::Preparing(_)
            | State::Entered(_)
            | State::Submitted(_) => Vec::new(),
        }
    }

    fn entered(&mut self, id: TransactionId, evidence: Evidence) -> Vec<Effect> {
        match self.0 {
            State::Preparing(held) if held == id => {
                self.0 = State::Entered(id);
                vec![Effect::Prepared(id, Ok(evidence))]
            }
            // Its undo is on the way already.
            State::Absent
            | State::Free
            | State::Preparing(_)
            | State::Entered(_)
            | State::Submitted(_) => Vec::new(),
        }
    }

    fn refused(&mut self, id: TransactionId, fence: evidence::Fence) -> Vec<Effect> {
        match self.0 {
            State::Preparing(held) if held == id => {
                self.0 = State::Free;
                vec![Effect::Prepared(id, Err(Fence::Refused(fence)))]
            }
            State::Absent
            | State::Free
            | State::Preparing(_)
            | State::Entered(_)
            | State::Submitted(_) => Vec::new(),
        }
    }

    fn ended(&mut self, id: TransactionId, seen: Seen) -> Vec<Effect> {
        match self.0 {
            State::Submitted(held) if held == id => {
                self.0 = State::Free;
                vec![Effect::Concluded(id, Conclusion::Seen(seen))]
            }
            State::Absent
            | State::Free
            | State::Preparing(_)
            | State::Entered(_)
            | State::Submitted(_) => vec![Effect::Late(id, seen)],
        }
    }
}

impl Default for Errand {
    fn default() -> Self {
        Self::new()
    }
}
