//! Makes entries in the POS program: which driver for which app, and what each can find out.
//!
//! Owns the choice of driver, and whether windows are reached from here or through the helper in
//! the cashier's session ([`crate::login`]). What goes over a wire reaches the POS only after the
//! journal says *submitted*, for it submits by itself on the last character; through a recipe
//! ([`crate::desk`]) the code is entered and checked first. Next: the driver's file.

pub mod ending;
pub mod http;
pub mod scanner;
pub mod udp;
pub mod websocket;

use crate::clock;
use crate::config::recipe::Recipe;
use crate::config::signature::RecipeRefused;
use crate::config::{AppDriver, Config, DriverKind};
use crate::desk::{Asked, DeskPos};
use crate::login::message::AppRecipe;
use crate::login::place::PlaceFault;
use crate::login::service::LoginPos;
use baton_link::executor::{Executor, Fence, Finding};
use baton_protocol::ids::{AppId, TransactionId};
use baton_protocol::link::Command;
use baton_protocol::work::State;
use ending::Ending;
use http::HttpPos;
use scanner::ScannerPos;
use std::collections::BTreeMap;
use udp::UdpPos;
use websocket::WebsocketPos;

/// A driver whose settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PosInvalid {
    /// The POS address is wrong.
    #[error("pos address {0} is not http://host:port without a trailing slash")]
    Url(String),
    /// The POS address is no address of datagrams.
    #[error("udp.address {0:?} is not numbers and a port, such as 127.0.0.1:7101")]
    Udp(String),
    /// The POS address is no plain WebSocket address.
    #[error("websocket.url {0:?} is not ws://host:port/path")]
    Websocket(String),
    /// The driver's machinery refused to start.
    #[error("the driver cannot start: {0}")]
    Machinery(String),
    /// An app stands twice.
    #[error("app {0} has two drivers; keep one of its [[apps]] tables")]
    AppTwice(AppId),
    /// A recipe stands for one app.
    #[error("driver = \"recipe\" is for single apps: put it into [[apps]] tables")]
    RecipeForAll,
    /// The login helper cannot be let in.
    #[error("login: {0}")]
    Login(#[from] PlaceFault),
    /// An app's recipe is not followed.
    #[error("app {app}: {refused}")]
    Recipe {
        /// Whose.
        app: AppId,
        /// Why.
        refused: RecipeRefused,
    },
}

/// A way into the POS program.
#[derive(Debug)]
pub enum Driver {
    /// Its HTTP interface.
    Http(HttpPos),
    /// Its scanner port.
    Scanner(ScannerPos),
    /// Its port for datagrams.
    Udp(UdpPos),
    /// Its WebSocket.
    Websocket(WebsocketPos),
    /// Its windows, as a recipe says.
    Desk(DeskPos),
    /// Its windows, through the helper in the cashier's session.
    Login(LoginPos),
}

/// The POS beside this agent.
#[derive(Debug)]
pub struct Pos {
    http: Driver,
    scanner: Driver,
    udp: Driver,
    websocket: Driver,
    login: Option<Driver>,
    default: Given,
    apps: BTreeMap<AppId, Given>,
}

/// How an app's entries are made.
#[derive(Debug)]
enum Given {
    Http,
    Scanner,
    Udp,
    Websocket,
    Own(Driver),
    Login,
}

