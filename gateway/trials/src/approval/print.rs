//! What the trial says: each figure beside the specification's.
//!
//! Owns the text. Floats, for risk only.

use super::flows::FlowRow;
use super::table::Row;
use std::io::{self, Write};

/// What the specification says should be reached at 1/20, by name, limit and figure.
#[must_use]
pub fn goals(row: &Row) -> [(&'static str, f64, f64); 6] {
    let [_, acquaintance, thief, keylogger] = row.tally.impostors.0;
    let genuine = row.tally.genuine;
    [
        ("refused %", 12.5, genuine.refused() * 100.0),
        ("rejected %", 2.5, genuine.rejections() * 100.0),
        ("questions", 3.3, genuine.questions()),
        ("acquaintance %", 5.2, acquaintance.passed() * 100.0),
        ("thief %", 2.2, thief.passed() * 100.0),
        ("keylogger %", 6.0, keylogger.passed() * 100.0),
    ]
}

/// Prints rows; behind each figure stands the specification's in brackets.
///
/// # Errors
/// What the writer says.
pub fn table(title: &str, rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{title}")?;
    writeln!(
        out,
        "{:<24}{:>13}{:>15}{:>13}{:>14}{:>14}{:>14}{:>14}",
        "",
        "questions",
        "refused %",
        "rejected %",
        "stranger %",
        "acquaint. %",
        "thief %",
        "keylog. %"
    )?;
    for row in rows {
        let genuine = row.tally.genuine;
        write!(out, "{:<24}", row.name)?;
        write!(out, "{:>13}", beside(genuine.questions(), row.figures.questions, 1))?;
        write!(out, "{:>15}", beside(genuine.refused() * 100.0, row.figures.refused, 1))?;
        write!(out, "{:>13}", beside(genuine.rejections() * 100.0, row.figures.rejected, 1))?;
        for (counts, figure) in row.tally.impostors.0.iter().zip(row.figures.passed.0) {
            write!(out, "{:>14}", beside(counts.passed() * 100.0, figure, 2))?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

/// Prints the goals of one row.
///
/// # Errors
/// What the writer says.
pub fn reached(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "goals of {}", row.name)?;
    for (name, limit, figure) in goals(row) {
        let word = if figure <= limit { "reached" } else { "MISSED" };
        writeln!(out, "  {name:<16}{figure:>7.2}  at most {limit:>5.1}  {word}")?;
    }
    writeln!(out)
}

/// Prints the payment flows.
///
/// # Errors
/// What the writer says.
pub fn flows(rows: &[FlowRow], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "payment flows, persons whose factors passed; expected loss at most 5 KRW")?;
    writeln!(out, "{:<48}{:>15}{:>13}{:>12}", "", "refused %", "questions", "loss KRW")?;
    for row in rows {
        let (refused, questions) = row.expected;
        writeln!(
            out,
            "{:<48}{:>15}{:>13}{:>12.2}",
            row.name,
            beside(row.genuine.refused() * 100.0, Some(refused), 1),
            beside(row.genuine.questions(), Some(questions), 1),
            row.loss_krw
        )?;
    }
    writeln!(out)
}

fn beside(figure: f64, expected: Option<f64>, decimals: usize) -> String {
    match expected {
        Some(expected) => format!("{figure:.decimals$} ({expected:.decimals$})"),
        None => format!("{figure:.decimals$}"),
    }
}
