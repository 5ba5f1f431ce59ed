//! `baton-sim`: one simulator as a program.
//!
//! Owns the command line. Prints one line on standard output once it listens, logs to standard
//! error, and stops on SIGINT or SIGTERM. Next: the crate's library, which does the work.

use anyhow::{Context, Result};
use baton_destinations::{Dialect, Limits, Secret};
use baton_protocol::ids::{AppId, TerminalId};
use baton_protocol::target::{Target, Way};
use baton_simulators::pos::{PosApp, Serial};
use baton_simulators::{Delays, Running, acquirer, membership, pos, wallet};
use clap::{Args, Parser, Subcommand};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// What is logged unless `RUST_LOG` says otherwise: our own news, and trouble of others.
const LOG_FILTER: &str = "warn,baton_sim=info,baton_simulators=info,baton_destinations=info";

/// Plays the world outside Baton: destinations and a POS program. For tests and demonstrations.
#[derive(Parser)]
#[command(name = "baton-sim", version)]
struct Arguments {
    #[command(subcommand)]
    program: Program,
}

#[derive(Subcommand)]
enum Program {
    /// An acquirer that speaks ISO 8583 over TCP.
    Acquirer(AcquirerArguments),
    /// A wallet that gives out codes and charges them over HTTP.
    Wallet(WebArguments),
    /// A membership server over HTTP.
    Membership(MembershipArguments),
    /// A POS program.
    Pos(PosArguments),
}

#[derive(Args)]
struct Common {
    /// Where to listen; port 0 takes a free one.
    #[arg(long)]
    listen: SocketAddr,
    /// The file that remembers everything; memory only without it.
    #[arg(long)]
    ledger: Option<PathBuf>,
}

#[derive(Args)]
struct Lateness {
    /// How late X-LATE20 is, in milliseconds.
    #[arg(long, default_value_t = 20_000)]
    late_short_ms: u64,
    /// How late X-LATE70 is, in milliseconds.
    #[arg(long, default_value_t = 70_000)]
    late_long_ms: u64,
}

#[derive(Args)]
struct Signing {
    /// The key of the `Baton-Signature` header.
    #[arg(long, env = "BATON_SIM_SECRET", hide_env_values = true)]
    secret: Option<String>,
}

#[derive(Args)]
struct SpeechArguments {
    /// How it speaks, as the profile of a destination says it; Baton's own dialect without it.
    #[arg(long)]
    profile: Option<PathBuf>,
    /// The key of the profile's MAC, 32 hexadecimal digits.
    #[arg(long, env = "BATON_SIM_MAC_KEY", hide_env_values = true)]
    mac_key: Option<String>,
    /// A field that no answer has; more than once for more fields.
    #[arg(long = "omit")]
    omits: Vec<u8>,
    /// Announces the next business day on every line, so many seconds after the start.
    #[arg(long)]
    cut_over_after_s: Option<u64>,
    /// Signs every line off, so many seconds after the start: no sales until a sign-on.
    #[arg(long)]
    sign_off_after_s: Option<u64>,
}

impl SpeechArguments {
    fn speech(self) -> Result<acquirer::Speech> {
        let read = |file: &PathBuf| {
            std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the profile {}", file.display()))
        };
        let profile = self.profile.as_ref().map(read).transpose()?;
        let key = self.mac_key.map(Secret::new);
        let dialect = Dialect::of(profile.as_deref(), key.as_ref())?;
        let timetable = acquirer::Timetable {
            cut_over_after_s: self.cut_over_after_s,
            sign_off_after_s: self.sign_off_after_s,
        };
        Ok(acquirer::Speech { dialect, omits: self.omits, timetable })
    }
}

#[derive(Args)]
struct AcquirerArguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    lateness: Lateness,
    /// Where to show the ledger over HTTP (`GET /ledger`) and take orders (`POST /cut-over`,
    /// `POST /sign-off`).
    #[arg(long)]
    admin: Option<SocketAddr>,
    /// A member and the points to start with, for example M-1001=1000. May be repeated.
    #[arg(long = "member", value_parser = member)]
    members: Vec<(String, i64)>,
    #[command(flatten)]
    speech: SpeechArguments,
}

#[derive(Args)]
struct WebArguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    lateness: Lateness,
    #[command(flatten)]
    signing: Signing,
}

