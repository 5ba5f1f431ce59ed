//! Command line of the relay terminal: enrol once, run, make its labels, export the journal.
//!
//! Owns arguments, log set-up and signals; longer tasks have a file in `command`, and the work is
//! in the library. Next: `lib.rs`.

mod command;

use baton_link::enrol::{JOURNAL_FILE, enrol};
use baton_protocol::enrol::Role;
use baton_relay_device::beacon::{Sightings, report};
use baton_relay_device::config::STATE_DEFAULT;
use baton_relay_device::keypad::sale;
use baton_relay_device::scan::Scans;
use baton_relay_device::{Config, Device, Extras, Front, ask, clock};
use clap::{Parser, Subcommand};
use command::Place;
use command::doctor;
use command::label::{self, LabelTask};
use command::receipt::{self, ReceiptTask};
use command::tag::{self, TagTask};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tracing_subscriber::EnvFilter;

/// The relay terminal of a Baton gateway.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make this terminal known to a gateway with a one-time code.
    Enrol {
        /// The eight characters that `baton-gateway admin` showed.
        code: String,
        /// The gateway's address, for example http://127.0.0.1:8080
        #[arg(long)]
        gateway: String,
        /// Where key, identity and journal will be.
        #[arg(long, default_value = STATE_DEFAULT)]
        state: PathBuf,
    },
    /// Serve commands until stopped.
    Run(Place),
    /// Make labels that lead phones to this terminal.
    Label {
        #[command(subcommand)]
        task: LabelTask,
    },
    /// Write, read and provision NFC tags that lead phones to this terminal.
    Tag {
        #[command(subcommand)]
        task: TagTask,
    },
    /// Print on the receipt printer.
    Receipt {
        #[command(subcommand)]
        task: ReceiptTask,
    },
    /// Say what is well on this terminal and what is not; exit code 1 if something is not.
    Doctor(Place),
    /// Look at the journal.
    Journal {
        #[command(subcommand)]
        task: JournalTask,
    },
}

#[derive(Debug, Subcommand)]
enum JournalTask {
    /// Check every hash and print the journal, one JSON object a line.
    Export(Place),
}

fn main() -> ExitCode {
    // A plugin's process is this program once more; it never returns from here.
    baton_destinations::run_child_if_asked();
    carry_out()
}

#[tokio::main]
async fn carry_out() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // At a terminal NO_COLOR decides.
    let log = if std::io::stderr().is_terminal() { log } else { log.with_ansi(false) };
    log.init();
    match perform(Arguments::parse().task).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            tracing::error!("{fault}");
            ExitCode::FAILURE
        }
    }
}

async fn perform(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Enrol { code, gateway, state } => {
            let identity = enrol(&gateway, &code, Role::Terminal, &state).await?;
            tracing::info!(id = %identity.id, state = %state.display(), "enrolled");
            Ok(())
        }
        Task::Run(place) => run(&place.settings()?).await,
        Task::Label { task } => Ok(label::perform(task)?),
        Task::Tag { task } => Ok(tokio::task::spawn_blocking(|| tag::perform(task)).await??),
        Task::Receipt { task } => Ok(receipt::perform(task).await?),
        Task::Doctor(place) => Ok(doctor::perform(place).await?),
        Task::Journal { task: JournalTask::Export(place) } => export(&place.settings()?.state),
    }
}

async fn run(config: &Config) -> anyhow::Result<()> {
    let (sources, beacons) = (config.sources()?, config.sightings()?);
    let front = Front::start(config, clock::clock())?;
    let mut running = Device::start_at(config, Extras::default(), front.counter())?;
    tracing::info!(id = %running.identity().id, "relay terminal runs");
    let counter = front.counter();
    let scans = Scans::start(sources, clock::clock()).shown_at(counter.clone());
    let told = move |became| counter.told(became);
    let listening = tokio::spawn(ask::serve(scans, running.asks(), told));
    let typing = front.typed().map(|typed| tokio::spawn(sale::serve(typed, running.asks())));
    let heard = Sightings::start(beacons, clock::clock());
    let hearing = tokio::spawn(report::serve(heard, running.take_reports(), clock::clock()));
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    tracing::info!("stopping");
    listening.abort();
    hearing.abort();
    typing.iter().for_each(JoinHandle::abort);
    running.stop().await;
    Ok(())
}

fn export(state: &Path) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    baton_link::journal::export(&state.join(JOURNAL_FILE), &mut out)?;
    Ok(out.flush()?)
}
