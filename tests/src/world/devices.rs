//! Terminals and agents: enrolled with a one-time code, then started as their programs do.
//!
//! Owns enrolment, the real devices, and the badge with which a [`super::hand::Hand`] takes a
//! device's place. Next: [`super::hand`].

use super::World;
use super::wait::until;
use anyhow::Context;
use baton_agent::Agent;
use baton_agent::config::{AppDriver, DriverKind, HttpSettings, ScannerSettings};
use baton_core::relay::plan::Executor;
use baton_destinations::Limits;
use baton_gateway::clock::{new_id, wall_ms};
use baton_gateway::demo::apps::AppSigner;
use baton_gateway::vault::{plain_digest, random_text};
use baton_link::asks::Asks;
use baton_link::enrol::{IDENTITY_FILE, Identity, KEY_FILE};
use baton_link::keys::DeviceKey;
use baton_link::reports::Reports;
use baton_link::token::link_token;
use baton_protocol::enrol::Role;
use baton_protocol::ids::TerminalId;
use baton_protocol::target::Target;
use baton_records::admin::Change;
use baton_records::exceptions::DeviceJournal;
use baton_relay_device::config::DestinationSettings;
use baton_relay_device::scan::{Content, Framing, PortName, Scans, SerialSettings, SourceSettings};
use baton_relay_device::{Device, Extras, ask};
use baton_simulators::pos;
use baton_simulators::pos::entry::Sale;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What proves to the gateway that one is a device.
pub struct Badge {
    /// Who it is.
    pub identity: Identity,
    /// Its key.
    pub key: DeviceKey,
}

impl Badge {
    /// Reads what enrolment left in a state folder.
    ///
    /// # Errors
    /// When the folder holds no device.
    pub fn load(state: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            identity: Identity::load(&state.join(IDENTITY_FILE))?,
            key: DeviceKey::load(&state.join(KEY_FILE))?,
        })
    }

    /// Signs the token of one connection.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn token(&self) -> anyhow::Result<String> {
        let now_s = u64::try_from(wall_ms() / 1_000)?;
        Ok(link_token(&self.key, &self.identity, now_s, new_id())?)
    }
}

impl World {
    /// Starts the real terminal at the counter and waits until it is online.
    ///
    /// # Errors
    /// When it does not start or connect.
    pub async fn start_counter(&mut self) -> anyhow::Result<()> {
        self.enrol(&Executor::Terminal(self.cast.counter.clone())).await?;
        self.counter_again()?;
        self.until_online(&self.cast.counter).await
    }

    /// Starts the terminal at the counter from the state that is in its folder.
    ///
    /// # Errors
    /// When it does not start.
    pub fn counter_again(&mut self) -> anyhow::Result<()> {
        let state = self.folder().join(self.cast.counter.as_str());
        let settings = DestinationSettings {
            answer_ms: self.wishes.patience_ms,
            ..DestinationSettings::default()
        };
        let config = baton_relay_device::Config {
            state,
            destinations: settings,
            plugins: self.wishes.counter_plugins.clone(),
            ..baton_relay_device::Config::default()
        };
        let device = Device::start(&config, Extras::default())?;
        let scanner = self.wishes.scanner.iter().map(|port| scanner(port));
        let scans = Scans::start(scanner.collect(), baton_relay_device::clock::clock());
        tokio::spawn(ask::serve(scans, device.asks(), |_| {}));
        self.devices.push(device);
        Ok(())
    }

    /// The way in which the device that was started last asks its gateway for something.
    ///
    /// # Errors
    /// When there is none.
    pub fn asks(&self) -> anyhow::Result<Asks> {
        Ok(self.devices.last().context("a device runs")?.asks())
    }

    /// The way in which the device that was started last tells what it hears of beacons, once.
    pub fn reports(&mut self) -> Option<Reports> {
        self.devices.last_mut()?.take_reports()
    }

    /// Stops every terminal and agent, in order.
    pub async fn stop_devices(&mut self) {
        for device in self.devices.drain(..) {
            device.stop().await;
        }
    }