#[derive(Args)]
struct MembershipArguments {
    #[command(flatten)]
    web: WebArguments,
    /// A member and the points to start with; M-1001=1000 and M-1002=0 without any.
    #[arg(long = "member", value_parser = member)]
    members: Vec<(String, i64)>,
}

#[derive(Args)]
struct PosArguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    signing: Signing,
    /// The terminal id that destinations are told.
    #[arg(long, default_value = "POS-1")]
    terminal: TerminalId,
    /// An app and its destination: APP=iso8583:HOST:PORT or APP=http://HOST:PORT. May be repeated.
    #[arg(long = "app", value_parser = app)]
    apps: Vec<(AppId, Target)>,
    /// Opens a serial port for a scanner and makes this path a link to it.
    #[arg(long)]
    serial_link: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG_FILTER));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (name, running) = start(Arguments::parse().program).await?;
    announce(name, &running)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    running.stop().await;
    Ok(())
}

async fn start(program: Program) -> Result<(&'static str, Running)> {
    Ok(match program {
        Program::Acquirer(arguments) => ("acquirer", start_acquirer(arguments).await?),
        Program::Wallet(arguments) => ("wallet", start_wallet(arguments).await?),
        Program::Membership(arguments) => ("membership", start_membership(arguments).await?),
        Program::Pos(arguments) => ("pos", start_pos(arguments).await?),
    })
}

async fn start_acquirer(arguments: AcquirerArguments) -> Result<Running> {
    let config = acquirer::Config {
        listen: arguments.common.listen,
        admin: arguments.admin,
        ledger: arguments.common.ledger,
        delays: arguments.lateness.delays(),
        members: members(arguments.members),
        speech: arguments.speech.speech()?,
    };
    acquirer::start(config).await
}

async fn start_wallet(arguments: WebArguments) -> Result<Running> {
    let config = wallet::Config {
        listen: arguments.common.listen,
        ledger: arguments.common.ledger,
        delays: arguments.lateness.delays(),
        secret: arguments.signing.secret.map(Secret::new),
    };
    wallet::start(config).await
}

async fn start_membership(arguments: MembershipArguments) -> Result<Running> {
    let config = membership::Config {
        listen: arguments.web.common.listen,
        ledger: arguments.web.common.ledger,
        delays: arguments.web.lateness.delays(),
        secret: arguments.web.signing.secret.map(Secret::new),
        members: members(arguments.members),
    };
    membership::start(config).await
}

async fn start_pos(arguments: PosArguments) -> Result<Running> {
    let secret = arguments.signing.secret.map(Secret::new);
    let apps = arguments.apps.into_iter();
    let config = pos::Config {
        listen: arguments.common.listen,
        ledger: arguments.common.ledger,
        terminal: arguments.terminal,
        apps: apps.map(|(app, target)| PosApp { app, target, secret: secret.clone() }).collect(),
        limits: Limits::default(),
        serial: if arguments.serial_link.is_some() { Serial::Open } else { Serial::Absent },
    };
    let running = pos::start(config).await?;
    if let (Some(link), Some(path)) = (arguments.serial_link, &running.serial_path) {
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(path, &link)
            .with_context(|| format!("cannot link the serial port at {}", link.display()))?;
    }
    Ok(running)
}

fn announce(name: &str, running: &Running) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{name} listening on {}", running.address)?;
    if let Some(address) = running.admin_address {
        tracing::info!(%address, "ledger is shown over http");
    }
    if let Some(path) = &running.serial_path {
        tracing::info!(path = %path.display(), "serial port for a scanner is open");
    }
    Ok(out.flush()?)
}

impl Lateness {
    const fn delays(&self) -> Delays {
        Delays { short_ms: self.late_short_ms, long_ms: self.late_long_ms }
    }
}

fn members(given: Vec<(String, i64)>) -> BTreeMap<String, i64> {
    if given.is_empty() {
        return membership::demonstration_members();
    }
    given.into_iter().collect()
}

fn member(text: &str) -> Result<(String, i64)> {
    let (id, points) = text.split_once('=').context("write MEMBER=POINTS")?;
    Ok((id.to_owned(), points.parse().context("points are a whole number")?))
}

fn app(text: &str) -> Result<(AppId, Target)> {
    let (app, place) = text.split_once('=').context("write APP=DESTINATION")?;
    let way = match place.strip_prefix("iso8583:") {
        Some(address) => Way::Iso8583 { address: address.to_owned() },
        None => Way::Http { base_url: place.to_owned() },
    };
    Ok((app.parse()?, Target::new(app.parse()?, way)))
}
