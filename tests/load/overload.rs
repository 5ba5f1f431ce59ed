//! Three times too many: what is still done, how fast the rest is refused, and that nothing that
//! was acknowledged is lost.
//!
//! Owns the judging. Peak and overload are two runs of one gateway within a minute, so that their
//! ratio holds whatever else the machine does. Reading order: `flood.rs` sends.

use crate::figures::{Goal, cpu_seconds_of, row};
use crate::flood::{Answered, Flood, Shot};
use crate::gateway::Gateway;
use crate::phones::{Arrivals, Phones};
use crate::schedule::{Spread, moments};
use crate::stage::{Run, Stage};
use anyhow::{bail, ensure};
use baton_gateway::config::Commits;
use baton_protocol::ids::TouchId;
use baton_protocol::work::State;
use baton_records::Records;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How many times the peak is offered.
const TIMES_PEAK: u64 = 3;
/// Goodput that must remain, in percent of the peak.
const GOODPUT_PERCENT: f64 = 80.0;
/// How long a refusal may take, in milliseconds.
const REFUSAL_MS: f64 = 50.0;
/// The part of the flood that is not judged: its first seconds fill the queues.
const SETTLING_S: u64 = 2;
/// How often an acknowledged touch that is not final is looked at, and the pause in milliseconds:
/// 40 s, over the time in which every doubt is decided.
const LOOKS_MAX: u32 = 400;
const LOOK_MS: u64 = 100;

/// The measured run.
pub async fn overload(stage: &Stage, peak: Arrivals, seconds: u64) -> anyhow::Result<()> {
    let run = stage.open("overload", Commits::Group).await?;
    let peak = Phones::pay(stage, &run.gateway, peak).await?;
    println!("\npeak, closed loop\n{}", peak.tell());
    let rate = TIMES_PEAK * (peak.rate() as u64).max(1);
    println!("\nopen loop at {rate}/s for {seconds} s; payments are signed first");
    let moments = moments(rate, seconds, Spread::Random, 1);
    let flood = Flood::prepare(stage, run.gateway.public, moments.len()).await?;
    let before = cpu_of(&run.gateway);
    let shots = Arc::clone(&flood).offer(moments).await?;
    let after = cpu_of(&run.gateway);
    tell(&shots, peak.rate(), seconds);
    println!(
        "  processor: gateway {:.1} s, this tool {:.1} s",
        after.0 - before.0,
        after.1 - before.1
    );
    all_final(&run, &shots).await?;
    let told = acknowledged(&shots).filter(|(_, state)| *state == State::Approved).count();
    let approved = usize::try_from(run.close().await?.approved)?;
    ensure!(
        approved >= told + peak.approved_in_all,
        "{approved} approved in the database, {} told",
        told + peak.approved_in_all
    );
    Ok(())
}

fn cpu_of(gateway: &Gateway) -> (f64, f64) {
    (cpu_seconds_of(&gateway.process().to_string()), cpu_seconds_of("self"))
}

fn tell(shots: &[Shot], peak: f64, seconds: u64) {
    let (from, until) = (Duration::from_secs(SETTLING_S), Duration::from_secs(seconds));
    let judged = shots.iter().filter(|shot| shot.ended >= from && shot.ended < until);
    let good =
        judged.clone().filter(|shot| matches!(&shot.answered, Answered::Taken(_, State::Approved)));
    let goodput = good.clone().count() as f64 / (until.saturating_sub(from)).as_secs_f64();
    let refused = judged.clone().filter(|shot| matches!(&shot.answered, Answered::Refused(_)));
    let sorted = |shots: Vec<u64>| {
        let mut all = shots;
        all.sort_unstable();
        all
    };
    let sending = sorted(refused.clone().map(|shot| shot.from_sending_us).collect());
    let moment = sorted(refused.clone().map(|shot| shot.from_moment_us).collect());
    let done = sorted(good.map(|shot| shot.from_sending_us).collect());
    let percent = if peak > 0.0 { goodput * 100.0 / peak } else { 0.0 };
    let rows = [
        row("peak", peak, "tx/s", None),
        row("goodput at three times the peak", goodput, "tx/s", None),
        row("    of the peak", percent, "%", Some(Goal::AtLeast(GOODPUT_PERCENT))),
        row("a refusal, p50", at(&sending, 500), "ms", None),
        row("a refusal, p99", at(&sending, 990), "ms", Some(Goal::AtMost(REFUSAL_MS))),
        row("a refusal from its intended moment, p50", at(&moment, 500), "ms", None),
        row("a refusal from its intended moment, p99", at(&moment, 990), "ms", None),
        row("an approved payment, p50", at(&done, 500), "ms", None),
        row("an approved payment, p99", at(&done, 990), "ms", None),
    ];
    println!("{}", rows.join("\n"));
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for shot in shots {
        let name = match &shot.answered {
            Answered::Taken(_, state) => format!("taken, {}", state.word()),
            Answered::Refused(code) => format!("refused, {code}"),
            Answered::Lost(why) => format!("lost, {why}"),
        };
        *ends.entry(name).or_default() += 1;
    }
    for (end, count) in ends {
        println!("  {count:>8} × {end}");
    }
}

fn at(sorted_us: &[u64], thousandths: usize) -> f64 {
    let last = sorted_us.len().saturating_sub(1);
    sorted_us.get(last * thousandths / 1_000).copied().unwrap_or_default() as f64 / 1_000.0
}

fn acknowledged(shots: &[Shot]) -> impl Iterator<Item = (TouchId, State)> + '_ {
    shots.iter().filter_map(|shot| match &shot.answered {
        Answered::Taken(touch, state) => Some((*touch, *state)),
        Answered::Refused(_) | Answered::Lost(_) => None,
    })
}

/// Every acknowledged touch is in the database, final, and as it was told if it was told final.
async fn all_final(run: &Run, shots: &[Shot]) -> anyhow::Result<()> {
    let records = Records::open(&run.database, baton_records::writer::Grouping::Group).await?;
    let mut counted = 0_usize;
    for (touch, told) in acknowledged(shots) {
        let state = final_state(&records, touch).await?;
        ensure!(!told.is_final() || told == state, "{touch} was told {told:?} and is {state:?}");
        counted += 1;
    }
    records.close().await;
    println!("  checked: {counted} acknowledged payments are in the database and final");
    Ok(())
}

async fn final_state(records: &Records, touch: TouchId) -> anyhow::Result<State> {
    for _ in 0..LOOKS_MAX {
        let rows = records.transactions_of(touch).await?;
        let Some(row) = rows.first() else { bail!("acknowledged and lost: {touch}") };
        if row.stored.state.is_final() {
            return Ok(row.stored.state);
        }
        crate::clock::pause_ms(LOOK_MS).await;
    }
    bail!("acknowledged and without end: {touch}")
}
