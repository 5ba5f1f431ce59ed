//! A destination that answers again is asked at once about everything in doubt.
//!
//! Owns the questions that a return brings forward. They may always be asked: an inquiry moves
//! nothing, and a reversal that was decided may be repeated. Deadlines stay. Next: `restore`.

use super::{Effect, Life, ReversalDecided, Transaction};
use crate::time::Timestamp;

impl Transaction {
    /// Asks now and begins the row of pauses again, so that a lost question is soon repeated.
    pub(super) fn ask_at_once(&mut self, now: Timestamp) -> Vec<Effect> {
        let policy = self.policy.clone();
        let (number, reversal) = match &mut self.life {
            Life::Received | Life::Dispatched { .. } | Life::Final(_) => return Vec::new(),
            Life::Unknown(doubt) => {
                doubt.ask_from(now);
                (doubt.ask(&policy, now), ReversalDecided::No)
            }
            Life::Reversing(doubt) => {
                doubt.ask_from(now);
                (doubt.ask(&policy, now), ReversalDecided::Yes)
            }
            Life::Suspense { doubt, reversal } => (doubt.ask_slowly(&policy, now), *reversal),
        };
        let reverse = (reversal == ReversalDecided::Yes).then_some(Effect::Reverse);
        reverse.into_iter().chain(self.inquire(number)).collect()
    }
}
