//! Two lines of letters, and how displays are told them.
//!
//! Owns the words, in plain English letters because such displays have one country's letters each,
//! and the two languages that nearly all of them understand: Epson's ESC/POS for line displays
//! (US $) and CD 5220 (ESC Q). Next: [`super::customer`], which sends them.

use super::view::{Headline, Reason, View};
use baton_protocol::money::Money;

/// How a display is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// Epson's: ESC @, US $ column row.
    Epson,
    /// CD 5220: ESC Q A and ESC Q B.
    Cd5220,
}

/// Both lines, each as wide as the display.
#[must_use]
pub fn lines(view: &View, columns: usize) -> [String; 2] {
    let amount = view.amount.map(|amount| amount.to_string()).unwrap_or_default();
    let (above, below) = match (&view.headline, view.typed) {
        // What the clerk is typing stands below, and the doubt stays above.
        (Headline::Checking, Some(typed)) => (both("CHECKING", &amount, columns), tell(typed)),
        (Headline::Ready, _) => ("READY".to_owned(), "TOUCH OR SHOW CODE".to_owned()),
        (Headline::Offline, Some(typed)) => ("OFFLINE".to_owned(), tell(typed)),
        (Headline::Offline, None) => ("OFFLINE".to_owned(), "NO PAYMENTS NOW".to_owned()),
        (Headline::Checking, None) => ("CHECKING - WAIT".to_owned(), amount),
        (Headline::NotTaken { reason }, _) => ("NOT TAKEN".to_owned(), why(*reason).to_owned()),
        (headline, _) => (title(headline).to_owned(), amount),
    };
    let others = view.checking.saturating_sub(usize::from(view.headline == Headline::Checking));
    let above =
        if others == 0 { above } else { both(&above, &format!("+{others} CHECK"), columns) };
    [fit(&above, columns), fit(&below, columns)]
}

/// Bytes that a display shows both lines for; they leave nothing of the lines before.
#[must_use]
pub fn bytes(lines: &[String; 2], speech: Speech) -> Vec<u8> {
    let [above, below] = lines;
    match speech {
        Speech::Epson => {
            let places: [&[u8]; 2] = [b"\x1f$\x01\x01", b"\x1f$\x01\x02"];
            let [first, second] = places;
            [first, above.as_bytes(), second, below.as_bytes()].concat()
        }
        Speech::Cd5220 => {
            [b"\x1bQA", above.as_bytes(), b"\r", b"\x1bQB", below.as_bytes(), b"\r"].concat()
        }
    }
}

/// Bytes that begin anew.
#[must_use]
pub const fn reset() -> &'static [u8] {
    b"\x1b@\x0c"
}

const fn title(headline: &Headline) -> &'static str {
    match headline {
        Headline::Ready => "READY",
        Headline::Offline => "OFFLINE",
        Headline::Sale | Headline::Typed => "PLEASE PAY",
        Headline::Typing => "AMOUNT",
        Headline::Busy => "IN PROGRESS",
        Headline::Checking => "CHECKING - WAIT",
        Headline::Approved => "APPROVED",
        Headline::Declined => "DECLINED",
        Headline::NotCharged => "NOT PAID",
        Headline::NotTaken { .. } => "NOT TAKEN",
    }
}

const fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Card => "NO CARD NUMBERS",
        Reason::Unreadable => "SCAN AGAIN",
        Reason::Format => "WRONG CODE",
        Reason::Amount => "AMOUNT TOO LONG",
        Reason::NotCode => "NO PAYMENT CODE",
        Reason::NoSale => "TYPE AMOUNT FIRST",
        Reason::Used => "SHOW A NEW CODE",
        Reason::Refused => "NOT NOW",
        Reason::Offline => "NO CONNECTION",
        Reason::Unknown => "NO ANSWER - WAIT",
    }
}

fn tell(amount: Money) -> String {
    amount.to_string()
}

/// A word at each edge; the left one gives way.
fn both(left: &str, right: &str, columns: usize) -> String {
    let room = columns.saturating_sub(right.chars().count());
    format!("{}{right}", fit(left, room))
}

/// Cut or filled to the width; anything but plain letters becomes a question mark.
fn fit(text: &str, columns: usize) -> String {
    let plain = text.chars().map(|letter| if matches!(letter, ' '..='~') { letter } else { '?' });
    plain.chain(std::iter::repeat(' ')).take(columns).collect()
}

#[cfg(test)]
mod tests;
