//! `baton-gateway admin destination reconcile`: one business day, as our books and theirs have it.
//!
//! Owns the words and the table that a person compares. The sums are the books', the comparison is
//! the destination's (0500 or 0520 in ISO 8583, its own question in a plugin). Moves nothing, and
//! may be asked again. Called by [`super::destination`].

use super::destination::{secret, stored};
use super::now;
use anyhow::{Context, bail, ensure};
use baton_core::relay::settlement::Counted;
use baton_core::time::Timestamp;
use baton_destinations::reconcile::{Reconciles, Tally, Told, ToldTally};
use baton_destinations::{
    Client, Day, DayEnds, Limits, Reconcile, Reconciliation, Settlement, Totals, open_plugins,
};
use baton_gateway::config::Config;
use baton_protocol::ids::DestinationId;
use baton_protocol::money::Currency;
use baton_records::Records;
use baton_records::settlement::Turnover;
use clap::Args;
use std::collections::BTreeMap;

#[derive(Args)]
pub struct ReconcileWord {
    id: DestinationId,
    /// The business day, as 2026-11-27.
    #[arg(long)]
    day: Day,
    /// When that day ends, as 23:30+09:00; needed where the profile does not say it.
    #[arg(long)]
    day_ends: Option<DayEnds>,
    /// A currency in which nothing was moved is compared too.
    #[arg(long, value_parser = Currency::from_letters)]
    currency: Option<Currency>,
}

pub async fn run(records: &Records, word: ReconcileWord, config: &Config) -> anyhow::Result<()> {
    let target = stored(records, &word.id).await?;
    let plugins = open_plugins(&config.plugins)?;
    let key = secret(config, &word.id)?;
    let client = Client::through(&target, key, Limits::default(), plugins.as_ref())?;
    let ends = day_ends(&word, client.settlement())?;
    let (from_ms, to_ms) = ends.period_ms(word.day);
    let (from, to) = (Timestamp::from_ms(from_ms), Timestamp::from_ms(to_ms));
    let minutes_left = to_ms.saturating_sub(now().ms()).max(0) / 60_000;
    ensure!(to <= now(), "that day is not over: it ends in {minutes_left} minutes");
    let day = records.turnover(&word.id, from, to).await?;
    let mut balanced = true;
    for (currency, totals) in counted(&day, word.currency)? {
        let ask = Reconcile {
            day: word.day,
            currency,
            terminal: None,
            totals,
            from_ms,
            to_ms,
            at_ms: now().ms(),
        };
        balanced &= tell(&ask, &client.reconcile(&ask).await);
    }
    client.close().await;
    ensure!(balanced, "the day is not in balance; see which transactions differ with `export`");
    Ok(())
}

fn day_ends(word: &ReconcileWord, settlement: Settlement) -> anyhow::Result<DayEnds> {
    ensure!(
        settlement.reconciles != Reconciles::Never,
        "{} compares no days; over ISO 8583 it does with reconcile = \"request\" in its profile",
        word.id
    );
    let ends = word.day_ends.or(settlement.day_ends);
    ends.context("say when the day ends, as --day-ends 23:30+09:00, or day_ends in the profile")
}

/// Sums of the books by currency; a currency that was asked for is there even if nothing moved.
fn counted(
    day: &[Turnover],
    wanted: Option<Currency>,
) -> anyhow::Result<BTreeMap<Currency, Totals>> {
    let wanted = wanted.map(|currency| (currency, Totals::default()));
    let mut sums: BTreeMap<Currency, Totals> = wanted.into_iter().collect();
    for row in day {
        let (currency, more) = (row.sum.currency, Tally { count: row.count, minor: row.sum.minor });
        match Counted::of(row.purpose, row.state) {
            Counted::Nothing => {}
            Counted::Open => {
                bail!("{} of that day are not over yet; wait, or see /exceptions", row.count)
            }
            Counted::Charge => {
                let totals = sums.entry(currency).or_default();
                totals.payments = totals.payments.joined(more)?;
            }
            Counted::GivenBack => {
                let totals = sums.entry(currency).or_default();
                totals.refunds = totals.refunds.joined(more)?;
            }
        }
    }
    if sums.is_empty() {
        bail!("nothing was moved on that day; to compare all the same, say --currency KRW");
    }
    Ok(sums)
}

/// Prints one currency's comparison; tells whether both counted the same.
fn tell(ask: &Reconcile, outcome: &Reconciliation) -> bool {
    let theirs = match outcome {
        Reconciliation::OutOfBalance { theirs } => *theirs,
        Reconciliation::InBalance | Reconciliation::NotReconciled(_) | Reconciliation::NoAnswer => {
            Told::default()
        }
    };
    println!("{} {:<10} {:>22} {:>22}", ask.day, ask.currency.to_string(), "ours", "theirs");
    row("payments", ask.totals.payments, theirs.payments);
    row("payments reversed", ask.totals.payments_reversed, theirs.payments_reversed);
    row("refunds and voids", ask.totals.refunds, theirs.refunds);
    let (sentence, balanced) = match outcome {
        Reconciliation::InBalance => ("in balance".to_owned(), true),
        Reconciliation::OutOfBalance { .. } => ("OUT OF BALANCE".to_owned(), false),
        Reconciliation::NotReconciled(why) => (format!("not compared: {why}"), false),
        Reconciliation::NoAnswer => ("no answer; ask again later".to_owned(), false),
    };
    println!("  {sentence}");
    balanced
}

fn row(name: &str, ours: Tally, theirs: ToldTally) {
    let (count, minor) = (said(theirs.count), said(theirs.minor));
    println!("  {name:<19} {:>7} {:>14} {count:>7} {minor:>14}", ours.count, ours.minor);
}

fn said(figure: Option<i64>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| figure.to_string())
}
