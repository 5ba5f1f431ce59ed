//! What people at the counter see and hear.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`view`] | the one value that every face draws |
//! | 2 | [`display`] | the rules: which word stands, and for how long |
//! | 3 | [`screen`] | a page for a browser on this machine |
//! | 4 | [`lines`], [`customer`] | a display of two lines on a serial port |
//! | 5 | [`lamp`], [`sound`] | lamps of the kernel, and a tone |
//! | 6 | [`faces`] | starts those that the settings name |
//!
//! [`Counter`] is the door: whoever knows something tells it, every face watches. Owns nothing of
//! the money: "approved" comes from the gateway alone, and no face holds a payment up.

pub mod customer;
pub mod display;
pub mod faces;
pub mod lamp;
pub mod lines;
pub mod screen;
pub mod sound;
pub mod view;

use crate::ask::Told;
use crate::receipt::Desk;
use crate::scan::{Heard, Refusal};
use baton_link::asks::Answer as Answered;
use baton_link::clock::Clock;
use baton_link::executor::News;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::Command;
use baton_protocol::money::Money;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::{State, Verdict, Work};
use display::{Answer, Display, Input};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

pub use faces::{FaceSettings, Faces};
pub use view::{Headline, Reach, Reason, View};

/// The counter of one terminal; its copies are the same counter.
#[derive(Debug, Clone)]
pub struct Counter {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    display: Mutex<Display>,
    view: watch::Sender<View>,
    changed: Notify,
    clock: Clock,
    receipts: Option<Desk>,
}

impl Counter {
    /// Makes a counter at which nobody stands yet: what is told is kept and shown to nobody.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self::with_receipts(clock, None)
    }

    /// Makes one whose approved payments are printed.
    #[must_use]
    pub fn with_receipts(clock: Clock, receipts: Option<Desk>) -> Self {
        let display = Display::default();
        let (view, _) = watch::channel(display.view());
        let (display, changed) = (Mutex::new(display), Notify::new());
        Self { shared: Arc::new(Shared { display, view, changed, clock, receipts }) }
    }

    /// Takes a fact; every face sees what became of it.
    pub fn tell(&self, input: Input) {
        let now_ms = (self.shared.clock.monotonic_ms)();
        let mut display = self.shared.display.lock().unwrap_or_else(PoisonError::into_inner);
        display.step(input, now_ms);
        let view = display.view();
        self.shared.view.send_if_modified(|seen| {
            let changed = *seen != view;
            *seen = view;
            changed
        });
        self.shared.changed.notify_one();
    }

    /// Returns what is seen, now and whenever it changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<View> {
        self.shared.view.subscribe()
    }

    /// A command arrived and its way is being cleared.
    pub fn began(&self, command: &Command) {
        let (transaction, amount) = (command.transaction, amount(&command.work));
        self.tell(Input::Began { transaction, amount });
    }

    /// It is being sent, once: from here on a word is owed.
    pub fn submitted(&self, command: &Command) {
        if let Some(desk) = &self.shared.receipts {
            desk.submitted(command);
        }
    }

    /// The destination answered, or nobody can tell.
    pub fn answered(&self, transaction: TransactionId, verdict: &Verdict) {
        let answer = match verdict {
            Verdict::Approved { .. } | Verdict::Declined { .. } => Answer::Conclusive,
            Verdict::Unknown { .. } => Answer::Unknown,
        };
        self.tell(Input::Answered { transaction, answer });
    }

    /// The gateway said what it became.
    pub fn word(&self, transaction: TransactionId, state: State) {
        self.tell(Input::Word { transaction, state });
        if let Some(desk) = &self.shared.receipts {
            desk.word(transaction, state);
        }
    }

    /// A scanner has something to say.
    pub fn heard(&self, heard: &Heard) {
        match heard {
            Heard::Ready { source } => self.tell(Input::PartReady(source.to_string())),
            Heard::Trouble { source, .. } => self.tell(Input::PartTrouble(source.to_string())),
            Heard::Refused { refusal, .. } => {
                self.tell(Input::Refused { reason: reason(*refusal) });
            }
            Heard::Scan(_) => {}
        }
    }

    /// A reading was asked about, or not.
    pub fn told(&self, told: Told) {
        match told {
            Told::NotForPaying | Told::Invalid(_) => {
                self.tell(Input::Refused { reason: Reason::NotCode });
            }
            Told::Said(answer) => self.said(answer),
        }
    }

    /// The gateway answered what this counter asked.
    pub fn said(&self, answer: Answered) {
        let reason = match answer {
            Answered::Taken { .. } => return,
            Answered::Refused { code, .. } => refused(code),
            Answered::Offline => Reason::Offline,
            Answered::Busy => Reason::Refused,
            Answered::Unknown => Reason::Unknown,
        };
        self.tell(Input::Refused { reason });
    }

    /// What the gateway lets this counter know besides its word.
    pub fn news(&self, news: News) {
        self.tell(match news {
            News::Online => Input::Online,
            News::Offline => Input::Offline,
            News::Sale { amount, .. } => Input::Sale(amount),
            News::Elsewhere { transaction, amount, state } => {
                let amount = Some(amount).filter(|amount| amount.minor != 0);
                Input::Elsewhere { transaction, amount, state }
            }
        });
    }

    /// Ends words that stood long enough. Runs for ever.
    pub(crate) async fn keep_time(self) {
        loop {
            let deadline = {
                let display = self.shared.display.lock();
                display.unwrap_or_else(PoisonError::into_inner).next_deadline()
            };
            let changed = self.shared.changed.notified();
            let Some(deadline_ms) = deadline else {
                changed.await;
                continue;
            };
            let now_ms = (self.shared.clock.monotonic_ms)();
            let left = Duration::from_millis(deadline_ms.saturating_sub(now_ms));
            if tokio::time::timeout(left, changed).await.is_err() {
                self.tell(Input::Passed);
            }
        }
    }
}

/// What is moved; nothing when a balance is only read.
fn amount(work: &Work) -> Option<Money> {
    Some(work.amount()).filter(|amount| amount.minor != 0)
}

const fn reason(refusal: Refusal) -> Reason {
    match refusal {
        Refusal::CardNumber | Refusal::CardData => Reason::Card,
        Refusal::Empty
        | Refusal::TooLong { .. }
        | Refusal::CutOff
        | Refusal::PrefixMissing
        | Refusal::NotText => Reason::Unreadable,
        Refusal::CardUnknown | Refusal::ControlCharacter | Refusal::Malformed { .. } => {
            Reason::Format
        }
    }
}

/// What a clerk or shopper can do about a refusal; every other one is "not now".
fn refused(code: RefusalCode) -> Reason {
    let no_sale = [RefusalCode::SaleNotOpen, RefusalCode::AmountRequired];
    let used = [RefusalCode::CodeExpired, RefusalCode::DuplicateCode];
    if no_sale.contains(&code) {
        Reason::NoSale
    } else if used.contains(&code) {
        Reason::Used
    } else {
        Reason::Refused
    }
}

#[cfg(test)]
mod tests;
