//! Command line of the POS agent: enrol once, run, work on recipes, export the journal.
//!
//! Owns arguments, log set-up and signals; everything else is in the library. Next: `lib.rs`.

use baton_agent::config::{STATE_DEFAULT, signature};
use baton_agent::login::{doctor, session};
use baton_agent::workbench::{self, CODE_DUMMY, Diagnosis, Found, HandOver, Trial};
use baton_agent::{Agent, Config, clock, standing, stop, teach};
use baton_link::enrol::{JOURNAL_FILE, enrol};
use baton_protocol::enrol::Role;
use baton_protocol::ids::AppId;
use clap::{Parser, Subcommand};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

/// The agent of a Baton gateway beside a POS program.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make this POS known to a gateway with a one-time code.
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
    /// Serve POS windows in this login session, on the word of the service.
    Login {
        /// The service's settings file; it must belong to root, on Windows to administrators.
        #[arg(long)]
        config: PathBuf,
        /// Start it again whenever it ends, without a console; what Windows starts at a login.
        #[cfg(windows)]
        #[arg(long)]
        keep: bool,
    },
    /// Try, sign and check recipes for POS windows.
    Recipe {
        #[command(subcommand)]
        task: RecipeTask,
    },
    /// Say which part is missing, and try every recipe with a dummy code; nothing is submitted.
    Doctor(Place),
    /// Write a recipe by watching a person use the POS.
    Teach {
        /// Where the recipe goes; must not exist.
        file: PathBuf,
        /// Whose codes it enters.
        #[arg(long)]
        app: AppId,
    },
    /// Look at the journal.
    Journal {
        #[command(subcommand)]
        task: JournalTask,
    },
    /// Be a service of Windows: `run` below, without a person logged in.
    #[cfg(windows)]
    Service {
        #[command(subcommand)]
        task: ServiceTask,
    },
}

#[cfg(windows)]
#[derive(Debug, Subcommand)]
enum ServiceTask {
    /// Register the service; it starts with Windows, and again when it failed.
    Install(Place),
    /// Stop the service and take it away.
    Uninstall,
    /// What Windows starts; not for persons.
    Run(Place),
}

