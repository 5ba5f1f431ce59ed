//! The shop street of the load tool: a database with terminals, an acquirer, the gateway, devices.
//!
//! Owns what an installer does by hand elsewhere. Each run has a fresh copy of one prepared SQLite
//! file on a real disk; in PostgreSQL all runs of one tool share one set of terminals. Next:
//! `phones.rs`, which pay there.

use crate::clock;
use crate::gateway::{AUDIENCE, Gateway};
use anyhow::{Context, ensure};
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{AmountFrom, Destination, ExecuteAt, Standing};
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_gateway::config::Commits;
use baton_gateway::demo::apps::AppSigner;
use baton_gateway::vault::{plain_digest, random_text};
use baton_link::enrol::{IDENTITY_FILE, Identity, KEY_FILE};
use baton_link::keys::DeviceKey;
use baton_protocol::enrol::Role;
use baton_protocol::ids::{DestinationId, ShopId, TerminalId};
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::{Target, Way};
use baton_protocol::work::State;
use baton_records::Records;
use baton_records::admin::Change;
use baton_records::audit::ChainCheck;
use baton_records::writer::Grouping;
use baton_relay_device::destination::Destinations;
use baton_relay_device::{Device, Extras};
use baton_simulators::{Delays, acquirer};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// A folder in memory that Linux offers; terminals keep their journals there.
const MEMORY: &str = "/dev/shm";
/// Life of an enrolment code, in milliseconds: it is spent at once.
const CODE_LIFE_MS: u64 = 60_000;
/// Who makes the changes, in the history of the tables.
const WHO: &str = "load";

/// What the tool was asked for.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// Where databases go, or a temporary folder under `target/load`.
    pub folder: Option<PathBuf>,
    /// PostgreSQL instead of SQLite.
    pub postgres: Option<String>,
    /// How many terminals there are.
    pub terminals: usize,
}

/// Everything but the gateway.
pub struct Stage {
    /// The app whose phones pay.
    pub signer: Arc<AppSigner>,
    /// An app whose payments go to a destination of its own, so that silence there is not held
    /// against the first one.
    pub silent: Arc<AppSigner>,
    /// The terminals.
    pub terminals: Vec<TerminalId>,
    folder: PathBuf,
    states: TempDir,
    postgres: Option<String>,
    acquirer: baton_simulators::Running,
    destinations: Arc<Destinations>,
    _temporary: Option<TempDir>,
}

/// A gateway and its terminals, ready for one run.
pub struct Run {
    /// The gateway.
    pub gateway: Gateway,
    /// Its database.
    pub database: String,
    devices: Vec<baton_relay_device::Running>,
    approved_before: i64,
}

/// What the database said after a run.
#[derive(Debug, Clone, Copy)]
pub struct Stored {
    /// Transactions of the run that are approved.
    pub approved: i64,
    /// Links of the audit chain, which is whole.
    pub audit_records: i64,
}

impl Stage {
    /// Prepares everything that all runs share.
    pub async fn set(wishes: &Wishes) -> anyhow::Result<Self> {
        let (folder, temporary) = folder(wishes)?;
        let memory = Path::new(MEMORY);
        let place = if memory.is_dir() { memory } else { folder.as_path() };
        let states = tempfile::Builder::new().prefix("baton-load-").tempdir_in(place)?;
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let (delays, members) = (Delays::default(), BTreeMap::default());
        let speech = acquirer::Speech::default();
        let acquirer =
            acquirer::Config { listen, admin: None, ledger: None, delays, members, speech };
        let acquirer = acquirer::start(acquirer).await?;
        let prefix = random_text(6)?.to_lowercase();
        let app = |name: &str| {
            AppSigner::generate(format!("{name}-{prefix}").parse()?, AUDIENCE).map(Arc::new)
        };
        let named = |number| format!("load-{prefix}-{number:04}").parse();
        let terminals: Result<Vec<TerminalId>, _> = (1..=wishes.terminals).map(named).collect();
        let settings = baton_relay_device::Config::default();
        let stage = Self {
            signer: app("load")?,
            silent: app("silent")?,
            terminals: terminals?,
            folder,
            states,
            postgres: wishes.postgres.clone(),
            acquirer,
            destinations: Arc::new(Destinations::new(settings.limits(), BTreeMap::new())),
            _temporary: temporary,
        };
        stage.prepare(&prefix).await?;
        Ok(stage)
    }

