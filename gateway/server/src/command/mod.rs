//! The words of the command line and what each does.
//!
//! Owns `serve`, `demo`, `audit` and `openapi`; [`admin`] has the rest. Faults are printed once,
//! by `main`.

mod admin;

use anyhow::Context;
use baton_gateway::config::Config;
use baton_gateway::demo::stage::Wishes;
use baton_gateway::demo::{self, DemoOffer, End, Stay};
use baton_gateway::start;
use baton_records::Records;
use baton_records::audit::ChainCheck;
use baton_records::writer::Grouping;
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The relay gateway of Baton.
#[derive(Parser)]
#[command(version, about)]
pub struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the gateway until Ctrl-C or SIGTERM.
    Serve {
        /// The configuration file; defaults and the environment without one.
        #[arg(long, env = "BATON_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Shows the whole on this machine: simulators, a terminal, a POS, five flows.
    Demo {
        /// Ends after the flows; non-zero if one failed.
        #[arg(long)]
        once: bool,
        /// Where phones come; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8700")]
        public: SocketAddr,
        /// Where operators come.
        #[arg(long, default_value = "127.0.0.1:8701")]
        operator: SocketAddr,
        /// Another address for the card host, to see what a wrong one does.
        #[arg(long)]
        card_host: Option<String>,
    },
    /// Changes and shows shops, terminals, pairings, agents, apps and destinations.
    Admin(admin::Admin),
    /// Checks the audit chain.
    Audit {
        #[command(subcommand)]
        what: Audit,
    },
    /// Prints the description of the public API (OpenAPI 3.1).
    Openapi,
}

#[derive(Subcommand)]
enum Audit {
    /// Walks the whole chain; non-zero and the first bad record if it is broken.
    Verify {
        /// The configuration file.
        #[arg(long, env = "BATON_CONFIG")]
        config: Option<PathBuf>,
    },
}

pub fn run(line: Line) -> anyhow::Result<ExitCode> {
    match line.command {
        Command::Serve { config } => serve(config.as_deref()),
        Command::Demo { once, public, operator, card_host } => {
            let stay = if once { Stay::Once } else { Stay::Up };
            // With --once nobody visits, so free ports do and several can run at a time.
            let free = |wished: SocketAddr| {
                if once { SocketAddr::new(wished.ip(), 0) } else { wished }
            };
            show(Wishes { public: free(public), operator: free(operator), card_host }, stay)
        }
        Command::Admin(admin) => block_on(admin::run(admin)),
        Command::Audit { what: Audit::Verify { config } } => {
            block_on(audit_verify(Config::read(config.as_deref())?))
        }
        Command::Openapi => {
            print!("{}", baton_gateway::http::openapi::DOCUMENT);
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn serve(config: Option<&std::path::Path>) -> anyhow::Result<ExitCode> {
    log_to_stderr("info");
    let config = Config::read(config).context("the configuration cannot be used")?;
    actix::System::new().block_on(async move {
        let running = start(&config, DemoOffer::Off).await?;
        println!("baton-gateway ready on http://{}", running.public);
        wait_for_stop().await?;
        tracing::info!("stopping");
        running.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

fn show(wishes: Wishes, stay: Stay) -> anyhow::Result<ExitCode> {
    log_to_stderr("error");
    let end = block_on(demo::run(wishes, stay))?;
    Ok(if end == End::Good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn audit_verify(config: Config) -> anyhow::Result<ExitCode> {
    let records = Records::open(&config.records.database, Grouping::Group).await?;
    let check = records.audit_verify().await?;
    records.close().await;
    match check {
        ChainCheck::Whole { records } => {
            println!("audit chain whole: {records} records");
            Ok(ExitCode::SUCCESS)
        }
        ChainCheck::Broken { seq, why } => {
            println!("audit chain broken at record {seq}: {why}");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn wait_for_stop() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        heard = tokio::signal::ctrl_c() => heard?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

fn log_to_stderr(level: &str) {
    let filter = EnvFilter::try_from_env("BATON_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
