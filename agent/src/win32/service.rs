//! The agent as a Windows service: where it is registered, what it serves, where its log goes.
//!
//! Owns those choices. A service sees no windows; with `[login]` in the settings Windows starts the
//! helper, which does, in every session. Next: [`super::keep`], `baton_win32::service`.

use crate::{Agent, Config};
use baton_win32::Failed;
use baton_win32::service::{self, Ended, Installed, ServiceFault};
use baton_win32::start::{self, COMMAND_LETTERS_MAX};
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, mpsc};
use tokio::runtime::Handle;
use tracing_subscriber::EnvFilter;

/// Under which name Windows starts the helper at a login.
const HELPER: &str = "BatonAgentLogin";
/// The service's log in its state folder.
const LOG_FILE: &str = "agent.log";
/// At its start the service puts a log aside that is longer, in bytes, so that two of them never
/// fill a disk.
const LOG_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Why the service was not registered.
#[derive(Debug, thiserror::Error)]
pub enum InstallFault {
    /// A path cannot be told.
    #[error("this program or a path of its settings cannot be found: {0}")]
    Path(#[from] io::Error),
    /// Windows said no.
    #[error(transparent)]
    Service(#[from] ServiceFault),
    /// The settings are in no file, and the helper needs one.
    #[error("[login] needs a settings file that only administrators write; name it with --config")]
    NoFile,
    /// Windows would cut the helper's command.
    #[error("the command {0} is longer than {COMMAND_LETTERS_MAX} letters; use shorter paths")]
    Long(String),
    /// The helper cannot be started with Windows.
    #[error("the login helper is not started at a login: {0}; are you an administrator?")]
    Start(#[from] Failed),
}

/// Registers this program as the service, with this settings file and state folder; with `[login]`
/// in the settings also its helper in every login session from the next one on.
///
/// # Errors
/// Each variant of [`InstallFault`] as it says; nothing stays registered.
pub fn install(
    settings: &Config,
    config: Option<&Path>,
    state: Option<&Path>,
) -> Result<Installed, InstallFault> {
    let program = std::env::current_exe()?;
    let helper = settings.login.as_ref().map(|_| helper(&program, config)).transpose()?;
    let mut arguments: Vec<OsString> = vec!["service".into(), "run".into()];
    for (name, path) in [("--config", config), ("--state", state)] {
        let Some(path) = path else { continue };
        // Windows starts services in a folder of its own.
        arguments.extend([name.into(), std::path::absolute(path)?.into()]);
    }
    let installed = service::install(program, arguments)?;
    if let Some(helper) = helper
        && let Err(fault) = start::at_login(HELPER, &helper)
    {
        service::uninstall().ok();
        return Err(fault.into());
    }
    Ok(installed)
}

/// Stops the service and takes it away; its helper is not started at logins any more. One that runs
/// waits for a service until its session ends.
///
/// # Errors
/// [`InstallFault::Start`], [`InstallFault::Service`].
pub fn uninstall() -> Result<(), InstallFault> {
    start::not_at_login(HELPER)?;
    Ok(service::uninstall()?)
}

/// Writes the command that keeps the helper running in a session, as Windows starts it.
fn helper(program: &Path, config: Option<&Path>) -> Result<String, InstallFault> {
    let config = std::path::absolute(config.ok_or(InstallFault::NoFile)?)?;
    let (program, config) = (program.display(), config.display());
    let command = format!("\"{program}\" login --keep --config \"{config}\"");
    if command.encode_utf16().count() > COMMAND_LETTERS_MAX {
        return Err(InstallFault::Long(command));
    }
    Ok(command)
}

/// Serves until Windows stops the service. Must be called on a tokio runtime.
///
/// # Errors
/// What went wrong, for a person who started this by hand.
pub async fn serve(config: Config) -> Result<(), String> {
    let runtime = Handle::current();
    let serve = move |stop| match runtime.block_on(run(&config, stop)) {
        Ok(()) => Ended::Stopped,
        Err(fault) => {
            tracing::error!("{fault}");
            Ended::Failed
        }
    };
    // The caller's thread waits until Windows is done with the service.
    let waited = tokio::task::spawn_blocking(|| service::run(Box::new(serve))).await;
    waited.map_err(|fault| fault.to_string())?.map_err(|fault| fault.to_string())
}

async fn run(config: &Config, stop: mpsc::Receiver<()>) -> Result<(), String> {
    let log = log(&config.state).map_err(|fault| format!("{LOG_FILE}: {fault}"))?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(log).init();
    let running = Agent::start(config, None).map_err(|fault| fault.to_string())?;
    tracing::info!(id = %running.identity().id, "agent runs as a service");
    // A sender that is gone says stop as well.
    tokio::task::spawn_blocking(move || stop.recv().ok()).await.ok();
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

fn log(state: &Path) -> io::Result<Mutex<File>> {
    let path = state.join(LOG_FILE);
    if path.metadata().is_ok_and(|known| known.len() > LOG_BYTES_MAX) {
        let old: PathBuf = state.join("agent.log.1");
        std::fs::rename(&path, old)?;
    }
    Ok(Mutex::new(OpenOptions::new().create(true).append(true).open(path)?))
}
