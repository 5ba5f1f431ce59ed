//! How the helper gets to its service: settings, recipes, socket, greeting, again and again.
//!
//! Owns the waits between tries and what a person is told when one fails. May not enter anything.
//! Next: [`super`].

use super::LoginFault;
use super::standing::Standing;
use crate::config::recipe::Recipe;
use crate::config::{Config, ConfigFault};
use crate::login::VERSION;
use crate::login::frame::{self, FrameFault};
use crate::login::message::{AppRecipe, Down, Rule, Up};
use crate::login::place::{PlaceFault, Stream, knock, read_trusted};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;

/// The wait after a service that was not there, in milliseconds: it is back a second after it was
/// killed, and a shopper waits meanwhile.
const ABSENT_MS: u64 = 300;
/// The wait after a fault that a person must mend, in milliseconds: soon enough for who just did.
const MEND_MS: u64 = 2_000;
/// How long a greeting may take, in milliseconds: the service answers at once.
const GREET_MS: u64 = 3_000;

/// A connection to a service that took this helper, and the recipes it follows.
pub struct Dialled {
    pub stream: Stream,
    pub recipes: Vec<(Recipe, String)>,
}

/// Why a try failed, and how long to wait.
#[derive(Debug, thiserror::Error)]
enum DialFault {
    #[error(transparent)]
    Place(#[from] PlaceFault),
    #[error(transparent)]
    Config(#[from] ConfigFault),
    #[error("{0} has no [login] table; add it, or run without a helper (README, Install)")]
    NoLogin(PathBuf),
    #[error("app {app}: {refused}")]
    Recipe { app: String, refused: String },
    #[error("the service gave no greeting: {0}")]
    Greeting(#[from] FrameFault),
    #[error("the service gave no greeting in time")]
    Silent,
    #[error("the service does not take this helper: {what}")]
    No { rule: Rule, what: String },
}

impl DialFault {
    const fn wait_ms(&self) -> u64 {
        match self {
            Self::Place(
                PlaceFault::SocketMissing(_)
                | PlaceFault::NobodyListens(_)
                | PlaceFault::FolderMissing(_),
            )
            | Self::Greeting(_)
            | Self::Silent => ABSENT_MS,
            Self::No { rule: Rule::Taken, .. } => ABSENT_MS,
            Self::Place(_)
            | Self::Config(_)
            | Self::NoLogin(_)
            | Self::Recipe { .. }
            | Self::No { .. } => MEND_MS,
        }
    }
}

/// Dials until a service takes this helper, or is of another version. What a killed helper left is
/// cleared before the first greeting.
pub async fn dialling(
    config: PathBuf,
    mut left: Option<Standing>,
    dialled: mpsc::Sender<Result<Dialled, LoginFault>>,
) {
    let mut told = String::new();
    loop {
        let fault = match dial(&config, &mut left).await {
            Ok(there) => {
                tracing::info!("the service takes this helper");
                return drop(dialled.send(Ok(there)).await);
            }
            Err(fault) => fault,
        };
        let why = fault.to_string();
        if let DialFault::No { rule: Rule::Version, .. } = fault {
            return drop(dialled.send(Err(LoginFault::Version(why))).await);
        }
        if why != told {
            tracing::warn!("{why}");
            told = why;
        }
        tokio::time::sleep(Duration::from_millis(fault.wait_ms())).await;
    }
}

async fn dial(config: &Path, left: &mut Option<Standing>) -> Result<Dialled, DialFault> {
    let socket = |text: &str| Some(Config::parse(text, config).ok()?.login?.socket);
    let text = read_trusted(config, socket)?;
    let settings = Config::parse(&text, config)?;
    let login = settings.login.as_ref().ok_or_else(|| DialFault::NoLogin(config.to_owned()))?;
    let recipes = settings.all_recipes().map_err(|(app, refused)| DialFault::Recipe {
        app: app.to_string(),
        refused: refused.to_string(),
    })?;
    if let Some(left) = left.take() {
        let recipes = recipes.iter().map(|(recipe, _)| recipe.clone()).collect::<Vec<_>>();
        tokio::task::spawn_blocking(move || left.tidy(&recipes)).await.ok();
    }
    let mut stream = knock(&login.socket).await?;
    let limit = Duration::from_millis(GREET_MS);
    let greeting = tokio::time::timeout(limit, greet(&mut stream, &recipes));
    greeting.await.map_err(|_| DialFault::Silent)??;
    Ok(Dialled { stream, recipes })
}

async fn greet(stream: &mut Stream, recipes: &[(Recipe, String)]) -> Result<(), DialFault> {
    let version = |(recipe, digest): &(Recipe, String)| AppRecipe {
        app: recipe.app.clone(),
        digest: digest.clone(),
    };
    let apps = recipes.iter().map(version).collect();
    frame::send(stream, &Up::Ready { version: VERSION.to_owned(), apps }).await?;
    match frame::receive(stream).await? {
        Down::Welcome => Ok(()),
        Down::No { rule, what } => Err(DialFault::No { rule, what }),
        Down::Prepare(_)
        | Down::Submit { .. }
        | Down::Undo { .. }
        | Down::Check
        | Down::Findings { .. } => Err(FrameFault::Words.into()),
    }
}
