//! The deliveries of one webhook: which event may go next, when again, when it is given up.
//!
//! Owns order per transaction, the pauses, and how far the reader has safely come. An event that
//! is not taken holds back only later events of its own transaction. At least once needs no record
//! before a send; what is lost in a crash is sent again. Next: [`patience`], then the gateway's
//! `webhooks` folder, which carries it out.

mod patience;

use crate::time::Timestamp;
use baton_protocol::ids::TransactionId;
pub use patience::{Bounds, Patience};
use std::collections::{BTreeMap, BTreeSet};

/// Steps of others that the cursor passes before that is worth a commit: after a crash they are
/// looked through again, which takes milliseconds.
const UNRECORDED_STEPS_MAX: i64 = 10_000;

/// One event to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the audit chain.
    pub seq: i64,
    /// What it is about: events of one transaction keep their order.
    pub transaction: TransactionId,
    /// When it happened.
    pub at: Timestamp,
}

/// How an event has fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// It was not sent, or nobody remembers.
    Untried,
    /// It was sent and not taken.
    Failed {
        /// How often.
        attempts: u32,
        /// When it was sent first.
        since: Timestamp,
        /// When it goes again.
        again_at: Timestamp,
    },
}

/// An event that is remembered by itself because the cursor has passed or will pass it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The event.
    pub event: Event,
    /// How it has fared.
    pub trial: Trial,
}

/// What the receiver made of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It has it.
    Taken,
    /// It wants no more events at all.
    Gone,
    /// Anything else, silence too.
    Failed,
}

/// Everything that can happen to a webhook's deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The next events were read, in their order and without a gap.
    Read {
        /// The events.
        events: Vec<Event>,
        /// There are no others up to this number.
        up_to: i64,
    },
    /// A delivery came to its end.
    Answered {
        /// Of which event.
        seq: i64,
        /// How.
        answer: Answer,
        /// A random number from 0 to 1000, which spreads the pauses.
        jitter_permille: u16,
    },
    /// The time of [`Deliveries::next_deadline`] has come.
    DeadlineReached,
    /// What has changed shall be recorded now.
    RecordDue,
}

/// Everything that a webhook's deliveries ask of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write this down, all or nothing.
    Record(Progress),
    /// Send the event.
    Send {
        /// Which one.
        seq: i64,
        /// The how-manieth time, from 1.
        attempt: u32,
    },
    /// The event was given up; people should know. It can still be read.
    Alarm {
        /// Which one.
        seq: i64,
    },
    /// The receiver wants no more; nothing is sent from now on.
    Suspend,
}

/// What must be written down together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Every event up to here is over, or kept by itself.
    pub cursor: i64,
    /// Events to keep, new or changed.
    pub keep: Vec<Kept>,
    /// Kept events that are over.
    pub done: Vec<i64>,
    /// Events that were given up, with their last trial.
    pub parked: Vec<Kept>,
}

/// Whether an event is on its way now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    Flying { sent_at: Timestamp },
}

/// Whether the store knows the event by itself, or only by the cursor before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Cursor,
    Kept,
}

#[derive(Debug, Clone)]
struct Waiting {
    event: Event,
    trial: Trial,
    due: Timestamp,
    place: Place,
    hold: Hold,
}

/// Whether anything may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Active,
    Suspended,
}

/// The machine.
#[derive(Debug, Clone)]
pub struct Deliveries {
    bounds: Bounds,
    patience: Patience,
    standing: Standing,
    read_up_to: i64,
    recorded: i64,
    waiting: BTreeMap<i64, Waiting>,
    lines: BTreeMap<TransactionId, BTreeSet<i64>>,
    heads: BTreeSet<(Timestamp, i64)>,
    flying: usize,
    by_cursor: BTreeSet<i64>,
    changed: BTreeSet<i64>,
    done: Vec<i64>,
    parked: Vec<Kept>,
    passed: Passed,
}

/// What the cursor has passed since it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passed {
    /// At least one event of this receiver.
    Own,
    /// Nothing that it would have to be told again.
    Others,
}

