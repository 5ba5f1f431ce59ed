//! The words of the command line and what each does.
//!
//! Owns `serve`, `demo` and `openapi`; [`books`] has `audit` and `export`, [`admin`] its own, and
//! the trials of core's rules are a crate of their own.
//! Faults are printed once, by `main`.

mod admin;
mod books;

use anyhow::Context;
use baton_gateway::config::Config;
use baton_gateway::demo::guest::PluginWish;
use baton_gateway::demo::stage::Wishes;
use baton_gateway::demo::{self, DemoOffer, End, Stay};
use baton_gateway::{start, stop};
use clap::{Args, Parser, Subcommand};
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The exit code after a failed disk: `EX_IOERR` of sysexits.h, so that a supervisor can tell it.
const DISK_FAILED_CODE: i32 = 74;
/// What is said then.
const DISK_FAILED: &str = "the disk did not keep what was written, so nothing more is accepted and \
    this process ends; look at the disk, run `audit verify`, then start again";

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
        /// A provider's own plugin, which plays an act too.
        #[command(flatten)]
        plugin: PluginLine,
    },
    /// Changes and shows shops, terminals, pairings, agents, apps and destinations.
    Admin(admin::Admin),
    /// Checks the books.
    Audit {
        #[command(subcommand)]
        what: Audit,
    },
    /// Writes all books, as they are at one moment, for an outside checker.
    Export {
        /// The folder to make.
        #[arg(long)]
        out: PathBuf,
        /// Only what audit records after this number have changed.
        #[arg(long, default_value_t = 0)]
        after: i64,
        /// The configuration file.
        #[arg(long, env = "BATON_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Prints the description of the public API (OpenAPI 3.1).
    Openapi,
    #[command(flatten)]
    Trial(baton_trials::Trial),
}

/// The demo with a provider's own plugin.
#[derive(Args)]
struct PluginLine {
    /// The folder of a plugin, with plugin.toml and the library, for one more act.
    #[arg(long, requires = "plugin_key", requires = "plugin_code")]
    plugin: Option<PathBuf>,
    /// The file with the public key of who signed it.
    #[arg(long, requires = "plugin")]
    plugin_key: Option<PathBuf>,
    /// A secret that it asks for, as name=value; as often as needed.
    #[arg(long, requires = "plugin", value_parser = secret)]
    plugin_secret: Vec<(String, String)>,
    /// The code to pay with, or the member who gets points.
    #[arg(long, requires = "plugin")]
    plugin_code: Option<String>,
}

impl PluginLine {
    fn wish(self) -> Option<PluginWish> {
        let (folder, key, code) = (self.plugin?, self.plugin_key?, self.plugin_code?);
        Some(PluginWish { folder, key, secrets: self.plugin_secret, code })
    }
}

fn secret(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Subcommand)]
enum Audit {
    /// Walks the audit chain and compares every table with it; non-zero and the first bad record
    /// if something was changed.
    Verify {
        /// The configuration file.
        #[arg(long, env = "BATON_CONFIG")]
        config: Option<PathBuf>,
    },
}

pub fn run(line: Line) -> anyhow::Result<ExitCode> {
    match line.command {
        Command::Serve { config } => serve(config.as_deref()),
        Command::Demo { once, public, operator, card_host, plugin } => {
            let stay = if once { Stay::Once } else { Stay::Up };
            // With --once nobody visits, so free ports do and several can run at a time.
            let free = |wished: SocketAddr| {
                if once { SocketAddr::new(wished.ip(), 0) } else { wished }
            };
            let (public, operator, plugin) = (free(public), free(operator), plugin.wish());
            show(Wishes { public, operator, card_host, plugin }, stay)
        }
        Command::Admin(admin) => block_on(admin::run(admin)),
        Command::Audit { what: Audit::Verify { config } } => {
            block_on(books::verify(&Config::read(config.as_deref())?.records.database))
        }
        Command::Export { out, after, config } => {
            let database = Config::read(config.as_deref())?.records.database;
            block_on(books::export(&database, &out, after))
        }
        Command::Trial(trial) => {
            baton_trials::run(trial, &mut std::io::stdout().lock())?;
            Ok(ExitCode::SUCCESS)
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
        tokio::select! {
            asked = stop::asked() => asked?,
            () = running.broken() => {
                eprintln!("baton-gateway: {DISK_FAILED}");
                std::process::exit(DISK_FAILED_CODE);
            }
        }
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

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

fn log_to_stderr(level: &str) {
    let filter = EnvFilter::try_from_env("BATON_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // At a terminal NO_COLOR decides.
    let log = if std::io::stderr().is_terminal() { log } else { log.with_ansi(false) };
    log.init();
}
