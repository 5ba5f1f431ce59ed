//! The clockwork of an unknown outcome: when to ask again, when to decide, when to call people.
//!
//! Owns the inquiry numbers and when each was sent, because "not found" counts only for an inquiry
//! that left after the code's life was surely over. Next: `step`.

use crate::time::Timestamp;
use baton_protocol::policy::Policy;
use std::collections::BTreeMap;

/// How many sent inquiries are remembered: an answer older than eight pauses is no evidence.
const INQUIRIES_REMEMBERED_MAX: usize = 8;

/// The timers of a transaction whose outcome is in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    since: Timestamp,
    decide_at: Timestamp,
    suspend_at: Timestamp,
    ask_at: Timestamp,
    asked: u32,
    sent: BTreeMap<u32, Timestamp>,
}

impl Doubt {
    pub(super) fn begin(policy: &Policy, since: Timestamp, now: Timestamp) -> Self {
        Self {
            since,
            decide_at: since.after_ms(policy.decide_ms),
            suspend_at: since.after_ms(policy.suspense_ms),
            ask_at: now.after_ms(pause(policy, 0)),
            asked: 0,
            sent: BTreeMap::new(),
        }
    }

    /// Returns when the doubt began.
    #[must_use]
    pub const fn since(&self) -> Timestamp {
        self.since
    }

    pub(super) const fn ask_at(&self) -> Timestamp {
        self.ask_at
    }

    pub(super) fn next_deadline(&self) -> Timestamp {
        self.ask_at.min(self.suspend_at).min(self.decide_at)
    }

    pub(super) fn must_ask(&self, now: Timestamp) -> bool {
        now >= self.ask_at
    }

    pub(super) fn must_decide(&self, now: Timestamp) -> bool {
        now >= self.decide_at
    }

    pub(super) fn must_suspend(&self, now: Timestamp) -> bool {
        now >= self.suspend_at
    }

    /// Nothing is left to decide; only suspense and questions remain.
    pub(super) const fn decided(&mut self) {
        self.decide_at = Timestamp::from_ms(i64::MAX);
    }

    /// Starts the row of pauses again: a reversal has its own.
    pub(super) const fn ask_from(&mut self, now: Timestamp) {
        self.asked = 0;
        self.ask_at = now;
    }

    /// Numbers the next question and sets the time of the one after it.
    pub(super) fn ask(&mut self, policy: &Policy, now: Timestamp) -> u32 {
        self.asked = self.asked.saturating_add(1);
        self.ask_at = now.after_ms(pause(policy, self.asked));
        self.remember(now)
    }

    /// The same, at the slow pace of suspense.
    pub(super) fn ask_slowly(&mut self, policy: &Policy, now: Timestamp) -> u32 {
        self.asked = self.asked.saturating_add(1);
        self.ask_at = now.after_ms(policy.suspense_inquiry_ms);
        self.remember(now)
    }

    /// Numbers a question out of turn; the row of pauses goes on as it was.
    pub(super) fn ask_now(&mut self, now: Timestamp) -> u32 {
        self.remember(now)
    }

    /// Returns when inquiry `number` left, if it is remembered.
    pub(super) fn sent_at(&self, number: u32) -> Option<Timestamp> {
        self.sent.get(&number).copied()
    }

    fn remember(&mut self, now: Timestamp) -> u32 {
        let number = self.sent.last_key_value().map_or(1, |(last, _)| last.saturating_add(1));
        self.sent.insert(number, now);
        while self.sent.len() > INQUIRIES_REMEMBERED_MAX {
            self.sent.pop_first();
        }
        number
    }
}

/// The pause before question `asked + 1`; the last figure of the policy repeats.
fn pause(policy: &Policy, asked: u32) -> u64 {
    let place = usize::try_from(asked).unwrap_or(usize::MAX);
    let pauses = &policy.inquiry_pauses_ms;
    pauses.get(place).or_else(|| pauses.last()).copied().unwrap_or(60_000)
}
