//! Who waits for which answer on a line: terminal id and trace number, and nothing else matches.
//!
//! Owns the table of open questions and the end of the line. An answer that nobody waits for
//! (late, doubled, invented) is given back to whoever read it. Next: [`super::request`].

use crate::fault::Lost;
use baton_formats::iso8583::spec1987::{STAN, TERMINAL_ID};
use baton_formats::iso8583::{Message, Mti};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Trace numbers run from 1 to this one and begin again. Source: field 11 has six digits.
const STAN_MAX: u32 = 999_999;

pub(super) type Answer = Result<Message, Lost>;
type Key = (u32, String);

#[derive(Default)]
pub(super) struct Waiting {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    end: Option<Lost>,
    stan_last: u32,
    open: BTreeMap<Key, Waiter>,
}

struct Waiter {
    expects: Mti,
    answer: oneshot::Sender<Answer>,
}

/// A place in the table; leaving it frees the trace number.
pub(super) struct Place {
    waiting: Arc<Waiting>,
    key: Key,
    pub(super) answer: oneshot::Receiver<Answer>,
}

impl Waiting {
    /// Gives the request a trace number that nobody is waiting for, and a place.
    pub(super) fn enter(self: &Arc<Self>, request: &mut Message) -> Result<Place, Lost> {
        let (sender, answer) = oneshot::channel();
        let terminal = terminal(request);
        let mut table = self.table();
        if table.end.is_some() {
            return Err(Lost::NotSent);
        }
        let mut key = (next(table.stan_last), terminal);
        while table.open.contains_key(&key) {
            key.0 = next(key.0);
        }
        table.stan_last = key.0;
        request.set(STAN, format!("{:06}", key.0));
        let waiter = Waiter { expects: request.mti.answer(), answer: sender };
        table.open.insert(key.clone(), waiter);
        Ok(Place { waiting: Arc::clone(self), key, answer })
    }

    /// Hands an answer to whoever waits for it, or gives it back because nobody does.
    pub(super) fn deliver(&self, message: Message) -> Option<Message> {
        let Some(key) = key(&message) else { return Some(message) };
        let mut table = self.table();
        if table.open.get(&key).is_none_or(|waiter| waiter.expects != message.mti) {
            return Some(message);
        }
        let waiter = table.open.remove(&key);
        drop(table);
        match waiter {
            Some(waiter) => waiter.answer.send(Ok(message)).err().and_then(Result::ok),
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
            let _ = waiter.answer.send(Err(why));
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.table().end.is_none()
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

fn key(message: &Message) -> Option<Key> {
    let stan = message.text(STAN)?.parse().ok()?;
    Some((stan, terminal(message)))
}

fn terminal(message: &Message) -> String {
    message.text(TERMINAL_ID).unwrap_or_default().trim_end().to_owned()
}

const fn next(stan: u32) -> u32 {
    if stan >= STAN_MAX { 1 } else { stan + 1 }
}