impl Pos {
    /// Makes the drivers and loads the recipes; opens no screen and no port yet. With `[login]` it
    /// opens the helper's door, and must be called on a tokio runtime.
    ///
    /// # Errors
    /// Each variant of [`PosInvalid`] as it says.
    pub fn new(config: &Config) -> Result<Self, PosInvalid> {
        let mut apps = BTreeMap::new();
        let mut recipes = Vec::new();
        for AppDriver { app, driver } in &config.apps {
            let given = match driver {
                DriverKind::Http => Given::Http,
                DriverKind::Scanner => Given::Scanner,
                DriverKind::Udp => Given::Udp,
                DriverKind::Websocket => Given::Websocket,
                DriverKind::Recipe if config.login.is_some() => {
                    recipes.push(version(config, app)?);
                    Given::Login
                }
                DriverKind::Recipe => Given::Own(desk(config, app)?),
            };
            if apps.insert(app.clone(), given).is_some() {
                return Err(PosInvalid::AppTwice(app.clone()));
            }
        }
        let default = match config.driver {
            DriverKind::Http => Given::Http,
            DriverKind::Scanner => Given::Scanner,
            DriverKind::Udp => Given::Udp,
            DriverKind::Websocket => Given::Websocket,
            DriverKind::Recipe => return Err(PosInvalid::RecipeForAll),
        };
        let login = match &config.login {
            Some(settings) => Some(Driver::Login(LoginPos::start(settings, recipes)?)),
            None => None,
        };
        Ok(Self {
            login,
            http: Driver::Http(HttpPos::new(&config.http)?),
            scanner: Driver::Scanner(ScannerPos::new(&config.scanner)),
            udp: Driver::Udp(UdpPos::new(&config.udp)?),
            websocket: Driver::Websocket(WebsocketPos::new(&config.websocket)?),
            default,
            apps,
        })
    }

    /// Returns the driver of an app.
    #[must_use]
    pub fn driver(&self, app: &AppId) -> &Driver {
        match self.apps.get(app).unwrap_or(&self.default) {
            Given::Http => &self.http,
            Given::Scanner => &self.scanner,
            Given::Udp => &self.udp,
            Given::Websocket => &self.websocket,
            Given::Own(driver) => driver,
            Given::Login => self.login.as_ref().unwrap_or(&self.http),
        }
    }

    /// Makes the entry's last step and says how it ended, with what stands behind the verdict.
    pub async fn conclude(&self, command: &Command) -> Ending {
        match self.driver(&command.app) {
            Driver::Http(pos) => Ending::told(pos.execute(command).await),
            Driver::Scanner(pos) => Ending::told(pos.execute(command).await),
            Driver::Udp(pos) => Ending::told(pos.execute(command).await),
            Driver::Websocket(pos) => Ending::told(pos.execute(command).await),
            Driver::Desk(pos) => pos.submit(command.transaction).await.ending(),
            Driver::Login(pos) => pos.execute(command).await,
        }
    }
}

fn desk(config: &Config, app: &AppId) -> Result<Driver, PosInvalid> {
    let (recipe, _) = load(config, app)?;
    let started = DeskPos::start(recipe, clock::clock().monotonic_ms);
    started.map(Driver::Desk).map_err(|fault| PosInvalid::Machinery(fault.to_string()))
}

fn version(config: &Config, app: &AppId) -> Result<AppRecipe, PosInvalid> {
    let (_, digest) = load(config, app)?;
    Ok(AppRecipe { app: app.clone(), digest })
}

fn load(config: &Config, app: &AppId) -> Result<(Recipe, String), PosInvalid> {
    let invalid = |refused| PosInvalid::Recipe { app: app.clone(), refused };
    config.recipes.load(app).map_err(invalid)
}

impl Executor for Pos {
    async fn prepare(&self, command: &Command) -> Result<(), Fence> {
        match self.driver(&command.app) {
            Driver::Http(pos) => pos.prepare(command).await,
            Driver::Scanner(pos) => pos.prepare(command).await,
            Driver::Udp(pos) => pos.prepare(command).await,
            Driver::Websocket(pos) => pos.prepare(command).await,
            Driver::Desk(pos) => {
                let entered = pos.prepare(Asked::of(command)).await;
                entered.map(drop).map_err(|refused| refused.fence)
            }
            Driver::Login(pos) => pos.prepare(command).await,
        }
    }

    async fn execute(&self, command: &Command) -> Finding {
        self.conclude(command).await.finding()
    }

    async fn late(&self) -> (TransactionId, Finding) {
        match &self.login {
            Some(Driver::Login(pos)) => pos.late().await,
            Some(
                Driver::Http(_)
                | Driver::Scanner(_)
                | Driver::Udp(_)
                | Driver::Websocket(_)
                | Driver::Desk(_),
            )
            | None => std::future::pending().await,
        }
    }

    fn show(&self, transaction: TransactionId, state: State) {
        tracing::info!(%transaction, state = state.word(), "on display");
    }
}

#[cfg(test)]
mod tests;