    /// What the gateway knows of a device's journal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal_of(&self, device: &Executor) -> anyhow::Result<DeviceJournal> {
        Ok(self.gateway()?.world.records.device_journal(device).await?)
    }

    /// Starts a POS program and the agent beside it, and waits until the agent is online.
    ///
    /// # Errors
    /// When they do not start or connect.
    pub async fn start_till(&mut self) -> anyhow::Result<()> {
        let till = pos::start(self.pos_config()).await?;
        let port = till.serial_path.as_ref().context("the POS has a serial port")?;
        let base_url = format!("http://{}", till.address);
        let app = self.apps.membership.app().clone();
        let config = baton_agent::Config {
            driver: DriverKind::Http,
            http: HttpSettings { base_url, ..HttpSettings::default() },
            scanner: ScannerSettings {
                port: port.display().to_string(),
                ..ScannerSettings::default()
            },
            apps: vec![AppDriver { app, driver: DriverKind::Scanner }],
            ..baton_agent::Config::default()
        };
        self.till = Some(till);
        self.start_agent(config).await
    }

    /// Starts an agent with settings of the test's own, and waits until it is online.
    ///
    /// # Errors
    /// When it does not start or connect.
    pub async fn start_agent(&mut self, mut config: baton_agent::Config) -> anyhow::Result<()> {
        config.state = self.enrol(&Executor::Agent(self.cast.agent.clone())).await?;
        self.devices.push(Agent::start(&config, None)?);
        self.until_online(&self.cast.till).await
    }

    /// The sales that the POS program shows, oldest first.
    ///
    /// # Errors
    /// When there is no POS.
    pub async fn pos_sales(&self) -> anyhow::Result<Vec<Sale>> {
        let till = self.till.as_ref().context("there is a POS")?;
        Ok(reqwest::get(format!("http://{}/sales", till.address)).await?.json().await?)
    }

    /// Enrols a device without starting a program for it.
    ///
    /// # Errors
    /// When the gateway refuses.
    pub async fn badge(&self, device: &Executor) -> anyhow::Result<Badge> {
        Badge::load(&self.enrol(device).await?)
    }

    /// Waits until a terminal can be paid at.
    ///
    /// # Errors
    /// When that does not happen.
    pub async fn until_online(&self, terminal: &TerminalId) -> anyhow::Result<()> {
        until("the terminal is online", async || Ok(self.online(terminal).await?.then_some(())))
            .await
    }

    /// Waits until a terminal cannot be paid at.
    ///
    /// # Errors
    /// When that does not happen.
    pub async fn until_offline(&self, terminal: &TerminalId) -> anyhow::Result<()> {
        until("the terminal is offline", async || Ok((!self.online(terminal).await?).then_some(())))
            .await
    }

    async fn online(&self, terminal: &TerminalId) -> anyhow::Result<bool> {
        let found = self.card().resolve(terminal).await?;
        Ok(found.body["online"] == true)
    }

    async fn enrol(&self, device: &Executor) -> anyhow::Result<PathBuf> {
        let (role, id) = match device {
            Executor::Terminal(id) => (Role::Terminal, id.to_string()),
            Executor::Agent(id) => (Role::Agent, id.to_string()),
            Executor::Gateway(id) => anyhow::bail!("nobody enrols at {id}"),
        };
        let code = random_text(8)?;
        let now = self.gateway()?.world.clock.now();
        self.write(&Change::EnrolmentIssue {
            code_digest: plain_digest(&code),
            device: device.clone(),
            expires: now.after_ms(600_000),
        })
        .await?;
        let state = self.folder().join(id);
        baton_link::enrol::enrol(&self.public()?, &code, role, &state).await?;
        Ok(state)
    }

    fn pos_config(&self) -> pos::Config {
        let app = |signer: &AppSigner, server: &super::servers::Server| pos::PosApp {
            app: signer.app().clone(),
            target: Target::new(server.id.clone(), server.way.clone()),
            secret: None,
        };
        pos::Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            ledger: Some(self.folder().join("pos.jsonl")),
            terminal: self.cast.till.clone(),
            apps: vec![
                app(&self.apps.card, &self.servers.card),
                app(&self.apps.wallet, &self.servers.wallet),
                app(&self.apps.membership, &self.servers.points),
            ],
            limits: Limits { answer_ms: self.wishes.patience_ms, ..Limits::default() },
            serial: pos::Serial::Open,
        }
    }
}

/// A scanner that ends each reading with a carriage return.
fn scanner(port: &Path) -> (String, SourceSettings) {
    let (prefix, suffix) = (Vec::new(), b"\r".to_vec());
    let framing = Framing { prefix, suffix, idle_ms: 50, bytes_max: 256 };
    let port = PortName::Path(port.display().to_string());
    let settings = SerialSettings { port, baud: 9600, framing, content: Content::Codes };
    ("till".to_owned(), SourceSettings::Serial(settings))
}
