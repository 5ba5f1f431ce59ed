//! What is shown, decided: from the gateway's word, the link, scanners and the keypad.
//!
//! Owns the rules: a final word stands for a while, a payment in doubt stands until its final word,
//! and a destination's answer alone is never shown. Pure: no clock, no device. Next:
//! [`super::screen`], the largest of the faces.

use super::view::{Headline, Reach, Reason, View};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Money;
use baton_protocol::work::State;
use std::collections::{BTreeMap, BTreeSet};

/// How long a final word stands, in milliseconds: long enough to be read from a metre by both
/// sides of the counter, and the next payment takes its place at once.
pub const WORD_MS: u64 = 10_000;
/// How long a refused scan is said, in milliseconds.
pub const REFUSED_MS: u64 = 5_000;
/// How long the gateway may owe its word after the destination answered, in milliseconds; after it
/// the payment is shown as being checked.
pub const WORD_OWED_MS_MAX: u64 = 5_000;
/// How long a payment may be shown as on its way, in milliseconds: the gateway gives one up after
/// ten seconds, so that three times as long means that nobody knows.
pub const BUSY_MS_MAX: u64 = 30_000;
/// Payments without a word that are remembered: a counter has one at a time, and a gateway that is
/// away for a day leaves a few.
pub const OPEN_MAX: usize = 64;

/// A fact that reaches the display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The gateway is there.
    Online,
    /// The gateway is away.
    Offline,
    /// A command is being carried out; no amount when only a balance is read.
    Began {
        /// Which one.
        transaction: TransactionId,
        /// What is to be moved.
        amount: Option<Money>,
    },
    /// The destination answered or fell silent.
    Answered {
        /// Which one.
        transaction: TransactionId,
        /// What the answer is good for.
        answer: Answer,
    },
    /// One that was begun before this program started, and whose word is owed.
    Restored {
        /// Which one.
        transaction: TransactionId,
        /// What was to be moved.
        amount: Option<Money>,
    },
    /// The gateway's word.
    Word {
        /// Which one.
        transaction: TransactionId,
        /// What it is.
        state: State,
    },
    /// A transaction of this terminal that another executes, as the gateway has it.
    Elsewhere {
        /// Which one.
        transaction: TransactionId,
        /// What is moved.
        amount: Option<Money>,
        /// Where it stands.
        state: State,
    },
    /// A sale was opened with this amount, or is over.
    Sale(Option<Money>),
    /// What the keypad holds.
    Keypad(Keyed),
    /// A scanner read something that is not taken.
    Refused {
        /// Why.
        reason: Reason,
    },
    /// A part works.
    PartReady(String),
    /// A part does not work.
    PartTrouble(String),
    /// Time passed.
    Passed,
}

/// What a destination's answer is good for. Neither shows an outcome: only the gateway's word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It can be told from it; the gateway's word comes soon.
    Conclusive,
    /// Nobody can tell; it is being checked.
    Unknown,
}

/// What the keypad holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keyed {
    /// Nothing.
    #[default]
    Empty,
    /// An amount that is being typed.
    Typing(Money),
    /// An amount that waits for the next scan.
    Waiting(Money),
}

#[derive(Debug, Clone, Copy)]
struct Open {
    amount: Option<Money>,
    began_ms: u64,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Busy,
    WordOwed { since_ms: u64 },
    Checking,
}

/// Something that stands for a while.
#[derive(Debug, Clone)]
struct Passing {
    headline: Headline,
    amount: Option<Money>,
    until_ms: u64,
}

/// The display's memory.
#[derive(Debug)]
pub struct Display {
    reach: Reach,
    open: BTreeMap<TransactionId, Open>,
    passing: Option<Passing>,
    sale: Option<Money>,
    keyed: Keyed,
    troubles: BTreeSet<String>,
    count: u64,
}

impl Default for Display {
    fn default() -> Self {
        Self {
            reach: Reach::Offline,
            open: BTreeMap::new(),
            passing: None,
            sale: None,
            keyed: Keyed::Empty,
            troubles: BTreeSet::new(),
            count: 0,
        }
    }
}

impl Display {
    /// Takes one fact at `now_ms` of a clock that never steps.
    ///
    /// **Repeat** a fact that is known changes nothing; a word or a refusal stands anew.
    pub fn step(&mut self, input: Input, now_ms: u64) {
        self.age(now_ms);
        match input {
            Input::Passed => {}
            Input::Online => self.reach = Reach::Online,
            Input::Offline => self.offline(),
            Input::Began { transaction, amount } => {
                self.passing = None;
                self.begin(transaction, Open { amount, began_ms: now_ms, phase: Phase::Busy });
            }
            Input::Restored { transaction, amount } => {
                self.begin(transaction, Open { amount, began_ms: now_ms, phase: Phase::Checking });
            }
            Input::Answered { transaction, answer } => self.answered(transaction, answer, now_ms),
            Input::Word { transaction, state } => self.word(transaction, state, now_ms),
            Input::Elsewhere { transaction, amount, state } => {
                self.elsewhere(transaction, amount, state, now_ms);
            }
            Input::Sale(amount) => self.sale = amount,
            Input::Keypad(keyed) => self.keyed = keyed,
            Input::Refused { reason } => {
                let headline = Headline::NotTaken { reason };
                self.pass(headline, None, now_ms.saturating_add(REFUSED_MS));
            }
            Input::PartReady(name) => {
                self.troubles.remove(&name);
            }
            Input::PartTrouble(name) => {
                self.troubles.insert(name);
            }
        }
    }

