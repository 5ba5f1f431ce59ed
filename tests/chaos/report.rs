//! What a run says at its end: counts of everything, one line an invariant, PASS or FAIL.
//!
//! Owns the wording. Prints no code, only digests and ids. Next: nothing; this is the end.

use crate::blows::Dealt;
use crate::book::Pages;
use crate::check::{Finding, SHOWN_MAX};
use crate::coverage::Covered;
use crate::heal::Healed;
use crate::history::History;
use crate::secrecy::Searched;
use std::collections::{BTreeMap, BTreeSet};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nothing was broken.
    Pass,
    /// Something was.
    Fail,
}

/// Prints what happened before the judgement.
pub fn counts(history: &History, pages: &Pages) {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &history.transactions {
        *states.entry(&one.state).or_default() += 1;
    }
    println!("\ntransactions  {}  {}", history.transactions.len(), listed(&states));
    let told = history.told.len();
    println!("answers       {told} acknowledgements of {} requests", history.asked.len());
    let tried: usize = pages.retries.values().sum();
    println!("retries       {tried}  {}", listed(&pages.retries));
    println!("code reuse    {} attempts, all refused as duplicate_code", pages.reuses_refused);
}

/// Prints how long it took until nothing was open after the last fault. What can only end with its
/// code's life (T11) is told apart: no machine may decide it sooner.
pub fn healing(history: &History, healed: &Healed) {
    let ended_by_age: BTreeSet<&str> = history
        .audit
        .iter()
        .filter(|line| line.text("to") == "expired")
        .map(|l| l.text("txn"))
        .collect();
    let (mut decided, mut aged) = (Vec::new(), Vec::new());
    for one in history.transactions.iter().filter(|one| one.accepted_ms <= healed.at_ms) {
        let Some(took_ms) = one.final_ms.map(|at| at - healed.at_ms) else { continue };
        // An end beyond the run's was written by a clock that stood wrong.
        if took_ms > 0 && took_ms <= healed.told_ms {
            let kind =
                if ended_by_age.contains(one.id.as_str()) { &mut aged } else { &mut decided };
            kind.push(took_ms);
        }
    }
    let told_ms = healed.told_ms;
    println!(
        "healing       load over and every word heard {told_ms} ms after the last fault ended"
    );
    for (mut open, what) in [(decided, "decided"), (aged, "ended with their code's life")] {
        open.sort_unstable();
        println!(
            "              {} open then were {what}: 50 % after {} ms, 99 % after {} ms, all \
             after {} ms",
            open.len(),
            quantile(&open, 50),
            quantile(&open, 99),
            open.last().copied().unwrap_or(0),
        );
    }
}

/// Prints the faults: what was done, what proxies did, and which rows that was.
pub fn faults(dealt: &[Dealt], (connections, cut, swallowed): (u64, u64, u64), covered: &Covered) {
    let mut words: BTreeMap<String, usize> = BTreeMap::new();
    for one in dealt {
        *words.entry(format!("{} of {}", one.blow.word(), one.blow.whom())).or_default() += 1;
    }
    println!("faults        {}  {}", dealt.len(), listed(&words));
    println!("proxies       {connections} connections, {cut} cut, {swallowed} bytes swallowed");
    println!("steps         {}", listed(&covered.steps));
    println!("\n{:<6} {:>7}  how the transactions under way ended", "row", "faults");
    let mut rows: Vec<_> = covered.rows.iter().collect();
    rows.sort_by_key(|(row, _)| row.trim_start_matches('F').parse::<u32>().unwrap_or(0));
    for (row, met) in rows {
        println!("{row:<6} {:>7}  {}", met.tried, listed(&met.outcomes));
    }
}

/// Prints every finding and says whether all held.
pub fn findings(findings: &[Finding]) -> End {
    println!("\n{:<6} {:>8} {:>10}  demand", "", "checked", "violations");
    let mut end = End::Pass;
    for Finding { invariant, demands, checked, violations } in findings {
        println!("{invariant:<6} {checked:>8} {:>10}  {demands}", violations.len());
        for violation in violations.iter().take(SHOWN_MAX) {
            println!("         ✕ {violation}");
        }
        if !violations.is_empty() {
            end = End::Fail;
        }
    }
    end
}

/// Prints what the search for codes found.
pub fn secrecy(whose: &str, searched: &Searched) -> End {
    let Searched { secrets, files, bytes, found } = searched;
    println!(
        "secrecy       {secrets} codes searched for in {files} files of {whose}, {} MB: {} found",
        bytes / 1_000_000,
        found.len()
    );
    for find in found.iter().take(SHOWN_MAX) {
        println!("         ✕ a code stands in {find}");
    }
    if found.is_empty() { End::Pass } else { End::Fail }
}

fn quantile(sorted: &[i64], percent: usize) -> i64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(0)
}

fn listed<K: std::fmt::Display, V: std::fmt::Display>(counts: &BTreeMap<K, V>) -> String {
    let each: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    each.join(", ")
}
