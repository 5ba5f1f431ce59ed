//! The database of the simulation: what is committed stays, all of a commit or none of it.
//!
//! Owns the rules that the real store enforces: one touch a key, one live transaction a code, a
//! row moves only from the version at which it was read, epochs only grow. Next: `node.rs`.

use baton_core::ledger::Line;
use baton_core::relay::journal::JournalHead;
use baton_core::relay::sale::Sale;
use baton_core::relay::transaction::{Change, Facts, Stored};
use baton_protocol::ids::{AppId, RequestKey, TerminalId, TouchId, TransactionId};
use baton_protocol::link::Command;
use baton_protocol::work::State;
use std::collections::BTreeMap;

/// A request of a phone.
#[derive(Debug, Clone)]
pub struct TouchRow {
    /// Which touch.
    pub id: TouchId,
    /// Who asked.
    pub app: AppId,
    /// The phone's key.
    pub key: RequestKey,
    /// What it said.
    pub fingerprint: String,
}

/// What waits for an executor.
#[derive(Debug, Clone)]
pub enum Message {
    /// A command; the real one is sealed.
    Work(Box<Command>),
    /// The final word.
    Word,
}

/// One thing of a commit.
#[derive(Debug, Clone)]
pub enum Fact {
    /// A new touch.
    Touch(TouchRow),
    /// A transaction at a new version.
    Transaction {
        /// What never changes.
        facts: Box<Facts>,
        /// Where it stands now.
        stored: Stored,
        /// The version that must be there.
        prior: u32,
        /// The state that must be there.
        prior_state: Option<State>,
        /// Which gateway writes, and when by that machine's own clock, which never steps.
        uptime: (usize, u64),
    },
    /// One step for audit and ledger.
    Step(TransactionId, Change),
    /// The executor must be told.
    OutboxPut(TransactionId, usize, Message),
    /// It was told.
    OutboxRemove(TransactionId),
    /// A sale as it stands now.
    Sale(TerminalId, Sale),
}

/// Which rule excluded a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The key is known.
    Key,
    /// The code is known.
    Code,
    /// Somebody moved the row.
    Version,
}

/// A transaction as stored.
#[derive(Debug, Clone)]
pub struct Row {
    /// What never changes.
    pub facts: Facts,
    /// Where it stands.
    pub stored: Stored,
    /// Its executor's place in the town.
    pub executor: usize,
    /// On which gateway it came, and when by that machine's own clock.
    pub uptime: (usize, u64),
    /// Every recorded step.
    pub steps: Vec<Change>,
    /// Its lines in the ledger.
    pub lines: Vec<Line>,
}

/// How the store feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// It works.
    #[default]
    Fine,
    /// It cannot be reached, or has no space: commits fail and leave nothing.
    Down,
    /// Its fsync fails: nobody knows what stands, and the process ends.
    FsyncFails,
}

/// Everything durable of the gateway.
#[derive(Debug, Default)]
pub struct Store {
    /// How it feels.
    pub mood: Mood,
    /// Requests by key.
    pub touches: BTreeMap<(AppId, RequestKey), TouchRow>,
    /// The transaction of each touch.
    pub of_touch: BTreeMap<TouchId, TransactionId>,
    /// Transactions.
    pub rows: BTreeMap<TransactionId, Row>,
    /// Open transactions of each executor.
    pub open: BTreeMap<(usize, TransactionId), ()>,
    codes: BTreeMap<(AppId, String), TransactionId>,
    /// What waits for executors.
    pub outbox: BTreeMap<(usize, TransactionId), Message>,
    /// The highest epoch of each executor.
    pub epochs: BTreeMap<usize, u64>,
    /// Where each device's journal ended when it was last heard of.
    pub heads: BTreeMap<usize, JournalHead>,
    /// Sales by terminal.
    pub sales: BTreeMap<TerminalId, Sale>,
}

impl Store {
    /// Makes a commit, or tells which rule it breaks; nothing changed then.
    ///
    /// # Errors
    /// [`Conflict`], the first that is found.
    pub fn commit(&mut self, facts: &[Fact]) -> Result<(), Conflict> {
        for fact in facts {
            self.check(fact)?;
        }
        for fact in facts {
            self.apply(fact);
        }
        Ok(())
    }