    /// Says where things are, which decides what the figures mean.
    pub fn tell(&self) -> String {
        let database = match &self.postgres {
            Some(_) => "PostgreSQL".to_owned(),
            None => format!("SQLite in {}", self.folder.display()),
        };
        let states = self.states.path();
        let disk = if states.starts_with(MEMORY) {
            "in memory, because every real terminal has a disk of its own"
        } else {
            "on the same disk, which real terminals do not share"
        };
        format!(
            "gateway: a process of its own, {database}\n\
             this process: {} terminals (journals {disk}), an acquirer (ISO 8583, ledger in \
             memory), the phones\n\
             all over real sockets on loopback; tokens are signed before the clock starts, for \
             an app's backend is another machine",
            self.terminals.len(),
        )
    }

    /// Starts the gateway on a fresh database, then all terminals, and waits until they are online.
    pub async fn open(&self, name: &str, commits: Commits) -> anyhow::Result<Run> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        let database = match &self.postgres {
            Some(address) => address.clone(),
            None => self.fresh_sqlite(&folder)?,
        };
        let records = Records::open(&database, Grouping::Group).await?;
        let approved_before = records.count_in(State::Approved).await?;
        records.close().await;
        let gateway = Gateway::start(&folder, &database, commits).await?;
        let devices = self.start_devices(gateway.public)?;
        Ok(Run { gateway, devices, database, approved_before })
    }

    /// Stops what all runs share; temporary folders go.
    pub async fn clear(self) {
        self.acquirer.stop().await;
    }

    fn prepared(&self) -> PathBuf {
        self.states.path().join("prepared.sqlite")
    }

    fn fresh_sqlite(&self, folder: &Path) -> anyhow::Result<String> {
        let file = folder.join("baton.sqlite");
        for old in ["", "-wal", "-shm"] {
            // Absent is as good as removed.
            std::fs::remove_file(format!("{}{old}", file.display())).unwrap_or_default();
        }
        std::fs::copy(self.prepared(), &file)?;
        std::fs::File::open(&file)?.sync_all()?;
        Ok(format!("sqlite:{}", file.display()))
    }

    /// Writes tables and keys as `admin` and enrolment would, without a gateway.
    async fn prepare(&self, prefix: &str) -> anyhow::Result<()> {
        let sqlite = || format!("sqlite:{}", self.prepared().display());
        let database = self.postgres.clone().unwrap_or_else(sqlite);
        let records = Records::open(&database, Grouping::Group).await?;
        let shop: ShopId = format!("shop-{prefix}").parse()?;
        let now = Timestamp::from_ms(clock::wall_ms());
        for change in self.tables(&shop, prefix)? {
            records.change(&change, WHO, now).await?;
        }
        for terminal in &self.terminals {
            self.enrol(&records, terminal, now).await?;
        }
        records.close().await;
        Ok(())
    }

    fn tables(&self, shop: &ShopId, prefix: &str) -> anyhow::Result<Vec<Change>> {
        let mut changes = vec![Change::ShopAdd { id: shop.clone(), name: "Load".to_owned() }];
        for (app, name) in [(&self.signer, "acquirer"), (&self.silent, "silent")] {
            let destination = format!("{name}-{prefix}").parse()?;
            changes.push(self.destination(&destination)?);
            changes.push(Change::AppAdd { id: app.app().clone(), destination, key: app.public() });
        }
        changes.extend(self.terminals.iter().map(|id| Change::TerminalAdd {
            id: id.clone(),
            shop: shop.clone(),
            amount_from: AmountFrom::Phone,
        }));
        Ok(changes)
    }

    fn destination(&self, id: &DestinationId) -> anyhow::Result<Change> {
        let way = Way::Iso8583 { address: self.acquirer.address.to_string() };
        Ok(Change::DestinationAdd(Box::new(Destination {
            id: id.clone(),
            kind: DestinationKind::Acquirer,
            target: Target::new(id.clone(), way),
            capabilities: Capabilities::parse("C1,C2,C3,C4,C5,C7")?,
            execute_at: ExecuteAt::Terminal,
            standing: Standing::Active,
        })))
    }

    async fn enrol(
        &self,
        records: &Records,
        terminal: &TerminalId,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let key = DeviceKey::generate()?;
        let state = self.state_of(terminal);
        std::fs::create_dir_all(&state)?;
        key.save(&state.join(KEY_FILE))?;
        let code_digest = plain_digest(terminal.as_str());
        let device = Executor::Terminal(terminal.clone());
        let expires = now.after_ms(CODE_LIFE_MS);
        let issue = Change::EnrolmentIssue { code_digest: code_digest.clone(), device, expires };
        records.change(&issue, WHO, now).await?;
        records.enrol(&code_digest, key.public(), None, now).await?;
        Ok(())
    }

    /// The folder with a terminal's key and journal.
    pub fn state_of(&self, terminal: &TerminalId) -> PathBuf {
        self.states.path().join(terminal.as_str())
    }

    fn start_devices(
        &self,
        gateway: SocketAddr,
    ) -> anyhow::Result<Vec<baton_relay_device::Running>> {
        let start = |terminal: &TerminalId| {
            let state = self.state_of(terminal);
            identity_of(terminal, gateway).save(&state.join(IDENTITY_FILE))?;
            let config = baton_relay_device::Config { state, ..Default::default() };
            let destinations = Some(Arc::clone(&self.destinations));
            Ok(Device::start(&config, Extras { destinations, observer: None })?)
        };
        self.terminals.iter().map(start).collect()
    }
}

