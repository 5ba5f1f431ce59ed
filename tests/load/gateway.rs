//! The gateway under load: the real program, started as a child process and stopped again.
//!
//! Owns the child, its settings file and its log. It is stopped when its handle is dropped, so
//! that no way out of the tool leaves one behind. Next: `stage.rs`, which starts it.

use anyhow::{Context, bail};
use baton_gateway::config::{Commits, Config, Gateway as Named, Limits, Listen, RecordsAt};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::timeout;

/// The name that tokens carry as `aud`.
pub const AUDIENCE: &str = "baton-load";
/// How long the gateway may take to say that it is ready, in seconds: it needs under one.
const READY_S_MAX: u64 = 20;
/// Requests a second that its one app may make: over all that this tool can send.
const PAYMENTS_A_SECOND_MAX: u32 = 100_000;
/// Its program.
const PROGRAM: &str = "baton-gateway";

/// A running gateway.
pub struct Gateway {
    child: Child,
    /// Where phones and terminals come.
    pub public: SocketAddr,
    /// Where operators ask.
    pub operator: SocketAddr,
}

impl Gateway {
    /// Starts the program that stands beside this one and waits until it is ready.
    pub async fn start(folder: &Path, database: &str, commits: Commits) -> anyhow::Result<Self> {
        let program = program()?;
        let settings = folder.join("gateway.toml");
        let operator = free_address()?;
        let config = config(folder, database, commits, operator);
        std::fs::write(&settings, toml::to_string(&config)?)?;
        let log = File::create(folder.join("gateway.log"))?;
        let mut child = Command::new(program)
            .arg("serve")
            .arg("--config")
            .arg(settings)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .context("the gateway could not be started")?;
        let said = child.stdout.take().context("the gateway has no output")?;
        // From here on the child is stopped whatever happens.
        let unready = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut gateway = Self { child, public: unready, operator };
        let first = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(said).read_line(&mut line).map(|_| line)
        });
        let line = timeout(Duration::from_secs(READY_S_MAX), first).await;
        let line = line.context("the gateway is not ready in time")???;
        let Some((_, address)) = line.trim().split_once("http://") else {
            let log = std::fs::read_to_string(folder.join("gateway.log")).unwrap_or_default();
            bail!("the gateway did not start: {}", log.trim());
        };
        gateway.public = address.parse()?;
        Ok(gateway)
    }

    /// Returns the process id.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop and waits: it ends what it began and closes its database.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let end = tokio::task::spawn_blocking(move || self.child.wait()).await??;
        anyhow::ensure!(end.success(), "the gateway ended with {end}");
        Ok(())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // A child that has ended already cannot be killed, which is as good.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

fn program() -> anyhow::Result<PathBuf> {
    let beside = std::env::current_exe()?.with_file_name(PROGRAM);
    let profile = if cfg!(debug_assertions) { "" } else { "--release " };
    anyhow::ensure!(
        beside.is_file(),
        "{PROGRAM} is not beside this program; build it with cargo build {profile}-p {PROGRAM}"
    );
    Ok(beside)
}

/// An address that nobody listens on now: the gateway names only its public one.
fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    Ok(listener.local_addr()?)
}

fn config(folder: &Path, database: &str, commits: Commits, operator: SocketAddr) -> Config {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let usual = Limits::default();
    Config {
        listen: Listen { public: free, operator },
        // Everybody here has one address and one app.
        limits: Limits {
            connections_per_address_max: usual.connections_max,
            caller_requests_per_s: PAYMENTS_A_SECOND_MAX,
            caller_requests_burst: PAYMENTS_A_SECOND_MAX,
            ..usual
        },
        gateway: Named {
            name: AUDIENCE.to_owned(),
            key_file: folder.join("gateway.key"),
            ..Named::default()
        },
        records: RecordsAt { database: database.to_owned(), commits },
        ..Config::default()
    }
}
