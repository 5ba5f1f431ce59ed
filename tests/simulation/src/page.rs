//! The faults page and the counts on the screen.
//!
//! Owns `gateway/docs/faults.md`, made from what simulation and chaos counted, and the one clock
//! that measures how fast a run is. May not judge. Next: nothing; this is the end.

use crate::coverage::{Coverage, TRANSITIONS};
use crate::rows::ROWS;
use anyhow::Context;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

/// Measures a run on the wall.
pub struct Watch(Instant);

impl Watch {
    /// Starts it.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "how fast a run is; nothing in a run sees it")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns seconds since the start.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// Words the counts for a screen.
#[must_use]
pub fn counts(total: &Coverage) -> String {
    let mut text = String::new();
    for name in TRANSITIONS {
        let count = total.transitions.get(name).copied().unwrap_or(0);
        let _ = write!(text, "{name} {count}  ");
    }
    text.push('\n');
    for words in &ROWS {
        let Some(fault) = total.faults.get(&words.row) else { continue };
        let outcomes: Vec<String> =
            fault.outcomes.iter().map(|(state, count)| format!("{state} {count}")).collect();
        let _ = writeln!(
            text,
            "F{:<3} {:>6}  {} {}: {}",
            words.row.0,
            fault.tried,
            words.point,
            words.fault,
            outcomes.join(", ")
        );
    }
    let _ = writeln!(
        text,
        "{} submits, {} reversals, {} refusals, {} alarms, {} journals read back",
        total.submitted, total.reversals, total.refusals, total.alarms, total.journals
    );
    text
}

/// Writes the page from the counts in a folder.
///
/// # Errors
/// When the simulation's counts are missing or a file cannot be read or written.
pub fn write(folder: &Path, out: &Path) -> anyhow::Result<()> {
    let simulation = read(&folder.join("simulation.json"))?
        .context("run the simulation first; there are no counts")?;
    let chaos = read(&folder.join("chaos.json"))?;
    std::fs::write(out, page(&simulation, chaos.as_ref()))
        .with_context(|| out.display().to_string())
}

fn read(path: &Path) -> anyhow::Result<Option<Value>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(serde_json::from_str(&text)?)),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault).with_context(|| path.display().to_string()),
    }
}

fn page(simulation: &Value, chaos: Option<&Value>) -> String {
    let mut text = String::from(
        "# Faults\n\nEvery row of the fault table, how often it was tried, and what came of it. \
         Made from the\ncounts of the last runs by \
         `cargo run --profile simulation -p baton-simulation -- page`; do not edit.\n\n",
    );
    let _ = writeln!(text, "- Simulation: {}.", size(simulation));
    match chaos {
        Some(chaos) => {
            let _ = writeln!(text, "- Chaos (real processes): {}.", size(chaos));
        }
        None => text.push_str("- Chaos (real processes): no counts of a run here.\n"),
    }
    text.push_str(
        "\n| row | where | what breaks | what must come of it | simulation: tried | outcomes \
         | chaos: tried | outcomes | violations |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for words in &ROWS {
        let name = format!("F{}", words.row.0);
        let (tried, outcomes, broken) = cells(Some(simulation), &name);
        let (tried_chaos, outcomes_chaos, broken_chaos) = cells(chaos, &name);
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {tried} | {outcomes} | {tried_chaos} | {outcomes_chaos} \
             | {} |",
            words.point,
            words.fault,
            words.must,
            broken + broken_chaos
        );
    }
    text.push_str(
        "\n*suspense*: machines may not decide (manual class, POS route), two operators did. \
         *nothing*: no\ntransaction came of it, as it must be.\n\nF40 (order hubs), F41 (beacon \
         approval), F42 (draws) and F43 (stock and mail) belong to later systems.\n",
    );
    text.push_str("\n## Transitions\n\n| transition | simulation |\n|---|---|\n");
    for name in TRANSITIONS {
        let count = simulation.get("transitions").and_then(|all| all.get(name));
        let _ = writeln!(text, "| {name} | {} |", count.and_then(Value::as_u64).unwrap_or(0));
    }
    text
}

fn size(counts: &Value) -> String {
    let number = |key: &str| counts.get(key).and_then(Value::as_u64).unwrap_or(0);
    format!("{} seeds, {} transactions", number("seeds"), number("transactions"))
}

fn cells(counts: Option<&Value>, row: &str) -> (String, String, u64) {
    let fault = counts.and_then(|counts| counts.get("faults")).and_then(|all| all.get(row));
    let Some(fault) = fault else { return ("-".to_owned(), String::new(), 0) };
    let number = |key: &str| fault.get(key).and_then(Value::as_u64).unwrap_or(0);
    let outcomes = fault.get("outcomes").and_then(Value::as_object);
    let words = outcomes.into_iter().flatten().map(|(state, count)| format!("{state} {count}"));
    let words: Vec<String> = words.collect();
    (number("tried").to_string(), words.join(", "), number("violations"))
}