impl Run {
    /// Stops terminals and gateway and reads what the database holds.
    pub async fn close(self) -> anyhow::Result<Stored> {
        let Self { gateway, devices, database, approved_before } = self;
        for device in devices {
            device.stop().await;
        }
        gateway.stop().await?;
        let records = Records::open(&database, Grouping::Group).await?;
        let approved = records.count_in(State::Approved).await? - approved_before;
        let chain = records.audit_verify().await?;
        records.close().await;
        let ChainCheck::Whole { records: audit_records } = chain else {
            anyhow::bail!("the audit chain is broken: {chain:?}");
        };
        Ok(Stored { approved, audit_records })
    }
}

/// Who a terminal is at a gateway.
pub fn identity_of(terminal: &TerminalId, gateway: SocketAddr) -> Identity {
    Identity {
        role: Role::Terminal,
        id: terminal.to_string(),
        audience: AUDIENCE.to_owned(),
        gateway: format!("http://{gateway}"),
    }
}

/// Returns the wished folder, or a temporary one under `target`, which is on a real disk.
fn folder(wishes: &Wishes) -> anyhow::Result<(PathBuf, Option<TempDir>)> {
    if let Some(folder) = &wishes.folder {
        std::fs::create_dir_all(folder)?;
        ensure!(
            !folder.canonicalize()?.starts_with(MEMORY),
            "{} is in memory; give --folder on a real disk",
            folder.display()
        );
        return Ok((folder.clone(), None));
    }
    let under = Path::new("target/load");
    std::fs::create_dir_all(under).context("target/load cannot be made; give --folder")?;
    let temporary = tempfile::Builder::new().prefix("run-").tempdir_in(under)?;
    Ok((temporary.path().to_owned(), Some(temporary)))
}
