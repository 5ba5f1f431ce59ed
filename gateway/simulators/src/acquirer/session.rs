//! How one connection stands, and what an acquirer says on it by itself.
//!
//! Owns signing off, from both sides, the words of a new business day, and the count of what
//! clients said. A line that is signed off takes no sale until the client signs on again. Next:
//! [`super::desk`].

use super::Speech;
use crate::book::Book;
use baton_destinations::Day;
use baton_formats::iso8583::response::APPROVED;
use baton_formats::iso8583::spec1987::{
    LOCAL_DATE, NETWORK_CODE, NETWORK_CUT_OVER, NETWORK_SIGN_OFF, NETWORK_SIGN_ON, RESPONSE_CODE,
    SETTLEMENT_DATE, STAN,
};
use baton_formats::iso8583::{Message, Mti};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The trace number of all that an acquirer says by itself; it waits for no answer.
const OWN_TRACE: &str = "900001";

/// How a connection stands.
#[derive(Debug)]
pub(super) struct Session {
    signed_off: AtomicBool,
    greetings: Arc<Greetings>,
}

/// What clients said of their lines since the start, on all of them.
#[derive(Debug, Default)]
pub(super) struct Greetings {
    sign_ons: AtomicU64,
    sign_offs: AtomicU64,
}

impl Greetings {
    /// Returns both counts: signed on, signed off.
    pub(super) fn counts(&self) -> [u64; 2] {
        [&self.sign_ons, &self.sign_offs].map(|count| count.load(Ordering::SeqCst))
    }
}

/// What an acquirer says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announcement {
    /// The next business day begins.
    CutOver,
    /// No sales on this line until the client signs on again.
    SignOff,
}

/// An announcement as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Announced {
    pub(super) what: Announcement,
    pub(super) frame: Vec<u8>,
}

impl Session {
    /// A line that begins.
    pub(super) fn new(greetings: Arc<Greetings>) -> Self {
        Self { signed_off: AtomicBool::new(false), greetings }
    }

    pub(super) fn takes_sales(&self) -> bool {
        !self.signed_off.load(Ordering::SeqCst)
    }

    /// Does what an announcement of ours means for the line that it is sent on.
    pub(super) fn announced(&self, what: Announcement) {
        match what {
            Announcement::SignOff => self.signed_off.store(true, Ordering::SeqCst),
            Announcement::CutOver => {}
        }
    }

    /// Answers a client's network message.
    pub(super) fn greet(&self, book: &mut Book, message: &mut Message, now_ms: i64) {
        match message.text(NETWORK_CODE).unwrap_or_default() {
            NETWORK_SIGN_ON => {
                self.signed_off.store(false, Ordering::SeqCst);
                self.greetings.sign_ons.fetch_add(1, Ordering::SeqCst);
            }
            NETWORK_SIGN_OFF => {
                self.signed_off.store(true, Ordering::SeqCst);
                self.greetings.sign_offs.fetch_add(1, Ordering::SeqCst);
            }
            NETWORK_CUT_OVER => {
                let named = message.text(SETTLEMENT_DATE).or_else(|| message.text(LOCAL_DATE));
                let today = Day::of(now_ms);
                if let Some(day) = named.and_then(|named| Day::near(named, today).ok()) {
                    book.cut_over(day);
                }
            }
            _ => {}
        }
        message.set(RESPONSE_CODE, APPROVED);
    }
}

/// Puts an announcement into words; the book's day has changed then. Nothing when the dialect has
/// no words for it.
pub(super) fn announce(
    speech: &Speech,
    book: &mut Book,
    what: Announcement,
    now_ms: i64,
) -> Option<Announced> {
    let said = Message::new(Mti::NETWORK).with(STAN, OWN_TRACE);
    let said = match what {
        Announcement::CutOver => {
            let day = book.business_day().unwrap_or_else(|| Day::of(now_ms)).next();
            book.cut_over(day);
            said.with(NETWORK_CODE, NETWORK_CUT_OVER).with(SETTLEMENT_DATE, day.month_day())
        }
        Announcement::SignOff => said.with(NETWORK_CODE, NETWORK_SIGN_OFF),
    };
    let frame = speech.dialect.seal(&said).inspect_err(|fault| tracing::warn!(%fault)).ok()?;
    Some(Announced { what, frame })
}
