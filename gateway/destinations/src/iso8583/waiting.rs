//! Who waits for which answer on a line: the fields that the dialect names, and nothing else
//! matches.
//!
//! Owns the table of open questions and the end of the line. An answer that nobody waits for
//! (late, doubled, invented) is given back to whoever read it. Next: [`super::request`].

use super::dialect::{Dialect, MatchesBy};
use crate::fault::Lost;
use baton_formats::iso8583::Message;
use baton_formats::iso8583::spec1987::{RRN, STAN};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Trace numbers run from 1 to this one and begin again. Source: field 11 has six digits.
const STAN_MAX: u32 = 999_999;

pub(super) type Answer = Result<Message, Lost>;
type Key = Vec<u8>;

pub(super) struct Waiting {
    dialect: Arc<Dialect>,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    end: Option<Lost>,
    stan_last: u32,
    open: BTreeMap<Key, oneshot::Sender<Answer>>,
}

/// A place in the table; leaving it frees the trace number.
pub(super) struct Place {
    waiting: Arc<Waiting>,
    key: Key,
    pub(super) answer: oneshot::Receiver<Answer>,
}

impl Waiting {
    pub(super) fn new(dialect: Arc<Dialect>) -> Self {
        Self { dialect, table: Mutex::default() }
    }

    /// Gives the request a trace number that nobody is waiting for, and a place.
    pub(super) fn enter(self: &Arc<Self>, request: &mut Message) -> Result<Place, Lost> {
        let (sender, answer) = oneshot::channel();
        let mut table = self.table();
        if table.end.is_some() {
            return Err(Lost::NotSent);
        }
        let key = loop {
            table.stan_last = next(table.stan_last);
            number(request, table.stan_last, self.dialect.matches_by(RRN));
            let key = self.dialect.key(request.mti.answer(), request);
            if !table.open.contains_key(&key) {
                break key;
            }
        };
        table.open.insert(key.clone(), sender);
        Ok(Place { waiting: Arc::clone(self), key, answer })
    }

    /// Hands an answer to whoever waits for it, or gives it back because nobody does.
    pub(super) fn deliver(&self, message: Message) -> Option<Message> {
        let key = self.dialect.key(message.mti, &message);
        let waiter = self.table().open.remove(&key);
        match waiter {
            Some(waiter) => waiter.send(Ok(message)).err().and_then(Result::ok),
            None => Some(message),
        }
    }

    /// Ends the line: everybody who waits learns why, and nobody enters any more.
    pub(super) fn close(&self, why: Lost) {
        let mut table = self.table();
        table.end.get_or_insert(why);
        let waiters = std::mem::take(&mut table.open);
        drop(table);
        for waiter in waiters.into_values() {
            let _ = waiter.send(Err(why));
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.table().end.is_none()
    }

    pub(super) fn open_questions(&self) -> usize {
        self.table().open.len()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.waiting.table().open.remove(&self.key);
    }
}

/// Sets the trace number; where answers are matched by the reference number, that one as well.
fn number(request: &mut Message, stan: u32, matches_by_reference: MatchesBy) {
    request.set(STAN, format!("{stan:06}"));
    if matches_by_reference == MatchesBy::It {
        request.set(RRN, format!("{stan:012}"));
    }
}

const fn next(stan: u32) -> u32 {
    if stan >= STAN_MAX { 1 } else { stan + 1 }
}
