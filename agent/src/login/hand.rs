//! The helper's side: at most one code in a field, pressed at most once, cleared when doubted.
//!
//! Owns the rule that whatever ends a connection before `submit` clears the field, and that no
//! transaction is pressed twice. May not touch a screen: [`super::session`] does. Next:
//! [`super::frame`].

use super::message::Seen;
use crate::entry::Evidence;
use baton_protocol::evidence::{Cause, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::FenceReason;
use std::collections::VecDeque;

/// How many pressed transactions are remembered: the journal is what forbids a second press; this
/// is a second lock on the same door, for as many as a till makes in an hour.
const PRESSED_MAX: usize = 128;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The service took this helper.
    Connected,
    /// The connection to the service is gone.
    Broke,
    /// `prepare` came.
    PrepareHeard(TransactionId),
    /// `submit` came.
    SubmitHeard(TransactionId),
    /// `undo` came.
    UndoHeard(TransactionId),
    /// `check` came.
    CheckHeard,
    /// The desk entered the code.
    Entered(TransactionId, Evidence),
    /// The desk entered nothing, or cleared it again.
    Refused(TransactionId, Fence, String),
    /// The desk cleared what stood there.
    Undone(TransactionId),
    /// The desk pressed, or did not, and says what was seen.
    Ended(TransactionId, Seen),
    /// The check is over.
    Checked,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Enter the code of this transaction.
    Enter(TransactionId),
    /// Stop entering it, and clear it.
    Undo(TransactionId),
    /// Press, once.
    Press(TransactionId),
    /// Try every recipe.
    Check,
    /// Tell that a check cannot be made now.
    SayBusy,
    /// Tell that it stands.
    SayEntered(TransactionId, Evidence),
    /// Tell that it does not.
    SayRefused(TransactionId, Fence, String),
    /// Tell what came of the submit.
    SayEnded(TransactionId, Seen),
}

/// What is in the helper's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Free,
    Entering(TransactionId),
    Standing(TransactionId),
    /// Being cleared; then the next one is entered.
    Clearing(TransactionId, Option<TransactionId>),
    Pressing(TransactionId),
    Checking,
}

/// One helper's hand.
#[derive(Debug)]
pub struct Hand {
    state: State,
    pressed: VecDeque<TransactionId>,
    /// What was seen last: told again on the next connection, for the first telling may be lost.
    last: Option<(TransactionId, Seen)>,
}

