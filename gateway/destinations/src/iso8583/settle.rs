//! Totals of a day in fields: 0500 and 0520 as they are sent, 0510 and 0530 as they are read.
//!
//! Owns the layout. Payments are debits, refunds and voids credits; 97 is credits less debits:
//! D when the destination owes the shop. "In balance" is believed only when no figure beside it
//! differs. Source: ISO 8583:1987, data elements 15, 50, 66, 74 to 81, 86 to 89, 97. Next:
//! [`crate::reconcile`].

use super::dialect::Dialect;
use super::request::terminal_field;
use crate::day::Day;
use crate::moment::Moment;
use crate::reconcile::{Reconcile, Reconciliation, Tally, Told, ToldTally, Unreconciled};
use baton_formats::iso8583::response::APPROVED;
use baton_formats::iso8583::spec1987::{
    AUTHORIZATIONS, CREDITS, CREDITS_AMOUNT, CREDITS_REVERSED, CREDITS_REVERSED_AMOUNT, DEBITS,
    DEBITS_AMOUNT, DEBITS_REVERSED, DEBITS_REVERSED_AMOUNT, INQUIRIES, LOCAL_DATE, NET_AMOUNT,
    RESPONSE_CODE, SETTLEMENT_CODE, SETTLEMENT_CURRENCY, SETTLEMENT_DATE, SETTLEMENT_ERROR,
    SETTLEMENT_IN_BALANCE, SETTLEMENT_OUT_OF_BALANCE, TERMINAL_ID, TRANSFERS, TRANSFERS_REVERSED,
    TRANSMISSION_TIME,
};
use baton_formats::iso8583::{Message, Mti};

/// Response code of 1987: the totals do not agree.
const RECONCILE_ERROR: &str = "95";
/// What Baton has none of; zeros, where the destination's table has the fields. Its own questions
/// about a payment are no inquiries in this sense.
const NONE_OF: [u8; 4] = [TRANSFERS, TRANSFERS_REVERSED, INQUIRIES, AUTHORIZATIONS];

/// Returns the question; nothing when its net amount does not fit 64 bits.
pub(super) fn request(ask: &Reconcile, mti: Mti, dialect: &Dialect) -> Option<Message> {
    let totals = &ask.totals;
    let mut message = Message::new(mti)
        .with(TRANSMISSION_TIME, Moment::of(ask.at_ms).transmission())
        .with(SETTLEMENT_DATE, ask.day.month_day())
        .with(SETTLEMENT_CURRENCY, format!("{:03}", ask.currency.number()))
        .with(NET_AMOUNT, signed(totals.net_minor().ok()?));
    if let Some(terminal) = &ask.terminal {
        message.set(TERMINAL_ID, terminal_field(terminal));
    }
    let mut tally = |count, amount, tally: Tally| {
        message.set(count, tally.count.to_string());
        message.set(amount, tally.minor.to_string());
    };
    tally(CREDITS, CREDITS_AMOUNT, totals.refunds);
    tally(CREDITS_REVERSED, CREDITS_REVERSED_AMOUNT, totals.refunds_reversed);
    tally(DEBITS, DEBITS_AMOUNT, totals.payments);
    tally(DEBITS_REVERSED, DEBITS_REVERSED_AMOUNT, totals.payments_reversed);
    for field in NONE_OF.into_iter().filter(|field| dialect.has(*field)) {
        message.set(field, "0");
    }
    Some(message)
}

pub(super) fn answer(ask: &Reconcile, message: &Message) -> Reconciliation {
    if !speaks_of(ask, message) {
        return Reconciliation::NotReconciled(Unreconciled::Mismatch);
    }
    let theirs = told(message);
    let code = message.text(RESPONSE_CODE).unwrap_or(APPROVED);
    match (message.text(SETTLEMENT_CODE), code) {
        (Some(SETTLEMENT_IN_BALANCE), APPROVED) if theirs.agrees_with(&ask.totals) => {
            Reconciliation::InBalance
        }
        (Some(SETTLEMENT_IN_BALANCE), APPROVED) | (Some(SETTLEMENT_OUT_OF_BALANCE), _) => {
            Reconciliation::OutOfBalance { theirs }
        }
        (Some(SETTLEMENT_ERROR), APPROVED) => refused("settlement 3"),
        (None, RECONCILE_ERROR) => Reconciliation::OutOfBalance { theirs },
        (_, APPROVED) => Reconciliation::NotReconciled(Unreconciled::Uncompared),
        (_, code) => refused(code),
    }
}

/// Returns the day that a message is about: its settlement date, or else its local date.
pub(super) fn day_named(message: &Message, near: Day) -> Option<Day> {
    let digits = message.text(SETTLEMENT_DATE).or_else(|| message.text(LOCAL_DATE))?;
    Day::near(digits, near).ok()
}

fn refused(code: &str) -> Reconciliation {
    Reconciliation::NotReconciled(Unreconciled::Refused { code: code.to_owned() })
}

/// What an answer names must be what was asked about; it need not name it.
fn speaks_of(ask: &Reconcile, message: &Message) -> bool {
    let same = |field, ours: &str| message.text(field).is_none_or(|theirs| theirs.trim() == ours);
    let currency = format!("{:03}", ask.currency.number());
    let terminal = ask.terminal.as_ref().map(terminal_field).unwrap_or_default();
    same(SETTLEMENT_DATE, &ask.day.month_day())
        && same(SETTLEMENT_CURRENCY, &currency)
        && same(TERMINAL_ID, terminal)
}

fn told(message: &Message) -> Told {
    let tally =
        |count, amount| ToldTally { count: message.number(count), minor: message.number(amount) };
    Told {
        payments: tally(DEBITS, DEBITS_AMOUNT),
        payments_reversed: tally(DEBITS_REVERSED, DEBITS_REVERSED_AMOUNT),
        refunds: tally(CREDITS, CREDITS_AMOUNT),
        refunds_reversed: tally(CREDITS_REVERSED, CREDITS_REVERSED_AMOUNT),
        net_minor: message.text(NET_AMOUNT).and_then(unsigned),
    }
}

/// Writes a net amount; what the shop is owed is a debit.
fn signed(net_minor: i64) -> String {
    let sign = if net_minor > 0 { 'D' } else { 'C' };
    format!("{sign}{:016}", net_minor.unsigned_abs())
}

/// Reads a net amount; some write the signs of arithmetic, for credits less debits as well.
fn unsigned(text: &str) -> Option<i64> {
    let (sign, digits) = text.split_at_checked(1)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let size: i64 = digits.parse().ok().filter(|_| plain)?;
    match sign {
        "D" | "-" => Some(size),
        "C" | "+" => size.checked_neg(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