    /// Returns when [`Input::Passed`] is due, on the same clock.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        let passing = self.passing.as_ref().map(|passing| passing.until_ms);
        let open = self.open.values().filter_map(Open::deadline);
        open.chain(passing).min()
    }

    /// Returns what is seen now.
    #[must_use]
    pub fn view(&self) -> View {
        let (headline, amount) = self.headline();
        let typed = match (&headline, self.keyed) {
            (Headline::Typing | Headline::Typed, _) | (_, Keyed::Empty) => None,
            (_, Keyed::Typing(amount) | Keyed::Waiting(amount)) => Some(amount),
        };
        let checking = self.open.values().filter(|open| open.phase == Phase::Checking).count();
        let troubles = self.troubles.iter().cloned().collect();
        let (reach, count) = (self.reach, self.count);
        View { reach, headline, amount, typed, checking, troubles, count }
    }

    fn headline(&self) -> (Headline, Option<Money>) {
        if let Some(Passing { headline, amount, .. }) = &self.passing {
            return (headline.clone(), *amount);
        }
        let of = |checking: bool| {
            self.open.values().rev().find(|open| (open.phase == Phase::Checking) == checking)
        };
        if let Some(open) = of(false) {
            return (Headline::Busy, open.amount);
        }
        if let Some(open) = of(true) {
            return (Headline::Checking, open.amount);
        }
        match (self.keyed, self.reach, self.sale) {
            (Keyed::Typing(amount), ..) => (Headline::Typing, Some(amount)),
            (Keyed::Empty | Keyed::Waiting(_), Reach::Offline, _) => (Headline::Offline, None),
            (Keyed::Waiting(amount), Reach::Online, _) => (Headline::Typed, Some(amount)),
            (Keyed::Empty, Reach::Online, Some(amount)) => (Headline::Sale, Some(amount)),
            (Keyed::Empty, Reach::Online, None) => (Headline::Ready, None),
        }
    }

    fn begin(&mut self, transaction: TransactionId, open: Open) {
        if self.open.len() >= OPEN_MAX {
            self.open.pop_first();
        }
        self.open.insert(transaction, open);
    }

    /// Whoever waits for a word while the gateway is away is told that it is being checked.
    fn offline(&mut self) {
        self.reach = Reach::Offline;
        let owed = |open: &&mut Open| matches!(open.phase, Phase::WordOwed { .. });
        self.open.values_mut().filter(owed).for_each(|open| open.phase = Phase::Checking);
    }

    fn answered(&mut self, transaction: TransactionId, answer: Answer, now_ms: u64) {
        let Some(open) = self.open.get_mut(&transaction) else { return };
        open.phase = match (open.phase, answer, self.reach) {
            (Phase::Checking, _, _)
            | (_, Answer::Unknown, _)
            | (_, Answer::Conclusive, Reach::Offline) => Phase::Checking,
            (Phase::Busy | Phase::WordOwed { .. }, Answer::Conclusive, Reach::Online) => {
                Phase::WordOwed { since_ms: now_ms }
            }
        };
    }

    fn word(&mut self, transaction: TransactionId, state: State, now_ms: u64) {
        let headline = match state {
            State::Approved => Headline::Approved,
            State::Declined => Headline::Declined,
            State::Cancelled | State::Reversed | State::Expired | State::Rejected => {
                Headline::NotCharged
            }
            State::Received | State::Dispatched => return,
            State::Unknown | State::Reversing | State::Suspense => {
                if let Some(open) = self.open.get_mut(&transaction) {
                    open.phase = Phase::Checking;
                }
                return;
            }
        };
        let amount = self.open.remove(&transaction).and_then(|open| open.amount);
        self.pass(headline, amount, now_ms.saturating_add(WORD_MS));
    }

    /// A new one takes the place of the last one's word, as one of our own does.
    fn elsewhere(
        &mut self,
        transaction: TransactionId,
        amount: Option<Money>,
        state: State,
        now_ms: u64,
    ) {
        if !self.open.contains_key(&transaction) && !state.is_final() {
            self.passing = None;
            self.begin(transaction, Open { amount, began_ms: now_ms, phase: Phase::Busy });
        }
        let known = self.open.get(&transaction).and_then(|open| open.amount);
        self.word(transaction, state, now_ms);
        if let Some(passing) = self.passing.as_mut().filter(|_| state.is_final()) {
            passing.amount = known.or(amount);
        }
    }

    fn pass(&mut self, headline: Headline, amount: Option<Money>, until_ms: u64) {
        self.passing = Some(Passing { headline, amount, until_ms });
        self.count = self.count.wrapping_add(1);
    }

    fn age(&mut self, now_ms: u64) {
        self.passing.take_if(|passing| passing.until_ms <= now_ms);
        let due = |open: &&mut Open| open.deadline().is_some_and(|deadline| deadline <= now_ms);
        self.open.values_mut().filter(due).for_each(|open| open.phase = Phase::Checking);
    }
}

impl Open {
    fn deadline(&self) -> Option<u64> {
        match self.phase {
            Phase::Busy => Some(self.began_ms.saturating_add(BUSY_MS_MAX)),
            Phase::WordOwed { since_ms } => Some(since_ms.saturating_add(WORD_OWED_MS_MAX)),
            Phase::Checking => None,
        }
    }
}

#[cfg(test)]
mod tests;
