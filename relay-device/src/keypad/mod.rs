//! Amounts that the clerk types for the next scan.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`typing`] | keys into an amount: digits, Enter, C |
//! | 2 | [`wire`] | the keypad on a serial port, or one that is a keyboard |
//! | 3 | [`sale`] | the gateway is asked to open a sale of the amount |
//!
//! [`Typed`] is the door: the amount that waits there is taken once. Owns nothing of the payment.

pub mod sale;
pub mod typing;
pub mod wire;

use crate::counter::display::{Input, Keyed};
use crate::counter::{Counter, Reason};
use crate::scan::PortName;
use crate::scan::port::UsbName;
use baton_link::clock::Clock;
use baton_protocol::money::{Currency, Money};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;
use typing::{Key, Stage, TooLong, Typing};

/// Settings of the keypad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeypadSettings {
    /// How it is connected.
    pub wiring: Wiring,
    /// What is typed: whole minor units of this currency.
    pub currency: Currency,
}

/// How a keypad is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wiring {
    /// A serial port of this speed; keys come as letters.
    Serial(PortName, u32),
    /// It types; it is taken for this program alone.
    Keyboard(UsbName),
}

/// What the clerk decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// An amount waits to be taken.
    Amount,
    /// Whatever is open is to be closed.
    Cleared,
}

/// The amount that was typed; its copies are the same amount.
#[derive(Debug, Clone)]
pub struct Typed {
    typing: Arc<Mutex<Typing>>,
    entered: Arc<Notify>,
    cleared: Arc<Notify>,
    currency: Currency,
    counter: Counter,
    clock: Clock,
}

impl Typed {
    /// Begins with nothing.
    #[must_use]
    pub fn new(currency: Currency, counter: Counter, clock: Clock) -> Self {
        let (typing, entered, cleared) = (Arc::default(), Arc::default(), Arc::default());
        Self { typing, entered, cleared, currency, counter, clock }
    }

    /// Takes the amount that waits for a scan; nothing when none does, or it is over a minute old.
    ///
    /// **Repeat** an amount is taken once.
    #[must_use]
    pub fn take(&self) -> Option<Money> {
        let taken = self.with(Typing::take);
        Some(Money::new(taken?, self.currency))
    }

    /// Returns the amount that waits for a scan, without taking it.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        match self.with(|typing, now_ms| {
            typing.pass(now_ms);
            typing.stage()
        }) {
            Stage::Waiting { minor } => Some(Money::new(minor, self.currency)),
            Stage::Empty | Stage::Typing { .. } => None,
        }
    }

    /// Waits for Enter behind an amount, or for C without one.
    ///
    /// **Repeat** it may be dropped while it waits and asked again.
    pub async fn entered(&self) -> Entered {
        tokio::select! {
            () = self.entered.notified() => Entered::Amount,
            () = self.cleared.notified() => Entered::Cleared,
        }
    }

    /// Takes a key.
    pub fn key(&self, key: Key) {
        let before = self.with(|typing, _| typing.stage());
        self.step(key);
        let after = self.with(|typing, _| typing.stage());
        match (before, key, after) {
            (Stage::Typing { .. }, Key::Enter, Stage::Waiting { .. }) => self.entered.notify_one(),
            (Stage::Empty, Key::Clear, _) => self.cleared.notify_one(),
            (Stage::Empty | Stage::Typing { .. } | Stage::Waiting { .. }, _, _) => {}
        }
    }

    fn step(&self, key: Key) {
        if let Err(TooLong) = self.with(|typing, now_ms| typing.step(key, now_ms)) {
            self.counter.tell(Input::Refused { reason: Reason::Amount });
        }
    }

    /// Forgets what is too old, and returns how long until that may be so again. **Units** ms.
    pub(crate) fn pass(&self) -> Option<u64> {
        let now_ms = (self.clock.monotonic_ms)();
        let deadline_ms = self.with(|typing, now_ms| {
            typing.pass(now_ms);
            typing.next_deadline()
        });
        deadline_ms.map(|deadline_ms| deadline_ms.saturating_sub(now_ms))
    }

    /// Does something with the keys, and shows what became of them.
    fn with<T>(&self, work: impl FnOnce(&mut Typing, u64) -> T) -> T {
        let now_ms = (self.clock.monotonic_ms)();
        let mut typing = self.typing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = typing.stage();
        let done = work(&mut typing, now_ms);
        let after = typing.stage();
        if before != after {
            self.counter.tell(Input::Keypad(match after {
                Stage::Empty => Keyed::Empty,
                Stage::Typing { minor } => Keyed::Typing(Money::new(minor, self.currency)),
                Stage::Waiting { minor } => Keyed::Waiting(Money::new(minor, self.currency)),
            }));
        }
        done
    }
}

#[cfg(test)]
mod tests;