impl Hand {
    /// Makes an empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: State::Free, pressed: VecDeque::new(), last: None }
    }

    /// Tells whether nothing is entered or being done.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        matches!(self.state, State::Free)
    }

    /// Tells whether a transaction's order is still needed.
    #[must_use]
    pub fn concerns(&self, id: TransactionId) -> bool {
        match self.state {
            State::Free | State::Checking => false,
            State::Entering(held) | State::Standing(held) | State::Pressing(held) => held == id,
            State::Clearing(held, next) => held == id || next == Some(id),
        }
    }

    /// Takes an input; the effects stand in the order in which they must happen.
    pub fn step(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Connected => self.connected(),
            Input::Broke => self.broke(),
            Input::PrepareHeard(id) => self.prepare(id),
            Input::SubmitHeard(id) => self.submit(id),
            Input::UndoHeard(id) => self.undo(id),
            Input::CheckHeard => self.check(),
            Input::Entered(id, evidence) => self.entered(id, evidence),
            Input::Refused(id, fence, cause) => self.refused(id, fence, cause),
            Input::Undone(id) => self.undone(id),
            Input::Ended(id, seen) => self.ended(id, seen),
            Input::Checked => self.checked(),
        }
    }

    fn connected(&self) -> Vec<Effect> {
        self.last.iter().map(|(id, seen)| Effect::SayEnded(*id, seen.clone())).collect()
    }

    fn broke(&mut self) -> Vec<Effect> {
        match self.state {
            State::Entering(id) | State::Standing(id) => {
                self.state = State::Clearing(id, None);
                vec![Effect::Undo(id)]
            }
            State::Clearing(id, _) => {
                self.state = State::Clearing(id, None);
                Vec::new()
            }
            State::Free | State::Pressing(_) | State::Checking => Vec::new(),
        }
    }

    fn prepare(&mut self, id: TransactionId) -> Vec<Effect> {
        let fence = Fence::because(FenceReason::PosNotReady, Cause::Busy);
        let refused = |why: &str| vec![Effect::SayRefused(id, fence, why.to_owned())];
        if self.pressed.contains(&id) {
            return refused("it was pressed already and is never entered again");
        }
        match self.state {
            State::Free => {
                // Who asks for the next one has taken the last one's end.
                self.last = None;
                self.state = State::Entering(id);
                vec![Effect::Enter(id)]
            }
            State::Clearing(held, None) if held != id => {
                self.state = State::Clearing(held, Some(id));
                Vec::new()
            }
            State::Checking => refused("a doctor tries the recipes; it takes seconds"),
            State::Clearing(..) | State::Entering(_) | State::Standing(_) | State::Pressing(_) => {
                refused("another entry is in hand")
            }
        }
    }

    fn submit(&mut self, id: TransactionId) -> Vec<Effect> {
        match self.state {
            State::Standing(held) if held == id => {
                self.state = State::Pressing(id);
                self.pressed.push_back(id);
                while self.pressed.len() > PRESSED_MAX {
                    self.pressed.pop_front();
                }
                vec![Effect::Press(id)]
            }
            // The first press answers.
            State::Pressing(held) if held == id => Vec::new(),
            State::Free
            | State::Entering(_)
            | State::Standing(_)
            | State::Clearing(..)
            | State::Pressing(_)
            | State::Checking => {
                let cause = "nothing stands in the field for it".to_owned();
                vec![Effect::SayEnded(id, Seen::NotPressed { cause })]
            }
        }
    }

    fn undo(&mut self, id: TransactionId) -> Vec<Effect> {
        match self.state {
            State::Entering(held) | State::Standing(held) if held == id => {
                self.state = State::Clearing(id, None);
                vec![Effect::Undo(id)]
            }
            State::Clearing(held, Some(next)) if next == id => {
                self.state = State::Clearing(held, None);
                Vec::new()
            }
            State::Free
            | State::Entering(_)
            | State::Standing(_)
            | State::Clearing(..)
            | State::Pressing(_)
            | State::Checking => Vec::new(),
        }
    }

    fn check(&mut self) -> Vec<Effect> {
        match self.state {
            State::Free => {
                self.state = State::Checking;
                vec![Effect::Check]
            }
            State::Entering(_)
            | State::Standing(_)
            | State::Clearing(..)
            | State::Pressing(_)
            | State::Checking => vec![Effect::SayBusy],
        }
    }

    fn entered(&mut self, id: TransactionId, evidence: Evidence) -> Vec<Effect> {
        match self.state {
            State::Entering(held) if held == id => {
                self.state = State::Standing(id);
                vec![Effect::SayEntered(id, evidence)]
            }
            // Its undo waits behind it at the desk.
            State::Free
            | State::Entering(_)
            | State::Standing(_)
            | State::Clearing(..)
            | State::Pressing(_)
            | State::Checking => Vec::new(),
        }
    }

    fn refused(&mut self, id: TransactionId, fence: Fence, cause: String) -> Vec<Effect> {
        match self.state {
            State::Entering(held) if held == id => {
                self.state = State::Free;
                vec![Effect::SayRefused(id, fence, cause)]
            }
            State::Free
            | State::Entering(_)
            | State::Standing(_)
            | State::Clearing(..)
            | State::Pressing(_)
            | State::Checking => Vec::new(),
        }
    }

    fn undone(&mut self, id: TransactionId) -> Vec<Effect> {
        match self.state {
            State::Clearing(held, next) if held == id => match next {
                Some(next) => {
                    self.last = None;
                    self.state = State::Entering(next);
                    vec![Effect::Enter(next)]
                }
                None => {
                    self.state = State::Free;
                    Vec::new()
                }
            },
            State::Free
            | State::Entering(_)
            | State::Standing(_)
            | State::Clearing(..)
            | State::Pressing(_)
            | State::Checking => Vec::new(),
        }
    }

    fn ended(&mut self, id: TransactionId, seen: Seen) -> Vec<Effect> {
        match self.state {
            State::Pressing(held) if held == id => {
                self.state = State::Free;
                self.last = Some((id, seen.clone()));
                vec![Effect::SayEnded(id, seen)]
            }
            State::Free
            | State::Entering(_)
            | State::Standing(_)
            | State::Clearing(..)
            | State::Pressing(_)
            | State::Checking => Vec::new(),
        }
    }

    fn checked(&mut self) -> Vec<Effect> {
        match self.state {
            State::Checking => self.state = State::Free,
            State::Free
            | State::Entering(_)
            | State::Standing(_)
            | State::Clearing(..)
            | State::Pressing(_) => {}
        }
        Vec::new()
    }
}

impl Default for Hand {
    fn default() -> Self {
        Self::new()
    }
}
