//! Many histories, one after another: what happened how often, what was broken, what was sold.
//!
//! Owns the sums over histories and the report of a failing one. Next: `table`, how sales are
//! printed.

use super::dice::Dice;
use super::fair::Fair;
use super::history::{draw, play, smallest};
use super::table;
use super::world::{Sabotage, World};
use anyhow::{Result, bail};
use baton_core::ledger::chart::MallAccount;
use baton_core::ledger::{Account, Side};
use baton_core::mall::sales::{By, Key, Period, Row, table as sales_table};
use baton_protocol::ids::ShopId;
use baton_protocol::money::{Currency, Money};
use std::collections::BTreeMap;
use std::io::Write;

/// Balances of one shop in the ledgers of all histories.
#[derive(Debug, Clone, Copy, Default)]
pub struct LedgerSums {
    /// Sold, without tax.
    pub sales: i128,
    /// Given back, without tax.
    pub returned: i128,
    /// Tax that is owed.
    pub vat: i128,
}

/// What many histories add up to.
#[derive(Debug, Default)]
pub struct Summary {
    /// Histories that kept every promise.
    pub kept: u64,
    /// What happened, how often.
    pub counts: BTreeMap<&'static str, u64>,
    /// What was sold, by shop and goods.
    pub rows: BTreeMap<ShopId, BTreeMap<Key, Row>>,
    /// The same from the ledgers.
    pub ledger: BTreeMap<ShopId, LedgerSums>,
}

impl Summary {
    fn include(&mut self, world: &World) {
        self.kept += 1;
        for (what, times) in &world.counts {
            *self.counts.entry(what).or_default() += times;
        }
        for shop in world.stocks.keys() {
            let mine = world.figures.iter().filter(|one| one.shop == *shop);
            let rows = sales_table(mine, Currency::KRW, Period::always(), By::Goods);
            let sums = self.rows.entry(shop.clone()).or_default();
            for (key, row) in rows {
                sums.entry(key).and_modify(|sum| sum.include(&row)).or_insert(row);
            }
            let posted = |account: MallAccount, side| {
                world.books.posted(&Account::Mall(account), Currency::KRW).on(side)
            };
            let ledger = self.ledger.entry(shop.clone()).or_default();
            ledger.sales += posted(MallAccount::Sales(shop.clone()), Side::Credit);
            ledger.returned += posted(MallAccount::Returned(shop.clone()), Side::Debit);
            ledger.vat += posted(MallAccount::Vat(shop.clone()), Side::Credit);
        }
    }
}

/// Plays histories and prints what they add up to.
///
/// # Errors
/// When a promise is broken, after the seed and the smallest history were printed; or when nothing
/// can be written.
pub fn run(histories: u64, seed: u64, sabotage: Sabotage, out: &mut dyn Write) -> Result<()> {
    let fair = Fair::open()?;
    let mut seeds = Dice::of(seed);
    let mut summary = Summary::default();
    for _ in 0..histories {
        let own = if histories == 1 { seed } else { seeds.roll() };
        match play(&fair, &draw(own), sabotage) {
            Ok(world) => summary.include(&world),
            Err(_) => return broken(&fair, own, sabotage, out),
        }
    }
    writeln!(out, "{histories} histories of seed {seed}\n")?;
    for (what, times) in &summary.counts {
        writeln!(out, "{times:>12}  {what}")?;
    }
    writeln!(out, "\n{:>12}  broken promises\n", 0)?;
    print_sales(&fair, &summary, out)
}

fn print_sales(fair: &Fair, summary: &Summary, out: &mut dyn Write) -> Result<()> {
    for (shop, rows) in &summary.rows {
        writeln!(out, "{shop}")?;
        table::print(rows, &fair.names, out)?;
        let total = table::total(rows);
        let Some(ledger) = summary.ledger.get(shop) else { continue };
        let kept = ledger.sales - ledger.returned;
        let off = kept - i128::from(total.net().minor) + ledger.vat - i128::from(total.vat.minor);
        let won = |sum: i128| Money::new(i64::try_from(sum).unwrap_or(i64::MAX), Currency::KRW);
        writeln!(out, "ledger: net {}, VAT {}, difference {off}\n", won(kept), won(ledger.vat))?;
        if off != 0 || kept != i128::from(total.net().minor) {
            bail!("the sales of {shop} differ from the ledger by {off} won");
        }
    }
    Ok(())
}

fn broken(fair: &Fair, seed: u64, sabotage: Sabotage, out: &mut dyn Write) -> Result<()> {
    let (moves, breach) = smallest(fair, draw(seed), sabotage);
    writeln!(out, "a promise is broken; the smallest history of seed {seed} that shows it:\n")?;
    for one in &moves {
        writeln!(out, "  {:?} (dice {:016x})", one.kind, one.seed)?;
    }
    let what = breach.map_or_else(String::new, |one| one.to_string());
    writeln!(out, "\n{what}\n\nplay it again: mall replay --random 1 --seed {seed}")?;
    bail!("a promise is broken in the history of seed {seed}")
}
