//! `admin sightings`: what terminals heard of beacons in the last half minute.
//!
//! Owns asking the running gateway as a shop's server does, and checking each signature against
//! the key that the terminal has in the database. Nothing is changed or kept. Read by [`super`].

use anyhow::Context;
use baton_core::relay::plan::Executor;
use baton_gateway::config::Config;
use baton_link::sighting::verify;
use baton_protocol::sighting::{ReportHeld, SightingsAnswer};
use baton_records::Records;
use baton_records::directory::Directory;
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// How long the gateway may take to answer, in seconds: it reads nothing but its memory.
const ANSWER_S_MAX: u64 = 5;
/// What is said where nothing was heard.
const NONE: &str = "no terminal of this shop has reported anything in the last 30 s";

#[derive(Args)]
pub struct SightingsLine {
    /// The file with a token of the shop, as `admin shop token` showed it.
    #[arg(long)]
    token_file: PathBuf,
    /// Where the gateway runs; without it, where the configuration says that phones come.
    #[arg(long)]
    gateway: Option<String>,
}

pub(super) async fn run(
    records: &Records,
    line: SightingsLine,
    config: &Config,
) -> anyhow::Result<()> {
    let token = fs::read_to_string(&line.token_file)
        .with_context(|| format!("cannot read the token {}", line.token_file.display()))?;
    let gateway = line.gateway.unwrap_or_else(|| format!("http://{}", config.listen.public));
    let answer = ask(gateway.trim_end_matches('/'), token.trim()).await?;
    let directory = records.directory().await?;
    let mut unproven = 0_usize;
    for held in &answer.reports {
        let standing = standing(held, &answer.audience, &directory);
        if standing.is_err() {
            unproven = unproven.saturating_add(1);
        }
        print(held, standing.as_ref().map_or_else(String::as_str, |()| "signed"));
    }
    if answer.reports.is_empty() {
        println!("{NONE}");
    }
    anyhow::ensure!(unproven == 0, "{unproven} reports are not proven by their terminal's key");
    Ok(())
}

async fn ask(gateway: &str, token: &str) -> anyhow::Result<SightingsAnswer> {
    let asked = reqwest::Client::new()
        .get(format!("{gateway}/v1/sightings"))
        .bearer_auth(token)
        .timeout(Duration::from_secs(ANSWER_S_MAX))
        .send()
        .await;
    let answer = asked.with_context(|| format!("no gateway answers at {gateway}"))?;
    let status = answer.status();
    if !status.is_success() {
        let problem = answer.text().await.unwrap_or_default();
        anyhow::bail!("the gateway at {gateway} refused with {status}: {problem}");
    }
    answer.json().await.context("the gateway's answer cannot be read; is it of another version?")
}

/// Says whether the key that the database has proves a report, or why not.
fn standing(held: &ReportHeld, audience: &str, directory: &Directory) -> Result<(), String> {
    let terminal = Executor::Terminal(held.report.terminal.clone());
    let device = directory.devices.get(&terminal);
    let key = device.and_then(|one| one.public_key.as_deref());
    let key = key.ok_or("NOT PROVEN: the terminal has no key here")?;
    verify(&held.report, audience, key).map_err(|why| format!("NOT PROVEN: {why}"))
}

fn print(held: &ReportHeld, standing: &str) {
    let report = &held.report;
    for seen in &report.sightings {
        let identity = String::from(seen.identity.clone());
        let kind = serde_json::to_value(seen.kind).unwrap_or_default();
        let (terminal, at_ms, signal) = (&report.terminal, seen.at_ms, seen.signal_dbm);
        let kind = kind.as_str().unwrap_or_default();
        println!("{terminal}  {at_ms}  {signal} dBm  {kind} {identity}  {standing}");
    }
}