    fn check(&self, fact: &Fact) -> Result<(), Conflict> {
        match fact {
            Fact::Touch(row) if self.touches.contains_key(&(row.app.clone(), row.key)) => {
                Err(Conflict::Key)
            }
            Fact::Transaction { facts, prior, prior_state, .. } => {
                let there = self.rows.get(&facts.id).map(|row| row.stored);
                let version = there.map_or(0, |stored| stored.version);
                let same = there.map(|stored| stored.state) == *prior_state;
                let place = (facts.app.clone(), facts.code_digest.clone());
                let used = self.codes.get(&place).is_some_and(|id| *id != facts.id);
                if used {
                    return Err(Conflict::Code);
                }
                if version == *prior && same { Ok(()) } else { Err(Conflict::Version) }
            }
            Fact::Touch(_)
            | Fact::Step(..)
            | Fact::OutboxPut(..)
            | Fact::OutboxRemove(_)
            | Fact::Sale(..) => Ok(()),
        }
    }

    fn apply(&mut self, fact: &Fact) {
        match fact {
            Fact::Touch(row) => {
                self.touches.insert((row.app.clone(), row.key), row.clone());
            }
            Fact::Transaction { facts, stored, uptime, .. } => self.put(facts, *stored, *uptime),
            Fact::Step(id, change) => {
                if let Some(row) = self.rows.get_mut(id) {
                    let booked = change.booking.iter().flat_map(|booking| booking.entry.lines());
                    row.lines.extend(booked.cloned());
                    row.steps.push(change.clone());
                }
            }
            Fact::OutboxPut(id, executor, message) => {
                self.outbox.insert((*executor, *id), message.clone());
                if let Some(row) = self.rows.get_mut(id) {
                    row.executor = *executor;
                    if !row.stored.state.is_final() {
                        self.open.insert((*executor, *id), ());
                    }
                }
            }
            Fact::OutboxRemove(id) => {
                let executor = self.rows.get(id).map_or(0, |row| row.executor);
                self.outbox.remove(&(executor, *id));
            }
            Fact::Sale(terminal, sale) => {
                self.sales.insert(terminal.clone(), sale.clone());
            }
        }
    }

    fn put(&mut self, facts: &Facts, stored: Stored, uptime: (usize, u64)) {
        let place = (facts.app.clone(), facts.code_digest.clone());
        if stored.state == State::Rejected {
            self.codes.remove(&place);
        } else {
            self.codes.insert(place, facts.id);
        }
        self.of_touch.insert(facts.touch, facts.id);
        if let Some(row) = self.rows.get_mut(&facts.id) {
            row.stored = stored;
            if stored.state.is_final() {
                self.open.remove(&(row.executor, facts.id));
            }
            return;
        }
        let (steps, lines) = (Vec::new(), Vec::new());
        let row = Row { facts: facts.clone(), stored, executor: 0, uptime, steps, lines };
        self.rows.insert(facts.id, row);
    }

    /// Finds the touch of a key.
    #[must_use]
    pub fn lookup_touch(&self, app: &AppId, key: RequestKey) -> Option<&TouchRow> {
        self.touches.get(&(app.clone(), key))
    }

    /// Raises the fencing number of an executor.
    pub fn next_epoch(&mut self, executor: usize) -> u64 {
        let epoch = self.epochs.entry(executor).or_default();
        *epoch += 1;
        *epoch
    }

    /// Returns the open transactions of an executor.
    pub fn open_of(&self, executor: usize) -> impl Iterator<Item = &Row> {
        let first = TransactionId::new(uuid::Uuid::nil());
        let last = TransactionId::new(uuid::Uuid::max());
        let places = self.open.range((executor, first)..=(executor, last));
        places.filter_map(|((_, id), ())| self.rows.get(id))
    }

    /// Returns what waits for an executor.
    pub fn outbox_of(&self, executor: usize) -> impl Iterator<Item = (TransactionId, &Message)> {
        let first = TransactionId::new(uuid::Uuid::nil());
        let last = TransactionId::new(uuid::Uuid::max());
        let places = self.outbox.range((executor, first)..=(executor, last));
        places.map(|((_, id), message)| (*id, message))
    }
}
