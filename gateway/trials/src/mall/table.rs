//! Sales on paper: one line each, money to the right, and the same as CSV.
//!
//! Owns the columns. What a column means is said in `core/mall/sales.rs`. Next: `mod`, the command
//! line.

use anyhow::Result;
use baton_core::mall::sales::{Key, Row, total as sum};
use baton_protocol::ids::GoodsId;
use baton_protocol::money::{Currency, Money};
use std::collections::BTreeMap;
use std::io::Write;

/// What each column says.
const COLUMNS: [&str; 7] = ["sold", "back", "gross", "refunds", "kept", "net", "VAT"];

/// Prints a table with its sum.
///
/// # Errors
/// When nothing can be written.
pub fn print(
    rows: &BTreeMap<Key, Row>,
    names: &BTreeMap<GoodsId, String>,
    out: &mut dyn Write,
) -> Result<()> {
    let mut lines = vec![("".to_owned(), COLUMNS.map(str::to_owned))];
    lines.extend(rows.iter().map(|(key, row)| (name(key, names), cells(row))));
    lines.push(("total".to_owned(), cells(&total(rows))));
    let first = lines.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let wide = |place: usize| {
        let cells = lines.iter().filter_map(|(_, cells)| cells.get(place));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..COLUMNS.len()).map(wide).collect();
    let rule = "-".repeat(first + widths.iter().map(|wide| wide + 2).sum::<usize>());
    let last = lines.len().saturating_sub(1);
    for (place, (name, cells)) in lines.iter().enumerate() {
        if place == 1 || place == last {
            writeln!(out, "{rule}")?;
        }
        write!(out, "{name}{}", " ".repeat(first - width(name)))?;
        for (cell, wide) in cells.iter().zip(&widths) {
            write!(out, "  {cell:>wide$}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes a table as CSV, amounts in minor units.
///
/// # Errors
/// When nothing can be written.
pub fn csv(
    rows: &BTreeMap<Key, Row>,
    names: &BTreeMap<GoodsId, String>,
    out: &mut dyn Write,
) -> Result<()> {
    writeln!(out, "name,{}", COLUMNS.join(","))?;
    for (key, row) in rows {
        let kept = row.gross.minor - row.refunds.minor;
        let name = name(key, names).replace('"', "\"\"");
        let money = [row.gross.minor, row.refunds.minor, kept, row.net().minor, row.vat.minor];
        let money = money.map(|minor| minor.to_string()).join(",");
        writeln!(out, "\"{name}\",{},{},{money}", row.sold, row.back)?;
    }
    Ok(())
}

/// Adds up a table in won.
#[must_use]
pub fn total(rows: &BTreeMap<Key, Row>) -> Row {
    sum(rows.values(), Currency::KRW)
}

fn cells(row: &Row) -> [String; 7] {
    let won = |money: Money| {
        let text = money.to_string();
        text.trim_end_matches(" KRW").to_owned()
    };
    let kept = Money::new(row.gross.minor - row.refunds.minor, row.gross.currency);
    [
        row.sold.to_string(),
        row.back.to_string(),
        won(row.gross),
        won(row.refunds),
        won(kept),
        won(row.net()),
        won(row.vat),
    ]
}

fn name(key: &Key, names: &BTreeMap<GoodsId, String>) -> String {
    match key {
        Key::Day(day) => day.to_string(),
        Key::Month(day) => format!("{:04}-{:02}", day.year(), day.month()),
        Key::Supplier(supplier) => supplier.to_string(),
        Key::Goods(goods) => names.get(goods).cloned().unwrap_or_else(|| goods.to_string()),
        Key::Own => "own goods".to_owned(),
        Key::Shipping => "shipping".to_owned(),
    }
}

/// Columns that a text takes on a screen: Korean letters take two.
fn width(text: &str) -> usize {
    text.chars().map(|sign| if ('\u{1100}'..='\u{d7a3}').contains(&sign) { 2 } else { 1 }).sum()
}
