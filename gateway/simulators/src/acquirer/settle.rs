//! What an acquirer makes of 0500 and 0520: it counts its own book and compares.
//!
//! Owns the reading of totals, apart from the client's code on purpose. Payments and redeemed
//! points are debits, accrued points are credits; giving back goes the other way. What the book
//! keeps under a code that unbalances is counted with another amount. Next: [`crate::book`].

use crate::book::WRONG_BY_MINOR;
use crate::ledger::{Entry, EntryState};
use crate::magic::Magic;
use baton_destinations::Day;
use baton_destinations::reconcile::{Movement, Tally, Totals, TotalsInvalid};
use baton_formats::iso8583::Message;
use baton_formats::iso8583::response::{APPROVED, SYSTEM_FAULT, TRANSACTION_INVALID};
use baton_formats::iso8583::spec1987::{
    RESPONSE_CODE, SETTLEMENT_CODE, SETTLEMENT_CURRENCY, SETTLEMENT_DATE, SETTLEMENT_IN_BALANCE,
    SETTLEMENT_OUT_OF_BALANCE, TERMINAL_ID,
};
use baton_protocol::money::Currency;
use baton_protocol::work::MembershipAction;

/// Fields of counts and sums: credits, their reversals, debits, theirs.
const COUNTS_AND_SUMS: [(u8, u8); 4] = [(74, 86), (75, 87), (76, 88), (77, 89)];
/// Field of the net amount.
const NET: u8 = 97;

/// What is counted together.
struct Part<'a> {
    day: String,
    currency: Currency,
    terminal: Option<&'a str>,
}

/// Answers with what the book holds, and whether it is what the question says.
pub(super) fn compare<'e>(
    entries: impl Iterator<Item = &'e Entry>,
    message: &mut Message,
    now_ms: i64,
) {
    let Some(part) = part(message, now_ms) else {
        return message.set(RESPONSE_CODE, TRANSACTION_INVALID);
    };
    let Ok(ours) = totals(entries, &part) else {
        return message.set(RESPONSE_CODE, SYSTEM_FAULT);
    };
    let said = written(&ours);
    let agrees = said.iter().all(|(field, value)| figure(message, *field) == figure_of(value));
    let code = if agrees { SETTLEMENT_IN_BALANCE } else { SETTLEMENT_OUT_OF_BALANCE };
    said.iter().for_each(|(field, value)| message.set(*field, value));
    message.set(SETTLEMENT_CODE, code);
    message.set(RESPONSE_CODE, APPROVED);
}

fn part(message: &Message, now_ms: i64) -> Option<Part<'_>> {
    let day = Day::near(message.text(SETTLEMENT_DATE)?, Day::of(now_ms)).ok()?.to_string();
    let number = message.text(SETTLEMENT_CURRENCY)?.parse().ok()?;
    let currency = Currency::from_number(number).ok()?;
    Some(Part { day, currency, terminal: message.text(TERMINAL_ID).map(str::trim_end) })
}

fn totals<'e>(
    entries: impl Iterator<Item = &'e Entry>,
    part: &Part<'_>,
) -> Result<Totals, TotalsInvalid> {
    let mut totals = Totals::default();
    let fits = |entry: &&Entry| {
        entry.currency == part.currency
            && part.terminal.is_none_or(|terminal| entry.terminal.as_deref() == Some(terminal))
    };
    for entry in entries.filter(fits) {
        let Some((forward, back)) = movements(entry) else { continue };
        let wrong = if entry.magic == Some(Magic::Unbalanced) { WRONG_BY_MINOR } else { 0 };
        let minor = entry.amount.saturating_add(wrong);
        let on = |day: &Option<String>| day.as_ref() == Some(&part.day);
        if on(&entry.day) {
            totals.add(forward, minor)?;
        }
        if entry.state == EntryState::Reversed && on(&entry.reversed_day) {
            totals.add(back, minor)?;
        }
    }
    Ok(totals)
}

/// What a charge is, and what its reversal is; nothing for what moves nothing.
fn movements(entry: &Entry) -> Option<(Movement, Movement)> {
    let debit = match entry.action {
        _ if entry.charges == 0 => return None,
        None | Some(MembershipAction::Redeem) => true,
        Some(MembershipAction::Accrue) => false,
        Some(MembershipAction::Balance) => return None,
    };
    if debit == entry.original.is_none() {
        return Some((Movement::Payment, Movement::PaymentReversed));
    }
    Some((Movement::Refund, Movement::RefundReversed))
}

fn written(totals: &Totals) -> Vec<(u8, String)> {
    let tallies =
        [totals.refunds, totals.refunds_reversed, totals.payments, totals.payments_reversed];
    let both = |((count, sum), tally): ((u8, u8), Tally)| {
        [(count, format!("{:010}", tally.count)), (sum, format!("{:016}", tally.minor))]
    };
    let mut said: Vec<_> = COUNTS_AND_SUMS.into_iter().zip(tallies).flat_map(both).collect();
    if let Ok(net) = totals.net_minor() {
        let sign = if net > 0 { 'D' } else { 'C' };
        said.push((NET, format!("{sign}{:016}", net.unsigned_abs())));
    }
    said
}

/// A figure with its sign, if it has one; a message need not repeat zeros in front.
fn figure(message: &Message, field: u8) -> Option<(Option<char>, u64)> {
    message.text(field).and_then(figure_of)
}

fn figure_of(text: &str) -> Option<(Option<char>, u64)> {
    let sign = text.chars().next().filter(char::is_ascii_uppercase);
    let digits = if sign.is_some() { text.get(1..)? } else { text };
    Some((sign, digits.parse().ok()?))
}
