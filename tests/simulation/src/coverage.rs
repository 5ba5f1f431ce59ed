//! How often each transition and each row of the fault table was seen, and what came of it.
//!
//! Owns counting, adding up runs, and the file that the page is made from. Next: `check.rs`.

use crate::rows::{ROWS, Row};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Every transition of the table.
pub const TRANSITIONS: [&str; 18] = [
    "T1", "T1'", "T1''", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12",
    "T13", "T14", "T15", "T16",
];

/// What one row came to.
#[derive(Debug, Clone, Default)]
pub struct Fault {
    /// How often it struck.
    pub tried: u64,
    /// The states in which what it struck ended.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Promises that did not hold.
    pub violations: u64,
}

/// The counts of one run or of many.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Runs.
    pub seeds: u64,
    /// Purchases that reached a gateway's store.
    pub transactions: u64,
    /// Virtual milliseconds.
    pub simulated_ms: u64,
    /// Transitions by name.
    pub transitions: BTreeMap<&'static str, u64>,
    /// Rows by number.
    pub faults: BTreeMap<Row, Fault>,
    /// Alarms raised.
    pub alarms: u64,
    /// Refusals told to phones.
    pub refusals: u64,
    /// Payments submitted by devices.
    pub submitted: u64,
    /// Reversals that reached a destination.
    pub reversals: u64,
    /// Journals read back line by line.
    pub journals: u64,
}

impl Coverage {
    /// Counts a transition.
    pub fn transition(&mut self, name: &'static str) {
        *self.transitions.entry(name).or_default() += 1;
    }

    /// Counts a row that struck.
    pub fn tried(&mut self, row: Row) {
        self.faults.entry(row).or_default().tried += 1;
    }

    /// Counts how what a row struck ended.
    pub fn ended(&mut self, row: Row, outcome: &'static str) {
        *self.faults.entry(row).or_default().outcomes.entry(outcome).or_default() += 1;
    }

    /// Adds another run.
    pub fn add(&mut self, other: &Self) {
        self.seeds += other.seeds;
        self.transactions += other.transactions;
        self.simulated_ms += other.simulated_ms;
        self.alarms += other.alarms;
        self.refusals += other.refusals;
        self.submitted += other.submitted;
        self.reversals += other.reversals;
        self.journals += other.journals;
        for (name, count) in &other.transitions {
            *self.transitions.entry(name).or_default() += count;
        }
        for (row, fault) in &other.faults {
            let here = self.faults.entry(*row).or_default();
            here.tried += fault.tried;
            here.violations += fault.violations;
            for (outcome, count) in &fault.outcomes {
                *here.outcomes.entry(outcome).or_default() += count;
            }
        }
    }

    /// Names everything that was seen less often than so.
    #[must_use]
    pub fn missing(&self, least: u64) -> Vec<String> {
        let seen = |name: &&str| self.transitions.get(*name).copied().unwrap_or(0);
        let transitions = TRANSITIONS.iter().filter(|name| seen(name) < least);
        let transitions = transitions.map(|name| format!("{name} {} times", seen(name)));
        let tried = |row: Row| self.faults.get(&row).map_or(0, |fault| fault.tried);
        let rows = ROWS.iter().filter(|words| tried(words.row) < least);
        let rows = rows.map(|words| format!("F{} {} times", words.row.0, tried(words.row)));
        transitions.chain(rows).collect()
    }

    /// Returns the counts in the format that the page reads.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut faults = Map::new();
        for words in &ROWS {
            let none = Fault::default();
            let fault = self.faults.get(&words.row).unwrap_or(&none);
            let value = json!({
                "tried": fault.tried,
                "outcomes": fault.outcomes,
                "violations": fault.violations,
            });
            faults.insert(format!("F{}", words.row.0), value);
        }
        json!({
            "program": "simulation",
            "seeds": self.seeds,
            "transactions": self.transactions,
            "transitions": self.transitions,
            "faults": faults,
        })
    }
}
