//! One gateway with everything around it, in a temporary folder that goes with it.
//!
//! Owns start, restart and the questions about what is true afterwards. Chapters in reading order:
//! [`setting`] (what a test may choose), [`servers`] (the simulators), [`tables`] (who is who),
//! [`devices`] and [`hand`] (terminals and agents, real or by hand), [`phone`], [`merchant`],
//! [`operator`], [`stranger`], [`receiver`] (of events), [`plugins`], [`books`] (the database),
//! [`wait`].

pub mod books;
pub mod devices;
pub mod hand;
pub mod merchant;
pub mod operator;
pub mod phone;
pub mod plugins;
pub mod receiver;
pub mod servers;
pub mod setting;
pub mod stranger;
pub mod tables;
pub mod wait;

use anyhow::Context;
use baton_core::time::Timestamp;
use baton_gateway::config::{Config, Gateway, Limits, Listen, RecordsAt};
use baton_gateway::demo::DemoOffer;
use baton_gateway::demo::apps::{AppSigner, DemoApps};
use baton_gateway::demo::plug::Plug;
use baton_gateway::hosted::Hosted;
use baton_records::Records;
use baton_records::admin::Change;
use baton_records::audit::ChainCheck;
use books::Books;
use merchant::Merchant;
use phone::Phone;
use servers::Servers;
use setting::{Page, Store, Wishes};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tables::{AUDIENCE, Cast};
use tempfile::TempDir;

/// Everything that a scenario plays with.
pub struct World {
    /// Who is who.
    pub cast: Cast,
    /// The apps' backends.
    pub apps: DemoApps,
    /// The destinations.
    pub servers: Servers,
    /// The database, read from outside.
    pub books: Books,
    wishes: Wishes,
    config: Config,
    gateway: Option<Hosted>,
    devices: Vec<baton_link::device::Running>,
    till: Option<baton_simulators::Running>,
    client: reqwest::Client,
    heard: Arc<Mutex<String>>,
    people: Mutex<Vec<(String, String)>>,
    folder: TempDir,
}