impl Deliveries {
    /// Goes on where the store says that this webhook stands.
    #[must_use]
    pub fn restore(
        cursor: i64,
        mut kept: Vec<Kept>,
        bounds: Bounds,
        patience: Patience,
        now: Timestamp,
    ) -> Self {
        let mut deliveries = Self {
            bounds,
            patience,
            standing: Standing::Active,
            read_up_to: cursor,
            recorded: cursor,
            waiting: BTreeMap::new(),
            lines: BTreeMap::new(),
            heads: BTreeSet::new(),
            flying: 0,
            by_cursor: BTreeSet::new(),
            changed: BTreeSet::new(),
            done: Vec::new(),
            parked: Vec::new(),
            passed: Passed::Others,
        };
        kept.sort_by_key(|kept| kept.event.seq);
        for Kept { event, trial } in kept {
            let trial = deliveries.patience.believable(trial, now);
            deliveries.put(event, trial, Hold::Kept, now);
        }
        deliveries
    }

    /// Takes an input and says what must happen, in order.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Read { events, up_to } => self.read(events, up_to, now),
            Input::Answered { seq, answer, jitter_permille } => {
                effects.extend(self.answered(seq, answer, jitter_permille, now));
            }
            Input::DeadlineReached => {}
            Input::RecordDue => effects.extend(self.progress().map(Effect::Record)),
        }
        self.send_what_may(now, &mut effects);
        effects
    }

    /// Says when something may be sent that may not be sent now.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let free = self.standing == Standing::Active && self.flying < self.bounds.flying_max;
        self.heads.first().filter(|_| free).map(|(at, _)| *at)
    }

    /// The number after which events are to be read.
    #[must_use]
    pub const fn read_up_to(&self) -> i64 {
        self.read_up_to
    }

    /// How many more events may be read now.
    #[must_use]
    pub fn room(&self) -> usize {
        self.bounds.waiting_max.saturating_sub(self.waiting.len())
    }

    /// How many events were read and are not over.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The oldest event that is not over.
    #[must_use]
    pub fn oldest(&self) -> Option<&Event> {
        self.waiting.values().next().map(|waiting| &waiting.event)
    }

    fn read(&mut self, events: Vec<Event>, up_to: i64, now: Timestamp) {
        for event in events {
            let (seq, transaction) = (event.seq, event.transaction);
            if seq <= self.read_up_to {
                continue;
            }
            self.read_up_to = seq;
            // After a crash the cursor may stand before events that are kept by themselves.
            if self.waiting.contains_key(&seq) {
                continue;
            }
            self.put(event, Trial::Untried, Hold::Cursor, now);
            if self.head_is_kept(transaction) {
                self.keep(seq);
            }
        }
        self.read_up_to = self.read_up_to.max(up_to);
    }

    fn put(&mut self, event: Event, trial: Trial, hold: Hold, now: Timestamp) {
        let (seq, transaction) = (event.seq, event.transaction);
        let due = match trial {
            Trial::Untried => now,
            Trial::Failed { again_at, .. } => again_at,
        };
        self.waiting.insert(seq, Waiting { event, trial, due, place: Place::Here, hold });
        if hold == Hold::Cursor {
            self.by_cursor.insert(seq);
        }
        self.lines.entry(transaction).or_default().insert(seq);
        self.arm(transaction);
    }

    /// Lets the first event of a transaction be sent when it is due, unless one is on its way.
    fn arm(&mut self, transaction: TransactionId) {
        let Some(line) = self.lines.get(&transaction) else { return };
        let waiting = line.iter().filter_map(|seq| self.waiting.get(seq));
        let mut first = None;
        let mut busy = false;
        for one in waiting {
            self.heads.remove(&(one.due, one.event.seq));
            busy |= matches!(one.place, Place::Flying { .. });
            first = first.or(Some((one.due, one.event.seq)));
        }
        if !busy {
            self.heads.extend(first);
        }
    }

    fn answered(
        &mut self,
        seq: i64,
        answer: Answer,
        jitter_permille: u16,
        now: Timestamp,
    ) -> Option<Effect> {
        let waiting = self.waiting.get_mut(&seq)?;
        let Place::Flying { sent_at } = waiting.place else { return None };
        waiting.place = Place::Here;
        let transaction = waiting.event.transaction;
        self.flying = self.flying.saturating_sub(1);
        let effect = match answer {
            Answer::Taken => {
                self.over(seq);
                None
            }
            Answer::Gone => {
                self.standing = Standing::Suspended;
                Some(Effect::Suspend)
            }
            Answer::Failed => self.failed(seq, sent_at, jitter_permille, now),
        };
        self.arm(transaction);
        effect
    }

    fn failed(
        &mut self,
        seq: i64,
        sent_at: Timestamp,
        jitter_permille: u16,
        now: Timestamp,
    ) -> Option<Effect> {
        let waiting = self.waiting.get_mut(&seq)?;
        let (attempts, since) = match waiting.trial {
            Trial::Untried => (1, sent_at),
            Trial::Failed { attempts, since, .. } => (attempts.saturating_add(1), since),
        };
        let again_at = self.patience.again_at(attempts, since, jitter_permille, now);
        waiting.due = again_at.unwrap_or(now);
        waiting.trial = Trial::Failed { attempts, since, again_at: waiting.due };
        if again_at.is_some() {
            let transaction = waiting.event.transaction;
            self.changed.insert(seq);
            for seq in self.lines.get(&transaction).cloned().unwrap_or_default() {
                self.keep(seq);
            }
            return None;
        }
        let last = Kept { event: waiting.event.clone(), trial: waiting.trial };
        self.over(seq);
        // What is parked is a row of its own: it is not removed with those that are over.
        self.done.retain(|done| *done != seq);
        self.parked.push(last);
        Some(Effect::Alarm { seq })
    }

    fn over(&mut self, seq: i64) {
        let Some(waiting) = self.waiting.remove(&seq) else { return };
        self.heads.remove(&(waiting.due, seq));
        self.by_cursor.remove(&seq);
        self.changed.remove(&seq);
        match waiting.hold {
            Hold::Kept => self.done.push(seq),
            Hold::Cursor => self.passed = Passed::Own,
        }
        let transaction = waiting.event.transaction;
        let Some(line) = self.lines.get_mut(&transaction) else { return };
        line.remove(&seq);
        if line.is_empty() {
            self.lines.remove(&transaction);
        }
    }

    fn head_is_kept(&self, transaction: TransactionId) -> bool {
        let head = self.lines.get(&transaction).and_then(|line| line.first());
        let head = head.and_then(|seq| self.waiting.get(seq));
        head.is_some_and(|head| head.hold == Hold::Kept)
    }

    fn keep(&mut self, seq: i64) {
        let Some(waiting) = self.waiting.get_mut(&seq) else { return };
        if waiting.hold == Hold::Cursor {
            waiting.hold = Hold::Kept;
            self.by_cursor.remove(&seq);
            self.changed.insert(seq);
        }
    }

    fn send_what_may(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        while self.standing == Standing::Active && self.flying < self.bounds.flying_max {
            let Some(&(at, seq)) = self.heads.first().filter(|(at, _)| *at <= now) else { return };
            self.heads.remove(&(at, seq));
            let Some(waiting) = self.waiting.get_mut(&seq) else { continue };
            waiting.place = Place::Flying { sent_at: now };
            self.flying = self.flying.saturating_add(1);
            let attempt = match waiting.trial {
                Trial::Untried => 1,
                Trial::Failed { attempts, .. } => attempts.saturating_add(1),
            };
            effects.push(Effect::Send { seq, attempt });
        }
    }

    /// What has changed since it was last asked for.
    fn progress(&mut self) -> Option<Progress> {
        let held = self.by_cursor.first().map(|seq| seq.saturating_sub(1));
        let cursor = held.unwrap_or(self.read_up_to);
        let changed = std::mem::take(&mut self.changed);
        let keep: Vec<Kept> = changed.iter().filter_map(|seq| self.kept(*seq)).collect();
        let done = std::mem::take(&mut self.done);
        let parked = std::mem::take(&mut self.parked);
        let own = self.passed == Passed::Own && cursor != self.recorded;
        let far = cursor.saturating_sub(self.recorded) >= UNRECORDED_STEPS_MAX;
        let listed = !(keep.is_empty() && done.is_empty() && parked.is_empty());
        if !(own || far || listed) {
            return None;
        }
        self.recorded = cursor;
        self.passed = Passed::Others;
        Some(Progress { cursor, keep, done, parked })
    }

    fn kept(&self, seq: i64) -> Option<Kept> {
        let waiting = self.waiting.get(&seq)?;
        Some(Kept { event: waiting.event.clone(), trial: waiting.trial })
    }
}

#[cfg(test)]
mod tests;