#[derive(Debug, Subcommand)]
enum RecipeTask {
    /// Follow a recipe once: enter, read back, clear. Its signature is not asked for.
    Try {
        /// The recipe.
        profile: PathBuf,
        /// What is entered.
        #[arg(long, default_value = CODE_DUMMY, hide_default_value = true)]
        code: String,
        /// Hand it over, once, and watch for the outcome. This can move money.
        #[arg(long)]
        submit: bool,
        /// What the POS must show and an approval must name, in minor units; without it the amount
        /// that the POS shows is said and not compared.
        #[arg(long)]
        amount: Option<i64>,
    },
    /// Make a signing key; the public half is printed.
    Key {
        /// Where the key goes; must not exist.
        file: PathBuf,
    },
    /// Sign a recipe: writes PROFILE.sig.
    Sign {
        /// The recipe.
        profile: PathBuf,
        /// The signing key.
        #[arg(long)]
        key: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum JournalTask {
    /// Check every hash and print the journal, one JSON object a line.
    Export(Place),
}

#[derive(Debug, clap::Args)]
struct Place {
    /// The settings file; without it every setting has its default.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The state folder, instead of the one in the settings.
    #[arg(long)]
    state: Option<PathBuf>,
}

impl Place {
    fn settings(self) -> anyhow::Result<Config> {
        let mut config =
            self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::load)?;
        if let Some(state) = self.state {
            config.state = state;
        }
        Ok(config)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let task = Arguments::parse().task;
    #[cfg(windows)]
    if let Task::Service { task: ServiceTask::Run(place) } = task {
        return served(place).await;
    }
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // Consoles of Windows show colours as garbage unless they are asked.
    let coloured = cfg!(unix) && std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // At a terminal NO_COLOR decides.
    let log = if coloured { log } else { log.with_ansi(false) };
    log.init();
    match perform(task).await {
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
            let identity = enrol(&gateway, &code, Role::Agent, &state).await?;
            tracing::info!(id = %identity.id, state = %state.display(), "enrolled");
            Ok(())
        }
        Task::Run(place) => run(&place.settings()?).await,
        #[cfg(windows)]
        Task::Login { config, keep: true } => Ok(baton_agent::win32::keep::keep(&config).await?),
        Task::Login { config, .. } => login(&config).await,
        Task::Recipe { task } => recipe(task).await,
        Task::Doctor(place) => check(place.settings()?).await,
        Task::Teach { file, app } => blocking(move || Ok(teach::teach(&file, &app)?)).await,
        Task::Journal { task: JournalTask::Export(place) } => export(&place.settings()?.state),
        #[cfg(windows)]
        Task::Service { task } => service(task),
    }
}

async fn run(config: &Config) -> anyhow::Result<()> {
    let running = Agent::start(config, None)?;
    tracing::info!(id = %running.identity().id, "agent runs");
    stop::asked().await?;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// What a person asks of the service.
#[cfg(windows)]
fn service(task: ServiceTask) -> anyhow::Result<()> {
    match task {
        ServiceTask::Install(place) => {
            let (config, state) = (place.config.clone(), place.state.clone());
            let (settings, config) = (place.settings()?, config.as_deref());
            let done = baton_agent::win32::service::install(&settings, config, state.as_deref())?;
            if let baton_win32::service::Installed::WithoutRestart(why) = done {
                tracing::warn!("{why}");
            }
            say("installed; start it with: sc start BatonAgent")
        }
        ServiceTask::Uninstall => Ok(baton_agent::win32::service::uninstall()?),
        ServiceTask::Run(_) => anyhow::bail!("only windows runs the service"),
    }
}

/// The service itself: its log is a file, for nobody sees its standard error.
#[cfg(windows)]
async fn served(place: Place) -> ExitCode {
    let ended = match place.settings() {
        Ok(config) => baton_agent::win32::service::serve(config).await,
        Err(fault) => Err(fault.to_string()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

async fn login(config: &Path) -> anyhow::Result<()> {
    let asked = async {
        if let Err(fault) = stop::asked().await {
            tracing::error!(%fault, "signals cannot be heard");
        }
    };
    Ok(session::run(config, clock::clock().monotonic_ms, asked).await?)
}

async fn recipe(task: RecipeTask) -> anyhow::Result<()> {
    match task {
        RecipeTask::Try { profile, code, submit, amount } => {
            let recipe = signature::load_unsigned(&profile)?;
            let hand_over = if submit { HandOver::Once } else { HandOver::Never };
            let trial = Trial { code: Zeroizing::new(code), hand_over, amount };
            blocking(move || tell("recipe", &workbench::attempt(&recipe, &trial))).await
        }
        RecipeTask::Key { file } => say(&signature::make_key(&file)?),
        RecipeTask::Sign { profile, key } => {
            say(&signature::sign(&profile, &key)?.display().to_string())
        }
    }
}

async fn check(config: Config) -> anyhow::Result<()> {
    let gateway = standing::examine(&config.state, clock::clock().unix_ms() / 1_000).await;
    let parts: Vec<_> = [Some(gateway), standing::port(&config)].into_iter().flatten().collect();
    for part in &parts {
        say(&format!("{}: {}", part.app, part.found))?;
    }
    let parts_well = parts.iter().all(|part| part.well);
    if let Some(login) = &config.login {
        let lines = doctor::examine(&login.socket).await;
        for line in &lines {
            say(&format!("{}: {}", line.app, line.found))?;
        }
        let well = parts_well && lines.iter().all(|line| line.well);
        anyhow::ensure!(well, "something is missing");
        return Ok(());
    }
    let diagnoses = blocking(move || Ok(workbench::doctor(&config))).await?;
    let mut ill = false;
    for Diagnosis { app, found } in &diagnoses {
        ill |= !found.as_ref().is_ok_and(Found::is_well);
        match found {
            Ok(found) => say(&format!("{app}: {found}"))?,
            Err(refused) => say(&format!("{app}: {refused}"))?,
        }
    }
    if diagnoses.is_empty() {
        say("recipes: none, no app has driver = \"recipe\"; other drivers are tried by a payment")?;
    }
    anyhow::ensure!(parts_well, "something is missing");
    anyhow::ensure!(!ill, "some recipes do not fit what is on the screen");
    Ok(())
}

fn tell(what: &str, found: &Found) -> anyhow::Result<()> {
    say(&format!("{what}: {found}"))?;
    anyhow::ensure!(found.is_well(), "the recipe was not followed to its end");
    Ok(())
}

/// Drivers of screens block, and have runtimes of their own.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await?
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}

fn export(state: &Path) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    baton_link::journal::export(&state.join(JOURNAL_FILE), &mut out)?;
    Ok(out.flush()?)
}