impl World {
    /// Starts gateway and simulators; nobody is at the terminals yet.
    ///
    /// # Errors
    /// When anything refuses to start.
    pub async fn start(wishes: Wishes) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("baton-world-").tempdir()?;
        let servers = Servers::start(wishes.late).await?;
        let apps = tables::apps(&servers)?;
        let cast = Cast::new()?;
        let config = config_of(&wishes, folder.path()).await?;
        let offer = offer(wishes.page, &apps).await?;
        let gateway = Hosted::start(config.clone(), offer).await;
        let gateway = gateway.map_err(anyhow::Error::msg)?;
        let books = Books::open(&config.records.database).await?;
        let world = Self {
            cast,
            apps,
            servers,
            books,
            wishes,
            config,
            gateway: Some(gateway),
            devices: Vec::new(),
            till: None,
            client: reqwest::Client::new(),
            heard: Arc::default(),
            people: Mutex::default(),
            folder,
        };
        for change in tables::changes(&world.cast, &world.servers, &world.apps, &world.wishes)? {
            world.write(&change).await?;
        }
        world.follow().await?;
        Ok(world)
    }

    /// The usual world, with the real terminal at the counter.
    ///
    /// # Errors
    /// As [`World::start`].
    pub async fn with_counter() -> anyhow::Result<Self> {
        let mut world = Self::start(Wishes::default()).await?;
        world.start_counter().await?;
        Ok(world)
    }

    /// The usual world, with a POS and its agent beside the till.
    ///
    /// # Errors
    /// As [`World::start`].
    pub async fn with_till() -> anyhow::Result<Self> {
        let mut world = Self::start(Wishes::default()).await?;
        world.start_till().await?;
        Ok(world)
    }

    /// Stops the gateway and starts it again on the same database and address.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn restart_gateway(&mut self) -> anyhow::Result<()> {
        self.stop_gateway().await?;
        self.gateway_again().await
    }

    /// Stops the gateway; everybody else goes on.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn stop_gateway(&mut self) -> anyhow::Result<()> {
        let gateway = self.gateway.take().context("the gateway runs")?;
        self.config.listen.public = gateway.public;
        gateway.stop().await;
        Ok(())
    }

    /// Starts a stopped gateway on the same database and address.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn gateway_again(&mut self) -> anyhow::Result<()> {
        let offer = offer(self.wishes.page, &self.apps).await?;
        let gateway = Hosted::start(self.config.clone(), offer).await;
        self.gateway = Some(gateway.map_err(anyhow::Error::msg)?);
        self.client = reqwest::Client::new();
        Ok(())
    }

    /// Stops everything in order; the folder stays until the world is dropped.
    pub async fn stop(&mut self) {
        self.stop_devices().await;
        if let Some(gateway) = self.gateway.take() {
            gateway.stop().await;
        }
        if let Some(till) = self.till.take() {
            till.stop().await;
        }
    }

    /// The folder with database, key files, journals and ledgers.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Address of the public listener: `http://host:port`.
    ///
    /// # Errors
    /// While the gateway is stopped.
    pub fn public(&self) -> anyhow::Result<String> {
        Ok(format!("http://{}", self.gateway()?.public))
    }

    /// Address of the operator's listener.
    ///
    /// # Errors
    /// While the gateway is stopped.
    pub fn operator(&self) -> anyhow::Result<String> {
        Ok(format!("http://{}", self.gateway()?.operator))
    }

    /// A phone with the card app.
    #[must_use]
    pub fn card(&self) -> Phone<'_> {
        Phone::new(self, &self.apps.card)
    }

    /// A phone with the wallet app.
    #[must_use]
    pub fn wallet(&self) -> Phone<'_> {
        Phone::new(self, &self.apps.wallet)
    }

    /// A phone with the membership app.
    #[must_use]
    pub fn points(&self) -> Phone<'_> {
        Phone::new(self, &self.apps.membership)
    }

    /// A phone with an app of the test's own.
    #[must_use]
    pub const fn phone<'w>(&'w self, app: &'w AppSigner) -> Phone<'w> {
        Phone::new(self, app)
    }

    /// The order system of the shop with the counter.
    #[must_use]
    pub fn merchant(&self) -> Merchant<'_> {
        Merchant::new(self, &self.cast.shop_token)
    }

    /// Changes the tables as another program does, and waits until the gateway has followed.
    ///
    /// # Errors
    /// When the change is refused, or the gateway does not follow.
    pub async fn change(&self, change: &Change) -> anyhow::Result<()> {
        self.write(change).await?;
        self.follow().await
    }

    /// Walks the audit chain.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(&self) -> anyhow::Result<ChainCheck> {
        Ok(self.gateway()?.world.records.audit_verify().await?)
    }

    /// The gateway's store, for what an operator can ask of it.
    ///
    /// # Errors
    /// While the gateway is stopped.
    pub fn records(&self) -> anyhow::Result<&Records> {
        Ok(&self.gateway()?.world.records)
    }

    /// The gateway's time.
    ///
    /// # Errors
    /// While the gateway is stopped.
    pub fn now(&self) -> anyhow::Result<Timestamp> {
        Ok(self.gateway()?.world.clock.now())
    }

    /// Everything that any phone or merchant of this world was ever answered.
    #[must_use]
    pub fn heard(&self) -> String {
        self.heard.lock().map(|heard| heard.clone()).unwrap_or_default()
    }

    fn gateway(&self) -> anyhow::Result<&Hosted> {
        self.gateway.as_ref().context("the gateway is stopped")
    }

    async fn write(&self, change: &Change) -> anyhow::Result<()> {
        let world = &self.gateway()?.world;
        world.records.change(change, "test", world.clock.now()).await?;
        Ok(())
    }

    async fn follow(&self) -> anyhow::Result<()> {
        let world = &self.gateway()?.world;
        let wanted = world.records.tables_revision().await?;
        wait::until("the gateway follows the tables", async || {
            let reached = world.tables.snapshot().tables.revision >= wanted;
            Ok(reached.then_some(()))
        })
        .await
    }

    fn overheard(&self, text: &str) {
        if let Ok(mut heard) = self.heard.lock() {
            heard.push_str(text);
            heard.push('\n');
        }
    }
}

async fn offer(page: Page, apps: &DemoApps) -> anyhow::Result<DemoOffer> {
    let wallet = apps.wallet_url.strip_prefix("http://").unwrap_or_default();
    match page {
        Page::Guide => Ok(DemoOffer::Off),
        // The demo has a plug before its wallet; nothing goes through this one.
        Page::Apps => {
            let plug = Plug::before(wallet.parse()?).await?;
            Ok(DemoOffer::On(Arc::new(apps.clone()), plug))
        }
    }
}

async fn config_of(wishes: &Wishes, folder: &Path) -> anyhow::Result<Config> {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let database = match &wishes.store {
        Store::Sqlite => format!("sqlite:{}", folder.join("baton.sqlite").display()),
        Store::Postgres { server } => books::fresh_postgres(server).await?,
    };
    Ok(Config {
        listen: Listen { public: free, operator: free },
        gateway: Gateway {
            name: AUDIENCE.to_owned(),
            key_file: folder.join("gateway.key"),
            ..Gateway::default()
        },
        records: RecordsAt { database, ..RecordsAt::default() },
        limits: Limits { stop_s: 0, ..wishes.limits.clone() },
        timers: wishes.timers.clone(),
        webhooks: wishes.webhooks.clone(),
        health: wishes.health,
        plugins: wishes.gateway_plugins.clone(),
        ..Config::default()
    })
}
