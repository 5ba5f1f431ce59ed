//! `admin exceptions` and `admin transaction`: what nobody knows yet, and all that was said of it.
//!
//! Owns these lists; a running gateway is not needed for them. May not decide: two operators do, at
//! `/exceptions` on the operator's listener. Never a code. Read by [`super`].

use super::now;
use anyhow::Context;
use baton_core::time::Timestamp;
use baton_protocol::evidence::{Cause, Entry, Evidence};
use baton_protocol::ids::TransactionId;
use baton_protocol::work::State;
use baton_records::Records;
use baton_records::exceptions::{CaseFilter, CaseRow, CaseStanding, Subject};
use baton_records::rows::{Told, TransactionRow};
use std::collections::BTreeSet;

/// Cases that are read: as many open ones mean that nobody looks after them.
const CASES_MAX: i64 = 1_000;

/// Lists open doubts with what stands behind them, then the open cases about anything else.
pub async fn list(records: &Records) -> anyhow::Result<()> {
    let open = CaseFilter { standing: Some(CaseStanding::Open), ..CaseFilter::default() };
    let cases = records.cases(&open, CASES_MAX).await?;
    let doubts: Vec<TransactionRow> =
        records.open_transactions().await?.into_iter().filter(in_doubt).collect();
    if doubts.is_empty() && cases.is_empty() {
        println!("nothing is in doubt, and nothing calls for people");
    }
    for row in &doubts {
        println!("{}", doubt(row, &cases_of(row, &cases), now()));
    }
    let told: BTreeSet<TransactionId> = doubts.iter().map(|row| row.facts.id).collect();
    for case in &cases {
        if matches!(case.subject, Subject::Transaction(id) if told.contains(&id)) {
            continue;
        }
        let age = age(case.opened, now());
        println!("{}   {} {age}, shop {}", case.subject, case.kind.word(), case.shop);
    }
    Ok(())
}

/// Shows all that the store knows of one transaction.
pub async fn show(records: &Records, id: TransactionId) -> anyhow::Result<()> {
    let row = records.lookup_transaction(id).await?.context("there is no such transaction")?;
    let subject = Subject::Transaction(id);
    let cases = records.cases_about(&subject).await?;
    let facts = &row.facts;
    println!("{}", doubt(&row, &cases.iter().collect::<Vec<_>>(), now()));
    println!("  app {}, destination {}, touch {}", facts.app, facts.destination, facts.touch);
    for step in records.steps_of(facts.touch, id).await? {
        println!("  step {}: {}", step.seq, step.body);
    }
    for piece in records.evidence_about(&subject).await? {
        let by = piece.operator.map(|name| format!(" by {name}")).unwrap_or_default();
        println!("  {}{by}, {} times: {}", piece.kind, piece.times, piece.body);
    }
    Ok(())
}

fn in_doubt(row: &TransactionRow) -> bool {
    matches!(row.stored.state, State::Unknown | State::Reversing | State::Suspense)
}

fn cases_of<'c>(row: &TransactionRow, cases: &'c [CaseRow]) -> Vec<&'c CaseRow> {
    let subject = Subject::Transaction(row.facts.id);
    cases.iter().filter(|case| case.subject == subject).collect()
}

/// One line: which, since when, why, what the executor saw, what is open about it.
fn doubt(row: &TransactionRow, cases: &[&CaseRow], now: Timestamp) -> String {
    let (facts, stored) = (&row.facts, &row.stored);
    let (state, since) = (stored.state.word(), stored.doubt_since.unwrap_or(stored.since));
    let reason = row.reason.as_deref().unwrap_or("-");
    let Told { evidence, cause } = row.told;
    let (seen, cause) = (words(evidence), cause.map_or("-", Cause::word));
    let open = cases.iter().filter(|case| case.closed.is_none());
    let kinds: Vec<&str> = open.map(|case| case.kind.word()).collect();
    let kinds = if kinds.is_empty() { "-".to_owned() } else { kinds.join(" ") };
    let (id, amount, age) = (facts.id, facts.amount, age(since, now));
    format!(
        "{id}   {state} {age}, {amount} at {} by {}; reason {reason}, evidence {seen}, \
         cause {cause}, cases {kinds}",
        facts.terminal, facts.executor
    )
}

fn words(evidence: Option<Evidence>) -> String {
    let Some(Evidence { entry, outcome }) = evidence else { return "-".to_owned() };
    let entry = entry.map_or("not entered", Entry::word);
    format!("{entry} then {}", outcome.word())
}

/// Since when, in the largest unit that says enough.
fn age(since: Timestamp, now: Timestamp) -> String {
    let minutes = now.since_ms(since) / 60_000;
    let long = match minutes {
        0..120 => format!("{minutes} min"),
        120..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    };
    format!("since {} ({long})", since.ms())
}
