//! Which rows of the trust document's fault table a run has met, and how it ended each time.
//!
//! Owns the mapping from faults and misbehaving codes to rows. A row's outcomes are those of the
//! transactions that were under way when the fault struck. Next: `report`.

mod rows;

use crate::blows::Dealt;
use crate::book::Pages;
use crate::check::Finding;
use crate::history::{History, Transaction};
use rows::Books;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Milliseconds that a fault of the phones' link is taken to reach back: a request that it hit may
/// have been taken before.
const REACH_BACK_MS: i64 = 200;

/// What one row met.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// How many faults, or transactions that misbehaved by themselves.
    pub tried: usize,
    /// How the transactions ended that were under way.
    pub outcomes: BTreeMap<String, usize>,
}

/// All rows, and the steps that were taken.
#[derive(Debug, Clone, Default)]
pub struct Covered {
    pub transactions: usize,
    pub steps: BTreeMap<String, usize>,
    pub rows: BTreeMap<&'static str, Row>,
    pub violations: usize,
}

/// Counts everything.
pub fn of(history: &History, pages: &Pages, dealt: &[Dealt], findings: &[Finding]) -> Covered {
    let mut covered = Covered {
        transactions: history.transactions.len(),
        steps: rows::steps(history),
        violations: findings.iter().map(|one| one.violations.len()).sum(),
        ..Covered::default()
    };
    let books = Books::new(history);
    for one in dealt {
        let struck: Vec<&Transaction> = history
            .transactions
            .iter()
            .filter(|at| under_way(at, one) && rows::concerned(history, at, one.blow))
            .collect();
        let mut met: BTreeMap<&'static str, Vec<&Transaction>> = BTreeMap::new();
        for row in rows::always(one.blow) {
            met.entry(row).or_default();
        }
        for transaction in struck {
            for row in books.rows_of(transaction, one) {
                met.entry(row).or_default().push(transaction);
            }
        }
        for (row, transactions) in met {
            covered.meet(row, 1, &transactions);
        }
    }
    for (row, tried, transactions) in books.misbehaved(pages) {
        covered.meet(row, tried, &transactions);
    }
    covered.rows.entry("F6").or_default().tried += pages.reuses_refused;
    covered
}

fn under_way(transaction: &Transaction, dealt: &Dealt) -> bool {
    let ended = transaction.final_ms.unwrap_or(i64::MAX);
    transaction.accepted_ms - REACH_BACK_MS <= dealt.to_ms && ended >= dealt.from_ms
}

impl Covered {
    fn meet(&mut self, row: &'static str, tried: usize, transactions: &[&Transaction]) {
        let row = self.rows.entry(row).or_default();
        row.tried += tried;
        for one in transactions {
            *row.outcomes.entry(one.state.clone()).or_default() += 1;
        }
    }

    /// Writes `coverage/chaos.json` into the build's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self) -> anyhow::Result<PathBuf> {
        let own = std::env::current_exe()?;
        let target = own.ancestors().nth(2).unwrap_or_else(|| Path::new("target"));
        let folder = target.join("coverage");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join("chaos.json");
        std::fs::write(&path, serde_json::to_string_pretty(&self.json())?)?;
        Ok(path)
    }

    fn json(&self) -> Value {
        let rows: BTreeMap<&str, Value> = self
            .rows
            .iter()
            .map(|(row, met)| {
                let (tried, outcomes) = (met.tried, &met.outcomes);
                (*row, json!({"tried": tried, "outcomes": outcomes, "violations": self.violations}))
            })
            .collect();
        json!({
            "program": "chaos",
            "seeds": 1,
            "transactions": self.transactions,
            "transitions": self.steps,
            "faults": rows,
        })
    }
}
#[cfg(test)]
mod tests;
