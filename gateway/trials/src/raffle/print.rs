//! What a life looks like: its journal line by line, then what is on the accounts.
//!
//! Owns the columns. Next: [`super::random`].

use super::audit::{Comparison, booked};
use super::books::written;
use super::case::Case;
use super::life::Played;
use baton_core::ledger::Account;
use baton_protocol::money::{Currency, Money};
use std::io::{Result, Write};

/// Writes whole won with commas.
#[must_use]
pub fn won(won: i64) -> String {
    let text = Money::new(won, Currency::KRW).to_string();
    text.trim_end_matches(" KRW").to_owned()
}

/// Prints a life.
///
/// # Errors
/// The output cannot be written.
pub fn life(case: &Case, played: &Played, out: &mut dyn Write) -> Result<()> {
    let raffle = &played.life.raffle;
    let (terms, figures) = (raffle.terms(), raffle.figures());
    writeln!(out, "sale {}: {}", case.id, case.note)?;
    writeln!(
        out,
        "T {}   P1 {}   deposit {}",
        won(terms.total()),
        won(terms.p1()),
        won(terms.deposit())
    )?;
    writeln!(out)?;
    journal(case, played, out)?;
    writeln!(out)?;
    writeln!(out, "state {}", raffle.state().word())?;
    writeln!(
        out,
        "Nr {}   S {}   shortage {}   surplus {}",
        figures.tickets,
        won(figures.paid),
        won(figures.shortage),
        won(figures.surplus)
    )?;
    for (unit, person) in raffle.buyers().enumerate() {
        writeln!(out, "buyer {person}   P2 {}", won(figures.p2_of(unit)))?;
    }
    balances(case, played, out)
}

fn journal(case: &Case, played: &Played, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{:<38} {:<36} {:>15} {:>15}", "step, event", "account", "debit", "credit")?;
    let mut from = 0;
    for ((words, answer), upto) in case.script.iter().zip(&played.answers).zip(&played.posted) {
        let answer = answer.as_deref().map_or(String::new(), |answer| format!("  -> {answer}"));
        writeln!(out, "{}{answer}", step(words))?;
        for posting in played.life.books.journal().get(from..*upto).unwrap_or_default() {
            let posting = booked(posting, &case.id);
            let mut event = posting.event.as_str();
            for line in &posting.lines {
                let (debit, credit) = (side(line.debit), side(line.credit));
                writeln!(out, "    {event:<34} {:<36} {debit:>15} {credit:>15}", line.account)?;
                event = "";
            }
        }
        from = *upto;
    }
    Ok(())
}

/// Longest order that is printed whole, in tickets: a line of a screen.
const ORDER_TICKETS_MAX: usize = 20;

fn step(words: &[serde_json::Value]) -> String {
    let word = |one: &serde_json::Value| match one {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(order) if order.len() > ORDER_TICKETS_MAX => {
            let first: Vec<String> =
                order.iter().take(ORDER_TICKETS_MAX).map(ToString::to_string).collect();
            format!("[{}, … of {}]", first.join(","), order.len())
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::Array(_)
        | serde_json::Value::Object(_) => one.to_string(),
    };
    words.iter().map(word).collect::<Vec<String>>().join(" ")
}

fn side(amount: i64) -> String {
    if amount == 0 { String::new() } else { won(amount) }
}

fn balances(case: &Case, played: &Played, out: &mut dyn Write) -> Result<()> {
    writeln!(out)?;
    writeln!(out, "{:<75} {:>15}", "balances", "debit - credit")?;
    let mut sum: i128 = 0;
    for (account, balance) in played.life.books.balances() {
        let account = written(&Account::Raffle(account.clone()), &case.id);
        let shown = i64::try_from(balance).map_or_else(|_| balance.to_string(), won);
        writeln!(out, "    {account:<71} {shown:>15}")?;
        sum = sum.saturating_add(balance);
    }
    writeln!(out, "    {:<71} {sum:>15}", "together")
}

/// Prints a comparison in a line, and what differs below it.
///
/// # Errors
/// The output cannot be written.
pub fn comparison(
    case: &Case,
    played: &Played,
    found: &Comparison,
    out: &mut dyn Write,
) -> Result<()> {
    let state = played.life.raffle.state().word();
    let verdict = if found.differences.is_empty() { "equal" } else { "DIFFERENT" };
    let (equal, expected) = (found.equal, found.expected);
    writeln!(out, "{:<30} {state:<20} {equal:>5} of {expected:>5} postings  {verdict}", case.id)?;
    for difference in &found.differences {
        writeln!(out, "    {difference}")?;
    }
    Ok(())
}
