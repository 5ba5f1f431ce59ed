//! What a trial of the hubs prints: a row a scenario and rule, figures beside what is aimed at.
//!
//! Owns words and columns. Figures are printed, never judged, but a hub over its threshold is said
//! loudly. Next: `picture.rs`, the same as a picture.

use super::outcome::Outcome;
use anyhow::Result;
use std::io::{IsTerminal, Write};

/// J of the project's description for the scenarios that the program carries. **Units** ms. Its
/// orders came of another generator, so a single run may lie well beside it under overload.
const DESCRIBED: &[(&str, f64)] = &[
    ("S01", 1.7),
    ("S02", 15.4),
    ("S03", 8.1),
    ("S04", 1417.0),
    ("S05", 3.3),
    ("S06", 8.1),
    ("S07", 7.0),
    ("S08", 9.7),
    ("S09", 191.0),
    ("S10", 8.2),
    ("S11", 452.0),
    ("S12", 97.6),
];

/// Prints what the columns mean.
pub fn head(nodes: u32, out: &mut dyn Write) -> Result<()> {
    let deciding =
        if nodes == 1 { "1 deciding node".to_owned() } else { format!("{nodes} deciding nodes") };
    writeln!(out, "{deciding}; J = mean wait + 1 ms per extra km; a dropped order waited 30 s")?;
    writeln!(
        out,
        "{:<30} {:>5} {:<6} {:>8} {:>9} {:>8} {:>8} {:>9} {:>7} {:>8} {:>7} {:>8}",
        "scenario",
        "seed",
        "rule",
        "orders",
        "J ms",
        "aim ms",
        "p50 ms",
        "p99 ms",
        "km",
        "dropped",
        "over s",
        "refused"
    )?;
    Ok(())
}

/// Prints a run.
pub fn row(
    name: &str,
    seed: u64,
    ours: &Outcome,
    literal: &Outcome,
    out: &mut dyn Write,
) -> Result<()> {
    let aim = described(name).map_or_else(|| "-".to_owned(), |aim| format!("{aim:.1}"));
    line((name, seed), "ours", &aim, ours, out)?;
    line(("", seed), "seed's", "", literal, out)?;
    if ours.over_s > 0.0 {
        writeln!(out, "  OVER THE THRESHOLD for {:.3} s: the rule is broken", ours.over_s)?;
    }
    if ours.open > 0 {
        writeln!(
            out,
            "  {} orders were neither served nor refused: the rule is broken",
            ours.open
        )?;
    }
    Ok(())
}

/// Mean service of the project's description, for its response ratio. **Units** s.
const SERVICE_S: f64 = 0.43;

/// Prints how near a run came to what is possible at all.
pub fn bound(j_s: f64, least_s: f64, out: &mut dyn Write) -> Result<()> {
    let ratio = (SERVICE_S + j_s) / (SERVICE_S + least_s);
    let least = least_s * 1_000.0;
    writeln!(
        out,
        "  least possible J {least:.1} ms; response ratio {ratio:.3}; described: 1.012 to"
    )?;
    writeln!(out, "  1.016 where capacity suffices, 1.40 under overload (means of scenarios)")?;
    Ok(())
}

/// Prints what several runs of a scenario have in common.
pub fn sum(name: &str, ours: &[f64], out: &mut dyn Write) -> Result<()> {
    if ours.len() < 2 {
        return Ok(());
    }
    let count = f64::from(u32::try_from(ours.len())?);
    let mean = ours.iter().sum::<f64>() / count;
    let (low, high) =
        ours.iter().fold((f64::MAX, 0.0_f64), |(low, high), j| (low.min(*j), high.max(*j)));
    let mut sorted = ours.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(mean) * 1_000.0;
    let aim = described(name).map_or_else(String::new, |aim| {
        let reached = ours.iter().filter(|j| **j * 1_000.0 <= aim * 1.05).count();
        format!("; aim {aim:.1} ms, not passed by more than 5 % in {reached} runs")
    });
    let [mean, low, high] = [mean, low, high].map(|seconds| seconds * 1_000.0);
    let runs = ours.len();
    writeln!(
        out,
        "  {runs} runs: J mean {mean:.1} ms, median {middle:.1}, {low:.1} to {high:.1} ms{aim}"
    )?;
    Ok(())
}

/// Prints what the rows mean.
pub fn foot(out: &mut dyn Write) -> Result<()> {
    writeln!(out, "refused: asks that a hub's actor refused, percent of orders")?;
    writeln!(out, "seed's: nearest hub; once it is about to be loaded, the hub nearest to it")?;
    Ok(())
}

/// Shows on a terminal how far a run is.
pub fn progress(share: f64, _: &mut dyn Write) {
    let mut terminal = std::io::stderr();
    if !terminal.is_terminal() {
        return;
    }
    let shown =
        if share < 1.0 { format!("\r{:3.0} % ", share * 100.0) } else { "\r       \r".to_owned() };
    // A terminal that is gone needs no progress.
    let _ = terminal.write_all(shown.as_bytes());
}

fn line(
    (name, seed): (&str, u64),
    rule: &str,
    aim: &str,
    outcome: &Outcome,
    out: &mut dyn Write,
) -> Result<()> {
    let orders = f64::from(u32::try_from(outcome.orders.max(1))?);
    let refused = f64::from(u32::try_from(outcome.asks_refused)?) / orders * 100.0;
    let [j, p50, p99] = [outcome.j_s, outcome.p50_s, outcome.p99_s].map(|s| s * 1_000.0);
    writeln!(
        out,
        "{name:<30} {seed:>5} {rule:<6} {:>8} {j:>9.1} {aim:>8} {p50:>8.1} {p99:>9.1} {:>7.2} \
         {:>8} {:>7.1} {refused:>7.2}%",
        outcome.orders, outcome.extra_km, outcome.dropped, outcome.over_s
    )?;
    Ok(())
}

fn described(name: &str) -> Option<f64> {
    DESCRIBED.iter().find(|(start, _)| name.starts_with(start)).map(|(_, aim)| *aim)
}
