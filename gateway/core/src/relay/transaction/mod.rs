//! Steps 4 to 6: the life of one transaction, T1 to T16 of the transaction table.
//!
//! Owns the states and the only allowed ways between them. [`Transaction::step`] is the one door
//! that changes anything; [`Transaction::next_deadline`] says when to knock without news. Effects
//! come in the order in which they must happen: `Record` stands before every send it protects.
//! Chapters: `step` (the transitions), `evidence` (what reports are worth), `doubt` (timers),
//! `wake` (questions at once), `people` (what they may ask and decide), `restore`.

mod doubt;
mod evidence;
mod people;
mod restore;
mod step;
mod wake;

pub use doubt::Doubt;
pub use people::decisions;
pub use restore::Stored;

use super::capability::Capabilities;
use super::outcome::booking;
use super::plan::{Executor, Route};
use crate::ledger::Booking;
use crate::time::Timestamp;
use baton_protocol::ids::{AppId, DestinationId, ShopId, TerminalId, TouchId, TransactionId};
use baton_protocol::link::{FenceReason, NotReadyReason};
use baton_protocol::money::Money;
use baton_protocol::policy::Policy;
use baton_protocol::work::{
    DeclineReason, InquiryAnswer, ReversalAnswer, State, UnknownReason, Verdict,
};
use std::sync::Arc;

/// What the transaction is for; it decides how an approval is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Money from a wallet or card to the shop.
    Payment,
    /// Points to a member.
    Accrue,
    /// Points from a member.
    Redeem,
    /// A question about points; moves nothing.
    Balance,
    /// Some or all of an approved payment back to the shopper.
    Refund,
    /// An approved transaction undone as a whole, by a decision and not because of a doubt.
    Void,
}

impl Purpose {
    /// Whether something is given back: no code belongs to it, and it is never reversed.
    #[must_use]
    pub const fn gives_back(self) -> bool {
        matches!(self, Self::Refund | Self::Void)
    }
}

/// The approved transaction that a refund or void gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Original {
    /// Which one.
    pub id: TransactionId,
    /// What it was for; it decides how the way back is booked.
    pub purpose: Purpose,
}

/// The other transactions that this one has to do with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Links {
    /// What it gives back.
    pub original: Option<Original>,
    /// The half of its touch that must be approved before it starts.
    pub after: Option<TransactionId>,
    /// The half of its touch that waits for it.
    pub then: Option<TransactionId>,
}

/// What never changes about a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Which one.
    pub id: TransactionId,
    /// The touch that it belongs to.
    pub touch: TouchId,
    /// Where the shopper touched.
    pub terminal: TerminalId,
    /// Through which app.
    pub app: AppId,
    /// Whose terminal it is.
    pub shop: ShopId,
    /// Who decides about the money.
    pub destination: DestinationId,
    /// What that one can do.
    pub capabilities: Capabilities,
    /// Which way it goes.
    pub route: Route,
    /// Who executes it.
    pub executor: Executor,
    /// What it is for.
    pub purpose: Purpose,
    /// How much.
    pub amount: Money,
    /// Keyed digest of the code.
    pub code_digest: String,
    /// When the gateway took it.
    pub accepted_at: Timestamp,
    /// What else it has to do with.
    pub links: Links,
}

/// Where a transaction stands, with exactly the data of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// Written down; nothing sent.
    Received,
    /// The command is out.
    Dispatched {
        /// When silence becomes doubt.
        execute_by: Timestamp,
        /// When to send the command again, until the executor has taken it.
        resend_at: Option<Timestamp>,
        /// How often it was sent on this connection.
        sends: u32,
    },
    /// Nobody knows whether it was charged.
    Unknown(Doubt),
    /// The gateway decided to undo it.
    Reversing(Doubt),
    /// People are looking at it.
    Suspense {
        /// The questions go on.
        doubt: Doubt,
        /// Whether undoing was decided before; then it can never become approved.
        reversal: ReversalDecided,
    },
    /// Over.
    Final(State),
}

