//! What people may do with a doubtful transaction: have it asked, and decide it in pairs.
//!
//! Owns which states two operators may choose, and the question out of turn. May not judge their
//! reasons; who proposes and who confirms is [`crate::relay::case`].

use super::step::Stepped;
use super::{Cause, Input, Life, Refusal, Resolution, ReversalDecided, Transaction};
use crate::relay::capability::Capability;
use crate::time::Timestamp;
use baton_protocol::work::State;

/// The states in which two people may end a transaction in suspense. Once somebody was told that
/// it will be undone, it can never become approved.
#[must_use]
pub const fn decisions(reversal: ReversalDecided) -> &'static [State] {
    match reversal {
        ReversalDecided::No => &[State::Approved, State::Declined, State::Reversed, State::Expired],
        ReversalDecided::Yes => &[State::Declined, State::Reversed, State::Expired],
    }
}

impl Transaction {
    /// T16 by people.
    pub(super) fn resolve(
        &mut self,
        reversal: ReversalDecided,
        resolution: Resolution,
        now: Timestamp,
    ) -> Stepped {
        if resolution.first == resolution.second {
            return Err(Refusal::SameOperator);
        }
        // A refund has no reversal and no code that ends.
        let elsewhere = matches!(resolution.state, State::Reversed | State::Expired);
        let fits = !self.facts.purpose.gives_back() || !elsewhere;
        if !fits || !decisions(reversal).contains(&resolution.state) {
            return Err(self.refuse(&Input::Resolved(resolution)));
        }
        Ok(self.finish(resolution.state, Cause::Resolved(resolution), now))
    }

    /// Asks out of turn, where the destination answers questions at all.
    pub(super) fn ask_now(&mut self, now: Timestamp) -> Stepped {
        let can = self.facts.capabilities.has(Capability::Inquiry);
        let doubt = match &mut self.life {
            Life::Unknown(doubt) | Life::Reversing(doubt) | Life::Suspense { doubt, .. } if can => {
                doubt
            }
            Life::Unknown(_)
            | Life::Reversing(_)
            | Life::Suspense { .. }
            | Life::Received
            | Life::Dispatched { .. }
            | Life::Final(_) => return Err(self.refuse(&Input::InquiryWanted)),
        };
        let number = doubt.ask_now(now);
        Ok(self.ask_again(number).into_iter().collect())
    }
}
