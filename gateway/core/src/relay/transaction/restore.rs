//! A transaction as the database keeps it, and the machine made from that after a restart.
//!
//! Owns which of its data survive: state, version and two times. Timers are counted from those, so
//! a restart neither shortens nor forgets a deadline; questions start a new row of pauses. The wall
//! may have stepped meanwhile: no stored time counts as later than now, and the end of a code's
//! life is counted anew, but for what a clock has counted that no restart and no step moves.

use super::{Doubt, Facts, Life, ReversalDecided, Transaction};
use crate::time::Timestamp;
use baton_protocol::policy::Policy;
use baton_protocol::work::State;
use std::sync::Arc;

/// The stored part of a life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Where it stood.
    pub state: State,
    /// How many steps were recorded.
    pub version: u32,
    /// When it came there.
    pub since: Timestamp,
    /// When its outcome became doubtful, if it did.
    pub doubt_since: Option<Timestamp>,
    /// Whether undoing was ever decided.
    pub reversal: ReversalDecided,
}

impl Transaction {
    /// Makes the machine again from what was stored.
    ///
    /// **Order** every effect whose record is stored may or may not have happened: the caller
    /// steps [`super::Input::DeadlinePassed`] when due and sends its outbox again.
    #[must_use]
    pub fn restore(facts: Facts, stored: Stored, policy: Arc<Policy>, now: Timestamp) -> Self {
        let life = Life::Final(stored.state);
        let mut machine = Self { facts, life, version: stored.version, policy, counted_from: now };
        machine.life = machine.life_again(&stored, now);
        machine
    }

    /// Says that its code has surely lived so many milliseconds already, by a clock that ran on
    /// while no program did.
    #[must_use]
    pub fn lived(mut self, ms: u64, now: Timestamp) -> Self {
        self.counted_from = now.before_ms(ms);
        self
    }

    /// Returns what the database must keep of the life.
    #[must_use]
    pub fn stored(&self, since: Timestamp) -> Stored {
        let (doubt_since, reversal) = match &self.life {
            Life::Received | Life::Dispatched { .. } | Life::Final(_) => {
                (None, ReversalDecided::No)
            }
            Life::Unknown(doubt) => (Some(doubt.since()), ReversalDecided::No),
            Life::Reversing(doubt) => (Some(doubt.since()), ReversalDecided::Yes),
            Life::Suspense { doubt, reversal } => (Some(doubt.since()), *reversal),
        };
        Stored { state: self.state(), version: self.version, since, doubt_since, reversal }
    }

    fn life_again(&self, stored: &Stored, now: Timestamp) -> Life {
        let since = stored.since.min(now);
        let doubted = stored.doubt_since.map_or(since, |doubted| doubted.min(now));
        let doubt = || Doubt::begin(&self.policy, doubted, now);
        match stored.state {
            State::Received => Life::Received,
            State::Dispatched => Life::Dispatched {
                execute_by: since.after_ms(self.execute_ms()),
                resend_at: None,
                sends: 0,
            },
            State::Unknown => Life::Unknown(doubt()),
            State::Reversing => {
                let mut doubt = doubt();
                doubt.decided();
                Life::Reversing(doubt)
            }
            State::Suspense => {
                let mut doubt = doubt();
                doubt.decided();
                Life::Suspense { doubt, reversal: stored.reversal }
            }
            State::Approved
            | State::Declined
            | State::Cancelled
            | State::Reversed
            | State::Expired
            | State::Rejected => Life::Final(stored.state),
        }
    }
}