/// Whether the gateway ever said "this will be undone".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReversalDecided {
    /// It did.
    Yes,
    /// It did not.
    No,
}

/// What happened, as a past fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A route was found and the executor is connected.
    Routed,
    /// No route, or nobody to execute it.
    Unroutable,
    /// The half of the touch that it waits for came to nothing.
    OtherHalfFailed,
    /// The executor wrote the command into its journal.
    CommandAccepted,
    /// The executor reported what the destination or POS said.
    ResultReported {
        /// Its words.
        verdict: Verdict,
        /// The digest that its journal holds.
        code_digest: String,
    },
    /// The executor promised never to submit it.
    Fenced(FenceReason),
    /// The executor cannot take it now.
    ExecutorNotReady(NotReadyReason),
    /// The executor has a new connection.
    ExecutorConnected,
    /// The executor's journal is not the one that took the command: that it knows nothing of it
    /// proves nothing.
    ExecutorForgot,
    /// The executor asked for the gateway's word.
    WordAsked,
    /// An inquiry came back.
    InquiryAnswered {
        /// Which one, as [`Effect::Inquire`] numbered it.
        number: u32,
        /// What it said.
        answer: InquiryAnswer,
    },
    /// A reversal came back.
    ReversalAnswered(ReversalAnswer),
    /// The destination answers again after a silence.
    DestinationBack,
    /// The executor heard a second answer that differs from the one that it has on disk.
    Contradicted {
        /// What the second one said.
        verdict: Verdict,
    },
    /// The shopper or merchant wants it stopped.
    CancelRequested,
    /// A person wants the destination to be asked now.
    InquiryWanted,
    /// Two people decided.
    Resolved(Resolution),
    /// A deadline of [`Transaction::next_deadline`] passed.
    DeadlinePassed,
}

/// The decision of two different operators about a transaction in suspense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// What it becomes.
    pub state: State,
    /// Who proposed it.
    pub first: String,
    /// Who agreed.
    pub second: String,
    /// Why.
    pub reason: String,
}

/// Why a state was left: the audit's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The phone asked (T1).
    Requested,
    /// A route was found (T3).
    Routed,
    /// No route (T2).
    Unroutable,
    /// The half before it came to nothing (T2).
    OtherHalfFailed,
    /// The half before it took longer than a code lives (T2).
    WaitedTooLong,
    /// The destination approved, by the executor (T4, T8).
    Approved {
        /// The destination's approval number.
        reference: String,
    },
    /// The destination declined, by the executor (T5, T9).
    Declined(DeclineReason),
    /// The executor fenced it (T6, T10).
    Fenced(FenceReason),
    /// The executor cannot know (T7).
    Doubtful(UnknownReason),
    /// The executor was not ready (T7).
    NotReady(NotReadyReason),
    /// The executor's journal was replaced or cut short (T7).
    ExecutorForgot,
    /// The executor was silent for too long (T7).
    ExecuteDeadline,
    /// Somebody cancelled (T7, T12).
    CancelRequested,
    /// An inquiry found it approved (T8, T16).
    InquiryApproved {
        /// The destination's approval number.
        reference: String,
    },
    /// An inquiry found it declined (T9, T15, T16).
    InquiryDeclined(DeclineReason),
    /// The code ended unused (T11, T15, T16).
    ExpiredUnused,
    /// It stayed unknown too long (T12).
    DecideDeadline,
    /// The reversal was accepted (T14, T16).
    Reversed,
    /// It stayed open too long, or machines may not decide (T13).
    SuspenseDeadline,
    /// Two operators decided (T16).
    Resolved(Resolution),
}

/// One recorded step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// From where; nothing for the first.
    pub from: Option<State>,
    /// To where.
    pub to: State,
    /// Why.
    pub cause: Cause,
    /// When.
    pub at: Timestamp,
    /// What is booked with it.
    pub booking: Option<Booking>,
}

/// Something that a person should look at although nothing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// Evidence against a final state.
    Contradiction {
        /// The state that stays.
        state: State,
    },
    /// The destination named another amount or the executor another code.
    Mismatch,
    /// It went to people.
    Suspense,
    /// Points whose payment came to nothing are not given back.
    NotGivenBack,
}

/// Everything that a transaction can do to the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write the step down, with its audit link and ledger lines, before anything after it.
    Record(Change),
    /// Send the command to the executor.
    SendCommand,
    /// Tell the executor not to do it.
    SendCancel,
    /// Tell the executor the final word.
    SendCommit(State),
    /// Ask the destination.
    Inquire {
        /// Comes back in [`Input::InquiryAnswered`].
        number: u32,
    },
    /// Undo it at the destination.
    Reverse,
    /// Forget the code; only its digest stays.
    EraseCode,
    /// Tell phone and console where it stands.
    Tell(State),
    /// Call a person.
    Alarm(Alarm),
    /// Start a void of this approved transaction: the other half of its touch came to nothing.
    /// What starts it is recorded in the same commit.
    Compensate(Box<Facts>),
}

/// A rule that said no; the transaction is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The table has no such step.
    #[error("a transaction that is {} does not take {input}", state.word())]
    NotAllowed {
        /// Where it stands.
        state: State,
        /// What was tried.
        input: &'static str,
    },
    /// One person cannot decide alone.
    #[error("two different operators must decide")]
    SameOperator,
}

/// One try to move money or points through one destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    facts: Facts,
    life: Life,
    version: u32,
    policy: Arc<Policy>,
    /// Since when one and the same clock has counted: the acceptance, or the last restart of what
    /// it runs on.
    counted_from: Timestamp,
}

impl Transaction {
    /// T1: takes a request that passed every check. The returned effects record it.
    #[must_use]
    pub fn receive(facts: Facts, policy: Arc<Policy>) -> (Self, Vec<Effect>) {
        let change = Change {
            from: None,
            to: State::Received,
            cause: Cause::Requested,
            at: facts.accepted_at,
            booking: booking(&facts, State::Received),
        };
        let counted_from = facts.accepted_at;
        let machine = Self { facts, life: Life::Received, version: 1, policy, counted_from };
        (machine, vec![Effect::Record(change)])
    }

    /// Returns what never changes.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns where it stands, with its data.
    #[must_use]
    pub const fn life(&self) -> &Life {
        &self.life
    }

    /// Returns where it stands.
    #[must_use]
    pub const fn state(&self) -> State {
        match &self.life {
            Life::Received => State::Received,
            Life::Dispatched { .. } => State::Dispatched,
            Life::Unknown(_) => State::Unknown,
            Life::Reversing(_) => State::Reversing,
            Life::Suspense { .. } => State::Suspense,
            Life::Final(state) => *state,
        }
    }

    /// Returns how many steps were recorded; the store compares it before it writes.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Returns how long the executor may take on this route, in milliseconds.
    #[must_use]
    pub fn execute_ms(&self) -> u64 {
        match self.facts.route {
            Route::Standalone => self.policy.execute_standalone_ms,
            Route::Paired => self.policy.execute_paired_ms,
        }
    }

    /// A half that waits for the other one ends with the life of a code.
    fn waits_until(&self) -> Timestamp {
        self.facts.accepted_at.after_ms(self.policy.code_life_ms)
    }

    /// Returns the earliest time at which [`Input::DeadlinePassed`] does something.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        match &self.life {
            Life::Received => self.facts.links.after.map(|_| self.waits_until()),
            Life::Final(_) => None,
            Life::Dispatched { execute_by, resend_at, .. } => {
                Some(resend_at.map_or(*execute_by, |resend| resend.min(*execute_by)))
            }
            Life::Unknown(doubt) => Some(doubt.next_deadline()),
            Life::Reversing(doubt) => Some(doubt.next_deadline()),
            Life::Suspense { doubt, .. } => Some(doubt.ask_at()),
        }
    }
}
